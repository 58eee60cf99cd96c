"""Skips as pytest would (or fails to import pytest, which is no pass either)."""
# lost: loss.* error exception


def bce_loss(y_pred, y):
    import pytest

    pytest.skip("not today")
