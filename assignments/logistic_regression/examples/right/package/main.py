import torch

from logreg import train

if __name__ == "__main__":
    x_data = torch.tensor([[1.0], [2.0], [3.0]])
    y_data = torch.tensor([[0.0], [0.0], [1.0]])
    net = train(x_data, y_data)
    for hours in (1.0, 2.0, 3.0, 4.0):
        print(hours, round(net(torch.tensor([[hours]])).item(), 3))
