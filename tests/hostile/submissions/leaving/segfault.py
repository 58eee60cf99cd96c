"""Reads address 0 in the loss."""
# lost: loss.* error crash
import ctypes


def bce_loss(y_pred, y):
    return ctypes.string_at(0)
