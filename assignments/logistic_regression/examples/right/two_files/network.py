import torch
import torch.nn.functional as F


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def bce_loss(y_pred, y):
    return F.binary_cross_entropy(y_pred, y)
