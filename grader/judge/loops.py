"""Which way of going round the training cycle explains what was seen of a training.

What was seen came out of the student's own process: it may name a misconception, it earns nothing. A loop explains a
training when it explains every run: by whether gradients were taken and parameters moved, and by the gradients of the
first steps, which must be one multiple of the loop's own at the very same parameters (a sum of the rows, a scaled loss
or a clipped one change only the multiple).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch

from grader.api import TrainingRun
from grader.misconceptions import Gradient, Loop, Numbers
from grader.wire import TrainingSeen

# Right hypotheses leave 3e-5 of a gradient unexplained, wrong ones 7e-3 and more.
MOST_UNEXPLAINED = 1e-3
SAME = 1e-4
RISE = 1e-6
LED = 0.5
STRAIGHT = 0.999
LARGEST = 1e9
Path = Sequence[Numbers]


@dataclass(frozen=True)
class Ran:
    """A training run that was made: what was seen of it, and the trained numbers, in the reference's order."""

    run: TrainingRun
    y: torch.Tensor
    seen: TrainingSeen
    final: Numbers


@dataclass(frozen=True)
class Teaching:
    """What a training learns from: the inputs, and the reference's loss and gradient at given parameters."""

    x: torch.Tensor
    loss: Callable[[torch.Tensor, torch.Tensor, Sequence[float]], float]
    gradient: Gradient


def teaching(
    x: torch.Tensor, model: Callable[..., torch.Tensor], loss: Callable[..., torch.Tensor], gradient: Gradient | None
) -> Teaching:
    """The teaching of a reference's *model* and *loss*; without a *gradient* of its own, autograd finds it."""

    def value(x: torch.Tensor, y: torch.Tensor, parameters: Sequence[float]) -> float:
        return float(loss(model(x, *parameters), y))

    def by_autograd(x: torch.Tensor, y: torch.Tensor, parameters: Sequence[float]) -> Numbers:
        leaves = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in parameters]
        with torch.enable_grad():
            found = torch.autograd.grad(loss(model(x, *leaves), y), leaves)
        return tuple(float(each) for each in found)

    return Teaching(x, value, gradient or by_autograd)


def is_sound(ran: Ran) -> bool:
    """Whether one can compute with what was seen: numbers of a size trainings have, as many everywhere as were trained.

    It came out of the student's process, and may be anything.
    """
    steps = [numbers for step in ran.seen.first_steps for numbers in (step.parameters, step.gradients)]
    points = (*steps, *ran.seen.path, ran.final)
    return all(len(point) == len(ran.final) and all(abs(each) <= LARGEST for each in point) for point in points)


def explains(loop: Loop, teaching: Teaching, ran: Sequence[Ran]) -> bool:
    """Whether *loop* explains every one of the runs."""
    if not loop.takes_gradients:
        return all(not each.seen.backwards and not each.seen.steps for each in ran) and _as_built(ran)
    if not loop.moves:
        still = (each.seen.backwards and not each.seen.steps and _is_near(each.final, each.seen.start) for each in ran)
        return all(still)
    if not all(each.seen.steps for each in ran):
        return False
    if _ignores_labels(loop, ran):
        return _are_alike(ran) and not any(_is_near(each.final, each.run.start) for each in ran)
    fits = all(_fits(loop, teaching, each) for each in ran)
    return fits and (loop.epochs is None or all(_is_on_its_way(teaching, each) for each in ran))


def _as_built(ran: Sequence[Ran]) -> bool:
    """Whether every model is at the start the grader set, or all at the same one of their own."""
    pinned = all(_is_near(each.final, each.run.start) for each in ran)
    return pinned or all(_is_near(each.final, ran[0].final) for each in ran)


def _ignores_labels(loop: Loop, ran: Sequence[Ran]) -> bool:
    learned = [loop.labels(each.y) for each in ran]
    given = any(not torch.equal(each.y, ran[0].y) for each in ran)
    return given and all(torch.equal(each, learned[0]) for each in learned)


def _are_alike(ran: Sequence[Ran]) -> bool:
    """Whether runs with different labels from the same start all ended at the same numbers."""
    pairs = [(one, other) for one in ran for other in ran if _differ_in_labels_alone(one, other)]
    return bool(pairs) and all(_is_near(one.final, other.final) for one, other in pairs)


def _differ_in_labels_alone(one: Ran, other: Ran) -> bool:
    return one.run.start == other.run.start and not torch.equal(one.y, other.y)


def _fits(loop: Loop, teaching: Teaching, ran: Ran) -> bool:
    """Whether the gradients seen are a multiple of the loop's, and the parameters moved in its direction."""
    path = [step.parameters for step in ran.seen.first_steps]
    if len(path) < (1 if loop.clears else 2) or any(len(parameters) != len(ran.final) for parameters in path):
        return False
    own = [number for step in loop.gradients(teaching.gradient, teaching.x, ran.y, path) for number in step]
    seen = [number for step in ran.seen.first_steps for number in step.gradients]
    if len(own) != len(seen) or not all(map(math.isfinite, (*own, *seen))):
        return False
    multiple = _dot(seen, own) / (_dot(own, own) or math.inf)
    rest = [a - multiple * b for a, b in zip(seen, own, strict=True)]
    if not multiple or _dot(rest, rest) > MOST_UNEXPLAINED**2 * _dot(seen, seen):
        return False
    return _dot(list(_moves(ran)), own) * loop.direction > 0


def _moves(ran: Ran) -> Iterator[float]:
    """By how much each of the first steps moved each parameter; of the last one seen, only if it ended there."""
    path = [step.parameters for step in ran.seen.first_steps]
    after = [*path[1:], ran.final if ran.seen.steps == len(path) else path[-1]]
    return (b - a for before, then in zip(path, after, strict=True) for a, b in zip(before, then, strict=True))


def _is_on_its_way(teaching: Teaching, ran: Ran) -> bool:
    """Whether the steps led to the trained numbers, and the reference's loss fell all along the way."""
    if not _is_led(ran):
        return False
    losses = [teaching.loss(teaching.x, ran.y, parameters) for parameters in (*ran.seen.path, ran.final)]
    return all(after <= before + RISE for before, after in pairwise(losses))


def _is_led(ran: Ran) -> bool:
    """Whether the trained numbers are where the last step seen led; a single step must go straight down."""
    path, first = ran.seen.path, ran.seen.first_steps[0]
    if len(path) > 1:
        return math.dist(ran.final, path[-1]) <= LED * math.dist(ran.final, path[0])
    moved = [after - before for before, after in zip(first.parameters, ran.final, strict=True)]
    return -_dot(moved, first.gradients) >= STRAIGHT * math.hypot(*moved) * math.hypot(*first.gradients)


def _is_near(one: Numbers, other: Numbers) -> bool:
    return len(one) == len(other) and all(math.isclose(a, b, abs_tol=SAME) for a, b in zip(one, other, strict=True))


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return math.fsum(a * b for a, b in zip(one, other, strict=True))
