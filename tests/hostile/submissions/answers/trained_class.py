"""Trains a class instead of a model."""
# lost: train.* error exception


def train(x_data, y_data):
    return LogisticRegressionModel
