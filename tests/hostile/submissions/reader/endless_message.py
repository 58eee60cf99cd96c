"""Raises an exception with a text of 50 MB."""
# lost: loss.* error exception


def bce_loss(y_pred, y):
    raise ValueError("<b>\n" * 12_000_000)
