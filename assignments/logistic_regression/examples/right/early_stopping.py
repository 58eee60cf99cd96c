import torch


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def bce_loss(y_pred, y):
    return torch.nn.functional.binary_cross_entropy(y_pred, y)


def train(x_data, y_data, tol=0.25, max_epochs=1500):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    epoch = 0
    loss = torch.tensor(float("inf"))
    while loss.item() > tol and epoch < max_epochs:
        optimizer.zero_grad()
        loss = bce_loss(model(x_data), y_data)
        loss.backward()
        optimizer.step()
        epoch += 1
    print("stopped after", epoch, "epochs with loss", loss.item())
    return model
