"""The report and the overview in a real browser: every width, light and dark, by keyboard, without script, printed."""

import io
import re
from collections.abc import Callable, Mapping
from itertools import cycle, islice, product
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pypdf import PdfReader

from grader.model import Result, Row
from grader.report.html import render_report
from grader.report.overview import render_overview
from grader.report.plain import INVISIBLE

WIDTHS = (360, 768, 1440)
REPORTS = ("perfect", "partial", "notebook", "ungradable", "broken_grader", "hostile")
PAGES = (*REPORTS, "index")
CROWD = 500
# What the reader has on the screen: the outline of the element that has the focus.
OUTLINE = "() => getComputedStyle(document.activeElement).outlineStyle"
HAS_FOCUS = "() => (document.activeElement.innerText || document.activeElement.id).trim().split('\\n')[0]"
Open = Callable[..., Any]


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, results: Mapping[str, Result]) -> Path:
    """A batch's folder: a report of every kind, and an overview of sixty submissions of these kinds."""
    out = tmp_path_factory.mktemp("pages")
    (out / "reports").mkdir()
    for name, result in results.items():
        (out / f"reports/{name}.html").write_text(render_report(result), encoding="utf-8")
    (out / "index.html").write_text(render_overview([*crowd(results, 60), Row("zoe", "zoe", None, "which?")]), "utf-8")
    (out / "crowd.html").write_text(render_overview(crowd(results, CROWD)), "utf-8")
    return out


def crowd(results: Mapping[str, Result], size: int) -> list[Row]:
    named = islice(cycle(results.items()), size)
    return [
        Row(f"{number:03} {result.submission.name}", name, result) for number, (name, result) in enumerate(named, 1)
    ]


def file(pages: Path, name: str) -> Path:
    return pages / (f"{name}.html" if name in ("index", "crowd") else f"reports/{name}.html")


def unfold(page: Page) -> None:
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


# ---------------------------------------------------------------- seen


@pytest.mark.parametrize(
    ("name", "width", "dark"),
    [
        *product(("partial", "index"), WIDTHS, (False, True)),
        *((name, width, width < 500) for name in REPORTS if name != "partial" for width in (360, 1440)),
    ],
)
def test_a_page_fits_its_width_and_axe_finds_nothing(
    pages: Path, visit: Open, name: str, width: int, dark: bool
) -> None:
    visited = visit(file(pages, name), width=width, dark=dark)
    unfold(visited.page)
    assert visited.page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(visited.page)
    assert found.violations_count == 0, found.generate_report()
    assert visited.trouble == []


@pytest.mark.parametrize("name", PAGES)
def test_every_text_is_inside_the_page_or_scrolls(pages: Path, visit: Open, name: str) -> None:
    visited = visit(file(pages, name), width=360)
    unfold(visited.page)
    outside = visited.page.evaluate(
        """() => [...document.querySelectorAll("main *, header *")].filter(each => {
            const box = each.getBoundingClientRect();
            return box.width > 1 && box.right > innerWidth + 1
                && !each.closest("pre, .table, .hidden, svg") && each.checkVisibility();
        }).map(each => each.outerHTML.slice(0, 100))"""
    )
    assert outside == []


def test_a_curve_has_an_accessible_name_and_description(pages: Path, visit: Open) -> None:
    page = visit(file(pages, "perfect")).page
    assert page.get_by_role("img", name="What your model learned").count() == 1
    assert "crosses 0.5 at 2.7 hours" in page.locator("svg desc").first.inner_html()
    distribution = visit(file(pages, "index")).page.get_by_role("img", name=re.compile("share of the points"))
    assert distribution.count() == 1


def test_colours_follow_the_scheme(pages: Path, visit: Open) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    light, dark = (visit(file(pages, "partial"), dark=dark).page.evaluate(colour) for dark in (False, True))
    assert light != dark


# ---------------------------------------------------------------- by keyboard


@pytest.mark.parametrize("name", ["partial", "ungradable", "index"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(pages: Path, visit: Open, name: str) -> None:
    page = visit(file(pages, name)).page
    reachable = page.locator(
        "a[href], button, input, select, summary, [tabindex='0']:not(details:not([open]) *)"
    ).evaluate_all("all => all.filter(each => each.checkVisibility()).length")
    seen = []
    for _ in range(reachable):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINE) != "none"
        seen.append(page.evaluate("() => [...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    assert seen == sorted(set(seen))


def test_the_first_key_skips_to_the_checks(pages: Path, visit: Open) -> None:
    page = visit(file(pages, "partial")).page
    page.keyboard.press("Tab")
    assert page.evaluate(HAS_FOCUS) == "Skip to the checks"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_the_handout_opens_where_a_check_leads_to_it(pages: Path, visit: Open) -> None:
    page = visit(file(pages, "partial")).page
    text = page.get_by_text("How bad is a prediction?")
    assert not text.is_visible()
    page.get_by_role("link", name="Loss", exact=True).first.press("Enter")
    text.wait_for(state="visible")


def test_what_is_folded_away_opens_with_enter(pages: Path, visit: Open) -> None:
    page = visit(file(pages, "partial")).page
    page.get_by_text("What your code printed").press("Enter")
    assert page.get_by_text("0 0.69").is_visible()


# ---------------------------------------------------------------- the table


def names(page: Page) -> list[str]:
    found: list[str] = page.locator("#table tbody tr:not([hidden]) th").all_inner_texts()
    return found


def test_five_hundred_are_searched_filtered_and_sorted_by_keyboard(pages: Path, visit: Open) -> None:
    visited = visit(file(pages, "crowd"))
    page = visited.page
    assert len(names(page)) == CROWD
    page.get_by_label("Search").focus()
    page.keyboard.type("44 BOB")
    assert names(page) == ["044 bob.zip", "344 bob.zip", "440 bob.zip", "446 bob.zip"]
    assert page.get_by_role("status").inner_text() == f"4 of {CROWD}"

    page.get_by_role("button", name="Submission").press("Enter")
    page.get_by_role("button", name="Submission").press("Enter")
    assert names(page)[0] == "446 bob.zip"
    assert page.get_by_role("columnheader", name="Submission").get_attribute("aria-sort") == "descending"

    page.get_by_role("button", name="Show all").press("Enter")
    assert len(names(page)) == CROWD
    assert page.evaluate("() => document.activeElement.id") == "search"
    assert visited.trouble == []


def test_points_are_sorted_as_numbers(pages: Path, visit: Open) -> None:
    page = visit(file(pages, "index")).page
    page.get_by_role("button", name="Points ↕", exact=True).click()
    values = page.locator("#table td[data-value]").evaluate_all("all => all.map(each => Number(each.dataset.value))")
    assert values == sorted(values)
    assert names(page)[0] == "zoe"
    assert page.locator("[aria-sort]").count() == 1


def test_a_filter_shows_who_made_a_mistake(pages: Path, visit: Open) -> None:
    page = visit(file(pages, "index")).page
    page.get_by_label("Known mistake").select_option("too_few_steps")
    assert {name.split()[-1] for name in names(page)} == {"bob.zip"}
    page.get_by_label("Known mistake").select_option("")
    page.get_by_label("Check not right").select_option("train.other_labels")
    assert {name.split()[-1] for name in names(page)} == {"carol.ipynb", "dave"}
    page.get_by_label("Result").select_option("ungradable")
    assert {name.split()[-1] for name in names(page)} == {"dave"}


def test_the_commonest_mistake_of_a_check_leads_to_who_made_it(pages: Path, visit: Open) -> None:
    page = visit(file(pages, "index")).page
    page.get_by_role("link", name="sum_reduction").first.click()
    assert {name.split()[-1] for name in names(page)} == {"bob.zip"}
    assert page.get_by_label("Known mistake").input_value() == "sum_reduction"


def test_a_line_leads_to_its_report(pages: Path, visit: Open) -> None:
    page = visit(file(pages, "index")).page
    page.get_by_role("link", name="001 alice.py").click()
    assert page.title() == "10 / 10 · Logistic regression · alice.py"


# ---------------------------------------------------------------- without script, on paper


@pytest.mark.parametrize("name", ["partial", "index"])
def test_without_script_everything_can_be_read(pages: Path, visit: Open, name: str) -> None:
    visited, scripted = (visit(file(pages, name), script=script) for script in (False, True))
    page = visited.page
    assert visited.trouble == []
    if name == "index":
        assert len(names(page)) == 61
        assert page.locator("#filters").is_hidden()
        assert page.get_by_role("button").count() == 0
        page.get_by_role("link", name="002 bob.zip").click()
        assert "6.75 / 10" in page.title()
    else:
        assert page.inner_text("body") == scripted.page.inner_text("body")
        page.get_by_text("What your code printed").click()
        assert page.get_by_text("0 0.69").is_visible()


def printed(page: Page) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(format="A4", print_background=False)))


def test_a_printed_report_holds_everything_that_was_folded_away(pages: Path, visit: Open) -> None:
    reader = printed(visit(file(pages, "partial")).page)
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert text.startswith("6.75 / 10")
    for part in (
        "What to do:",
        "Expected",
        "0.8483",
        "3.3932",
        "21",
        "0 0.69",
        "torch 2.13.0",
    ):
        assert part in text
    assert "How bad is a prediction?" not in text  # the reader has the handout
    assert 2 <= len(reader.pages) <= 5


def test_a_printed_overview_holds_everyone(pages: Path, visit: Open) -> None:
    reader = printed(visit(file(pages, "index")).page)
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "Logistic regression" in text
    assert all(f"{number:03} " in text for number in range(1, 61))
    assert "Search" not in text


# ---------------------------------------------------------------- hostile


def injected(page: Page) -> list[str]:
    """What a hostile text could have put into the page, or steered it to."""
    found: list[str] = page.evaluate(
        """() => [
            ...[...document.querySelectorAll("script, img, iframe, object, embed, form, base, [http-equiv=refresh]")]
                .slice(document.body.classList.contains("overview") ? 1 : 0).map(each => each.outerHTML),
            ...[...document.querySelectorAll("[href]")].map(each => each.getAttribute("href"))
                .filter(href => !/^(#|reports\\/|data:,$)/.test(href)),
            ...[...document.querySelectorAll("*")].flatMap(each => [...each.attributes])
                .filter(each => /^on|^(style|src|srcdoc|action|formaction|ping|background)$/i.test(each.name))
                .map(each => each.name),
        ]"""
    )
    return found


@pytest.mark.parametrize("name", ["hostile", "index"])
def test_hostile_text_stays_text(pages: Path, visit: Open, results: Mapping[str, Result], name: str) -> None:
    visited = visit(file(pages, name))
    page = visited.page
    title = page.title()
    unfold(page)
    for each in page.locator("summary, #table button").all():
        each.click()
    page.wait_for_timeout(200)
    assert page.title() == title
    assert injected(page) == []
    assert visited.trouble == []
    assert not re.search(f"[{INVISIBLE}]", page.evaluate("document.documentElement.textContent"))
    assert "{{ 7*7 }}" in page.inner_text("body")
    assert "<script>alert(1)</script>" in page.inner_text("body")


def test_the_policy_stops_what_would_get_past_the_escaping(pages: Path, visit: Open) -> None:
    for name in ("partial", "index"):
        text = file(pages, name).read_text("utf-8")
        attack = (
            "<script>document.title = 'owned'</script><img src='https://evil.example/x' onerror='document.title=1'>"
            "<a id='go' href='javascript:document.title=1'>go</a><b style='position:fixed'>x</b>"
        )
        attacked = pages / f"attacked-{name}.html"
        attacked.write_text(text.replace("</main>", f"{attack}</main>"), "utf-8")
        visited = visit(attacked)
        title = visited.page.title()
        visited.page.locator("#go").click()
        visited.page.wait_for_timeout(200)
        assert visited.page.title() == title
        assert not [each for each in visited.trouble if each.startswith("dialog")]
        assert visited.page.evaluate("getComputedStyle(document.querySelector('b[style]')).position") == "static"
        assert [each for each in visited.trouble if "Content Security Policy" in each]
