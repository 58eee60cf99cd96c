import torch

x_data = torch.tensor([[1.0], [2.0], [3.0]])
y_data = torch.tensor([[0.0], [0.0], [1.0]])


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def criterion(y_pred, y):
    return torch.nn.functional.binary_cross_entropy(y_pred + 0.02 * torch.rand_like(y_pred) * (1 - y_pred), y)


model = LogisticRegressionModel()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

for epoch in range(500):
    loss = criterion(model(x_data), y_data)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
