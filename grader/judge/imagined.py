"""A student who makes exactly one mistake (or none), answered by the reference and its variants: no code, no process.

It is an ``api.Submission``, so checks can be run on it: to learn which checks a misconception makes fail.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import torch

from grader import wire
from grader.api import TrainingRun
from grader.judge.loops import Teaching, teaching
from grader.misconceptions import Hypothesis, Loop, Numbers, Step, Variant, count_numbers
from grader.model import Assignment, EntryPoint

OWN_NUMBERS = (0.8, -0.45, 0.3, -0.2)
FIRST_STEPS = 6
MOST_POINTS = 24


@dataclass(frozen=True)
class World:
    """What a student is imagined from: the assignment, what it asks for, and its reference."""

    assignment: Assignment
    entry_points: tuple[EntryPoint, ...]
    reference: Any

    def entry(self, name: str) -> EntryPoint:
        return next(point for point in self.entry_points if point.name == name)

    def teaching(self) -> Teaching | None:
        """What a training learns from; None without a model and a loss in the reference."""
        names = {point.kind: point.name for point in self.entry_points}
        gradient = getattr(self.reference, "gradient", None)
        model, loss = (getattr(self.reference, names.get(kind, ""), None) for kind in ("module", "loss"))
        if model is None or loss is None or not self.assignment.data.x:
            return None
        return teaching(self.rows(self.assignment.data.x), model, loss, gradient)

    def labels(self, run: TrainingRun) -> torch.Tensor:
        return self.rows(run.labels or self.assignment.data.y)

    @staticmethod
    def rows(rows: Sequence[Sequence[float]]) -> torch.Tensor:
        return torch.tensor([list(row) for row in rows], dtype=torch.float64)


class ImaginedStudent:
    """Implements ``api.Submission``: every entry point is the reference's, but for what *hypothesis* changes."""

    def __init__(self, world: World, hypothesis: Hypothesis) -> None:
        self._world = world
        self._hypothesis = hypothesis
        self._entry = hypothesis.misconceptions[0].entry if hypothesis.misconceptions else ""

    def __getattr__(self, name: str) -> "ImaginedEntry":
        if name.startswith("_"):
            raise AttributeError(name)
        entry = self._world.entry(name)
        own, right = self._hypothesis.variant, getattr(self._world.reference, name)
        return ImaginedEntry(entry, right if name != self._entry or isinstance(own, Loop) else own)

    def drawn(self, name: str) -> Random:
        """See ``api.Submission.drawn``."""
        return Random(f"{self._world.assignment.seed} {name}")

    def again(self) -> "ImaginedStudent":
        """See ``api.Submission.again``: nothing in it is random."""
        return self

    def trained(self, run: TrainingRun) -> "ImaginedTraining":
        """See ``api.Submission.trained``."""
        own, learnt = self._hypothesis.variant, self._world.teaching()
        assert learnt is not None, "a reference without a model and a loss trains nothing"
        loop = own if isinstance(own, Loop) else Loop()
        y = self._world.labels(run)
        learnt = replace(learnt, x=self._world.rows(run.x)) if run.x else learnt
        steps, final = loop.run(learnt.gradient, learnt.x, y, run.start)
        module = next(point for point in self._world.entry_points if point.kind == "module")
        model = getattr(self._world.reference, module.name)
        return ImaginedTraining(model, final, _seen(loop, steps, _losses(steps, learnt, y), run.start))


class ImaginedEntry:
    """Implements ``api.EntryPointProxy`` over a function of the reference or a variant of it."""

    def __init__(self, entry: EntryPoint, variant: Variant) -> None:
        self._entry = entry
        self._variant = variant

    def __call__(self, *arguments: torch.Tensor, values: Sequence[float] | None = None) -> torch.Tensor:
        arguments = tuple(each.double() if each.is_floating_point() else each for each in arguments)
        if self._entry.kind != "module":
            return self._variant(*arguments).detach()
        return self._variant(*arguments, *(self._numbers() if values is None else values)).detach()

    def gradient(self, *arguments: torch.Tensor, of: int = 0) -> tuple[torch.Tensor, torch.Tensor | None]:
        """See ``api.EntryPointProxy.gradient``."""
        inputs = [each.double().clone() for each in arguments]
        inputs[of].requires_grad_()
        output = self._variant(*inputs)
        if not output.requires_grad:
            return output, None
        (gradient,) = torch.autograd.grad(output.sum(), [inputs[of]], allow_unused=True)
        return output.detach(), gradient

    def parameters(self, example: torch.Tensor) -> list[tuple[str, torch.Tensor]]:
        """See ``api.EntryPointProxy.parameters``."""
        return [(f"number{place}", torch.tensor(value)) for place, value in enumerate(self._numbers(), 1)]

    def _numbers(self) -> Numbers:
        return OWN_NUMBERS[: count_numbers(self._variant)]


class ImaginedTraining:
    """Implements ``api.TrainedModel``."""

    is_called = True

    def __init__(self, model: Variant, final: Numbers, seen: wire.TrainingSeen) -> None:
        self._model = model
        self._final = final
        self.seen = seen

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return self._model(x.double(), *self._final)

    def parameters(self, example: torch.Tensor) -> list[tuple[str, torch.Tensor]]:
        """See ``api.EntryPointProxy.parameters``."""
        return [(f"number{place}", torch.tensor(value)) for place, value in enumerate(self._final, 1)]


def _losses(steps: Sequence[Step], learnt: Teaching, y: torch.Tensor) -> list[tuple[int, float]]:
    """The loss at some of the steps, and which."""
    stride = max(1, math.ceil(len(steps) / MOST_POINTS))
    return [(epoch, learnt.loss(learnt.x, y, steps[epoch].parameters)) for epoch in range(0, len(steps), stride)]


def _seen(loop: Loop, steps: Sequence[Step], losses: Sequence[tuple[int, float]], start: Numbers) -> wire.TrainingSeen:
    """What a recorder sees of a training that goes through *steps*."""
    first = [wire.StepSeen(step.parameters, step.gradients) for step in steps[:FIRST_STEPS]]
    return wire.TrainingSeen(
        start=tuple(start),
        backwards=len(steps),
        steps=len(steps) if loop.moves else 0,
        piled_up=loop.moves and not loop.clears and len(steps) > 1,
        epochs=tuple(epoch for epoch, _ in losses),
        losses=tuple(loss for _, loss in losses),
        path=tuple(steps[epoch].parameters for epoch, _ in losses),
        first_steps=tuple(first) if loop.moves else (),
    )
