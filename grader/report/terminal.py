"""The summary a student reads in the terminal: what is wrong first, what is right, and the one next step."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.model import CheckResult, FileReport, Output, Result
from grader.report.findings import (
    Finding,
    excerpts_of,
    failed_files,
    findings,
    ignored_files,
    ignored_files_matter,
    next_step,
    place,
    right,
    tally,
    tells_hint,
    warns,
)
from grader.report.numbers import points, score_of
from grader.report.plain import cut, inert, plain_line

MARKS = {"passed": "✓", "partial": "~", "failed": "✗", "error": "✗", "skipped": "–", "internal_error": "!"}
_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_COLOURS = {"passed": "green", "partial": "yellow", "skipped": "dim", "internal_error": "yellow"}
_SEVERAL = {
    "partial": "are partly right",
    "failed": "fail",
    "error": "got no answer",
    "skipped": "were not made",
    "internal_error": "broke in the grader",
}
_MESSAGE_LIMIT = 800
_OUTPUT_LIMIT = 4_000
_TITLES_LISTED = 12


@dataclass(frozen=True)
class _Pen:
    """Lays out text for one terminal. Colours come after wrapping, so that they count for nothing."""

    color: bool
    width: int

    def paint(self, text: str, *styles: str) -> str:
        if not self.color or not text:
            return text
        return f"\x1b[{';'.join(_STYLES[style] for style in styles)}m{text}\x1b[0m"

    def wrap(self, text: str, indent: str = "", first: str | None = None) -> list[str]:
        """*text* in lines that fit, each behind *indent*; the first behind *first* when it is given."""
        start, lines = indent if first is None else first, []
        for line in text.expandtabs(4).split("\n"):
            lines += textwrap.wrap(
                line,
                self.width,
                initial_indent=start,
                subsequent_indent=indent + line[: len(line) - len(line.lstrip())],
                break_on_hyphens=False,
            )
            start = indent if lines else start
        return lines

    def fit(self, line: str) -> str:
        """*line*, cut so that it fits: code is never wrapped."""
        return line if len(line) <= self.width else line[: self.width - 1] + "…"


def summary(result: Result, *, color: bool, verbosity: int = 0, width: int = 80, report: str | None = None) -> str:
    """*result* for a terminal of *width* columns, without a last line feed.

    *verbosity*: -1 gives one line, 0 the summary, 1 every check, where things were found and what was printed.
    *report* is the path of the report that was written. Everything from the submission is inert.
    """
    if verbosity < 0:
        return _no_command(in_one_line(result))
    safe = inert(result, limit=_MESSAGE_LIMIT)
    blocks = _blocks(_Pen(color, max(width, 30)), safe, verbosity, report)
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return "\n".join(_no_command(line) for line in text.split("\n"))


def in_one_line(result: Result) -> str:
    """The points, the submission's name, and the first thing that is wrong, or why nothing could be graded."""
    safe = inert(result, limit=_MESSAGE_LIMIT)
    line = f"{score_of(safe.score, safe.max_score)}  {safe.submission.name}"
    if safe.status != "graded" and safe.message:
        return f"{line} · {'ungradable' if safe.status == 'ungradable' else 'the grader failed'}: {safe.message}"
    first = next(iter(findings(safe)), None)
    return f"{line} · {first.first.title}" if first else line


def _blocks(pen: _Pen, result: Result, verbosity: int, report: str | None) -> list[list[str]]:
    found = findings(result)
    blocks = [_heading(pen, result), _whole(pen, result)]
    blocks += [_finding(pen, result, finding, found[:i]) for i, finding in enumerate(found)]
    blocks += [_warning(pen, check) for check in result.checks if warns(check)]
    blocks += [_every_check(pen, result) if verbosity > 0 else _right(pen, right(result))]
    blocks += [_files(pen, result, everything=verbosity > 0), _notes(pen, result)]
    if verbosity > 0:
        blocks += [_entry_points(pen, result), _sandbox(pen, result), *_output(pen, result.output)]
    return [*blocks, _ending(pen, result, report)]


def _heading(pen: _Pen, result: Result) -> list[str]:
    names = pen.wrap(f"{result.assignment.title} · {result.submission.name}")
    good = result.score >= result.max_score and result.status == "graded"
    score = pen.paint(score_of(result.score, result.max_score), "bold", "green" if good else "cyan")
    told = pen.wrap(tally(result), "  ", "")
    lines = [f"{score}   {pen.paint(told[0], 'dim')}", *(pen.paint(line, "dim") for line in told[1:])]
    return [*names, *lines]


def _whole(pen: _Pen, result: Result) -> list[str]:
    """What there is to say of the submission as a whole, unless a finding says the very same."""
    if not result.message or any(check.message == result.message for check in result.checks):
        return []
    return pen.wrap(result.message)


def _finding(pen: _Pen, result: Result, finding: Finding, earlier: Sequence[Finding]) -> list[str]:
    """What is not right. Lines and a hint that an earlier finding showed are not repeated."""
    check = finding.first
    lines = _check_line(pen, check, _title(finding), f"{points(finding.score)} of {points(finding.max_score)}")
    lines += pen.wrap(check.message, "    ")
    if 1 < len(finding.checks) < len(result.checks):
        lines += [pen.paint(line, "dim") for line in pen.wrap(_titles(finding), "      ", "    These: ")]
    quoted = any(other.first.location == check.location for other in earlier)
    lines += _quote(pen, result, check, lines_too=not quoted)
    if check.hint and not tells_hint(result, finding) and all(other.first.hint != check.hint for other in earlier):
        lines += pen.wrap(check.hint, "      ", "    → ")
    return lines


def _title(finding: Finding) -> str:
    count = len(finding.checks)
    return finding.first.title if count == 1 else f"{count} checks {_SEVERAL[finding.first.status]} for the same reason"


def _titles(finding: Finding) -> str:
    return "; ".join(check.title for check in finding.checks)


def _check_line(pen: _Pen, check: CheckResult, title: str, tail: str) -> list[str]:
    """The mark and the title, the points at the right edge."""
    narrow = _Pen(pen.color, pen.width - len(tail) - 2)
    first, *rest = narrow.wrap(title or check.id, "  ", f"{MARKS[check.status]} ") or [MARKS[check.status]]
    gap = " " * (pen.width - len(first) - len(tail))
    styles = (_COLOURS.get(check.status, "red"), *(() if check.status == "passed" else ("bold",)))
    return [f"{pen.paint(first, *styles)}{gap}{pen.paint(tail, 'dim')}", *(pen.paint(line, *styles) for line in rest)]


def _quote(pen: _Pen, result: Result, check: CheckResult, *, lines_too: bool) -> list[str]:
    """Where it is, and the student's marked lines."""
    if check.location is None:
        return []
    lines = [pen.paint(line, "cyan") for line in pen.wrap(place(check.location), "    ")]
    for excerpt in excerpts_of(result, check)[: 1 if lines_too else 0]:
        for mark in excerpt.marks[:3]:
            if 0 <= mark - excerpt.first_line < len(excerpt.lines):
                code = excerpt.lines[mark - excerpt.first_line].expandtabs(4)
                lines.append(pen.fit(f"    {mark:>5} │ {code}"))
    return lines


def _warning(pen: _Pen, check: CheckResult) -> list[str]:
    title = f"{check.title} (right, no points lost)"
    told = " ".join(text for text in (check.message, check.hint) if text)
    return [*pen.wrap(title, "  ", "• "), *pen.wrap(told, "    ")]


def _right(pen: _Pen, checks: list[CheckResult]) -> list[str]:
    if len(checks) <= _TITLES_LISTED:
        return [line for check in checks for line in _check_line(pen, check, check.title, points(check.score))]
    return pen.wrap(f"{len(checks)} checks: {', '.join(check.id for check in checks)}", "  ", "✓ ")


def _every_check(pen: _Pen, result: Result) -> list[str]:
    lines = [pen.paint("Every check", "bold")]
    for check in result.checks:
        tail = f"{score_of(check.score, check.max_score).replace(' / ', ' of ')}  {check.duration_s:6.2f} s"
        lines += _check_line(pen, check, f"{check.id}  {check.title}", tail)
        lines += [pen.paint(line, "dim") for line in pen.wrap(check.message, "    ")]
    return lines


def _files(pen: _Pen, result: Result, *, everything: bool) -> list[str]:
    lines = [line for file in failed_files(result) for line in _file(pen, file, "did not run to its end")]
    if everything or ignored_files_matter(result):
        left_out = ignored_files(result)
        shown = left_out if everything else left_out[:6]
        lines += [line for file in shown for line in _file(pen, file, "left out")]
        if more := len(left_out) - len(shown):
            lines += pen.wrap(f"… and {more} more left out", "  ")
    return lines


def _file(pen: _Pen, file: FileReport, what: str) -> list[str]:
    """A file and why. Further lines of the reason are code with a caret below, so they keep their columns."""
    why, *code = file.why.split("\n")
    lines = pen.wrap(f"{file.path} {what}: {why}" if why else f"{file.path} {what}", "    ", "• ")
    return lines + [pen.fit(f"    │ {line.expandtabs(4)}") for line in code[:12]]


def _notes(pen: _Pen, result: Result) -> list[str]:
    return [line for note in result.notes for line in pen.wrap(note, "  ", "• ")]


def _entry_points(pen: _Pen, result: Result) -> list[str]:
    lines = [pen.paint("Found in your code", "bold")] if result.entry_points else []
    for name, found in result.entry_points.items():
        where = f"{found.name} ({found.form}), {place(found)}" if found else "not found"
        lines += pen.wrap(f"{name}: {where}", "    ", "  ")
    return lines


def _sandbox(pen: _Pen, result: Result) -> list[str]:
    layers = [
        layer.name if layer.active else f"no {layer.name}{f' ({layer.note})' if layer.note else ''}"
        for layer in result.sandbox.layers
    ]
    told = f"{result.sandbox.level}{': ' if layers else ''}{', '.join(layers)}"
    where = result.environment
    versions = f"Python {where.python}, torch {where.torch}, {where.platform}, seed {where.seed}"
    return [*pen.wrap(told, "  ", "Sandbox "), *pen.wrap(versions, "  "), f"Graded in {result.duration_s:.1f} s"]


def _output(pen: _Pen, output: Output) -> Iterable[list[str]]:
    for name, text in (("printed", output.stdout), ("wrote to stderr", output.stderr)):
        if text.strip():
            shown = cut(text.rstrip("\n"), _OUTPUT_LIMIT).split("\n")
            cut_short = " (cut short)" if output.truncated else ""
            title = pen.paint(f"What your code {name}{cut_short}", "bold")
            yield [title, *(pen.fit(f"  │ {line.expandtabs(4)}") for line in shown)]


def _ending(pen: _Pen, result: Result, report: str | None) -> list[str]:
    label = "Next step: "
    first, *rest = pen.wrap(next_step(result), "  ", label)
    lines = [pen.paint(label, "bold") + first.removeprefix(label), *rest]
    # A path must stay in one piece to be copied, however long it is.
    return [*lines, f"Report: {plain_line(report)}"] if report else lines


def _no_command(line: str) -> str:
    """*line*, unless a CI runner would obey it: GitHub's reads ``::error ...`` and ``##[...]`` from any output."""
    line = line.replace("##[", "## [")
    return line.replace("::", ": :", 1) if line.lstrip().startswith("::") else line
