import torch
import torch.nn as nn


class LogisticRegressionModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def bce_loss(y_pred, y):
    return nn.BCELoss()(y_pred, y).item()


def train(x_data, y_data):
    model = LogisticRegressionModel()
    objective = nn.BCELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for epoch in range(1000):
        y_pred = model(x_data)
        optimizer.zero_grad()
        objective(y_pred, y_data).backward()
        optimizer.step()
        if epoch % 200 == 0:
            print(epoch, bce_loss(y_pred, y_data))
    return model
