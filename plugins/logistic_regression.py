"""The eleven checks of the assignment ``logistic_regression`` (lecture 06, ten points).

Every number a check compares with comes from the assignment's ``reference.py``. Tolerances, starts and label sets
are those under which no right way of writing the homework fails and no wrong one passes.
"""

import math
from collections.abc import Sequence
from functools import cache
from random import Random
from typing import Any

import torch

from grader.api import (
    Check,
    Submission,
    TrainedModel,
    TrainingRun,
    check,
    expect,
    expect_close,
    expect_numbers,
    expect_shape,
    fail,
    for_every,
    number,
)
from grader.hookspecs import hookimpl
from grader.model import Assignment, Figure, Series

# The four pinned runs. Half of all untrained models already say p(4h) > 0.5, so one start is on each side.
HARDEST = TrainingRun("from w = -0.96, b = 0.92", (-0.96, 0.92))
ALREADY_RIGHT = TrainingRun("from w = 0.91, b = -0.95", (0.91, -0.95))
REVERSED = TrainingRun("on the labels 1, 1, 0", (0.91, -0.95), ((1.0,), (1.0,), (0.0,)))
EARLIER = TrainingRun("on the labels 0, 1, 1", (0.91, -0.95), ((0.0,), (1.0,), (1.0,)))
RUNS = (HARDEST, ALREADY_RIGHT, REVERSED, EARLIER)

# The rows a step may have been taken on: all three, or one or two of them.
BATCHES = ([0, 1, 2], [0], [1], [2], [0, 1], [0, 2], [1, 2])

GRID = torch.linspace(0, 10, 201).reshape(-1, 1)

# (w, b) pairs and inputs whose logits reach +-80, beyond which float32 overflow is forgiven.
SET_VALUES = ((1.0, 0.0), (0.7, -1.3), (-2.5, 3.0), (0.1, 0.4))
INPUTS = torch.tensor([[-30.0], [-8.0], [-2.5], [-1.0], [0.0], [0.3], [1.0], [2.0], [4.0], [7.5], [20.0]])
LARGE = ((8.0, 0.0), (-8.0, 0.0))
LARGE_INPUTS = torch.tensor([[-10.0], [-5.0], [5.0], [10.0]])
SIGMOID_ATOL = 2e-4
ROWS_ATOL = 5e-5

MODEL_HINT = "Return sigmoid(x * w + b): one linear unit from one input to one output, then torch.sigmoid."
LOSS_HINT = "The loss of a mini-batch is the mean over its rows of -(y log p + (1 - y) log(1 - p))."
LABELS_HINT = "Train on the y_data that is passed in (or defined at the top of your script), not on fixed labels."
TRAIN_HINT = "Each epoch: predict, compute the loss, zero the gradients, loss.backward(), optimizer.step()."


# ---------------------------------------------------------------- 2 · the model


@check("model.parameters", points=0.5, title="The model has two numbers to learn: w and b", step="model")
def parameters(student: Submission, reference: Any) -> None:
    listed = student.model.parameters(torch.ones(1, 1))
    count = sum(value.numel() for _, value in listed)
    names = ", ".join(f"{name} {tuple(value.shape)}" for name, value in listed) or "none"
    expect(
        count == 2,
        f"Your model should have exactly 2 trainable numbers (a weight and a bias), but has {count}: {names}.",
        hint="Use one torch.nn.Linear(1, 1): it holds the weight and the bias.",
        expected=2,
        actual=count,
    )


@check("model.sigmoid", points=2, title="The model's output is sigmoid(x * w + b)", step="model")
def sigmoid(student: Submission, reference: Any) -> None:
    own = student.model.parameters(INPUTS[:1])
    values = torch.cat([value.reshape(-1).double() for _, value in own]).tolist() if own else []
    if len(values) != 2:
        x = INPUTS[6:8]
        got = expect_numbers(student.model(x), 2, what="The model's output for two inputs", hint=MODEL_HINT)
        fail(
            f"Your model cannot be sigmoid(x * w + b): it has {len(values)} trainable numbers instead of 2 "
            f"(its output for x = 1 and x = 2 is {number(float(got[0]))} and {number(float(got[1]))}).",
            hint=MODEL_HINT,
            expected=2,
            actual=len(values),
        )
    weight_first = _weight_comes_first(student, reference)
    cases: list[tuple[tuple[float, ...] | None, torch.Tensor]] = [(None, INPUTS)]
    cases += [(pair, INPUTS) for pair in SET_VALUES] + [(pair, LARGE_INPUTS) for pair in LARGE]
    for pair, x in cases:
        w, b = pair or (values if weight_first else values[::-1])
        got = student.model(x, values=None if pair is None else (pair if weight_first else pair[::-1]))
        _expect_sigmoid(got, reference, x, float(w), float(b))


def _weight_comes_first(student: Submission, reference: Any) -> bool:
    """Whether w stands before b among the model's numbers; True when neither order explains its output."""
    x = torch.tensor([[1.0], [3.0]])
    pair = (0.8, -0.5)
    swapped = reference.model(x, pair[1], pair[0]).reshape(-1)
    got = student.model(x, values=pair)
    if got.numel() != 2 or not got.is_floating_point():
        return True
    return not bool((got.double().reshape(-1) - swapped).abs().max() < SIGMOID_ATOL)


def _expect_sigmoid(got: torch.Tensor, reference: Any, x: torch.Tensor, w: float, b: float) -> None:
    """Compare row by row; the counterexample is the row with the smallest |x|."""
    wanted = reference.model(x, w, b).reshape(-1)
    answer = expect_numbers(got, len(x), what=f"The model's output for {len(x)} rows", hint=MODEL_HINT)
    off = ~((answer - wanted).abs() <= SIGMOID_ATOL)
    if not bool(off.any()):
        return
    row = min(off.nonzero().flatten().tolist(), key=lambda index: abs(float(x[index])))
    hours, expected, actual = float(x[row]), float(wanted[row]), float(answer[row])
    fail(
        f"With w = {w:.4g} and b = {b:.4g}, your model says {number(actual)} for x = {hours:g}; "
        f"sigmoid(x * w + b) is {number(expected)}.",
        hint=MODEL_HINT,
        expected=expected,
        actual=actual,
        inputs={"x": hours, "w": w, "b": b},
        counterexample={"x": hours, "w": w, "b": b},
    )


@check("model.batch", points=0.5, title="A batch of N rows gives N rows, each by itself", step="model")
def batch(student: Submission, reference: Any) -> None:
    hint = "Keep the first dimension as the batch: (N, 1) in, (N, 1) out, with no sum or mean over the rows."
    together: dict[int, torch.Tensor] = {}
    for rows in (1, 3, 200):
        x = torch.linspace(-3, 5, rows).reshape(-1, 1)
        together[rows] = student.model(x)
        expect_shape(
            together[rows], (rows, 1), what=f"The output for a batch of {rows}", hint=hint, inputs={"rows": rows}
        )
    several = together[200].double().reshape(-1)
    for row in (0, 77, 199):
        x = torch.linspace(-3, 5, 200).reshape(-1, 1)[row : row + 1]
        alone = student.model(x)
        expect_close(
            alone,
            float(several[row]),
            atol=1e-5,
            what=f"The output for x = {float(x):.4g} alone (as in a batch)",
            hint=hint,
        )


# ---------------------------------------------------------------- 3 · the loss


@check("loss.lecture_rows", points=0.5, title="The loss of each row of the lecture's table", step="loss")
def lecture_rows(student: Submission, reference: Any) -> None:
    for p, y in (*_table_rows(reference), *_drawn_rows(student)):
        expected = float(reference.loss(torch.tensor([[p]]), torch.tensor([[y]])))
        expect_close(
            student.loss(torch.tensor([[p]]), torch.tensor([[y]])),
            expected,
            atol=ROWS_ATOL,
            what=f"The loss of one row predicted {p} with label {y:g}",
            hint="For one row it is -log(p) when y is 1, and -log(1 - p) when y is 0 (natural logarithm).",
            inputs={"y_pred": [p], "y": [y]},
        )


def _table_rows(reference: Any) -> list["Row"]:
    """The lecture's table as (prediction, label)."""
    table = reference.TABLE
    return list(zip(table.y_pred.flatten().tolist(), table.y.flatten().tolist(), strict=True))


def _drawn_rows(student: Submission) -> list["Row"]:
    """Rows that only this submission is asked, so that knowing the lecture's by heart earns nothing."""
    drawn = student.drawn("loss.lecture_rows")
    return [(_drawn_probability(drawn), float(label)) for label in (0, 1, 1, 0)]


def _drawn_probability(drawn: Random) -> float:
    """A probability within the lecture's, and none of them."""
    return drawn.choice([cents / 100 for cents in range(21, 80) if cents not in (30, 50, 70)])


@check("loss.mini_batch", points=2, title="The mini-batch loss of the lecture's table is 0.8483", step="loss")
def mini_batch(student: Submission, reference: Any) -> None:
    table = reference.TABLE
    lectures = table.y_pred.flatten().tolist(), table.y.flatten().tolist()
    for place, (p, y) in enumerate((lectures, *_drawn_tables(student))):
        what = "a table like the lecture's, with other predictions" if place else "the lecture's table of four rows"
        predictions, labels = torch.tensor(p).reshape(-1, 1), torch.tensor(y).reshape(-1, 1)
        expect_close(
            student.loss(predictions, labels),
            float(reference.loss(predictions, labels)),
            atol=ROWS_ATOL,
            what=f"The loss of {what}",
            hint=LOSS_HINT,
            inputs={"y_pred": p, "y": y},
        )


def _drawn_tables(student: Submission) -> list[tuple[list[float], list[float]]]:
    """Tables of the lecture's form, (a, 1-a) with label 1 and (b, 1-b) with label 0, for this submission alone.

    Whatever is right (or wrong) on the lecture's table, like (N, 1) against (N,), is so on these; a number known by
    heart is not.
    """
    drawn = student.drawn("loss.mini_batch")
    tables = []
    for _ in range(2):
        a, b = _drawn_probability(drawn), _drawn_probability(drawn)
        rows = [(a, 1.0), (round(1 - a, 2), 1.0), (b, 0.0), (round(1 - b, 2), 0.0)]
        drawn.shuffle(rows)
        tables.append(([p for p, _ in rows], [y for _, y in rows]))
    return tables


Row = tuple[float, float]


@check("loss.random_batches", points=0.5, title="The loss is right for batches of any size", step="loss")
def random_batches(student: Submission, reference: Any) -> None:
    def compare(rows: Sequence[Row]) -> None:
        p = torch.tensor([[p] for p, _ in rows])
        y = torch.tensor([[y] for _, y in rows])
        shown = {"y_pred": _few(p), "y": _few(y)}
        expect_close(
            student.loss(p, y),
            float(reference.loss(p, y)),
            rtol=1e-3,
            atol=1e-4,
            what=f"The loss of a batch of {len(rows)} {'row' if len(rows) == 1 else 'rows'}",
            hint=LOSS_HINT,
            inputs=shown,
            counterexample=shown,
        )

    for_every(_batch, compare)


def _batch(draw: Any, st: Any) -> list[Row]:
    """A batch of 1 to 4096 rows: a few drawn rows, repeated in turn; it shrinks to few, plain rows."""
    size = draw(st.one_of(st.integers(1, 8), st.integers(1, 4096)))
    cents = st.integers(5, 95).map(lambda cent: cent / 100)
    rows = draw(st.lists(st.tuples(cents, st.sampled_from((0.0, 1.0))), min_size=1, max_size=8))
    return [rows[index % len(rows)] for index in range(size)]


def _few(column: torch.Tensor) -> list[float]:
    """The numbers of a column, as typed; only the first eight of a long one."""
    return [round(float(value), 4) for value in column.flatten()[:8]]


@check("loss.saturated", points=0.5, title="The loss stays finite when a prediction is exactly 0 or 1", step="loss")
def saturated(student: Submission, reference: Any) -> None:
    hint = "log(0) is minus infinity: keep p a little away from 0 and 1 (torch.clamp), or use torch.nn.BCELoss."
    for p, y in ((0.0, 1.0), (1.0, 0.0)):
        loss = student.loss(torch.tensor([[p]]), torch.tensor([[y]]))
        what = f"The loss of a row predicted exactly {p:g} with label {y:g}"
        actual = float(expect_numbers(loss, 1, what=what, hint=hint)[0])
        inputs = {"y_pred": [p], "y": [y]}
        expect(
            math.isfinite(actual) and actual >= 5,
            f"{what} should be finite and large (at least 5), but is {number(actual)}.",
            hint=hint,
            expected="finite, at least 5",
            actual=actual,
            inputs=inputs,
        )
        right = float(expect_numbers(student.loss(torch.tensor([[p]]), torch.tensor([[1 - y]])), 1, what=what)[0])
        expect(
            not right >= actual,
            f"{what} is {number(actual)}, but with the right label, {1 - y:g}, it is not lower: {number(right)}.",
            hint=LOSS_HINT,
            expected=f"below {number(actual)}",
            actual=right,
            inputs={"y_pred": [p], "y": [1 - y]},
        )


@check("loss.differentiable", points=0.5, title="The loss passes the right gradient back", step="loss")
def differentiable(student: Submission, reference: Any) -> None:
    for p, y in (*_table_rows(reference), *_drawn_rows(student)):
        row, label = torch.tensor([[p]]), torch.tensor([[y]])
        expected = reference.loss_gradient(row, label)
        got = _gradient(student, row, label)
        what = f"The gradient of the loss of one row predicted {p} with label {y:g}"
        inputs = {"y_pred": [p], "y": [y]}
        expect_close(got, expected, rtol=1e-3, atol=1e-6, what=what, hint=LOSS_HINT, inputs=inputs)
    for rows in (((0.2, 1.0), (0.8, 1.0), (0.3, 0.0), (0.7, 0.0)), ((0.6, 1.0), (0.35, 0.0))):
        _expect_own_slope(student, rows)


def _gradient(student: Submission, p: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    _, gradient = student.loss.gradient(p, y)
    if gradient is None:
        fail(
            "Your loss gives a number, but no gradient comes back through it, so nothing can learn from it.",
            hint="Compute the loss with torch operations only: no .item(), .detach(), .numpy() or float() on the way.",
            expected="a gradient",
            actual=None,
            inputs={"y_pred": _few(p), "y": _few(y)},
        )
    return gradient


def _expect_own_slope(student: Submission, rows: Sequence[Row]) -> None:
    """The gradient on a batch must be the slope of the student's own loss, so that a sum is not punished twice."""
    p, y = torch.tensor([[p] for p, _ in rows]), torch.tensor([[y] for _, y in rows])
    step = 1e-2
    slopes = []
    for row in range(len(rows)):
        up, down = p.clone(), p.clone()
        up[row] += step
        down[row] -= step
        above = expect_numbers(student.loss(up, y), 1, what="The loss of a batch", hint=LOSS_HINT)
        below = expect_numbers(student.loss(down, y), 1, what="The loss of a batch", hint=LOSS_HINT)
        slopes.append(float(above - below) / float(up[row] - down[row]))
    expect_close(
        _gradient(student, p, y),
        torch.tensor(slopes),
        rtol=2e-2,
        atol=1e-3,
        what="The gradient of your loss on a batch (against how your loss really changes)",
        hint="Let autograd compute the gradient: no in-place changes and no detach inside the loss.",
        inputs={"y_pred": _few(p), "y": _few(y)},
    )


# ---------------------------------------------------------------- 4 · the training cycle


@check("train.loss_decreases", points=0.5, title="Training lowers the loss", step="train", runs=RUNS)
def loss_decreases(student: Submission, reference: Any) -> None:
    for run in RUNS:
        model = student.trained(run)
        y = torch.tensor(run.labels, dtype=torch.float64) if run.labels else reference.Y_DATA
        after = _reference_loss(_outputs(model, reference.X_DATA.float()), y, reference)
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
    return not bool((_outputs(model, x) - swapped).abs().max() < SIGMOID_ATOL)


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
        p = _outputs(model, GRID)
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
    """A training that was not seen to learn must learn data that only this submission is given.

    Its hours are mirrored and stretched (a script keeps its own), its labels turned round, so that numbers set
    beforehand are wrong. What is seen can be forged, so it earns nothing here: it spares honest work the question.
    """
    if _was_seen_to_learn(student.trained(HARDEST), reference):
        return
    stretch = round(student.drawn("train.converges").uniform(1, 1.5), 2)
    hours = -stretch * reference.X_DATA
    other = TrainingRun("on other data", (0.0, 0.0), ((1.0,), (1.0,), (0.0,)), tuple(map(tuple, hours.tolist())))
    model = student.trained(other)
    at = [hour * (-stretch if model.is_called else 1.0) for hour in (1, 2, 3, 4)]
    p = _outputs(model, torch.tensor(at).reshape(-1, 1))
    first, last = float(p[0]), float(p[3])
    shown = ", ".join(f"{x:g}" for x in at[:3])
    expect(
        last < 0.5 < first,
        f"No gradient was seen to lead to your model's numbers, and trained on x = {shown} with the labels 1, 1, 0, "
        f"it says {number(first)} for x = {at[0]:g} and {number(last)} for x = {at[3]:g}; "
        "that should be above and below 0.5.",
        hint=TRAIN_HINT,
        expected=["above 0.5", "below 0.5"],
        actual=[first, last],
        inputs={"x": at[:3], "labels": [1, 1, 0]},
    )


@check(
    "train.other_labels", points=0.5, title="Training learns whatever labels it is given", step="train", runs=RUNS[1:]
)
def other_labels(student: Submission, reference: Any) -> None:
    four = float(_outputs(student.trained(REVERSED), torch.tensor([[4.0]]))[0])
    own_four = float(_outputs(student.trained(ALREADY_RIGHT), torch.tensor([[4.0]]))[0])
    hint = LABELS_HINT if abs(four - own_four) < 1e-3 else TRAIN_HINT
    expect(
        four < 0.5,
        f"Trained {REVERSED.name} (turned round), your model says p(4 h) = {number(four)}; it should be below 0.5.",
        hint=hint,
        expected="below 0.5",
        actual=four,
        inputs={"labels": [1, 1, 0]},
    )
    later = float(_outputs(student.trained(ALREADY_RIGHT), torch.tensor([[2.0]]))[0])
    earlier = float(_outputs(student.trained(EARLIER), torch.tensor([[2.0]]))[0])
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


def _outputs(model: TrainedModel, x: torch.Tensor) -> torch.Tensor:
    """The trained model's output for each row of *x*: float64, shape (N,), all finite."""
    what = f"The trained model's output for {len(x)} {'row' if len(x) == 1 else 'rows'}"
    p = expect_numbers(model(x), len(x), what=what, hint=MODEL_HINT)
    finite = bool(torch.isfinite(p).all())
    expect(
        finite,
        "The trained model answers nan or infinity.",
        hint="Give your loss the prediction first and the label second; if you do, try a smaller learning rate.",
        actual=_few(p),
    )
    return p


def _reference_loss(p: torch.Tensor, y: torch.Tensor, reference: Any) -> float:
    """The reference's loss of outputs *p*, brought into [0, 1] where a wrong model has left it."""
    return float(reference.loss(p.reshape(-1, 1).clamp(0, 1), y))


# ---------------------------------------------------------------- for the report


def figures(student: Submission, reference: Any) -> list[Figure]:
    """The curve p(hours) beside the reference's, and the loss over the epochs, as on the lecture's last slides."""
    x = torch.linspace(0, 10, 200).reshape(-1, 1)
    model = student.trained(HARDEST)
    p = _outputs(model, x)
    w, b = _reference_weights(reference)
    hours = tuple(x.flatten().tolist())
    theirs = Series("your model", hours, tuple(p.tolist()))
    ours = Series("reference", hours, tuple(reference.model(x, w, b).reshape(-1).tolist()))
    hours_seen, passed = (tuple(column.flatten().tolist()) for column in (reference.X_DATA, reference.Y_DATA))
    data = Series("data", hours_seen, passed, "points")
    half = Series("0.5", (0.0, 10.0), (0.5, 0.5), "rule")
    four = float(p[80])
    curve = Figure(
        "curve",
        "Probability of a pass over hours of study",
        "Hours",
        "Probability of pass",
        (theirs, ours, data, half),
        f"Your model's probability of a pass goes from {p[0]:.2f} at 0 hours to {p[-1]:.2f} at 10 hours; "
        f"at 4 hours it is {four:.2f}.",
    )
    seen = model.seen
    if not seen.losses:
        return [curve]
    losses = Series("your loss", tuple(float(epoch) for epoch in seen.epochs), seen.losses)
    told = f"Your loss goes from {seen.losses[0]:.4f} to {seen.losses[-1]:.4f} in {seen.backwards} backward passes."
    return [curve, Figure("loss", "Loss while training", "Backward pass", "Loss", (losses,), told)]


@cache
def _reference_weights(reference: Any) -> tuple[float, float]:
    """What the reference learns; the same for every submission."""
    w, b = reference.train(reference.X_DATA, reference.Y_DATA, HARDEST.start)
    return float(w), float(b)


CHECKS: tuple[Check, ...] = (
    parameters, sigmoid, batch,
    lecture_rows, mini_batch, random_batches, saturated, differentiable,
    loss_decreases, converges, other_labels,
)  # fmt: skip


@hookimpl
def grader_checks(assignment: Assignment) -> Sequence[Check]:
    return CHECKS if assignment.name == "logistic_regression" else ()


@hookimpl
def grader_figures(student: Submission, reference: Any, assignment: Assignment) -> Sequence[Figure]:
    return figures(student, reference) if assignment.name == "logistic_regression" else ()
