import torch
from torch import nn


class LogisticRegressionModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.LazyLinear(1)

    def forward(self, x):
        return self.fc(x).sigmoid()


def bce_loss(y_pred, y):
    return nn.functional.binary_cross_entropy(y_pred, y)


def train(x_data, y_data):
    model = LogisticRegressionModel()
    model(x_data)  # dry run, otherwise the optimizer complains about uninitialized parameters
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
    for epoch in range(1000):
        y_pred = model(x_data)
        loss = bce_loss(y_pred, y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
