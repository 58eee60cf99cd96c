"""Never comes back from the loss."""
# lost: loss.* error timeout


def bce_loss(y_pred, y):
    while True:
        y_pred = y_pred + 1
