import torch
import torch.nn as nn


class LogisticRegressionModel(nn.Module):
    """sigma(x * w + b) without nn.Linear, to see what is inside."""

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(1, 1))
        self.b = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return torch.sigmoid(x @ self.w + self.b)


def bce_loss(y_pred, y):
    return nn.BCELoss()(y_pred, y)


def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD([model.w, model.b], lr=0.1)
    for _ in range(1200):
        optimizer.zero_grad()
        loss = bce_loss(model(x_data), y_data)
        loss.backward()
        optimizer.step()
    return model
