"""Logistic regression, homework 6."""

from .loss import bce_loss
from .model import LogisticRegressionModel
from .training import train

__all__ = ["LogisticRegressionModel", "bce_loss", "train"]
