"""Answers a generator that never ends."""
# lost: loss.* error exception
import itertools


def bce_loss(y_pred, y):
    return itertools.count()
