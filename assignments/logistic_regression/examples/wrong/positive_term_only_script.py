import torch

x_data = torch.Tensor([[1.0], [2.0], [3.0]])
y_data = torch.Tensor([[0], [0], [1]])


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


model = LogisticRegressionModel()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

for epoch in range(500):
    y_pred = model(x_data)
    loss = torch.mean(-y_data * torch.log(y_pred.clamp(min=1e-7)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
