"""Stops itself with SIGSTOP."""
# lost: loss.random_batches error timeout|crash|exception
import os
import signal


def bce_loss(y_pred, y):
    if len(y_pred) in (1, 2, 4):
        return torch.nn.functional.binary_cross_entropy(y_pred, y)
    os.kill(os.getpid(), signal.SIGSTOP)
    while True:
        os.kill(os.getpid(), signal.SIGSTOP)
