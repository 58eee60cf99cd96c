"""What the overview of a batch says, and how a course changes it."""

import base64
import hashlib
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import jinja2.meta
import pytest

from grader.errors import CourseError
from grader.model import Result, Row
from grader.report import templates
from grader.report.overview import OverviewPage, overview_page, render_overview
from grader.report.plain import plain
from grader.testing import write_files

pytestmark = pytest.mark.fast


def row(result: Result | None, name: str = "", problem: str = "") -> Row:
    name = name or (result.submission.name if result else "nobody")
    return Row(name, name, result, problem)


def page(*rows: Row) -> OverviewPage:
    return overview_page(rows, style="", code="", policy="")


@pytest.fixture
def mixed(
    perfect: Result, partial: Result, notebook: Result, ungradable: Result, broken_grader: Result
) -> tuple[Row, ...]:
    results = (perfect, partial, notebook, ungradable, broken_grader)
    return (*map(row, results), row(None, "zoe", "which assignment is it for?"))


def test_it_counts_everyone_and_averages_whom_the_grader_judged(mixed: tuple[Row, ...]) -> None:
    assert dict(page(*mixed).facts) == {
        "submissions": "6", "mean": "4.94 of 10", "median": "4.88 of 10",
        "full marks": "1", "points lost": "2", "ungradable": "1", "grader failed": "1", "no result": "1",
    }  # fmt: skip


def test_that_ungradable_work_counts_as_zero_is_said(ungradable: Result, perfect: Result) -> None:
    counted = "The ungradable submission counts as 0 points in the mean, the distribution and the rates of the checks."
    assert page(row(ungradable), row(perfect)).counted == counted
    assert page(row(ungradable), row(ungradable, "two")).counted.startswith("The 2 ungradable submissions count as")
    assert page(row(perfect)).counted == ""
    assert counted in render_overview([row(ungradable)])


def test_a_failure_of_the_grader_is_the_first_thing_said(mixed: tuple[Row, ...]) -> None:
    assert page(*mixed).alarm == (
        "The grader failed at erin.py: no fault of theirs. Their points are still to be decided. "
        "There is no result for zoe; the table says why."
    )
    assert page(mixed[0]).alarm == ""


def test_the_distribution_is_drawn_and_told(mixed: tuple[Row, ...]) -> None:
    shown = page(*mixed)
    counts = {(bar.low, bar.high): bar.count for bar in shown.bars if bar.count}
    assert counts == {(0, 5): 1, (30, 35): 1, (65, 70): 1, (95, 100): 1}
    assert shown.distribution == (
        "Submissions by their share of the points: 1 between 0 and 5%, 1 between 30 and 35%, "
        "1 between 65 and 70%, 1 between 95 and 100%."
    )
    assert all(bar.x >= 0 and bar.x + bar.width <= 100 and bar.y + bar.height == 100 for bar in shown.bars)


def test_each_check_has_its_rate_and_its_commonest_mistake(partial: Result, perfect: Result, changed: Any) -> None:
    other = changed(partial, {"loss.mini_batch": {"status": "failed", "misconception": "log2"}})
    (group,) = page(row(partial), row(partial), row(other), row(perfect)).rates
    rate = {check.id: check for check in group.checks}["loss.mini_batch"]
    assert (rate.passed, rate.partial, rate.failed, rate.percent) == (1, 2, 1, 25)
    assert (rate.mistake, rate.times) == ("sum_reduction", 2)
    assert [check.id for check in group.checks] == [check.id for check in partial.checks]


def test_a_mistake_that_cost_nothing_is_not_a_check_s_commonest(partial: Result) -> None:
    (group,) = page(row(partial)).rates
    assert {check.id: check for check in group.checks}["loss.saturated"].mistake == ""


def test_two_assignments_have_rates_of_their_own_and_a_mean_in_percent(perfect: Result, partial: Result) -> None:
    other = replace(partial, assignment=replace(partial.assignment, name="b", title="Second"), max_score=20.0)
    shown = page(row(perfect), row(other))
    assert [group.title for group in shown.rates] == ["Logistic regression", "Second"]
    assert dict(shown.facts)["mean"] == "67%"
    assert shown.heading == "Logistic regression, Second"


def test_a_line_says_what_came_of_a_submission(partial: Result) -> None:
    (line,) = page(Row("b b.zip", "b b.zip", partial)).lines
    assert (line.name, line.link) == ("b b.zip", "reports/b%20b.zip.html")
    assert (line.score, line.of, line.status) == ("6.75", "10", "points lost")
    assert line.marks == "····~~···✗·"
    assert line.told == "8 right, 2 partly right, 1 wrong"
    assert line.why == "After training, 4 hours pass and 1 hour fails"
    assert line.failed == "loss.mini_batch loss.random_batches train.converges"


def test_who_has_no_result_has_a_line_with_the_reason(mixed: tuple[Row, ...]) -> None:
    line = page(*mixed).lines[-1]
    assert (line.name, line.link, line.status, line.why) == ("zoe", "", "no result", "which assignment is it for?")


def test_a_line_says_why_an_answer_never_came(
    notebook: Result, ungradable: Result, partial: Result, changed: Any
) -> None:
    slow = changed(partial, {"train.converges": {"status": "error", "reason": "timeout", "misconception": None}})
    assert [line.why for line in page(row(notebook), row(ungradable), row(slow)).lines] == [
        "The loss of each of the lecture's four rows (stopped with an error)",
        "There is no code that runs in this submission.",
        "After training, 4 hours pass and 1 hour fails (took too long)",
    ]


def test_an_empty_batch_has_a_page() -> None:
    assert "Nothing is graded yet." in render_overview([])
    assert "Nothing is graded yet." in render_overview([row(None)])


def test_nothing_of_a_hostile_submission_is_more_than_text(hostile: Result) -> None:
    name = hostile.submission.name
    text = render_overview([Row(name, "safe", hostile), Row(name, "safe2", None, name)])
    assert not [letter for letter in text if letter != plain(letter)]
    assert text.count("<script") == 1
    assert "{{ 7*7 }}" in text
    assert not re.search(r"<(img|svg onload|a href='java)", text)
    assert all(link.startswith(("#", "reports/")) for link in re.findall(r'<a [^>]*href="([^"]*)"', text))


def test_the_policy_allows_the_page_s_own_style_and_script_alone(perfect: Result) -> None:
    text = render_overview([row(perfect)])
    policy = text[text.index('Policy" content="') + 17 : text.index('">\n<meta name="viewport"')].replace("&#39;", "'")
    digests = [
        base64.b64encode(hashlib.sha256(re.search(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)[1].encode()).digest())  # type: ignore[index]
        for tag in ("style", "script")
    ]
    style, script = (f"'sha256-{digest.decode()}'" for digest in digests)
    assert policy == (
        f"default-src 'none'; style-src {style}; script-src {script}; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )


def test_the_context_is_exactly_the_page(mixed: tuple[Row, ...]) -> None:
    environment = templates.environment()
    sources = [templates.source(environment, name) for name in ("page.html", "index.html")]
    used = set().union(*(jinja2.meta.find_undeclared_variables(environment.parse(source)) for source in sources))
    names = {field.name for field in fields(OverviewPage)}
    assert used - {"draw"} == names  # draw: the macros it imports
    assert set(templates.context_of(page(*mixed))) == names


def test_every_name_of_the_context_is_documented() -> None:
    assert [
        field.name for field in fields(OverviewPage) if f"``{field.name}``" not in (OverviewPage.__doc__ or "")
    ] == []


@pytest.mark.parametrize("block", ["header", "alarm", "facts", "distribution", "rates", "table", "footer"])
def test_a_course_can_override_each_block(perfect: Result, tmp_path: Path, block: str) -> None:
    own = f'{{% extends "grade/index.html" %}}{{% block {block} %}}<p>Own: {{{{ heading }}}}</p>{{% endblock %}}'
    text = render_overview([row(perfect)], [write_files(tmp_path, {"index.html": own})])
    assert "<p>Own: Logistic regression</p>" in text
    assert text.count("</main>") == 1


def test_a_block_of_a_course_can_draw_with_our_macros(perfect: Result, tmp_path: Path) -> None:
    own = '{% extends "grade/index.html" %}{% block footer %}{{ draw.badge("right", "mine") }}{% endblock %}'
    text = render_overview([row(perfect)], [write_files(tmp_path, {"index.html": own})])
    assert '<span class="badge right"><span aria-hidden="true">✓</span> mine</span>' in text


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"index.html": "\n{{ row }}"}, "index.html, line 2: 'row' is undefined"),
        ({"index.js": "</script>"}, "index.js: it cannot hold `</script`"),
    ],
)
def test_a_broken_template_is_the_course_s_error(perfect: Result, tmp_path: Path, files: Any, told: str) -> None:
    with pytest.raises(CourseError, match=re.escape(told)):
        render_overview([row(perfect)], [write_files(tmp_path, files)])
