"""Checks of step 3: the loss is the mean of the binary cross entropy, on the lecture's table and on others."""

import math
from collections.abc import Sequence
from random import Random
from typing import Any

import torch

from grader.api import Submission, check, expect, expect_close, expect_numbers, fail, for_every, number

ROWS_ATOL = 5e-5
LOSS_HINT = "The loss of a mini-batch is the mean over its rows of -(y log p + (1 - y) log(1 - p))."


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
Batch = tuple[torch.Tensor, torch.Tensor]  # y_pred and y, each of shape (N, 1)
CENTS = 91  # the probabilities of generated rows, 0.05 to 0.95
LARGEST = 4096


@check("loss.random_batches", points=0.5, title="The loss is right for batches of any size", step="loss")
def random_batches(student: Submission, reference: Any) -> None:
    def compare(batch: Batch) -> None:
        p, y = batch
        shown = {"y_pred": _few(p), "y": _few(y)}
        expect_close(
            student.loss(p, y),
            float(reference.loss(p, y)),
            rtol=1e-3,
            atol=1e-4,
            what=f"The loss of a batch of {len(p)} {'row' if len(p) == 1 else 'rows'}",
            hint=LOSS_HINT,
            inputs=shown,
            counterexample=shown,
        )

    for_every(_batch, compare)
    compare(_rows(torch.arange(LARGEST)))


def _batch(draw: Any, st: Any) -> Batch:
    """A batch of rows: a few drawn ones, repeated in turn; it shrinks to few, plain rows."""
    size = draw(st.one_of(st.integers(1, 8), st.integers(1, 512)))
    codes = torch.tensor(draw(st.lists(st.integers(0, 2 * CENTS - 1), min_size=1, max_size=8)))
    return _rows(codes[torch.arange(size) % len(codes)])


def _rows(codes: torch.Tensor) -> Batch:
    """A row for each code: first come all probabilities with the label 0, then with the label 1, and so on again."""
    p, y = (codes % CENTS + 5) / 100, (codes // CENTS % 2).float()
    return p.reshape(-1, 1), y.reshape(-1, 1)


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
