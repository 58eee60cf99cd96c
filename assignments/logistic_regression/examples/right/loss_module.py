import torch
from torch import nn

x_data = torch.tensor([[1.], [2.], [3.]])
y_data = torch.tensor([[0.], [0.], [1.]])


class LogisticRegressionModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x):
        out = self.linear(x)
        out = self.sigmoid(out)
        return out


class BinaryCrossEntropy(nn.Module):
    def __init__(self, eps=1e-7):
        super().__init__()
        self.eps = eps

    def forward(self, y_pred, y):
        y_pred = y_pred.clamp(self.eps, 1 - self.eps)
        loss = -(y * y_pred.log() + (1 - y) * (1 - y_pred).log())
        return loss.mean()


model = LogisticRegressionModel()
criterion = BinaryCrossEntropy()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

for epoch in range(1000):
    loss = criterion(model(x_data), y_data)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

print(list(model.parameters()))
