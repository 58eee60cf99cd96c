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
    w, b = model.linear.weight, model.linear.bias
    for epoch in range(1000):
        loss = bce_loss(model(x_data), y_data)
        grad_w, grad_b = torch.autograd.grad(loss, [w, b])
        with torch.no_grad():
            w.sub_(0.05 * grad_w)
            b.sub_(0.05 * grad_b)
    return model
