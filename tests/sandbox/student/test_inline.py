"""A loss without a name is cut out of the training loop, whatever shape the loop has."""

import pytest
import torch

from grader import wire

from .conftest import Ask

HEAD = """\
import torch, torch.nn as nn, torch.nn.functional as F
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1)
    def forward(self, x):
        return torch.sigmoid(self.linear(x))
"""
SETUP = """\
x_data = torch.tensor([[1.0], [2.0], [3.0]])
y_data = torch.tensor([[0.0], [0.0], [1.0]])
model = Net()
opt = torch.optim.SGD(model.parameters(), lr=0.1)
EPS = 0.0
"""
P = wire.to_wire(torch.tensor([[0.2], [0.8], [0.3], [0.7]]))
Y = wire.to_wire(torch.tensor([[1.0], [1.0], [0.0], [0.0]]))
ENDS = "\nopt.zero_grad()\nloss.backward()\nopt.step()\n"
STEPS = {
    "functional": "y_pred = model(x_data)\nloss = F.binary_cross_entropy(y_pred, y_data)" + ENDS,
    "module on the spot": "loss = nn.BCELoss()(model(x_data), y_data)" + ENDS,
    "forward": "p = model.forward(x_data)\nloss = -(y_data * p.log() + (1 - y_data) * (1 - p).log()).mean()" + ENDS,
    "several lines": (
        "p = model(x_data)\na = y_data * torch.log(p + EPS)\nb = (1 - y_data) * torch.log(1 - p)\n"
        "loss = -(a + b).sum()\nloss /= len(y_data)" + ENDS
    ),
    "prediction called y": "y = model(x_data)\nprint(y)\nloss = F.binary_cross_entropy(y, y_data)" + ENDS,
    "one expression": "opt.zero_grad()\nF.binary_cross_entropy(model(x_data), y_data).backward()\nopt.step()\n",
    "reduced on the way": (
        "loss = F.binary_cross_entropy(model(x_data), y_data, reduction='none')\nopt.zero_grad()\n"
        "loss.mean().backward()\nopt.step()\n"
    ),
    "loader": (
        "for inputs, targets in [(x_data, y_data)]:\n    loss = F.binary_cross_entropy(model(inputs), targets)\n"
        "    opt.zero_grad()\n    loss.backward()\n    opt.step()\n"
    ),
    "inside an if": "loss = F.binary_cross_entropy(model(x_data), y_data)\nif True:\n    loss.backward()\n",
}


def indented(code: str) -> str:
    return "".join(f"    {line}\n" for line in code.splitlines())


@pytest.mark.parametrize("place", ["{}", "def main():\n{}\nmain()\n"], ids=["module", "main"])
@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_it_is_a_function_of_predictions_and_labels(step: str, place: str, ask: Ask) -> None:
    script = SETUP + "for epoch in range(3):\n" + indented(step)
    code = HEAD + place.format(indented(script) if "def" in place else script)
    loaded, value = ask({"hw.py": code}, wire.Call("loss", (P, Y), gradient_of=0))
    assert loaded.found["loss"].form == "inline", loaded
    assert wire.from_wire(value.output).item() == pytest.approx(0.8483, abs=1e-4)
    assert wire.from_wire(value.gradient).reshape(-1).tolist() == pytest.approx(
        [-1.25, -0.3125, 0.35714, 0.83333], rel=1e-3
    )


def test_its_failures_are_placed_in_the_loop(ask: Ask) -> None:
    step = "y_pred = model(x_data)\nassert len(y_pred) == 3\nloss = (y_pred - y_data[:3]).view(3).mean()" + ENDS
    code = HEAD + SETUP + "for epoch in range(3):\n" + indented(step)
    _, failure = ask({"hw.py": code}, wire.Call("loss", (P, Y)))
    assert (failure.error, failure.text) == ("RuntimeError", "loss = (y_pred - y_data[:3]).view(3).mean()")


def test_a_loss_with_a_name_goes_first(ask: Ask) -> None:
    loop = "for epoch in range(3):\n    loss = criterion(model(x_data), y_data)\n    loss.backward()\n"
    (loaded,) = ask({"hw.py": HEAD + SETUP + "criterion = nn.BCELoss()\n" + loop})
    assert (loaded.found["loss"].form, loaded.found["loss"].name) == ("variable", "criterion")
