"""Ends the process inside forward."""
# lost: model.* error exit
# lost: train.* error exit
import os


def forward(self, x):
    os._exit(0)


LogisticRegressionModel.forward = forward
