"""The reference for logistic regression, in float64. The known wrong variants of it are in ``misconceptions.py``.

Formulas and numbers are those of lecture 06, "Logistic Regression". ``N`` is the number of rows; hours ``x``,
predictions ``y_pred`` and labels ``y`` all have shape (N, 1).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

LOG_FLOOR = -100.0


def _rows(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64).reshape(-1, 1)


@dataclass(frozen=True)
class LossTable:
    """The lecture's worked example of the loss: labels, predictions, the loss of each row, and their mean."""

    y: Tensor
    y_pred: Tensor
    rows: Tensor
    mean: float


X_DATA = _rows(1.0, 2.0, 3.0)
Y_DATA = _rows(0.0, 0.0, 1.0)
TABLE = LossTable(
    y=_rows(1.0, 1.0, 0.0, 0.0),
    y_pred=_rows(0.2, 0.8, 0.3, 0.7),
    rows=_rows(1.6094, 0.2231, 0.3567, 1.2040),
    mean=0.8483,
)


def model(x: Tensor, w: float, b: float) -> Tensor:
    """The probability of passing, (N, 1), after *x* hours, (N, 1): sigma(x*w + b) (lecture 06, the model)."""
    return torch.sigmoid(x.to(torch.float64) * w + b)


def row_loss(y_pred: Tensor, y: Tensor) -> Tensor:
    """Binary cross entropy of each row: -(y log y_pred + (1-y) log(1-y_pred)), in the shape of *y_pred*.

    The logarithm stops at -100, as in ``torch.nn.BCELoss``, so that a prediction of exactly 0 or 1 stays finite.
    """
    y_pred, y = y_pred.to(torch.float64), y.to(torch.float64)
    return -(y * _log(y_pred) + (1 - y) * _log(1 - y_pred))


def loss(y_pred: Tensor, y: Tensor) -> Tensor:
    """The mini-batch loss: the mean of ``row_loss``, one number of shape () (lecture 06, the mini-batch formula)."""
    return row_loss(y_pred, y).mean()


def loss_gradient(y_pred: Tensor, y: Tensor) -> Tensor:
    """The derivative of ``loss`` with respect to *y_pred*, in its shape, for predictions between 0 and 1.

    From the mini-batch formula: (y_pred - y) / (y_pred (1 - y_pred)) / N.
    """
    y_pred, y = y_pred.to(torch.float64), y.to(torch.float64)
    return (y_pred - y) / (y_pred * (1 - y_pred)) / y_pred.numel()


def gradient(x: Tensor, y: Tensor, parameters: Sequence[float]) -> tuple[float, float]:
    """The derivative of ``loss`` with respect to weight and bias, at these *parameters*.

    By the chain rule its derivative with respect to x*w + b is (y_pred - y) / N.
    """
    hours, labels = x.flatten().tolist(), y.flatten().tolist()
    w, b = parameters
    errors = [_sigmoid(hour * w + b) - label for hour, label in zip(hours, labels, strict=True)]
    by_weight = math.fsum(error * hour for error, hour in zip(errors, hours, strict=True))
    return by_weight / len(hours), math.fsum(errors) / len(hours)


def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


def train(
    x: Tensor, y: Tensor, start: tuple[float, float], epochs: int = 1000, lr: float = 0.01
) -> tuple[float, float]:
    """Weight and bias after *epochs* steps of gradient descent from *start* (lecture 06, training cycle)."""
    w, b = start
    for _ in range(epochs):
        by_weight, by_bias = gradient(x, y, (w, b))
        w, b = w - lr * by_weight, b - lr * by_bias
    return w, b


def _log(value: Tensor) -> Tensor:
    return torch.log(value).clamp(min=LOG_FLOOR)
