"""Answers a complex number whose real part is right."""
# lost: loss.* failed
# lost: loss.differentiable failed|error|passed
import torch


def bce_loss(y_pred, y):
    return torch.nn.functional.binary_cross_entropy(y_pred, y) + 0j
