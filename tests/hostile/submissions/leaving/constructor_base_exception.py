"""Raises a BaseException of its own when the model is built."""
# lost: model.* error exception
# lost: train.* error exception
import torch


class Done(BaseException):
    pass


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        raise Done("passed")

    def forward(self, x):
        return x
