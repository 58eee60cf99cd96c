"""Answers a sparse tensor."""
# lost: loss.* error exception
import torch


def bce_loss(y_pred, y):
    return torch.nn.functional.binary_cross_entropy(y_pred, y).reshape(1).to_sparse()
