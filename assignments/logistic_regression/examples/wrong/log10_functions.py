import torch


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def bce_loss(y_pred, y):
    total = 0.0
    for p, t in zip(y_pred.clamp(1e-7, 1 - 1e-7), y):
        total = total - (t * torch.log10(p) + (1 - t) * torch.log10(1 - p))
    return total / len(y)


def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for epoch in range(500):
        loss = torch.nn.functional.binary_cross_entropy(model(x_data), y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
