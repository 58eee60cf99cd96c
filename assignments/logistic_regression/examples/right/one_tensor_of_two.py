import torch


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        # theta[0] is the slope, theta[1] the intercept
        self.theta = torch.nn.Parameter(torch.zeros(2))

    def forward(self, x):
        z = x * self.theta[0] + self.theta[1]
        return 1 / (1 + torch.exp(-z))


def bce_loss(y_pred, y):
    eps = 1e-7
    return -torch.mean(y * torch.log(y_pred + eps) + (1 - y) * torch.log(1 - y_pred + eps))


def train(x_data, y_data):
    model = LogisticRegressionModel()
    lr = 0.1
    for step in range(1000):
        loss = bce_loss(model(x_data), y_data)
        loss.backward()
        with torch.no_grad():
            model.theta -= lr * model.theta.grad
        model.theta.grad.zero_()
    return model
