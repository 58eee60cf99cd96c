import numpy as np
import torch

x_data = np.array([[1.0], [2.0], [3.0]], dtype=np.float32)
y_data = np.array([[0], [0], [1]], dtype=np.float32)

inputs = torch.from_numpy(x_data)
labels = torch.from_numpy(y_data)


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super(LogisticRegressionModel, self).__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


model = LogisticRegressionModel()
criterion = torch.nn.BCELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.02)

for epoch in range(1000):
    outputs = model(inputs)
    loss = criterion(outputs, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

predicted = model(inputs).detach().numpy()
print(np.round(predicted, 3))
