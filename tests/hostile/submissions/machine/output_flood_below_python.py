"""Writes to both descriptors directly."""
# lost: loss.* error
import os


def bce_loss(y_pred, y):
    while True:
        os.write(1, b"x" * 65536)
        os.write(2, b"y" * 65536)
