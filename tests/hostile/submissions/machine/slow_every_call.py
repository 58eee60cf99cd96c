"""Takes its time with every answer, but never more than a call may."""
# lost: loss.* error|passed timeout|none
# lost: train.* error|passed timeout|none
import time


def bce_loss(y_pred, y):
    time.sleep(0.5)
    return torch.nn.functional.binary_cross_entropy(y_pred, y)
