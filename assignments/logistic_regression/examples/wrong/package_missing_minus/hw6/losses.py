import torch


def bce_loss(y_pred, y):
    p = y_pred.clamp(1e-7, 1 - 1e-7)
    return torch.mean(y * p.log() + (1 - y) * (1 - p).log())
