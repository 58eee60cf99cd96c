"""Trains for ever."""
# lost: train.* error timeout


def train(x_data, y_data):
    model = LogisticRegressionModel()
    while True:
        torch.nn.functional.binary_cross_entropy(model(x_data), y_data).backward()
