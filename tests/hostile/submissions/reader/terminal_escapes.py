"""Prints what would drive the teacher's terminal."""
# lost: loss.* error exception
print("\x1b[2J\x1b]0;@MARK@\x07\x1b]8;;http://x\x07link\x1b]8;;\x07\x1b[31m\x9b31m\r10 / 10\b\b\b")


def bce_loss(y_pred, y):
    raise ValueError("\x1b[2J\x1b]52;c;@MARK@\x07\r10 / 10 \u202e01 / 01 \u2066 \x00 \x7f")
