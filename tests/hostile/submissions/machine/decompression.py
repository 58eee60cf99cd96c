"""Decompresses a bomb in its own process."""
# lost: loss.random_batches error memory|crash|exception|timeout
import zlib

BOMB = zlib.compress(bytes(1 << 24))


def bce_loss(y_pred, y):
    if len(y_pred) in (1, 2, 4):
        return torch.nn.functional.binary_cross_entropy(y_pred, y)
    return zlib.decompress(BOMB) * 4096
