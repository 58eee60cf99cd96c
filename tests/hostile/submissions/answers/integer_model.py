"""Answers whole numbers."""
# lost: model.sigmoid failed


def forward(self, x):
    return (self.linear(x) > 0).to(torch.int64)


LogisticRegressionModel.forward = forward
