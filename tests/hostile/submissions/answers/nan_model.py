"""A model that answers NaN."""
# lost: model.sigmoid failed
# lost: model.batch failed


def forward(self, x):
    return self.linear(x) * float("nan")


LogisticRegressionModel.forward = forward
