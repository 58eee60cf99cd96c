"""What a report says of a result, and in which order: shared by the terminal and the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.model import CheckResult, CheckStatus, Excerpt, FileReport, FoundEntryPoint, Location, Reason, Result
from grader.report.numbers import points

_STATUS_WORDS: dict[CheckStatus, str] = {
    "passed": "right",
    "partial": "partly right",
    "failed": "wrong",
    "error": "stopped with an error",
    "skipped": "not checked",
    "internal_error": "the grader's fault",
}
_REASON_WORDS: dict[Reason, str] = {
    "timeout": "took too long",
    "memory": "used too much memory",
    "crash": "crashed",
    "exit": "ended the program",
    "missing": "not found",
    "protocol": "no usable answer",
}
_KINDS: dict[CheckStatus, str] = {"passed": "right", "partial": "partly", "skipped": "open", "internal_error": "open"}


@dataclass(frozen=True)
class Finding:
    """Checks that are not right for one and the same reason (most often one check)."""

    checks: tuple[CheckResult, ...]

    @property
    def first(self) -> CheckResult:
        return self.checks[0]

    @property
    def lost(self) -> float:
        return lost(self.checks)

    @property
    def score(self) -> float:
        return sum(check.score for check in self.checks)

    @property
    def max_score(self) -> float:
        return sum(check.max_score for check in self.checks)

    @property
    def is_consequence(self) -> bool:
        """Whether something else is to blame: another check, or the grader."""
        return self.first.status in ("skipped", "internal_error") or self.first.reason == "prerequisite"


def status_words(check: CheckResult) -> str:
    """What came of a check, in two or three words."""
    if check.status in ("failed", "error") and check.reason in _REASON_WORDS:
        return _REASON_WORDS[check.reason]
    return _STATUS_WORDS[check.status]


def kind_of(check: CheckResult) -> str:
    """What came of a check, for a page to colour: right, partly, wrong or open (not judged)."""
    return _KINDS.get(check.status, "wrong")


def lost(checks: Iterable[CheckResult]) -> float:
    """The points these checks could have given and did not."""
    return sum(check.max_score - check.score for check in checks)


def findings(result: Result) -> list[Finding]:
    """What is not right: causes before consequences, the largest loss first.

    A wrong number or an exception without a name comes behind whatever is wrong in an earlier step, and behind a
    known mistake in its own: these most often explain it.
    """
    groups: dict[tuple[object, ...], list[CheckResult]] = {}
    for check in result.checks:
        if check.status != "passed":
            groups.setdefault((check.status, check.reason, check.message or check.id), []).append(check)
    found = [Finding(tuple(group)) for group in groups.values()]
    steps = list(dict.fromkeys(check.step for check in result.checks))
    wrong = min((steps.index(each.first.step) for each in found if not each.is_consequence), default=len(steps))
    named = min((steps.index(each.first.step) for each in found if each.first.misconception), default=len(steps))

    def order(each: Finding) -> tuple[bool, bool, float]:
        step = steps.index(each.first.step)
        return each.is_consequence, _is_unnamed(each) and (step > wrong or step >= named), -each.lost

    return sorted(found, key=order)


def _is_unnamed(finding: Finding) -> bool:
    """Whether the numbers are wrong, or not there, and nobody knows why."""
    return finding.first.reason in (None, "exception", "missing") and not finding.first.misconception


def right(result: Result) -> list[CheckResult]:
    """The checks that passed, in declared order."""
    return [check for check in result.checks if check.status == "passed"]


def tally(result: Result) -> str:
    """How many checks are right; where some are hidden, also how the points of a report add up."""
    counted = f"{len(right(result))} of {len(result.checks)} checks are right"
    hidden = [check for check in result.checks if check.id in result.assignment.hidden]
    if not hidden:
        return counted
    shown = [check for check in result.checks if check.id not in result.assignment.hidden]
    (got, most), (hidden_got, hidden_most) = map(_sums, (shown, hidden))
    return f"{counted} · visible {got} of {most} points; hidden checks count {hidden_most}, of which {hidden_got}"


def _sums(checks: Sequence[CheckResult]) -> tuple[str, str]:
    return points(sum(check.score for check in checks)), points(sum(check.max_score for check in checks))


def warns(check: CheckResult) -> bool:
    """Whether a passed check has something to say that costs nothing."""
    return check.status == "passed" and bool(check.misconception or check.hint)


def failed_files(result: Result) -> list[FileReport]:
    return [file for file in result.submission.files if file.status == "failed"]


def ignored_files(result: Result) -> list[FileReport]:
    return [file for file in result.submission.files if file.status == "ignored"]


def ignored_files_matter(result: Result) -> bool:
    """Whether what was left out may be what the student meant to hand in: something was not found."""
    return result.status == "ungradable" or any(found is None for found in result.entry_points.values())


def place(location: Location | FoundEntryPoint) -> str:
    """``hw.py:21``, in a notebook ``hw.ipynb cell 3, line 2``."""
    if location.cell is None:
        return f"{location.file}:{location.line}"
    return f"{location.file} cell {location.cell}, line {location.line}"


def excerpts_of(result: Result, check: CheckResult) -> list[Excerpt]:
    """The student's lines this check points at."""
    return [excerpt for excerpt in result.excerpts if check.id in excerpt.checks]


def first_cause(result: Result) -> CheckResult | None:
    """The check to look at now; None when no points are lost."""
    return next((finding.first for finding in findings(result) if finding.lost > 0), None)


def next_step(result: Result) -> str:
    """The one thing to do now."""
    if result.status == "internal_error":
        return "The grader itself failed, which is not your fault. Send this report to your teacher."
    cause = first_cause(result)
    if not cause and failed_files(result):
        return f"All points are there; still, {failed_files(result)[0].path} did not run to its end. See why above."
    if not cause:
        return "Nothing is left to fix. Hand it in."
    if cause.status == "internal_error":
        return "What is missing is the grader's fault, not yours. Send this report to your teacher."
    return _first_fix(result, cause)


def _first_fix(result: Result, check: CheckResult) -> str:
    where = f"In {place(check.location)}: " if check.location else ""
    if check.hint:
        return where + check.hint
    broken = failed_files(result)
    if broken and (result.status == "ungradable" or check.reason == "missing"):
        return f"Repair {broken[0].path}, so that it runs to its end, and grade again."
    if result.status == "ungradable":
        return "Put your code into a .py or .ipynb file that runs to its end, and grade again."
    return f"{where}{'make' if where else 'Make'} this true first: {check.title.rstrip('.')}."


def tells_hint(result: Result, finding: Finding) -> bool:
    """Whether ``next_step`` already gives this finding's hint."""
    hint = finding.first.hint
    return bool(hint) and next_step(result).endswith(hint)
