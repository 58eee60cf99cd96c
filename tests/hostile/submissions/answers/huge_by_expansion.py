"""Answers 10^12 numbers that take four bytes."""
# lost: loss.* error exception|timeout
import torch


def bce_loss(y_pred, y):
    return torch.nn.functional.binary_cross_entropy(y_pred, y).expand(10**12)
