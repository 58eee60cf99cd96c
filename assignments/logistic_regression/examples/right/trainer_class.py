import torch
from torch import nn


class LogisticRegressionModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


class Trainer:
    def __init__(self, model, criterion, optimizer):
        self.model = model
        self.criterion = criterion
        self.optimizer = optimizer
        self.history = []

    def step(self, x, y):
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def fit(self, x, y, epochs):
        for _ in range(epochs):
            self.history.append(self.step(x, y))
        return self


x_data = torch.tensor([[1.0], [2.0], [3.0]])
y_data = torch.tensor([[0.0], [0.0], [1.0]])

model = LogisticRegressionModel()
criterion = nn.BCELoss()
trainer = Trainer(model, criterion, torch.optim.SGD(model.parameters(), lr=0.05))
trainer.fit(x_data, y_data, epochs=900)
print(trainer.history[0], "->", trainer.history[-1])
