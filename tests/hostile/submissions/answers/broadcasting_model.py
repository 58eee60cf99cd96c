"""Answers one number for a whole batch."""
# lost: model.sigmoid failed
# lost: model.batch failed
# lost: train.* error exception


def forward(self, x):
    return torch.sigmoid(self.linear(x)).mean().reshape(1, 1)


LogisticRegressionModel.forward = forward
