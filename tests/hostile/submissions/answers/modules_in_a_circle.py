"""A model that holds itself twice: 2^50 ways to walk through it."""
# lost: model.* error timeout|exception
# lost: train.* error timeout|exception
import torch


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)
        self._modules["left"] = self
        self._modules["right"] = self

    def forward(self, x):
        return torch.sigmoid(self.linear(x))
