"""Aborts in the loss."""
# lost: loss.* error crash
import os


def bce_loss(y_pred, y):
    os.abort()
