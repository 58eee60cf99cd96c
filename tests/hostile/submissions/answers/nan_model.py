"""A model that answers NaN."""
# lost: model.sigmoid failed
# lost: model.batch failed
# lost: train.* error exception


def forward(self, x):
    return self.linear(x) * float("nan")


LogisticRegressionModel.forward = forward
