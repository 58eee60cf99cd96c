import torch
import torch.nn.functional as F


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.rand(1, 1))
        self.bias = torch.nn.Parameter(torch.rand(1))

    def forward(self, x):
        return F.sigmoid(F.linear(x, self.weight, self.bias))


def bce_loss(y_pred, y):
    return F.binary_cross_entropy(input=y_pred, target=y)


def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(1000):
        loss = bce_loss(model(x_data), y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
