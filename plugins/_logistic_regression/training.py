"""Checks of step 4: training learns, from pinned starts, the lecture's labels and others."""

import math
from collections.abc import Sequence
from typing import Any

import torch

from grader.api import (
    CheckFailed,
    NoAnswer,
    Submission,
    TrainedModel,
    TrainingRun,
    check,
    expect,
    expect_numbers,
    fail,
    number,
)
from grader.wire import TrainingSeen

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
        _expect_lower_loss(model, run, reference.X_DATA, reference)
        expect(
            not model.seen.piled_up,
            f"While it trained {run.name}, your code never cleared the gradients between two steps.",
            hint="Call optimizer.zero_grad() once in every epoch, before loss.backward().",
            expected="gradients cleared before every backward pass",
            actual="gradients of all earlier epochs added up",
            inputs={"run": run.name},
        )
    if not _is_spared(student, HARDEST, reference):
        other = _other_run(student, reference)
        model = student.trained(other)
        _expect_lower_loss(model, other, _hours(model, other, reference), reference)


def _expect_lower_loss(model: TrainedModel, run: TrainingRun, x: torch.Tensor, reference: Any) -> None:
    y = _labels(run, reference)
    after = _reference_loss(outputs(model, x.float()), y, reference)
    before = _start_loss(model, run, x, reference)
    expect(
        after < before,
        f"After training {run.name}, your model's loss is {number(after)}; "
        f"from this start it should get below {number(before)}.",
        hint=TRAIN_HINT,
        expected=f"below {number(before)}",
        actual=after,
        inputs={"run": run.name},
    )


def _labels(run: TrainingRun, reference: Any) -> torch.Tensor:
    return torch.tensor(run.labels, dtype=torch.float64) if run.labels else reference.Y_DATA


def _start_loss(model: TrainedModel, run: TrainingRun, x: torch.Tensor, reference: Any) -> float:
    """The reference loss of the start on the hours *x*: the pinned one, or the one a model set for itself.

    A model that was never stepped (the trained numbers were copied into it) has no start of its own.
    """
    w, b = run.start
    own = tuple(model.seen.start) if model.seen.steps else ()
    is_place = len(own) == 2 and all(map(math.isfinite, own))
    if is_place and not any(math.isclose(own[0], value, abs_tol=1e-5) for value in run.start):
        w, b = own if _learned_weight_first(model, reference) else own[::-1]
    return _reference_loss(reference.model(x, w, b), _labels(run, reference), reference)


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
    _expect_learning(student, HARDEST, reference)


def _was_seen_to_learn(model: TrainedModel, y: torch.Tensor, reference: Any) -> bool:
    """Whether a model on the lecture's hours ended where its steps led, from numbers that were not right already, along
    the cross entropy of the labels *y* (neither is asked of a model with other numbers than w and b)."""
    seen = model.seen
    if not seen.path:
        return seen.steps > 1  # a model too large to be followed
    final = torch.cat([value.reshape(-1).double() for _, value in model.parameters(torch.ones(1, 1))])
    first, last = (torch.tensor(point, dtype=torch.float64) for point in (seen.path[0], seen.path[-1]))
    if last.shape != final.shape:
        return False
    is_led = float((final - last).norm()) <= 0.5 * float((final - first).norm())
    if len(final) != 2:
        return is_led
    downhill = [-part for part in seen.first_steps[0].gradients] if seen.first_steps else []
    is_one_step = seen.steps == 1 and len(downhill) == 2 and _is_along((final - first).tolist(), downhill)
    orders = [order for order in (1, -1) if not _is_right(first.tolist()[::order], y, reference)]
    return (is_led or is_one_step) and any(_follows(seen, y, reference, order) for order in orders)


def _is_right(numbers: Sequence[float], y: torch.Tensor, reference: Any) -> bool:
    """Whether w and b tell pass from fail as they should after learning *y*."""
    one, four = reference.model(torch.tensor([1.0, 4.0]), *numbers).tolist()
    return bool(one < 0.5 < four if y[-1] > y[0] else four < 0.5)


def _follows(seen: TrainingSeen, y: torch.Tensor, reference: Any, order: int) -> bool:
    """Whether the first gradient is one of the cross entropy, on all rows or on some, or every loss is its mean or its
    sum. *order*: 1 when the numbers are w, b, and -1 when they are b, w."""
    for step in seen.first_steps[:1]:
        batches = ((reference.X_DATA[rows], y[rows]) for rows in BATCHES)
        wanted = [reference.gradient(hours, labels, step.parameters[::order]) for hours, labels in batches]
        if any(_is_along(step.gradients[::order], each) for each in wanted):
            return True
    means = [_loss_at(point[::order], y, reference) for point in seen.path]
    return any(
        all(math.isclose(loss, rows * mean, rel_tol=1e-3) for loss, mean in zip(seen.losses, means, strict=True))
        for rows in (1, len(y))
    )


def _loss_at(numbers: Sequence[float], y: torch.Tensor, reference: Any) -> float:
    return _reference_loss(reference.model(reference.X_DATA, *numbers), y, reference)


def _is_along(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two lists of numbers are multiples of one another, and not zero."""
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product > 0.9999 * math.hypot(*one) * math.hypot(*other)


def _is_spared(student: Submission, run: TrainingRun, reference: Any) -> bool:
    """Whether a training need not learn data that only this submission is given, besides the lecture's.

    Every function must, but those that do not heed labels, if they were seen to learn: data written inside a function
    is judged by train.other_labels alone. What is seen can be forged, and earns no more than that. A script keeps its
    own hours, so it is asked only if it was not seen to learn in *run*.
    """
    model = student.trained(run)
    may_be_spared = not model.is_called or not _heeds_labels(student)
    return may_be_spared and _was_seen_to_learn(model, _labels(run, reference), reference)


def _other_run(student: Submission, reference: Any) -> TrainingRun:
    """Hours mirrored and stretched for this submission alone, so that numbers set beforehand are wrong.

    The labels are turned round as well, but not for a function that does not heed labels, or cannot take others: that
    is judged by train.other_labels alone. A script keeps its hours, so for it the labels are all that differs.
    """
    stretch = round(student.drawn("train.converges").uniform(1, 1.5), 2)
    hours = tuple((-stretch * hour,) for hour in reference.X_DATA.flatten().tolist())
    is_turned = not student.trained(HARDEST).is_called or _heeds_labels(student)
    labels = REVERSED.labels if is_turned else ((0.0,), (0.0,), (1.0,))
    return TrainingRun("on other data", (0.0, 0.0), labels, hours)


def _hours(model: TrainedModel, run: TrainingRun, reference: Any) -> torch.Tensor:
    """The hours *model* was trained on in *run*; a script keeps its own."""
    return torch.tensor(run.x, dtype=torch.float64) if run.x and model.is_called else reference.X_DATA


def _expect_learning(student: Submission, run: TrainingRun, reference: Any) -> None:
    """A training also tells pass from fail on data of this submission's own, unless it is spared."""
    if _is_spared(student, run, reference):
        return
    other = _other_run(student, reference)
    model = student.trained(other)
    hours = _hours(model, other, reference).float()
    labels = [int(label) for label in _labels(other, reference).flatten()]
    first, last = outputs(model, torch.cat([hours[:1], 4 * hours[:1]])).tolist()
    one, shown = float(hours[0]), ", ".join(f"{x:g}" for x in hours.flatten().tolist())
    sides = ("above", "below") if labels[0] else ("below", "above")
    expect(
        last < 0.5 < first if labels[0] else first < 0.5 < last,
        f"Trained on other data, x = {shown} with the labels {', '.join(map(str, labels))}, your model says "
        f"{number(first)} for x = {one:g} and {number(last)} for x = {4 * one:g}; that should be {sides[0]} and "
        f"{sides[1]} 0.5.",
        hint=DATA_HINT,
        expected=[f"{side} 0.5" for side in sides],
        actual=[first, last],
        inputs={"x": hours.flatten().tolist(), "labels": labels},
    )


def _heeds_labels(student: Submission) -> bool:
    """Whether turning the labels round made a difference to what was learned from one start."""
    x = torch.tensor([[1.0], [4.0]])
    try:
        own, turned = (outputs(student.trained(run), x) for run in (ALREADY_RIGHT, REVERSED))
    except (NoAnswer, CheckFailed):
        return False
    return bool((own - turned).abs().max() >= 1e-3)


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
    _expect_learning(student, REVERSED, reference)


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
