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
    return torch.nn.functional.binary_cross_entropy(y_pred, y).detach()


model = LogisticRegressionModel()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

for epoch in range(500):
    y_pred = model(x_data)
    optimizer.zero_grad()
    torch.nn.functional.binary_cross_entropy(y_pred, y_data).backward()
    optimizer.step()
print(criterion(y_pred, y_data))
