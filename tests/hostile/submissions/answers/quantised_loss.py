"""Answers a quantised tensor."""
# lost: loss.* error exception
import torch


def bce_loss(y_pred, y):
    loss = torch.nn.functional.binary_cross_entropy(y_pred, y).detach()
    return torch.quantize_per_tensor(loss.reshape(1), 1e-4, 0, torch.quint8)
