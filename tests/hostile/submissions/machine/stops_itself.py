"""Stops itself with SIGSTOP."""
# lost: loss.* error timeout|crash|exception
import os
import signal


def bce_loss(y_pred, y):
    os.kill(os.getpid(), signal.SIGSTOP)
    while True:
        os.kill(os.getpid(), signal.SIGSTOP)
