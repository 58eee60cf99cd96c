"""What checks hold in their hands: each call is one question to a process of the student's."""

from collections.abc import Callable, Sequence
from random import Random
from typing import TYPE_CHECKING, TypeVar

import torch

from grader import wire
from grader.api import TrainingRun
from grader.sandbox.failed import StudentFailed
from grader.sandbox.session import Session

if TYPE_CHECKING:
    from grader.sandbox.submission import StudentSubmission

Shape = TypeVar("Shape")


class EntryProxy:
    """Implements ``api.EntryPointProxy`` over the main process."""

    def __init__(self, student: "StudentSubmission", name: str, draw: int = 0) -> None:
        self._student = student
        self.name = name
        self._draw = draw

    def __call__(self, *arguments: torch.Tensor, values: Sequence[float] | None = None) -> torch.Tensor:
        flat = None if values is None else tuple(float(value) for value in values)
        answer = self._student.call(wire.Call(self.name, _packed(arguments), values=flat, draw=self._draw))
        return self._student.rebuilt(_expected(answer, wire.Value).output)

    def gradient(self, *arguments: torch.Tensor, of: int = 0) -> tuple[torch.Tensor, torch.Tensor | None]:
        answer = self._student.call(wire.Call(self.name, _packed(arguments), gradient_of=of, draw=self._draw))
        value = _expected(answer, wire.Value)
        gradient = None if value.gradient is None else self._student.rebuilt(value.gradient)
        return self._student.rebuilt(value.output), gradient

    def parameters(self, example: torch.Tensor) -> list[tuple[str, torch.Tensor]]:
        return _parameters(self._student, wire.Parameters(self.name, wire.to_wire(example)), None)


class TrainedProxy:
    """Implements ``api.TrainedModel`` over the process that trained it."""

    def __init__(
        self,
        student: "StudentSubmission",
        entry: str,
        seen: wire.TrainingSeen,
        session: Callable[[], Session],
        *,
        is_called: bool,
        draw: int = 0,
    ) -> None:
        self._student = student
        self._entry = entry
        self._session = session
        self.seen = seen
        self.is_called = is_called
        self._draw = draw

    def again(self) -> "TrainedProxy":
        """The same model; what it draws at random differs."""
        return TrainedProxy(
            self._student, self._entry, self.seen, self._session, is_called=self.is_called, draw=self._draw + 1
        )

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        task = wire.Call(self._entry, (wire.to_wire(x),), trained=True, draw=self._draw)
        answer = self._student.call(task, self._session)
        return self._student.rebuilt(_expected(answer, wire.Value).output)

    def parameters(self, example: torch.Tensor) -> list[tuple[str, torch.Tensor]]:
        task = wire.Parameters(self._entry, wire.to_wire(example), trained=True)
        return _parameters(self._student, task, self._session)


class Again:
    """Implements ``api.Submission`` over the same processes: every call draws other random numbers."""

    def __init__(self, student: "StudentSubmission") -> None:
        self._student = student

    def __getattr__(self, name: str) -> EntryProxy:
        return EntryProxy(self._student, getattr(self._student, name).name, draw=1)

    def again(self) -> "Again":
        return self

    def drawn(self, name: str) -> Random:
        return self._student.drawn(name)

    def trained(self, run: TrainingRun) -> TrainedProxy:
        return self._student.trained(run).again()


def _packed(arguments: Sequence[torch.Tensor]) -> tuple[wire.Tensor, ...]:
    return tuple(wire.to_wire(argument) for argument in arguments)


def _parameters(
    student: "StudentSubmission", task: wire.Parameters, session: Callable[[], Session] | None
) -> list[tuple[str, torch.Tensor]]:
    listed = _expected(student.call(task, session), wire.ParameterList)
    return [(parameter.name, student.rebuilt(parameter.value)) for parameter in listed.parameters]


def _expected(answer: wire.Answer, shape: type[Shape]) -> Shape:
    """*answer*, which must have the *shape* that was asked for."""
    if not isinstance(answer, shape):
        raise StudentFailed("protocol", "", f"the process answered with {type(answer).__name__}")
    return answer
