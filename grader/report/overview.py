"""The overview of a batch as one self-contained page: what a teacher wants to know first, then every submission."""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from grader.model import CheckResult, Result, Row
from grader.report.findings import Finding, findings, kind_of, status_words
from grader.report.numbers import points
from grader.report.plain import LINE_LIMIT, cut, plain_line
from grader.report.templates import context_of, environment, explained, policy, script, stylesheet

BINS = 20
_LINE_KINDS = {"full marks": "right", "points lost": "partly", "ungradable": "wrong", "grader failed": "open"}
_MARKS = {"passed": "·", "partial": "~", "skipped": "–", "internal_error": "!"}


@dataclass(frozen=True)
class Bar:
    """A bar of the distribution: ``count`` submissions between ``low`` and ``high`` percent of the points.

    ``x``, ``y``, ``width`` and ``height`` are its place in a drawing of 100 by 100.
    """

    low: int
    high: int
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class CheckRate:
    """How a check went: counts of submissions, and the mistake named most often (``mistake``, ``times``)."""

    id: str
    title: str
    passed: int
    partial: int
    failed: int
    open: int
    percent: int
    mistake: str
    times: int


@dataclass(frozen=True)
class AssignmentRates:
    """The checks of one assignment."""

    title: str
    graded: int
    checks: tuple[CheckRate, ...]


@dataclass(frozen=True)
class Line:
    """A submission in the table. ``link`` leads to its report ("" when there is none); ``value`` is its share of the
    points, for sorting; ``why`` says what happened, or which check lost the most points; ``marks`` has one sign a
    check; ``told`` says them in words; ``failed`` and ``mistakes`` are what it can be filtered by."""

    name: str
    link: str
    score: str
    value: float
    of: str
    status: str
    kind: str
    why: str
    marks: str
    told: str
    failed: str
    mistakes: str
    seconds: str


@dataclass(frozen=True)
class OverviewPage:
    """Everything ``index.html`` can use, by these names. Nothing else is defined there.

    ``title``: of the document · ``style``, ``script``, ``policy``: the stylesheet, the script and the content
    security policy that allows them · ``heading``: the assignments · ``facts``: pairs of a word and a number ·
    ``counted``: which submissions count as zero, or "" ·
    ``alarm``: what the teacher must look at, or "" · ``bars``: the distribution, ``distribution``: the
    same in words · ``rates``: the checks, by assignment · ``statuses``, ``mistakes``,
    ``failing``: what the table can be filtered by · ``lines``: the table.
    """

    title: str
    style: Markup
    script: Markup
    policy: str
    heading: str
    facts: tuple[tuple[str, str], ...]
    counted: str
    alarm: str
    bars: tuple[Bar, ...]
    distribution: str
    rates: tuple[AssignmentRates, ...]
    statuses: tuple[str, ...]
    mistakes: tuple[str, ...]
    failing: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


def render_overview(rows: Sequence[Row], template_folders: Sequence[Path] = ()) -> str:
    """The overview of *rows*. Templates are taken from *template_folders* first.

    Raises CourseError when a template is broken.
    """
    templates = environment(template_folders)
    with explained("index.html", OverviewPage):
        style, code = stylesheet(templates, "report.css", "index.css"), script(templates, "index.js")
        page = overview_page(rows, style=style, code=code, policy=policy(style, code))
        return templates.get_template("index.html").render(context_of(page))


def overview_page(rows: Sequence[Row], *, style: str, code: str, policy: str) -> OverviewPage:
    """The page of *rows*; every text of a submission inert."""
    results = [row.result for row in rows if row.result is not None]
    lines = tuple(_line(row) for row in rows)
    rates = tuple(_rates(results))
    bars = _bars([_percent(result) for result in results if result.status != "internal_error" and result.max_score])
    heading = ", ".join(dict.fromkeys(_short(result.assignment.title) for result in results)) or "No results"
    return OverviewPage(
        title=f"{len(rows)} submissions · {heading}",
        style=Markup(style),
        script=Markup(code),
        policy=policy,
        heading=heading,
        facts=_facts(rows, results),
        counted=_counted(results),
        alarm=_alarm(rows, results),
        bars=bars,
        distribution=_in_words(bars),
        rates=rates,
        statuses=tuple(dict.fromkeys(sorted(line.status for line in lines))),
        mistakes=tuple(sorted({mistake for line in lines for mistake in line.mistakes.split()})),
        failing=tuple(dict.fromkeys((check.id, check.title) for group in rates for check in group.checks)),
        lines=lines,
    )


# ---------------------------------------------------------------- the facts


def _facts(rows: Sequence[Row], results: Sequence[Result]) -> tuple[tuple[str, str], ...]:
    kinds = Counter(_status(row) for row in rows)
    judged = [result for result in results if result.status != "internal_error" and result.max_score]
    maxima = {result.max_score for result in judged}
    facts = [("submissions", str(len(rows)))]
    if len(maxima) == 1:
        scores = [result.score for result in judged]
        of = f" of {points(maxima.pop())}"
        facts += [
            ("mean", points(round(statistics.fmean(scores), 2)) + of),
            ("median", points(round(statistics.median(scores), 2)) + of),
        ]
    elif judged:
        facts.append(("mean", f"{round(statistics.fmean(map(_percent, judged)))}%"))
    return (*facts, *((word, str(count)) for word, count in kinds.most_common()))


def _counted(results: Sequence[Result]) -> str:
    count = sum(result.status == "ungradable" for result in results)
    if not count:
        return ""
    who = f"The {count} ungradable submissions count" if count > 1 else "The ungradable submission counts"
    return f"{who} as 0 points in the mean, the distribution and the rates of the checks."


def _alarm(rows: Sequence[Row], results: Sequence[Result]) -> str:
    broken = [_short(result.submission.name) for result in results if result.status == "internal_error"]
    without = [_short(row.name) for row in rows if row.result is None]
    told = []
    if broken:
        told.append(f"The grader failed at {_some(broken)}: no fault of theirs. Their points are still to be decided.")
    if without:
        told.append(f"There is no result for {_some(without)}; the table says why.")
    return " ".join(told)


def _some(names: Sequence[str], shown: int = 3) -> str:
    more = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {more} more" if more > 0 else "")


# ---------------------------------------------------------------- distribution and checks


def _bars(shares: Sequence[float]) -> tuple[Bar, ...]:
    counts = Counter(min(int(share * BINS / 100), BINS - 1) for share in shares)
    highest = max(counts.values(), default=1)
    width = 100 / BINS
    return tuple(
        Bar(
            low=round(number * width),
            high=round((number + 1) * width),
            count=counts[number],
            x=round(number * width + width * 0.06, 2),
            y=round(100 - 100 * counts[number] / highest, 2),
            width=round(width * 0.88, 2),
            height=round(100 * counts[number] / highest, 2),
        )
        for number in range(BINS)
    )


def _in_words(bars: Sequence[Bar]) -> str:
    told = [f"{bar.count} between {bar.low} and {bar.high}%" for bar in bars if bar.count]
    return f"Submissions by their share of the points: {', '.join(told)}." if told else "Nothing is graded yet."


def _rates(results: Sequence[Result]) -> Iterable[AssignmentRates]:
    by_assignment: dict[str, list[Result]] = {}
    for result in results:
        if result.status != "internal_error":
            by_assignment.setdefault(result.assignment.name, []).append(result)
    for group in by_assignment.values():
        by_check: dict[str, list[CheckResult]] = {}
        for result in group:
            for check in result.checks:
                by_check.setdefault(check.id, []).append(check)
        yield AssignmentRates(_short(group[0].assignment.title), len(group), tuple(map(_rate, by_check.values())))


def _rate(checks: Sequence[CheckResult]) -> CheckRate:
    counts = Counter(kind_of(check) for check in checks)
    mistakes = Counter(check.misconception for check in checks if check.misconception and check.status != "passed")
    mistake, times = next(iter(mistakes.most_common(1)), ("", 0))
    return CheckRate(
        id=_short(checks[0].id),
        title=_short(checks[0].title),
        passed=counts["right"],
        partial=counts["partly"],
        failed=counts["wrong"],
        open=counts["open"],
        percent=round(100 * counts["right"] / len(checks)),
        mistake=_short(mistake or ""),
        times=times,
    )


# ---------------------------------------------------------------- the table


def _line(row: Row) -> Line:
    result = row.result
    if result is None:
        return Line(_short(row.name), "", "–", -1.0, "", "no result", "open", _short(row.problem), "", "", "", "", "")
    kinds = Counter(status_words(check) for check in result.checks)
    mistakes = dict.fromkeys(check.misconception for check in result.checks if check.misconception)
    return Line(
        name=_short(row.name),
        link=f"reports/{quote(row.file)}.html",
        score=points(result.score),
        value=_percent(result),
        of=points(result.max_score),
        status=_status(row),
        kind=_LINE_KINDS[_status(row)],
        why=_short(result.message or _why(findings(result))),
        marks="".join(_MARKS.get(check.status, "✗") for check in result.checks),
        told=", ".join(f"{count} {words}" for words, count in kinds.most_common()),
        failed=" ".join(_short(check.id) for check in result.checks if check.status != "passed"),
        mistakes=" ".join(_short(mistake) for mistake in mistakes),
        seconds=f"{result.duration_s:.1f}",
    )


def _why(found: Sequence[Finding]) -> str:
    """What lost the most points."""
    if not found:
        return ""
    check = found[0].first
    return f"{check.title} ({status_words(check)})" if check.status == "error" else check.title


def _status(row: Row) -> str:
    if row.result is None:
        return "no result"
    if row.result.status == "ungradable":
        return "ungradable"
    if row.result.status == "internal_error":
        return "grader failed"
    return "full marks" if row.result.score >= row.result.max_score else "points lost"


def _percent(result: Result) -> float:
    return round(100 * min(1.0, max(0.0, result.score / result.max_score)), 2) if result.max_score else 0.0


def _short(text: str) -> str:
    return cut(plain_line(text), LINE_LIMIT)
