"""What the report's templates are given: the result told in the order a student reads it, every text inert."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grader.model import CheckResult, Excerpt, FileReport, Layer, Result, Section
from grader.report.evidence import EvidenceView, view_evidence
from grader.report.findings import (
    excerpts_of,
    failed_files,
    first_cause,
    ignored_files,
    ignored_files_matter,
    kind_of,
    lost,
    next_step,
    place,
    status_words,
    tally,
)
from grader.report.highlight import Word, highlighted
from grader.report.numbers import points, score_of
from grader.report.plain import cut, inert
from grader.report.plot import Plot, plot

_MESSAGE_LIMIT = 4_000
_OUTPUT_LIMIT = 12_000
_FILES_LISTED = 40
RESULT = "result"
_NO_CURVE = "There is no curve yet: it is drawn as soon as your training gives a model."
_NO_CHECK = "Nothing is checked in this step, so it has no points of its own."


@dataclass(frozen=True)
class Line:
    """One of the student's lines, as words in colour; ``marked`` when a check points at it."""

    number: int
    words: tuple[Word, ...]
    marked: bool


@dataclass(frozen=True)
class ExcerptView:
    """Some of the student's lines; ``place`` says where they are from."""

    place: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class CheckView:
    """One check. ``kind`` is right, partly, wrong or open (not judged); ``status`` its words; ``anchor`` its id on the
    page.

    When an earlier check of the page says the same, ``message`` names that one, ``hint`` is "" and ``excerpts`` are
    left out; what the top of the page says is not told again. ``reading`` is the title of the handout's section on
    it, ``reading_id`` the section's id on the page; "" when there is none.
    """

    id: str
    anchor: str
    title: str
    kind: str
    status: str
    points: str
    message: str
    hint: str
    misconception: str | None
    place: str | None
    evidence: EvidenceView
    excerpts: tuple[ExcerptView, ...]
    is_wrong: bool
    reading: str
    reading_id: str


@dataclass(frozen=True)
class SectionView:
    """What a plugin adds, or the handout says: ``html`` is sanitised and safe to insert."""

    id: str
    title: str
    html: str


@dataclass(frozen=True)
class StepView:
    """One step of the assignment: its checks (``right`` and ``total`` count them), curves, and what to read.

    ``nothing`` says why there are neither checks nor curves, or is "".
    """

    id: str
    title: str
    score: str
    right: int
    total: int
    checks: tuple[CheckView, ...]
    plots: tuple[Plot, ...]
    nothing: str
    reading: SectionView | None


@dataclass(frozen=True)
class EntryView:
    """An entry point: what was found where, or nothing."""

    name: str
    found: str
    form: str
    place: str


@dataclass(frozen=True)
class ReportPage:
    """Everything ``report.html`` can use, by these names. Nothing else is defined there.

    ``title``: of the document · ``style``: the stylesheet, ``policy``: the content security policy that allows it
    · ``assignment``, ``submission``: names · ``score``: "8.75 / 10", ``share``: 0 to 100 · ``mood``: done, partly
    or broken · ``message``: of the submission as a whole, or "" · ``next_step``: the one thing to do,
    ``next_check``: the anchor of the check it is about, or "" · ``tally``: "8 of 11 checks are right" · ``steps``:
    of the assignment, each with its checks, the last one with the curves · ``notes`` · ``trouble``: files that
    failed, or were left out while something is missing · ``sections``: of plugins · ``entry_points`` · ``files``:
    some of what was handed in, ``more_files`` counts the rest · ``stdout``, ``stderr``: what was printed,
    ``output_cut``: whether there was more · ``sandbox``: its level, ``layers`` · ``facts``: pairs about where and
    when it was graded.
    """

    title: str
    style: str
    policy: str
    assignment: str
    submission: str
    score: str
    share: float
    mood: str
    message: str
    next_step: str
    next_check: str
    tally: str
    steps: tuple[StepView, ...]
    notes: tuple[str, ...]
    trouble: tuple[FileReport, ...]
    sections: tuple[SectionView, ...]
    entry_points: tuple[EntryView, ...]
    files: tuple[FileReport, ...]
    more_files: int
    stdout: str
    stderr: str
    output_cut: bool
    sandbox: str
    layers: tuple[Layer, ...]
    facts: tuple[tuple[str, str], ...]


def report_page(result: Result, *, style: str, policy: str, to_html: Callable[[str], str]) -> ReportPage:
    """The page of *result*. *to_html* turns a plugin's markdown into safe HTML."""
    safe = inert(result, limit=_MESSAGE_LIMIT)
    score = score_of(safe.score, safe.max_score)
    files = safe.submission.files
    cause = first_cause(safe)
    return ReportPage(
        title=f"{score} · {safe.assignment.title} · {safe.submission.name}",
        style=style,
        policy=policy,
        assignment=safe.assignment.title,
        submission=safe.submission.name,
        score=score,
        share=_share(safe),
        mood=_mood(safe),
        message=safe.message,
        next_step=next_step(safe),
        next_check=_anchor(safe, cause) if cause and safe.status == "graded" else "",
        tally=tally(safe),
        steps=_steps(safe, to_html),
        notes=safe.notes,
        trouble=_trouble(safe),
        sections=tuple(_section(f"section-{i}", section, to_html) for i, section in enumerate(safe.sections, 1)),
        entry_points=_entry_points(safe),
        files=files[:_FILES_LISTED],
        more_files=max(0, len(files) - _FILES_LISTED),
        stdout=cut(safe.output.stdout, _OUTPUT_LIMIT),
        stderr=cut(safe.output.stderr, _OUTPUT_LIMIT),
        output_cut=safe.output.truncated,
        sandbox=safe.sandbox.level,
        layers=safe.sandbox.layers,
        facts=_facts(safe),
    )


def _share(result: Result) -> float:
    return round(100 * min(1, max(0, result.score / result.max_score)), 1) if result.max_score else 0


def _mood(result: Result) -> str:
    if result.status != "graded":
        return "broken"
    return "partly" if lost(result.checks) > 0 else "done"


def _trouble(result: Result) -> tuple[FileReport, ...]:
    left_out = ignored_files(result)[:6] if ignored_files_matter(result) else []
    return (*failed_files(result), *left_out)


def _steps(result: Result, to_html: Callable[[str], str]) -> tuple[StepView, ...]:
    """The declared steps in their order, then steps that only a check names; curves are in the step ``result``."""
    names = list(dict.fromkeys([*result.assignment.steps, *(check.step for check in result.checks)]))
    if result.figures and RESULT not in names:
        names.append(RESULT)
    shown: dict[object, str] = {}
    return tuple(_step(result, f"step-{number}", name, to_html, shown) for number, name in enumerate(names, 1))


def _step(result: Result, id: str, name: str, to_html: Callable[[str], str], shown: dict[object, str]) -> StepView:
    checks = [check for check in result.checks if check.step == name]
    score, max_score = sum(check.score for check in checks), sum(check.max_score for check in checks)
    handout = result.assignment.handout.get(name)
    reading = _section(f"{id}-handout", handout, to_html) if handout else None
    figures = result.figures if name == RESULT else ()
    return StepView(
        id=id,
        title=result.assignment.steps.get(name) or name.replace("_", " ").capitalize(),
        score=score_of(score, max_score) if checks else "",
        right=sum(check.status == "passed" for check in checks),
        total=len(checks),
        checks=tuple(_check(result, check, reading, shown) for check in checks),
        plots=tuple(plot(figure, number) for number, figure in enumerate(figures, 1)),
        nothing="" if checks or figures else _NO_CURVE if name == RESULT else _NO_CHECK,
        reading=reading,
    )


def _section(id: str, section: Section, to_html: Callable[[str], str]) -> SectionView:
    return SectionView(id, section.title, to_html(section.markdown))


def _check(result: Result, check: CheckResult, reading: SectionView | None, shown: dict[object, str]) -> CheckView:
    new = [excerpt for excerpt in excerpts_of(result, check) if excerpt not in shown]
    told = (check.message, check.hint)
    message, hint = _still_to_tell(result, told, shown)
    shown |= dict.fromkeys([*new, told], check.title) | shown
    return CheckView(
        id=check.id,
        anchor=_anchor(result, check),
        title=check.title,
        kind=kind_of(check),
        status=status_words(check),
        points=f"{points(check.score)} of {points(check.max_score)}",
        message=message,
        hint=hint,
        misconception=check.misconception,
        place=place(check.location) if check.location else None,
        evidence=view_evidence(check.evidence),
        excerpts=tuple(map(_excerpt, new)),
        is_wrong=check.status != "passed",
        reading=reading.title if reading else "",
        reading_id=reading.id if reading else "",
    )


def _still_to_tell(result: Result, told: tuple[str, str], shown: Mapping[object, str]) -> tuple[str, str]:
    """Message and hint of a check, or less when the top of the page or an earlier check says the same."""
    if result.message and told[0] == result.message:
        return "", ""
    return (f"The same as at “{shown[told]}”.", "") if any(told) and told in shown else told


def _anchor(result: Result, check: CheckResult) -> str:
    return f"check-{result.checks.index(check) + 1}"


def _excerpt(excerpt: Excerpt) -> ExcerptView:
    cell = "" if excerpt.cell is None else f", cell {excerpt.cell}"
    words = highlighted([text.expandtabs(4) for text in excerpt.lines])
    lines = tuple(Line(number, text, number in excerpt.marks) for number, text in enumerate(words, excerpt.first_line))
    return ExcerptView(f"{excerpt.file}{cell}", lines)


def _entry_points(result: Result) -> tuple[EntryView, ...]:
    return tuple(
        EntryView(name, found.name, found.form, place(found)) if found else EntryView(name, "", "", "")
        for name, found in result.entry_points.items()
    )


def _facts(result: Result) -> tuple[tuple[str, str], ...]:
    where = result.environment
    return (
        ("Graded", f"{result.started_at[:19].replace('T', ' ')} in {result.duration_s:.1f} s"),
        ("Grader", f"{result.grader}, Python {where.python}, torch {where.torch}"),
        ("Machine", where.platform),
        ("Seed", str(where.seed)),
        ("Assignment", f"{result.assignment.name}, digest {result.assignment.digest}"),
        ("Submission", f"digest {result.submission.digest}"),
    )
