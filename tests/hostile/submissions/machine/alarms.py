"""Sets every timer it can, so that its own process is ended in the middle of an answer."""
# lost: loss.* error crash|exception|timeout|exit
import signal
import time


def bce_loss(y_pred, y):
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    signal.setitimer(signal.ITIMER_PROF, 0.01)
    time.sleep(0.1)
    while True:
        pass
