import torch

EPS = 1e-7


def bce_loss(y_pred, y):
    p = torch.clamp(y_pred, EPS, 1 - EPS)
    return torch.mean(-y * torch.log(p) - (1 - y) * torch.log(1 - p))
