import torch

from network import LogisticRegressionModel, bce_loss


def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.03)
    for epoch in range(1000):
        loss = bce_loss(model(x_data), y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


if __name__ == "__main__":
    x = torch.tensor([[1.0], [2.0], [3.0]])
    y = torch.tensor([[0.0], [0.0], [1.0]])
    print(train(x, y)(torch.tensor([[4.0]])))
