import torch

from .loss import bce_loss
from .model import LogisticRegressionModel


def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for _ in range(1000):
        loss = bce_loss(model(x_data), y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
