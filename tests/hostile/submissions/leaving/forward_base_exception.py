"""Raises GeneratorExit inside forward."""
# lost: model.* error exception
# lost: train.* error exception


def forward(self, x):
    raise GeneratorExit("passed")


LogisticRegressionModel.forward = forward
