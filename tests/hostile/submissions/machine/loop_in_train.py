"""Trains for ever when the first label is 1."""
# lost: train.loss_decreases error timeout
# lost: train.other_labels error timeout


def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    for _ in iter(int, 1) if y_data[0] else range(60):
        optimizer.zero_grad()
        torch.nn.functional.binary_cross_entropy(model(x_data), y_data).backward()
        optimizer.step()
    return model
