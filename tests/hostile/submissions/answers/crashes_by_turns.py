"""Raises, leaves and answers by turns."""
# lost: loss.* error|failed|passed
import itertools
import os

turns = itertools.count()


def bce_loss(y_pred, y):
    turn = next(turns)
    if turn % 11 == 7:
        os._exit(0)
    if turn % 5 == 4:
        raise MemoryError("now and then")
    return torch.nn.functional.binary_cross_entropy(y_pred, y) + (turn % 3 == 2)
