"""What crosses between the command and the bench: the assignment's facts, and how each stand-in was judged."""

from typing import Literal

import msgspec

from grader.model import CheckResult, CheckStatus, Detail, Reason

Kind = Literal["reference", "repeat", "misconception", "mutant"]
BY_VALUE = ("failed", "partial")
"""The statuses by which a check notices something: a crash of what it asks says nothing about the check."""
TOGETHER = " + "
"""Between the names of misconceptions that stand in together."""


def names_given(check: CheckResult) -> tuple[str, ...]:
    """The misconceptions a result names: one, or several that were made together."""
    several = (check.evidence or {}).get("misconceptions", ())
    return tuple(several) or ((check.misconception,) if check.misconception else ())


class Ask(msgspec.Struct, frozen=True):
    """Command to bench: the assignment of the course in the folder *course*; *jobs* stand-ins at once."""

    course: bytes
    assignment: str
    jobs: int


class CheckFacts(msgspec.Struct, frozen=True):
    """A declared check; ``place`` is the file and line of its code, ``trains`` whether it asks for a training."""

    id: str
    title: str
    points: float
    detail: Detail
    place: str
    trains: bool


class MutantFacts(msgspec.Struct, frozen=True):
    """A change of the reference: its ``name``, and the ``line`` it is on as it was and as it became."""

    name: str
    line: int
    before: str
    after: str


class Subject(msgspec.Struct, frozen=True, tag="subject"):
    """The assignment as it loads. ``missing`` are the entry points the reference has no function for.

    ``misconceptions`` maps each declared one to its entry point; ``own_lines`` are lines of code that only the
    reference should hold.
    """

    checks: tuple[CheckFacts, ...]
    misconceptions: dict[str, str]
    mutants: tuple[MutantFacts, ...]
    missing: tuple[str, ...]
    own_lines: tuple[str, ...]


class Judged(msgspec.Struct, frozen=True):
    """What one check said of a stand-in; ``named`` are the misconceptions.

    ``secrets`` are numbers that a hidden check compared with, ``leaked`` those of them that its message, hint or
    evidence tell the student all the same.
    """

    id: str
    status: CheckStatus
    reason: Reason | None
    named: tuple[str, ...]
    message: str
    secrets: tuple[float, ...] = ()
    leaked: tuple[str, ...] = ()


class Outcome(msgspec.Struct, frozen=True, tag="outcome"):
    """How a stand-in was judged. ``ended`` says why it was not judged to the end ("" when it was)."""

    kind: Kind
    name: str
    checks: tuple[Judged, ...]
    ended: str = ""


class Total(msgspec.Struct, frozen=True, tag="total"):
    """How many outcomes will come."""

    outcomes: int


class BenchFailed(msgspec.Struct, frozen=True, tag="bench_failed"):
    """No outcomes: the course is broken, or the bench itself failed (then ``trace`` is set)."""

    exit_code: int
    problems: tuple[str, ...]
    trace: str = ""


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    """All outcomes have been sent."""


FromBench = Subject | Total | Outcome | BenchFailed | Finished
