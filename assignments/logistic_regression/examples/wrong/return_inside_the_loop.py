import torch


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def bce_loss(y_pred, y):
    return torch.nn.functional.binary_cross_entropy(y_pred, y)


def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for epoch in range(500):
        loss = bce_loss(model(x_data), y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return model
