"""Declares itself an expected failure."""
# lost: loss.* error exception


def bce_loss(y_pred, y):
    import pytest

    pytest.xfail("known to fail")
