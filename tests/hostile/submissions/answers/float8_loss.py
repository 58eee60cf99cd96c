"""Answers in a dtype that nobody expects."""
# lost: loss.* error exception
import torch


def bce_loss(y_pred, y):
    return torch.nn.functional.binary_cross_entropy(y_pred, y).detach().to(torch.float8_e4m3fn)
