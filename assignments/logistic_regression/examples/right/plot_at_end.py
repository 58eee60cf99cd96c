import numpy as np
import matplotlib.pyplot as plt
import torch

x_data = torch.Tensor([[1.0], [2.0], [3.0]])
y_data = torch.Tensor([[0], [0], [1]])


class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super(LogisticRegressionModel, self).__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        y_pred = torch.sigmoid(self.linear(x))
        return y_pred


model = LogisticRegressionModel()
criterion = torch.nn.BCELoss(reduction='mean')
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

loss_list = []
for epoch in range(1000):
    y_pred = model(x_data)
    loss = criterion(y_pred, y_data)
    loss_list.append(loss.item())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

hours = np.linspace(0, 10, 100)
prob = model(torch.Tensor(hours).view(100, 1)).data.numpy()

fig, axes = plt.subplots(1, 2, figsize=(9, 4))
axes[0].plot(loss_list)
axes[0].set_title('loss')
axes[1].plot(hours, prob)
axes[1].axhline(0.5, color='red', linestyle='--')
axes[1].set_xlabel('hours of study')
axes[1].set_ylabel('p(pass)')
plt.tight_layout()
plt.savefig('curve.png')
plt.show()
