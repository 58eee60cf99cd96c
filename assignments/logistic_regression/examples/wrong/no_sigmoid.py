import torch


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        y_pred = self.linear(x)
        return y_pred


def bce_loss(y_pred, y):
    criterion = torch.nn.BCELoss(reduction="mean")
    return criterion(y_pred, y)


def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for epoch in range(1000):
        y_pred = model(x_data)
        loss = bce_loss(y_pred, y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
