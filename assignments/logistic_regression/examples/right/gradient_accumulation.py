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
    n = len(x_data)
    for epoch in range(600):
        optimizer.zero_grad()
        for i in range(n):
            loss = bce_loss(model(x_data[i:i + 1]), y_data[i:i + 1]) / n
            loss.backward()      # adds to .grad
        optimizer.step()
    return model
