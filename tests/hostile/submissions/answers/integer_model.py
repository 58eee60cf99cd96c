"""Answers whole numbers."""
# lost: model.sigmoid failed
# lost: train.* error exception


def forward(self, x):
    return (self.linear(x) > 0).to(torch.int64)


LogisticRegressionModel.forward = forward
