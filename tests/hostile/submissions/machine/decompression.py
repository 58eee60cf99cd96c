"""Decompresses a bomb in its own process."""
# lost: loss.* error memory|crash|exception|timeout
import zlib

BOMB = zlib.compress(zlib.compress(b"\0" * (1 << 26)) * 1)


def bce_loss(y_pred, y):
    small = zlib.decompress(BOMB)
    return zlib.decompress(small) * 4096
