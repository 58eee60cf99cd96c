"""A model of three numbers, one with a name of markup, controls and a megabyte."""
# lost: model.parameters failed
# lost: model.sigmoid failed
import torch


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)
        self._parameters["<script>alert('@MARK@')</script>\x1b[2J" + "x" * 1_000_000] = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return torch.sigmoid(self.linear(x))
