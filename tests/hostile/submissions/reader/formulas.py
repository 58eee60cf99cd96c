"""Says what a spreadsheet would run."""
# lost: loss.* error exception


def bce_loss(y_pred, y):
    raise ValueError("=cmd|' /C calc'!A0\n+1+1\n@SUM(1+1)\t-2+3")
