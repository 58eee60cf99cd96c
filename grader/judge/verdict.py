"""Run one check and turn what came of it into a CheckResult."""

import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from grader import wire
from grader.api import Check, CheckFailed, number
from grader.judge.diagnosis import Diagnosis, Named
from grader.judge.explain import Trouble, explain
from grader.judge.stability import HINT, Unstable
from grader.model import Assignment, CheckResult, CheckSettings, CheckStatus, Detail, EntryPoint, Reason
from grader.sandbox.failed import StudentFailed
from grader.sandbox.submission import StudentSubmission

HIDDEN = "This check is hidden: its details are not shown."
WITHHELD = ("expected", "counterexample", "compared_on", "misconceptions", "answers")


class Graded(Protocol):
    """What is graded: the assignment, its entry points and its reference."""

    @property
    def assignment(self) -> Assignment: ...
    @property
    def entry_points(self) -> tuple[EntryPoint, ...]: ...
    @property
    def reference(self) -> Any: ...


@dataclass(frozen=True)
class Verdict:
    """A check's result, and what its place in the code can be told from.

    ``frames``: where the student's code was when it gave no answer (innermost first). ``patterns``: expressions that
    the misconception it is named for is likely to be. ``detail``: how much a student is told.
    """

    check: Check
    result: CheckResult
    frames: tuple[tuple[str, int], ...] = ()
    patterns: tuple[str, ...] = ()
    detail: Detail = "full"


def judge_check(
    check: Check, subject: Graded, student: StudentSubmission, diagnosis: Diagnosis, troubles: Sequence[Trouble]
) -> Verdict:
    """Run *check* and say what came of it. Nothing the student's code does gets past this."""
    began = time.monotonic()
    entry = next(point for point in subject.entry_points if point.name == check.entry)
    settings = subject.assignment.checks.get(check.id, CheckSettings())
    frames: tuple[tuple[str, int], ...] = ()
    named: Named | None = None
    try:
        check.run(student, subject.reference)
        if diagnosis.stability.of(check) is not None:
            check.run(student.again(), subject.reference)
        result = _result(check, "passed", None, check.points, "")
    except CheckFailed as failed:
        result, named = _explained(check, failed, settings, diagnosis)
    except StudentFailed as failure:
        said = explain(failure, entry, troubles)
        status: CheckStatus = "skipped" if failure.reason == "prerequisite" else "error"
        result = _result(check, status, failure.reason, 0.0, said.message, said.hint)
        frames = failure.frames
        if failure.reason == "missing":
            frames = tuple((trouble.file, trouble.line) for trouble in troubles if trouble.line)[:1]
    except Exception as error:
        result = _result(check, "internal_error", None, 0.0, _grader_fault(check, error))
    result = _told(result, settings.detail, time.monotonic() - began)
    return Verdict(check, result, frames, named.misconceptions[0].patterns if named else (), settings.detail)


def _explained(
    check: Check, failed: CheckFailed, settings: CheckSettings, diagnosis: Diagnosis
) -> tuple[CheckResult, Named | None]:
    """The result of a failed check, and what is behind it. Code that no longer answers leaves it unexplained."""
    try:
        unstable = diagnosis.stability.of(check)
        if unstable is not None:
            return _unstable(check, failed, unstable), None
        named = diagnosis.named(check, failed)
        hint = diagnosis.to_mend_first(check) or failed.hint
        return _failed(check, CheckFailed(failed.message, hint, failed.evidence), settings, named), named
    except StudentFailed:
        return _failed(check, failed, settings, None), None
    except Exception as error:
        return _result(check, "internal_error", None, 0.0, _grader_fault(check, error)), None


def not_run(check: Check, reason: Reason, message: str, hint: str = "") -> CheckResult:
    """The result of a check for which there was nothing to ask."""
    return _result(check, "error", reason, 0.0, message, hint)


def grader_failed(check: Check, message: str) -> CheckResult:
    """The result of a check that the grader could not make."""
    return _result(check, "internal_error", None, 0.0, message)


def _failed(check: Check, failed: CheckFailed, settings: CheckSettings, named: Named | None) -> CheckResult:
    """The check does not hold. Misconceptions that the manifest all gives credit for keep that part of the points."""
    if named is None:
        return _result(check, "failed", None, 0.0, failed.message, failed.hint, None, failed.evidence)
    first, *others = named.misconceptions
    share = min(settings.credit.get(each.id, 0.0) for each in named.misconceptions)
    besides = "".join(f" Besides: {each.sentence}" for each in others)
    return _result(
        check,
        "partial" if share else "failed",
        None,
        round(check.points * share, 6),
        f"{failed.message} {first.sentence}{besides}",
        first.step,
        first.id,
        failed.evidence | named.evidence(),
    )


def _unstable(check: Check, failed: CheckFailed, unstable: Unstable) -> CheckResult:
    """The check does not hold every time: the answers themselves are not to be trusted."""
    message = f"{unstable.message()} {failed.message}"
    return _result(check, "failed", None, 0.0, message, HINT, None, failed.evidence | {"answers": unstable.answers})


def _result(
    check: Check,
    status: CheckStatus,
    reason: Reason | None,
    score: float,
    message: str,
    hint: str = "",
    misconception: str | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> CheckResult:
    return CheckResult(
        check.id,
        check.title,
        check.step,
        status,
        reason,
        score,
        check.points,
        wire.shorten(message),
        hint,
        misconception,
        evidence or None,
        None,
        0.0,
    )


def _told(result: CheckResult, detail: Detail, seconds: float) -> CheckResult:
    """What the student is told of *result*: all, only what came, or nothing but the points."""
    result = replace(result, duration_s=round(seconds, 4))
    if detail == "full" or result.status in ("passed", "internal_error"):
        return result
    if detail == "none":
        return replace(result, message=HIDDEN, hint="", misconception=None, evidence=None)
    if result.status in ("error", "skipped"):
        return result
    evidence = {key: value for key, value in (result.evidence or {}).items() if key not in WITHHELD}
    actual = evidence.get("actual")
    said = "is not right" if actual is None else f"was {_in_words(actual)}, which is not right"
    return replace(result, message=f"Your answer {said}.", hint="", misconception=None, evidence=evidence or None)


def _in_words(actual: Any) -> str:
    if isinstance(actual, Mapping):
        return ", ".join(f"{key} = {_in_words(value)}" for key, value in actual.items())
    return number(actual) if isinstance(actual, float) else str(actual)


def _grader_fault(check: Check, error: Exception) -> str:
    """A check raised what it should not: the course's fault, said with file and line."""
    frames = traceback.extract_tb(error.__traceback__)
    code = getattr(check.run, "__code__", None)
    own = [frame for frame in frames if code and frame.filename == code.co_filename]
    where = f" ({Path(own[-1].filename).name}:{own[-1].lineno})" if own else ""
    return (
        f"The check itself failed, which is not your fault: {type(error).__name__}: {error}{where}. "
        "Tell your teacher; the points are still to be decided."
    )
