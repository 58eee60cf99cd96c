import torch


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(in_features=1, out_features=1)

    def forward(self, x):
        return torch.special.expit(self.linear(x))


def bce_loss(y_pred, y):
    log_p = torch.log(y_pred).clamp(min=-100)
    log_q = torch.log(1 - y_pred).clamp(min=-100)
    return -(y * log_p + (1 - y) * log_q).sum() / len(y)


def train(x_data, y_data, epochs=600, lr=0.02):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = bce_loss(model(x_data), y_data)
        loss.backward()
        optimizer.step()
    return model
