"""Homework 06: logistic regression.

Predicts the probability of passing an exam from the hours of study.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import torch
from torch import Tensor, nn

LEARNING_RATE: Final[float] = 0.05
EPOCHS: Final[int] = 1000


class LogisticRegressionModel(nn.Module):
    """sigma(w * x + b) for inputs of shape (N, 1)."""

    linear: nn.Linear

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return probabilities of shape (N, 1)."""
        logits: Tensor = self.linear(x)
        return torch.sigmoid(logits)


def bce_loss(y_pred: Tensor, y: Tensor) -> Tensor:
    """Mean binary cross entropy of a mini-batch."""
    return nn.functional.binary_cross_entropy(y_pred, y, reduction="mean")


def epochs(count: int) -> Iterator[int]:
    """Count from 1, as people do."""
    yield from range(1, count + 1)


def train(x_data: Tensor, y_data: Tensor) -> nn.Module:
    """Fit a fresh model to the data and return it."""
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    for _ in epochs(EPOCHS):
        optimizer.zero_grad()
        loss = bce_loss(model(x_data), y_data)
        loss.backward()
        optimizer.step()
    return model


def test_lecture_table() -> None:
    y_pred = torch.tensor([[0.2], [0.8], [0.3], [0.7]])
    y = torch.tensor([[1.0], [1.0], [0.0], [0.0]])
    assert abs(bce_loss(y_pred, y).item() - 0.8483) < 1e-4


if __name__ == "__main__":
    test_lecture_table()
