"""Answers infinity."""
# lost: loss.* failed
import torch


def bce_loss(y_pred, y):
    return y_pred.sum() * 0 + float("inf")
