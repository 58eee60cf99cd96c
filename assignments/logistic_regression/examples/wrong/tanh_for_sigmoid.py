import torch
import torch.nn as nn


class LogisticRegressionModel(nn.Module):
    def __init__(self):
        super(LogisticRegressionModel, self).__init__()
        self.linear = nn.Linear(1, 1)
        self.activation = nn.Tanh()

    def forward(self, x):
        x = self.linear(x)
        x = self.activation(x)
        return x


def bce_loss(y_pred, y):
    return nn.BCELoss()(y_pred, y)


def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for epoch in range(1000):
        optimizer.zero_grad()
        loss = bce_loss(model(x_data), y_data)
        loss.backward()
        optimizer.step()
    return model
