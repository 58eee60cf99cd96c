"""Prints without end on both streams."""
# lost: loss.* error timeout
import sys


def bce_loss(y_pred, y):
    while True:
        print("x" * 10_000)
        print("y" * 10_000, file=sys.stderr)
