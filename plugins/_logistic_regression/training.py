"""Checks of step 4: training learns, from pinned starts, the lecture's labels and others."""

import math
from collections.abc import Sequence
from typing import Any

import torch

from grader.api import Submission, TrainedModel, TrainingRun, check, expect, expect_numbers, fail, number

from .model import MODEL_HINT, SIGMOID_ATOL

# The four pinned runs. Half of all untrained models already say p(4h) > 0.5, so one start is on each side.
HARDEST = TrainingRun("from w = -0.96, b = 0.92", (-0.96, 0.92))
ALREADY_RIGHT = TrainingRun("from w = 0.91, b = -0.95", (0.91, -0.95))
REVERSED = TrainingRun("on the labels 1, 1, 0", (0.91, -0.95), ((1.0,), (1.0,), (0.0,)))
EARLIER = TrainingRun("on the labels 0, 1, 1", (0.91, -0.95), ((0.0,), (1.0,), (1.0,)))
RUNS = (HARDEST, ALREADY_RIGHT, REVERSED, EARLIER)

# The rows a step may have been taken on: all three, or one or two of them.
BATCHES = ([0, 1, 2], [0], [1], [2], [0, 1], [0, 2], [1, 2])

GRID = torch.linspace(0, 10, 201).reshape(-1, 1)
LABELS_HINT = "Train on the y_data that is passed in (or defined at the top of your script), not on fixed labels."
DATA_HINT = "Let the steps of gradient descent find w and b, from the data that is given and from nothing else."
TRAIN_HINT = "Each epoch: predict, compute the loss, zero the gradients, loss.backward(), optimizer.step()."


@check("train.loss_decreases", points=0.5, title="Training lowers the loss", step="train", runs=RUNS)
def loss_decreases(student: Submission, reference: Any) -> None:
    for run in RUNS:
        model = student.trained(run)
        y = torch.tensor(run.labels, dtype=torch.float64) if run.labels else reference.Y_DATA
        after = _reference_loss(outputs(model, reference.X_DATA.float()), y, reference)
        before = _start_loss(model, run, y, reference)
        expect(
            after < before,
            f"After training {run.name}, your model's loss is {number(after)}; "
            f"from this start it should get below {number(before)}.",
            hint=TRAIN_HINT,
            expected=f"below {number(before)}",
            actual=after,
            inputs={"run": run.name},
        )
        expect(
            not model.seen.piled_up,
            f"While it trained {run.name}, your code never cleared the gradients between two steps.",
            hint="Call optimizer.zero_grad() once in every epoch, before loss.backward().",
            expected="gradients cleared before every backward pass",
            actual="gradients of all earlier epochs added up",
            inputs={"run": run.name},
        )
    _expect_learning(student, reference)


def _start_loss(model: TrainedModel, run: TrainingRun, y: torch.Tensor, reference: Any) -> float:
    """The reference loss of the start: the pinned one, or the one a model set for itself.

    A model that was never stepped (the trained numbers were copied into it) has no start of its own.
    """
    w, b = run.start
    own = tuple(model.seen.start) if model.seen.steps else ()
    is_place = len(own) == 2 and all(map(math.isfinite, own))
    if is_place and not any(math.isclose(own[0], value, abs_tol=1e-5) for value in run.start):
        w, b = own if _learned_weight_first(model, reference) else own[::-1]
    return _reference_loss(reference.model(reference.X_DATA, w, b), y, reference)


def _learned_weight_first(model: TrainedModel, reference: Any) -> bool:
    """Whether the trained model holds w before b; True when neither order explains its output."""
    x = torch.tensor([[1.0], [3.0]])
    learned = torch.cat([value.reshape(-1).double() for _, value in model.parameters(x)]).tolist()
    if len(learned) != 2:
        return True
    swapped = reference.model(x, learned[1], learned[0]).reshape(-1)
    return not bool((outputs(model, x) - swapped).abs().max() < SIGMOID_ATOL)


@check(
    "train.converges",
    points=2,
    title="The trained model tells pass from fail: p(4 h) > 0.5",
    step="train",
    runs=RUNS[:2],
)
def converges(student: Submission, reference: Any) -> None:
    for run in RUNS[:2]:
        model = student.trained(run)
        p = outputs(model, GRID)
        at = {hours: float(p[hours * 20]) for hours in (1, 4)}
        shown = {"p(1 h)": at[1], "p(4 h)": at[4]}
        said = f"After training {run.name}, your model says p(1 h) = {number(at[1])} and p(4 h) = {number(at[4])}"
        expect(
            at[4] > 0.5 and at[1] < 0.5,
            f"{said}; it should be below 0.5 for 1 hour of study and above 0.5 for 4 hours.",
            hint=TRAIN_HINT,
            expected={"p(1 h)": "below 0.5", "p(4 h)": "above 0.5"},
            actual=shown,
            inputs={"run": run.name},
        )
        falls = ((p[1:] - p[:-1]) < -1e-6).nonzero().flatten().tolist()
        if falls or at[4] <= at[1]:
            hours = float(GRID[falls[0]]) if falls else 1.0
            fail(
                f"After training {run.name}, more study makes a pass less likely: the curve falls at {hours:g} hours.",
                hint="The curve of a logistic regression never turns: check the model's forward.",
                expected="never falling from 0 to 10 hours",
                actual=shown,
                inputs={"run": run.name},
            )
    _expect_learning(student, reference)


def _was_seen_to_learn(model: TrainedModel, reference: Any) -> bool:
    """Whether a model on the lecture's data ended where its steps led, and the first of them followed the gradient of
    the cross entropy on all rows or on some (which is not asked of a model with other numbers than w and b)."""
    seen, example = model.seen, torch.ones(1, 1)
    if not seen.path:
        return seen.steps > 1  # a model too large to be followed
    final = torch.cat([value.reshape(-1).double() for _, value in model.parameters(example)])
    first, last = (torch.tensor(point, dtype=torch.float64) for point in (seen.path[0], seen.path[-1]))
    if last.shape != final.shape or float((final - last).norm()) > 0.5 * float((final - first).norm()):
        return False
    return len(final) != 2 or any(
        _is_along(step.gradients[::turn], reference.gradient(reference.X_DATA[rows], reference.Y_DATA[rows], at))
        for step in seen.first_steps[:1]
        for turn in (1, -1)
        for at in (step.parameters[::turn],)
        for rows in BATCHES
    )


def _is_along(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two gradients point the same way."""
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product > 0.999 * math.hypot(*one) * math.hypot(*other)


def _expect_learning(student: Submission, reference: Any) -> None:
    """A training function must also learn data that only this submission is given.

    Its hours are mirrored and stretched, its labels turned round, so that numbers set beforehand are wrong. Spared are
    those that learned the same whatever the labels, if they were seen to learn: labels written inside a function are
    judged by train.other_labels alone. What is seen can be forged, and earns no more than that. A script keeps its
    own hours, so it is asked only if it was not seen to learn.
    """
    model = student.trained(HARDEST)
    if (not model.is_called or _learned_the_same(student)) and _was_seen_to_learn(model, reference):
        return
    stretch = round(student.drawn("train.converges").uniform(1, 1.5), 2)
    hours = -stretch * reference.X_DATA
    other = TrainingRun("on other data", (0.0, 0.0), ((1.0,), (1.0,), (0.0,)), tuple(map(tuple, hours.tolist())))
    model = student.trained(other)
    at = [hour * (-stretch if model.is_called else 1.0) for hour in (1, 2, 3, 4)]
    p = outputs(model, torch.tensor(at).reshape(-1, 1))
    first, last = float(p[0]), float(p[3])
    shown = ", ".join(f"{x:g}" for x in at[:3])
    expect(
        last < 0.5 < first,
        f"Trained on other data, x = {shown} with the labels 1, 1, 0, your model says {number(first)} for "
        f"x = {at[0]:g} and {number(last)} for x = {at[3]:g}; that should be above and below 0.5.",
        hint=DATA_HINT,
        expected=["above 0.5", "below 0.5"],
        actual=[first, last],
        inputs={"x": at[:3], "labels": [1, 1, 0]},
    )


def _learned_the_same(student: Submission) -> bool:
    """Whether the labels made no difference to what was learned from one start."""
    x = torch.tensor([[1.0], [4.0]])
    own, turned = (outputs(student.trained(run), x) for run in (ALREADY_RIGHT, REVERSED))
    return bool((own - turned).abs().max() < 1e-3)


@check(
    "train.other_labels", points=0.5, title="Training learns whatever labels it is given", step="train", runs=RUNS[1:]
)
def other_labels(student: Submission, reference: Any) -> None:
    four = float(outputs(student.trained(REVERSED), torch.tensor([[4.0]]))[0])
    own_four = float(outputs(student.trained(ALREADY_RIGHT), torch.tensor([[4.0]]))[0])
    hint = LABELS_HINT if abs(four - own_four) < 1e-3 else TRAIN_HINT
    expect(
        four < 0.5,
        f"Trained {REVERSED.name} (turned round), your model says p(4 h) = {number(four)}; it should be below 0.5.",
        hint=hint,
        expected="below 0.5",
        actual=four,
        inputs={"labels": [1, 1, 0]},
    )
    later = float(outputs(student.trained(ALREADY_RIGHT), torch.tensor([[2.0]]))[0])
    earlier = float(outputs(student.trained(EARLIER), torch.tensor([[2.0]]))[0])
    expect(
        earlier > later,
        f"Trained {EARLIER.name}, your model says p(2 h) = {number(earlier)}; on 0, 0, 1 it says {number(later)}. "
        "With a pass at 2 hours it should be higher.",
        hint=hint,
        expected=f"above {number(later)}",
        actual=earlier,
        inputs={"labels": [0, 1, 1]},
    )
    _expect_learning(student, reference)


def outputs(model: TrainedModel, x: torch.Tensor) -> torch.Tensor:
    """The trained model's output for each row of *x*: float64, shape (N,), all finite."""
    what = f"The trained model's output for {len(x)} {'row' if len(x) == 1 else 'rows'}"
    p = expect_numbers(model(x), len(x), what=what, hint=MODEL_HINT)
    finite = bool(torch.isfinite(p).all())
    expect(
        finite,
        "The trained model answers nan or infinity.",
        hint="Give your loss the prediction first and the label second; if you do, try a smaller learning rate.",
        actual=[round(float(value), 4) for value in p[:8]],
    )
    return p


def _reference_loss(p: torch.Tensor, y: torch.Tensor, reference: Any) -> float:
    """The reference's loss of outputs *p*, brought into [0, 1] where a wrong model has left it."""
    return float(reference.loss(p.reshape(-1, 1).clamp(0, 1), y))
