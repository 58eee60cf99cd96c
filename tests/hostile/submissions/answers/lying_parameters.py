"""A model of three numbers whose parameters() lists two."""
# lost: model.parameters failed
# lost: model.sigmoid failed
import torch


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)
        self.secret = torch.nn.Parameter(torch.zeros(1))

    def parameters(self, recurse=True):
        return iter([self.linear.weight, self.linear.bias])

    def named_parameters(self, *arguments, **options):
        yield "linear.weight", self.linear.weight
        yield "linear.bias", self.linear.bias

    def state_dict(self, *arguments, **options):
        return {"linear.weight": self.linear.weight, "linear.bias": self.linear.bias}

    def forward(self, x):
        return torch.sigmoid(self.linear(x) + self.secret)
