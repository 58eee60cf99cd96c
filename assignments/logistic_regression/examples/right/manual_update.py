import torch


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super(LogisticRegressionModel, self).__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


criterion = torch.nn.BCELoss()


def bce_loss(y_pred, y):
    return criterion(y_pred, y)


def train(x_data, y_data):
    model = LogisticRegressionModel()
    learning_rate = 0.05
    for epoch in range(1000):
        loss = bce_loss(model(x_data), y_data)
        model.zero_grad()
        loss.backward()
        # gradient descent: new = old - lr * slope
        with torch.no_grad():
            for p in model.parameters():
                p.copy_(p - learning_rate * p.grad)
    return model
