"""What GitHub Actions shows of a result: annotations on the student's lines, a summary of the step, its outputs.

A runner reads commands from whatever is printed (``::error file=...::...``). Ours are escaped; everything else that
is printed stands between ``::stop-commands::TOKEN`` and ``::TOKEN::``, with a token no submission can know.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from grader.model import CheckResult, Location, Result
from grader.report.findings import Finding, findings, next_step, place, status_words, warns
from grader.report.numbers import points, score_of
from grader.report.plain import inert

MOST = 10  # of errors, and of warnings, that GitHub shows of a step
SUMMARY_BYTES = 900_000  # GitHub takes a mebibyte
_LIMIT = 2_000
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~>@:/-])")


@dataclass(frozen=True)
class Graded:
    """A result and where its submission lies below the repository's root; None for what has no files there."""

    result: Result
    folder: str | None


# ---------------------------------------------------------------- annotations


def annotations(graded: Sequence[Graded]) -> list[str]:
    """Workflow commands, the largest loss first: no more than GitHub shows, and one that counts the rest."""
    errors: list[tuple[float, str]] = []
    warnings: list[tuple[float, str]] = []
    for one in graded:
        safe = inert(one.result, limit=_LIMIT)
        for finding in findings(safe):
            kind = "error" if finding.score == 0 and finding.first.status != "skipped" else "warning"
            (errors if kind == "error" else warnings).append((finding.lost, _of_finding(kind, finding, one.folder)))
        warnings += [(0.0, _of_check("warning", check, one.folder)) for check in safe.checks if warns(check)]
    shown = [command for kind in (errors, warnings) for _, command in sorted(kind, key=lambda item: -item[0])[:MOST]]
    left_out = max(0, len(errors) - MOST) + max(0, len(warnings) - MOST)
    return shown + (
        [_command("notice", {"title": "grade"}, f"and {left_out} more; see the report")] if left_out else []
    )


def _of_finding(kind: str, finding: Finding, folder: str | None) -> str:
    first = finding.first
    others = "".join(f"\nThe same: {check.title}" for check in finding.checks[1:])
    title = f"{first.title} ({points(finding.score)} of {points(finding.max_score)})"
    return _command(kind, _place(first.location, folder) | {"title": title}, _told(first) + others)


def _of_check(kind: str, check: CheckResult, folder: str | None) -> str:
    return _command(kind, _place(check.location, folder) | {"title": f"{check.title} (no points lost)"}, _told(check))


def _told(check: CheckResult) -> str:
    where = place(check.location) if check.location and check.location.cell is not None else ""
    return "\n".join(filter(None, (check.message or status_words(check), check.hint, where)))


def _place(location: Location | None, folder: str | None) -> dict[str, str]:
    """The file below the repository's root, and the line; a notebook's file has no line that a reader would know."""
    if location is None or folder is None:
        return {}
    file = {"file": f"{folder}/{location.file}".lstrip("/") if folder else location.file}
    return file if location.cell is not None else file | {"line": str(location.line), "endLine": str(location.line)}


def _command(kind: str, properties: dict[str, str], message: str) -> str:
    told = ",".join(f"{key}={_escaped(value, more={':': '%3A', ',': '%2C'})}" for key, value in properties.items())
    return f"::{kind} {told}::{_escaped(message)}" if told else f"::{kind}::{_escaped(message)}"


def _escaped(text: str, more: dict[str, str] | None = None) -> str:
    for letter, code in ({"%": "%25", "\r": "%0D", "\n": "%0A"} | (more or {})).items():
        text = text.replace(letter, code)
    return text


def without_commands(text: str) -> str:
    """*text* so that the runner obeys nothing in it."""
    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n{text}\n::{token}::"


# ---------------------------------------------------------------- the step's summary and outputs


def summary(graded: Sequence[Graded]) -> str:
    """Markdown for ``GITHUB_STEP_SUMMARY``; what a submission says is in it as text only."""
    parts = (_of_result(inert(one.result, limit=_LIMIT)) for one in graded)
    whole = "\n".join(parts).encode()
    if len(whole) <= SUMMARY_BYTES:
        return whole.decode()
    return whole[:SUMMARY_BYTES].decode(errors="ignore") + "\n\n(cut short; see the report)\n"


def _of_result(result: Result) -> str:
    lines = [
        f"## {score_of(result.score, result.max_score)} · {_text(result.assignment.title)}",
        f"{_text(result.submission.name)} · **Next step:** {_text(next_step(result))}",
        "| | check | points |\n|---|---|---|\n" + "\n".join(map(_row, result.checks)),
        *(_found(finding) for finding in findings(result)),
    ]
    return "\n\n".join(lines) + "\n"


def _row(check: CheckResult) -> str:
    mark = {"passed": "✅", "partial": "🟡", "skipped": "⚪", "internal_error": "❗"}.get(check.status, "❌")
    title = _text(check.title)
    return f"| {mark} {status_words(check)} | {title} | {points(check.score)} of {points(check.max_score)} |"


def _found(finding: Finding) -> str:
    check = finding.first
    where = f" ({_text(place(check.location))})" if check.location else ""
    hint = f" **What to do:** {_text(check.hint)}" if check.hint else ""
    return f"- **{_text(check.title)}**{where}: {_text(check.message or status_words(check))}{hint}"


def _text(text: str) -> str:
    """*text* on one line as markdown that shows it as it is: no markup, link, image, mention or HTML."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")
    # GitHub links bare addresses and mentions by itself; an entity in the middle of them keeps them text.
    return _MARKDOWN.sub(lambda found: f"&#{ord(found[0])};", escaped.replace("&", "\0")).replace("\0", "&")


def outputs(graded: Sequence[Graded], reports: Sequence[str | None]) -> str:
    """Lines for ``GITHUB_OUTPUT``: of the first submission, which is the only one in a student's repository."""
    result, report = graded[0].result, reports[0] or ""
    values = {
        "score": points(result.score),
        "max_score": points(result.max_score),
        "status": result.status,
        "report": report,
    }
    return "".join(_output(name, value) for name, value in values.items())


def _output(name: str, value: str) -> str:
    end = secrets.token_hex(16)
    return f"{name}<<{end}\n{value}\n{end}\n"
