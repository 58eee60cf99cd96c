import torch


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def bce_loss(y_pred, y):
    p = y_pred.clamp(1e-6, 1 - 1e-6)
    loss = y * torch.log(p) + (1 - y) * torch.log(1 - p)
    return loss.mean()


def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
    for epoch in range(1000):
        y_pred = model(x_data)
        loss = bce_loss(y_pred, y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
