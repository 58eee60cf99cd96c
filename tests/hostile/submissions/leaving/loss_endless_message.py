"""Raises an exception whose text never ends being made."""
# lost: loss.* error timeout


class Slow(Exception):
    def __str__(self):
        while True:
            pass


def bce_loss(y_pred, y):
    raise Slow
