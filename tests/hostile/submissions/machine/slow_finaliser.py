"""Sleeps when its objects are collected."""
# lost: loss.* error timeout
import time


class Slow:
    def __del__(self):
        time.sleep(600)


def bce_loss(y_pred, y):
    Slow()
    return torch.nn.functional.binary_cross_entropy(y_pred, y)
