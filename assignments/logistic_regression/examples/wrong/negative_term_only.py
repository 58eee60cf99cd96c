import torch

x_data = torch.tensor([[1.0], [2.0], [3.0]])
y_data = torch.tensor([[0.0], [0.0], [1.0]])


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


class MyLoss(torch.nn.Module):
    def forward(self, y_pred, y):
        return torch.mean(-(1 - y) * torch.log(1 - y_pred + 1e-7))


model = LogisticRegressionModel()
criterion = MyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

for epoch in range(1500):
    y_pred = model(x_data)
    loss = criterion(y_pred, y_data)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
