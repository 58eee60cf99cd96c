"""Skips: unittest.SkipTest is not a pass."""
# lost: loss.* error exception
import unittest


def bce_loss(y_pred, y):
    raise unittest.SkipTest("not today")
