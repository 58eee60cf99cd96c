"""Decompresses a bomb in its own process."""
# lost: loss.random_batches error memory|crash|exception|timeout
import zlib

BOMB = zlib.compress(zlib.compress(b"\0" * (1 << 26)) * 1)


def bce_loss(y_pred, y):
    if len(y_pred) < 1000:
        return torch.nn.functional.binary_cross_entropy(y_pred, y)
    small = zlib.decompress(BOMB)
    return zlib.decompress(small) * 4096
