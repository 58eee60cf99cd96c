"""The error tree and the exit codes.

GradeError                one line for the user: what, where, what was expected, what to do next
├── UsageError            2: the command line, or what it names, is wrong
├── CourseError           3: the course's own files are broken (a manifest, a plugin, a reference)
└── GraderError           4: the grader itself failed; never a student's fault
"""

import difflib
from collections.abc import Iterable, Sequence
from enum import IntEnum


class ExitCode(IntEnum):
    """What the ``grade`` command exits with."""

    DONE = 0
    NOT_ENOUGH = 1
    USAGE = 2
    COURSE = 3
    GRADER = 4
    INTERRUPTED = 130


class GradeError(Exception):
    """A known failure, told in one line (several only when several things are wrong)."""

    exit_code = ExitCode.GRADER

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems: Sequence[str] = problems


class UsageError(GradeError):
    """The user asked for something that cannot be done as asked."""

    exit_code = ExitCode.USAGE


class CourseError(GradeError):
    """A manifest, a plugin, a reference or a template of the course is broken."""

    exit_code = ExitCode.COURSE


class GraderError(GradeError):
    """The grader failed: a process of its own died, a file of its own could not be written."""

    exit_code = ExitCode.GRADER


def nearest(name: str, choices: Iterable[str]) -> str | None:
    """The choice most like *name*, or None when none is close."""
    by_lower = {choice.lower(): choice for choice in choices}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """``'; did you mean "x"?'`` for the nearest choice, or nothing."""
    near = nearest(name, choices)
    return f'; did you mean "{near}"?' if near else ""
