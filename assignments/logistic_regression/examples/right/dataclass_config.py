from dataclasses import dataclass, field

import torch
from torch import nn


@dataclass
class Config:
    epochs: int = 900
    lr: float = 0.05
    log_every: int = 300
    threshold: float = 0.5
    hours: list = field(default_factory=lambda: [1.0, 4.0])


class LogisticRegressionModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def bce_loss(y_pred, y):
    return nn.functional.binary_cross_entropy(y_pred, y)


def train(x_data, y_data, config=Config()):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=config.lr)
    for epoch in range(config.epochs):
        optimizer.zero_grad()
        loss = bce_loss(model(x_data), y_data)
        loss.backward()
        optimizer.step()
        if epoch % config.log_every == 0:
            print(f"{epoch:5d}  {loss.item():.4f}")
    return model
