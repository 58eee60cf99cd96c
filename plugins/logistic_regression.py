"""The eleven checks of the assignment ``logistic_regression`` (lecture 06, ten points).

Every number a check compares with comes from the assignment's ``reference.py``. Tolerances, starts and label sets
are those under which no right way of writing the homework fails and no wrong one passes.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import torch

from grader.api import Check, Submission
from grader.hookspecs import hookimpl
from grader.model import Assignment, Figure, Series

from ._logistic_regression.loss import differentiable, lecture_rows, mini_batch, random_batches, saturated
from ._logistic_regression.model import batch, parameters, sigmoid
from ._logistic_regression.training import HARDEST, converges, loss_decreases, other_labels, outputs


def figures(student: Submission, reference: Any) -> list[Figure]:
    """The curve p(hours) beside the reference's, and the loss over the epochs, as on the lecture's last slides."""
    x = torch.linspace(0, 10, 200).reshape(-1, 1)
    model = student.trained(HARDEST)
    p = outputs(model, x)
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
