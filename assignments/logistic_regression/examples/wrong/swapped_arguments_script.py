import torch

x_data = torch.tensor([[1.0], [2.0], [3.0]])
y_data = torch.tensor([[0.0], [0.0], [1.0]])


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def bce_loss(y, y_pred):
    y_pred = y_pred.clamp(1e-6, 1 - 1e-6)
    return -(y * y_pred.log() + (1 - y) * (1 - y_pred).log()).mean()


model = LogisticRegressionModel()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

for epoch in range(500):
    loss = bce_loss(y_data, model(x_data))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
