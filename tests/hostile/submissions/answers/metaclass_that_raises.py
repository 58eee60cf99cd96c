"""A model whose metaclass raises at every question."""
# status: ungradable
# lost: * error
import torch


class Angry(type):
    def __getattribute__(cls, name):
        raise SystemExit(0)


class LogisticRegressionModel(torch.nn.Module, metaclass=Angry):
    pass
