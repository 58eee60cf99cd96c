import torch

hours = [[1.0], [2.0], [3.0]]
y = [[0.0], [0.0], [1.0]]

x_data = torch.FloatTensor(hours)
y_data = torch.FloatTensor(y)

torch.manual_seed(0)

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(1, 1, bias=True)
    def forward(self, t):
        return self.fc1(t).sigmoid()

net = Net()
loss_fn = torch.nn.BCELoss()
opt = torch.optim.SGD(net.parameters(), lr=5e-2)
for i in range(1, 1001):
    opt.zero_grad()
    out = net(x_data)
    l = loss_fn(out, y_data)
    l.backward()
    opt.step()
    if i % 500 == 0: print(f'{i=} {l.item()=:.4f}')
