import torch

EPS = 1e-8


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def bce_loss(y_pred, y):
    n = y.shape[0]
    total = 0
    for i in range(n):
        yi = y[i]
        pi = y_pred[i]
        total = total + yi * torch.log(pi + EPS) + (1 - yi) * torch.log((1 - pi) + EPS)
    return -total / n


def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(400):
        loss = bce_loss(model(x_data), y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
