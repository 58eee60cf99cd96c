import argparse

import torch


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


parser = argparse.ArgumentParser(description="logistic regression homework")
parser.add_argument("--epochs", type=int, default=1000)
parser.add_argument("--lr", type=float, default=0.02)
parser.add_argument("--verbose", action="store_true")
args = parser.parse_args()

x_data = torch.tensor([[1.0], [2.0], [3.0]])
y_data = torch.tensor([[0.0], [0.0], [1.0]])

model = LogisticRegressionModel()
criterion = torch.nn.BCELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=args.lr)

for epoch in range(args.epochs):
    y_pred = model(x_data)
    loss = criterion(y_pred, y_data)
    if args.verbose:
        print(epoch, loss.item())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

print("w = %.3f, b = %.3f" % (model.linear.weight.item(), model.linear.bias.item()))
