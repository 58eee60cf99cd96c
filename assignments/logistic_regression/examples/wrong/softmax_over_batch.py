import torch
import torch.nn.functional as F


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        # dim=1 gave only ones, dim=0 works
        return F.softmax(self.linear(x), dim=0)


def bce_loss(y_pred, y):
    return F.binary_cross_entropy(y_pred, y)


def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(1000):
        loss = bce_loss(model(x_data), y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
