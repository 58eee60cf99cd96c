"""Answers 40 MB of numbers."""
# lost: loss.* error exception|memory
import torch


def bce_loss(y_pred, y):
    return torch.zeros(10**7) + y_pred.sum()
