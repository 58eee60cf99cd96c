import torch

x_data = torch.Tensor([[1.0], [2.0], [3.0]])
y_data = torch.Tensor([[0], [0], [1]])


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super(LogisticRegressionModel, self).__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def criterion(y_pred, y):
    eps = 1e-7
    one = y * torch.log10(y_pred + eps)
    zero = (1 - y) * torch.log10(1 - y_pred + eps)
    return -(one + zero).mean()


model = LogisticRegressionModel()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

for epoch in range(1000):
    y_pred = model(x_data)
    loss = criterion(y_pred, y_data)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(model(torch.Tensor([[4.0]])).item())
