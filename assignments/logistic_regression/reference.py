"""The reference for logistic regression, in float64, and the known wrong variants of it.

Formulas and numbers are those of lecture 06, "Logistic Regression". ``N`` is the number of rows; hours ``x``,
predictions ``y_pred`` and labels ``y`` all have shape (N, 1).
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from grader.api import Misconception, misconception

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


def train(
    x: Tensor, y: Tensor, start: tuple[float, float], epochs: int = 1000, lr: float = 0.01
) -> tuple[float, float]:
    """Weight and bias after *epochs* steps of gradient descent on ``loss`` from *start* (lecture 06, training cycle).

    By the chain rule the derivative of the loss with respect to x*w + b is (y_pred - y) / N.
    """
    hours, labels = x.flatten().tolist(), y.flatten().tolist()
    w, b = start
    for _ in range(epochs):
        errors = [1 / (1 + math.exp(-(hour * w + b))) - label for hour, label in zip(hours, labels, strict=True)]
        w -= lr * math.fsum(error * hour for error, hour in zip(errors, hours, strict=True)) / len(hours)
        b -= lr * math.fsum(errors) / len(hours)
    return w, b


def _log(value: Tensor) -> Tensor:
    return torch.log(value).clamp(min=LOG_FLOOR)


# ---------------------------------------------------------------- wrong variants of the loss


@misconception(
    "sum_reduction",
    entry="loss",
    sentence="The losses of the rows are added up, so the number grows with the size of the batch.",
    step="Divide by the number of rows: take the mean, with BCELoss() or BCELoss(reduction='mean').",
)
def sum_reduction(y_pred: Tensor, y: Tensor) -> Tensor:
    return row_loss(y_pred, y).sum()


@misconception(
    "missing_minus",
    entry="loss",
    sentence="The loss has the wrong sign: a better prediction gives a larger number.",
    step="Put a minus in front of the whole formula; logarithms of probabilities are negative, and a loss is not.",
)
def missing_minus(y_pred: Tensor, y: Tensor) -> Tensor:
    return -loss(y_pred, y)


@misconception(
    "log2",
    entry="loss",
    sentence="The loss uses the logarithm with base 2 instead of the natural one.",
    step="Use torch.log in place of torch.log2.",
)
def log2(y_pred: Tensor, y: Tensor) -> Tensor:
    return loss(y_pred, y) / torch.log(torch.tensor(2.0, dtype=torch.float64))


@misconception(
    "log10",
    entry="loss",
    sentence="The loss uses the logarithm with base 10 instead of the natural one.",
    step="Use torch.log in place of torch.log10.",
)
def log10(y_pred: Tensor, y: Tensor) -> Tensor:
    return loss(y_pred, y) / torch.log(torch.tensor(10.0, dtype=torch.float64))


@misconception(
    "swapped_arguments",
    entry="loss",
    sentence="Predictions and labels have changed places inside the loss: the logarithm is taken of the labels.",
    step="Give the prediction first and the label second, and take the logarithm of the prediction.",
)
def swapped_arguments(y_pred: Tensor, y: Tensor) -> Tensor:
    return loss(y, y_pred)


@misconception(
    "positive_term_only",
    entry="loss",
    sentence="Only the rows with label 1 count: the half of the formula for label 0 is missing.",
    step="Add the second term, (1 - y) * log(1 - y_pred), inside the bracket.",
)
def positive_term_only(y_pred: Tensor, y: Tensor) -> Tensor:
    y_pred, y = y_pred.to(torch.float64), y.to(torch.float64)
    return -(y * _log(y_pred)).mean()


@misconception(
    "negative_term_only",
    entry="loss",
    sentence="Only the rows with label 0 count: the half of the formula for label 1 is missing.",
    step="Add the first term, y * log(y_pred), inside the bracket.",
)
def negative_term_only(y_pred: Tensor, y: Tensor) -> Tensor:
    y_pred, y = y_pred.to(torch.float64), y.to(torch.float64)
    return -((1 - y) * _log(1 - y_pred)).mean()


@misconception(
    "squared_error",
    entry="loss",
    sentence="This is the squared error of linear regression, not the cross entropy that classification needs.",
    step="Replace it by binary cross entropy, by hand or with torch.nn.BCELoss.",
)
def squared_error(y_pred: Tensor, y: Tensor) -> Tensor:
    return ((y_pred.to(torch.float64) - y.to(torch.float64)) ** 2).mean()


@misconception(
    "logits_on_probabilities",
    entry="loss",
    sentence="The loss applies the sigmoid once more to predictions that are probabilities already.",
    step="Use torch.nn.BCELoss: BCEWithLogitsLoss is for models without a sigmoid of their own.",
)
def logits_on_probabilities(y_pred: Tensor, y: Tensor) -> Tensor:
    return loss(torch.sigmoid(y_pred.to(torch.float64)), y)


@misconception(
    "broadcast_mismatch",
    entry="loss",
    sentence="Shapes (N, 1) and (N,) meet in the loss, so every prediction is compared with every label.",
    step="Give predictions and labels the same shape before you combine them, for instance with y.view_as(y_pred).",
)
def broadcast_mismatch(y_pred: Tensor, y: Tensor) -> Tensor:
    return row_loss(y_pred.reshape(-1, 1), y.reshape(1, -1)).mean()


# ---------------------------------------------------------------- wrong variants of the model


@misconception(
    "no_sigmoid",
    entry="model",
    sentence="The model returns x*w + b itself, which can be any number, where a probability is wanted.",
    step="Send the result of the linear layer through torch.sigmoid before you return it.",
)
def no_sigmoid(x: Tensor, w: float, b: float) -> Tensor:
    return x.to(torch.float64) * w + b


@misconception(
    "double_sigmoid",
    entry="model",
    sentence="The sigmoid is applied twice, so every probability lands between 0.5 and 0.73.",
    step="Remove one of the two sigmoids.",
)
def double_sigmoid(x: Tensor, w: float, b: float) -> Tensor:
    return torch.sigmoid(model(x, w, b))


@misconception(
    "negated_logit",
    entry="model",
    sentence="The sign inside the sigmoid is turned round, so the model gives the probability of failing.",
    step="Write the sigmoid as 1 / (1 + exp(-z)) with z = x*w + b, or call torch.sigmoid(z).",
)
def negated_logit(x: Tensor, w: float, b: float) -> Tensor:
    return torch.sigmoid(-(x.to(torch.float64) * w + b))


@misconception(
    "tanh_for_sigmoid",
    entry="model",
    sentence="The model uses tanh, which runs from -1 to 1, where a probability runs from 0 to 1.",
    step="Use torch.sigmoid in place of tanh.",
)
def tanh_for_sigmoid(x: Tensor, w: float, b: float) -> Tensor:
    return torch.tanh(x.to(torch.float64) * w + b)


@misconception(
    "softmax_of_one",
    entry="model",
    sentence="A softmax over a single column always gives 1, whatever the hours.",
    step="Use torch.sigmoid: softmax needs one column for each class, and here there is only one.",
)
def softmax_of_one(x: Tensor, w: float, b: float) -> Tensor:
    return torch.softmax(no_sigmoid.variant(x, w, b).reshape(-1, 1), dim=1)


@misconception(
    "relu_for_sigmoid",
    entry="model",
    sentence="The model uses relu, which cuts off below 0 but grows without end above, so it is no probability.",
    step="Use torch.sigmoid in place of relu.",
)
def relu_for_sigmoid(x: Tensor, w: float, b: float) -> Tensor:
    return torch.relu(x.to(torch.float64) * w + b)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    sum_reduction,
    missing_minus,
    log2,
    log10,
    swapped_arguments,
    positive_term_only,
    negative_term_only,
    squared_error,
    logits_on_probabilities,
    broadcast_mismatch,
    no_sigmoid,
    double_sigmoid,
    negated_logit,
    tanh_for_sigmoid,
    softmax_of_one,
    relu_for_sigmoid,
)

# Inputs on which no two variants give the same numbers, found by simulating all of them. The last loss probe has
# soft labels: without it, swapped arguments would be told apart only by how the student's code clamps log(0).
PROBES: dict[str, tuple[tuple[Tensor | float, ...], ...]] = {
    "loss": (
        (_rows(0.9, 0.4, 0.25), _rows(1.0, 1.0, 0.0)),
        (_rows(0.1, 0.35, 0.6, 0.85, 0.7), _rows(0.0, 1.0, 0.0, 0.0, 1.0)),
        (_rows(0.2, 0.55, 0.9), _rows(0.9, 0.3, 0.65)),
    ),
    "model": (
        (_rows(-2.0, 0.5, 3.0), 0.7, -1.3),
        (_rows(-1.0, 1.0, 4.0), -0.9, 0.6),
    ),
}
