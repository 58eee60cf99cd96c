"""A model that is right for its first forty calls and 0.5 ever after."""
# lost: model.* failed|passed
# lost: train.* failed|passed
import torch

calls = 0


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        global calls
        calls += 1
        return torch.sigmoid(self.linear(x)) if calls < 4 else torch.full_like(x, 0.5) + 0 * self.linear(x)
