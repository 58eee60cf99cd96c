"""A model that holds itself twice: 2^50 ways to walk through it."""
# lost: model.* error timeout|exception
import torch


class Right(LogisticRegressionModel):
    pass


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)
        self._modules["left"] = self
        self._modules["right"] = self

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def train(x_data, y_data):
    model = Right()
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    for epoch in range(60):
        loss = torch.nn.functional.binary_cross_entropy(model(x_data), y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
