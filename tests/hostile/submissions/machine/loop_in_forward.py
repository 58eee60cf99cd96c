"""Never comes back from forward, with every signal ignored."""
# lost: model.batch error timeout
import signal

for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
    try:
        signal.signal(number, signal.SIG_IGN)
    except OSError:
        pass


def forward(self, x):
    while len(x) == 200:
        pass
    return torch.sigmoid(self.linear(x))


LogisticRegressionModel.forward = forward
