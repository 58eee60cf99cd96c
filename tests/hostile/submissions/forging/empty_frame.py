"""Announces a message of no bytes."""
# lost: loss.* error protocol
import os


def bce_loss(y_pred, y):
    os.write(3, b"\x00\x00\x00\x00")
    return torch.nn.functional.binary_cross_entropy(y_pred, y)
