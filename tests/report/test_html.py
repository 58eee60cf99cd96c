import base64
import hashlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import jinja2.meta
import pytest

from grader.errors import CourseError
from grader.model import Result, Section
from grader.report import templates as our_templates
from grader.report.html import prepare, render_report
from grader.report.page import ReportPage, report_page
from grader.report.plain import plain
from grader.report.templates import context_of

pytestmark = pytest.mark.fast

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """The elements of a page, its texts, and whether every element was closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(data for tag, data in self.texts if tag != "style").split())


@contextmanager
def templates(folder: Path, **files: str) -> Iterator[list[Path]]:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    yield [folder]


def test_a_page_is_well_formed_and_complete(any_result: Result) -> None:
    page = Page(render_report(any_result))
    assert page.elements[0] == ("html", {"lang": "en"})
    assert len(page.all("h1")) == len(page.all("main")) == 1
    for check in any_result.checks:
        assert " ".join(plain(check.title)[:100].split()) in page.text


def test_the_title_tells_score_assignment_and_submission(partial: Result) -> None:
    assert "<title>6.75 / 10 · Logistic regression · bob.zip</title>" in render_report(partial)


def test_the_first_thing_is_the_score_and_the_next_step(partial: Result) -> None:
    body = Page(render_report(partial)).text.split("Skip to the checks", 1)[1]
    assert body.startswith(" 6.75 / 10 points · Logistic regression Next step: In hw.py:33: Train for longer")


def test_the_next_step_leads_to_the_check_it_is_about(partial: Result, perfect: Result) -> None:
    page = Page(render_report(partial))
    target = next(attributes["href"] for attributes in page.all("a") if (attributes["href"] or "").startswith("#check"))
    checks = [attributes["id"] for attributes in page.all("article")]
    assert partial.checks[checks.index((target or "")[1:])].id == "train.converges"
    assert "See why" not in render_report(perfect)


def test_headings_go_down_one_level_at_a_time(any_result: Result) -> None:
    levels = [int(tag[1]) for tag, _ in Page(render_report(any_result)).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_steps_come_in_declared_order_with_what_is_right(partial: Result) -> None:
    text = Page(render_report(partial)).text
    places = [text.index(part) for part in ("3 / 3 3 of 3 right", "2.75 / 4 3 of 5 right", "1 / 3 2 of 3 right")]
    assert places == sorted(places)
    assert text.count("✓ right") == 8


def test_a_check_shows_expected_beside_actual_inputs_lines_and_the_mistake(partial: Result) -> None:
    text = Page(render_report(partial)).text
    for part in ("Expected 0.8483 Yours 3.3932", "For these inputs y_pred y 0.2 1", "21 (this line)",
                 "known mistake sum_reduction", "What to do: Divide by", "hw.py:21"):  # fmt: skip
        assert part in text


def test_the_student_s_lines_are_in_colour(partial: Result) -> None:
    text = render_report(partial)
    assert '<span class="keyword">def</span> <span class="name">bce_loss</span>(y_pred, y):' in text
    assert '<span class="line marked"><span class="at">33</span>' in text


def test_every_step_of_the_lecture_and_its_result_has_a_section(partial: Result) -> None:
    page = Page(render_report(partial))
    headings = [data for tag, data in page.texts if tag == "h2"]
    assert [words[0] for words in headings if words[1:4] == " · "] == ["1", "2", "3", "4", "5"]
    assert "Nothing is checked in this step" in page.text
    assert page.text.index("5 · Result", 1500) < page.text.index("What your model learned")


def test_a_check_that_is_wrong_leads_to_the_handout_s_section(partial: Result) -> None:
    page = Page(render_report(partial))
    target = next(attributes for attributes in page.all("a") if attributes["href"] == "#step-3-handout")
    assert target
    assert "read Loss in the handout" in page.text
    assert ("td", "1.6094") in page.texts


def test_without_a_curve_the_result_says_why(notebook: Result) -> None:
    assert "There is no curve yet" in Page(render_report(notebook)).text


def test_curves_are_shown_for_an_assignment_without_a_step_for_them(perfect: Result) -> None:
    bare = replace(perfect, assignment=replace(perfect.assignment, steps={}, handout={}))
    assert ("h2", "Result") in Page(render_report(bare)).texts


def test_status_is_told_in_words_not_only_in_colour(notebook: Result) -> None:
    text = Page(render_report(notebook)).text
    assert text.count("stopped with an error") == 5
    assert text.count("not checked") == 3


def test_what_several_checks_suffer_from_is_told_once(notebook: Result) -> None:
    text = Page(render_report(notebook)).text
    assert text.count("bce_loss raised NameError: name 'y_hat' is not defined") == 1
    assert text.count("The same as at “The loss of each of the lecture's four rows”.") == 4
    assert text.count("Not checked: training needs a loss that works.") == 1


def test_what_is_said_of_the_whole_submission_is_not_said_at_every_check(ungradable: Result) -> None:
    assert Page(render_report(ungradable)).text.count("There is no code that runs in this submission.") == 1


def test_a_curve_is_a_small_picture_with_a_text(perfect: Result) -> None:
    text = render_report(perfect)
    svg = text[text.index('<svg viewBox="0 0 640') : text.index("</figure>")]
    assert len(svg) < 9_000
    assert "crosses 0.5 at 2.7 hours" in svg
    page = Page(text)
    named = next(attributes for attributes in page.all("svg") if attributes.get("role") == "img")
    ids = {attributes.get("id") for _, attributes in page.elements}
    assert set((named["aria-labelledby"] or "").split()) <= ids


def test_ids_are_unique_and_links_stay_inside(any_result: Result) -> None:
    page = Page(render_report(any_result))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        if attributes.get("href") not in (None, "data:,"):
            assert (attributes["href"] or "").removeprefix("#") in ids


def test_nothing_in_a_hostile_result_is_more_than_text(hostile: Result) -> None:
    text = render_report(hostile)
    page = Page(text)
    assert not {tag for tag, _ in page.elements} & {"script", "img", "iframe", "object", "embed", "form", "base"}
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "srcset")]
        assert tag != "link" or attributes["href"] == "data:,"
        assert tag != "a" or (attributes["href"] or "").startswith("#")
    assert not [char for char in text if char != plain(char)]
    assert "{{ 7*7 }}" in page.text
    assert "49" not in page.text.replace("2049", "")


def test_markdown_of_a_plugin_cannot_link_load_or_run(perfect: Result) -> None:
    markdown = (
        "**bold** <script>x()</script> [a](javascript:x()) [b](https://evil.example) ![c](https://evil.example/c.png)\n"
        "\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<https://evil.example> <img src=x onerror=x()>"
    )
    page = Page(render_report(replace(perfect, sections=(Section("From a plugin", markdown),))))
    assert not {tag for tag, _ in page.elements} & {"script", "img"}
    assert all((link["href"] or "").startswith("#") for link in page.all("a"))
    assert ("strong", "bold") in page.texts
    assert ("td", "2") in page.texts


def test_the_policy_allows_this_stylesheet_and_nothing_else(perfect: Result) -> None:
    text = render_report(perfect)
    style = text[text.index("<style>") + 7 : text.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(meta["content"] for meta in Page(text).all("meta") if "http-equiv" in meta)
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style
    assert "@import" not in style


def test_a_usual_report_is_small_and_a_flood_is_cut(partial: Result, changed: Any) -> None:
    assert len(render_report(partial).encode()) < 60_000
    flood = "<" * 100_000
    flooded = changed(
        partial,
        {check.id: {"message": flood, "hint": flood, "title": flood} for check in partial.checks},
        output=replace(partial.output, stdout=flood, stderr=flood),
    )
    assert len(render_report(flooded).encode()) < 700_000


def test_the_context_is_exactly_the_page(partial: Result) -> None:
    environment = our_templates.environment()
    sources = [our_templates.source(environment, name) for name in ("page.html", "report.html")]
    used = set().union(*(jinja2.meta.find_undeclared_variables(environment.parse(source)) for source in sources))
    used -= {"draw", "step"}  # the macros it imports, a loop's variable that a block uses
    assert used == {field.name for field in fields(ReportPage)}
    page = report_page(partial, style="", policy="", to_html=str)
    assert set(context_of(page)) == used


def test_every_name_of_the_context_is_documented() -> None:
    for field in fields(ReportPage):
        assert f"``{field.name}``" in (ReportPage.__doc__ or ""), field.name


def test_a_course_can_override_one_block(perfect: Result, tmp_path: Path) -> None:
    override = '{% extends "grade/report.html" %}{% block footer %}<p>Room 2.14 for {{ submission }}</p>{% endblock %}'
    with templates(tmp_path, report_html=override) as folders:
        text = render_report(perfect, folders)
    assert "<p>Room 2.14 for alice.py</p>" in text
    assert "10 / 10" in text


@pytest.mark.parametrize("block", ["header", "message", "steps", "step", "sections", "details", "footer"])
def test_a_course_can_override_each_block(perfect: Result, tmp_path: Path, block: str) -> None:
    own = f'{{% extends "grade/report.html" %}}{{% block {block} %}}<p>Own: {{{{ submission }}}}</p>{{% endblock %}}'
    with templates(tmp_path, report_html=own) as folders:
        text = render_report(perfect, folders)
    assert text.count("<p>Own: alice.py</p>") == (5 if block == "step" else 1)
    assert text.count("</main>") == 1


def test_a_block_of_a_course_can_draw_with_our_macros(perfect: Result, tmp_path: Path) -> None:
    own = '{% extends "grade/report.html" %}{% block footer %}{{ draw.badge("right", "mine") }}{% endblock %}'
    with templates(tmp_path, report_html=own) as folders:
        assert "</span> mine</span>" in render_report(perfect, folders)


def test_a_course_can_bring_its_own_stylesheet(perfect: Result, tmp_path: Path) -> None:
    with templates(tmp_path, report_css="body { color: teal }") as folders:
        text = render_report(perfect, folders)
    assert "<style>body { color: teal }</style>" in text


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"report_html": "\n{% if %}"}, "report.html, line 2"),
        ({"report_html": "\n\n{{ submision }}"}, "report.html, line 3: 'submision' is undefined"),
        ({"report_html": '{% extends "grade/reprot.html" %}'}, "no template grade/reprot.html"),
        ({"report_css": "</style><p>"}, "report.css"),
    ],
)
def test_a_broken_template_is_the_course_s_error_in_one_line(
    perfect: Result, tmp_path: Path, files: dict[str, str], told: str
) -> None:
    with templates(tmp_path, **files) as folders, pytest.raises(CourseError, match=re.escape(told)) as caught:
        render_report(perfect, folders)
    assert "\n" not in str(caught.value)


def test_preparing_finds_a_broken_template_before_anything_is_graded(tmp_path: Path) -> None:
    prepare()
    with templates(tmp_path, report_html="{% if %}") as folders, pytest.raises(CourseError, match=r"report\.html"):
        prepare(folders)


def test_the_same_result_gives_the_same_page(any_result: Result) -> None:
    assert render_report(any_result) == render_report(any_result)


def test_torch_is_not_needed() -> None:
    import subprocess

    code = "import sys, grader.report.html; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
