"""A class and its exceptions with names full of controls, and no text at all."""
# lost: loss.* error exception


class Odd(Exception):
    def __str__(self):
        return 5


Odd.__name__ = "\x1b]0;owned\x07\u202e<script>" + "x" * 100_000
Odd.__qualname__ = "\n::error::owned"


def bce_loss(y_pred, y):
    raise Odd
