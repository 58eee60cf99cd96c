import torch
import torch.nn as nn

device = torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')
print('running on', device)

x_data = torch.tensor([[1.0], [2.0], [3.0]]).to(device)
y_data = torch.tensor([[0.0], [0.0], [1.0]]).to(device)


class LogisticRegressionModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


model = LogisticRegressionModel().to(device)
criterion = nn.BCELoss().to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.02)

model.train()
for epoch in range(1000):
    optimizer.zero_grad()
    loss = criterion(model(x_data), y_data)
    loss.backward()
    optimizer.step()

model.eval()
with torch.no_grad():
    print(model(torch.tensor([[4.0]], device=device)).cpu().item())
