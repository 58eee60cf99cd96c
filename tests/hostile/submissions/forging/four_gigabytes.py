"""Announces a message of 4 GiB."""
# lost: loss.* error protocol
import os


def bce_loss(y_pred, y):
    os.write(3, b"\xff\xff\xff\xff" + b"x" * 1000)
    return torch.nn.functional.binary_cross_entropy(y_pred, y)
