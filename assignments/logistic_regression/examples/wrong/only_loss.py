import torch


def bce_loss(y_pred, y):
    """-1/N * sum(y * log(y_pred) + (1 - y) * log(1 - y_pred))"""
    y_pred = torch.clamp(y_pred, 1e-7, 1 - 1e-7)
    return -torch.mean(y * torch.log(y_pred) + (1 - y) * torch.log(1 - y_pred))


if __name__ == "__main__":
    y_pred = torch.tensor([[0.2], [0.8], [0.3], [0.7]])
    y = torch.tensor([[1.0], [1.0], [0.0], [0.0]])
    print(bce_loss(y_pred, y))  # 0.8483
