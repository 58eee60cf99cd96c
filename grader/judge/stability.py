"""Whether an entry point gives one answer to one question: it is asked twice, with other random numbers."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import torch

from grader.api import Check, Submission, number
from grader.judge.suspects import Suspects
from grader.model import EntryPoint
from grader.sandbox.failed import StudentFailed

SAME_RTOL = 1e-5
SAME_ATOL = 1e-6
HINT = (
    "The same question must get the same answer. Look for dropout (call model.eval() before you predict), for "
    "torch.rand or random in the code, and for something that is kept from one call to the next."
)


@dataclass(frozen=True)
class Unstable:
    """Two answers to one question, as evidence shows them: the input, then both."""

    what: str
    inputs: Sequence[Any]
    answers: tuple[Sequence[Any], Sequence[Any]]

    def message(self) -> str:
        first, second = next(pair for pair in zip(*self.answers, strict=True) if pair[0] != pair[1])
        return f"{self.what} answers the same question differently: {number(first)}, then {number(second)}."


class Stability:
    """Asks each entry point of a submission twice, and remembers what came."""

    def __init__(self, student: Submission, suspects: Suspects) -> None:
        self._student = student
        self._suspects = suspects
        self._known: dict[str, Unstable | None] = {}

    def of(self, check: Check) -> Unstable | None:
        """How the entry point *check* is about contradicts itself; None when it does not, or gives no answer."""
        entry = self._suspects.world.entry(check.entry)
        if entry.name not in self._known:
            self._known[entry.name] = None
            with suppress(StudentFailed):
                self._known[entry.name] = self._asked_twice(entry, check)
        return self._known[entry.name]

    def _asked_twice(self, entry: EntryPoint, check: Check) -> Unstable | None:
        again = self._student.again()
        x = self._suspects.world.rows(self._suspects.world.assignment.data.x).float()
        if entry.kind == "module":
            return _compare("Your model", x, getattr(self._student, entry.name)(x), getattr(again, entry.name)(x))
        if entry.kind == "training" and check.runs:
            trained = (student.trained(check.runs[0])(x) for student in (self._student, again))
            return _compare("Your trained model", x, *trained)
        probe = next((probe for group in self._suspects.groups(entry) for probe in group.probes.inputs), ())
        tensors = [each.float() for each in probe if isinstance(each, torch.Tensor)]
        if not tensors:
            return None
        answers = (getattr(student, entry.name)(*tensors) for student in (self._student, again))
        return _compare(f"Your {entry.name}", tensors[0], *answers)


def _compare(what: str, inputs: torch.Tensor, one: torch.Tensor, other: torch.Tensor) -> Unstable | None:
    if one.is_complex() or other.is_complex() or one.shape != other.shape:
        return None
    first, second = one.double().reshape(-1), other.double().reshape(-1)
    if torch.isclose(first, second, rtol=SAME_RTOL, atol=SAME_ATOL, equal_nan=True).all():
        return None
    return Unstable(what, inputs.reshape(-1).tolist(), (first.tolist(), second.tolist()))
