import torch
import torch.nn.functional as F
from torch import optim

x_data = torch.tensor([[1.0], [2.0], [3.0]])
y_data = torch.tensor([[0.0], [0.0], [1.0]])


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


model = LogisticRegressionModel()
optimizer = optim.SGD(model.parameters(), lr=0.05)

for epoch in range(1000):
    y_pred = model(x_data)
    loss = F.binary_cross_entropy(y_pred, y_data)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

print(loss.item())
