"""What is seen while a model trains, however the loop is written."""

from typing import Any

import pytest

from grader import wire

from .conftest import Ask

HEAD = """\
import copy, torch
from torch import nn
class LogisticRegressionModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1)
    def forward(self, x):
        return torch.sigmoid(self.linear(x))
x_data = torch.tensor([[1.0], [2.0], [3.0]])
y_data = torch.tensor([[0.0], [0.0], [1.0]])
model = LogisticRegressionModel()
criterion = nn.BCELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
"""
LOOP = """\
for epoch in range(30):
    optimizer.zero_grad()
    criterion(model(x_data), y_data).backward()
    optimizer.step()
"""


def seen(ask: Ask, loop: str) -> wire.TrainingSeen:
    (loaded,) = ask({"hw.py": HEAD + loop})
    training: Any = loaded.training
    assert training is not None, loaded
    return training


CLEARED = {
    "set to none": "    optimizer.zero_grad()\n    loss().backward()\n    optimizer.step()\n",
    "set to zero": "    optimizer.zero_grad(set_to_none=False)\n    loss().backward()\n    optimizer.step()\n",
    "cleared after the step": "    loss().backward()\n    optimizer.step()\n    optimizer.zero_grad()\n",
    "by hand, through data": (
        "    loss().backward()\n    for p in model.parameters():\n        p.data -= 0.1 * p.grad\n"
        "        p.grad.zero_()\n"
    ),
    "by hand, without grad": (
        "    loss().backward()\n    with torch.no_grad():\n        for p in model.parameters():\n"
        "            p -= 0.1 * p.grad\n    model.zero_grad()\n"
    ),
    "accumulated": (
        "    optimizer.zero_grad()\n    for _ in range(3):\n        (loss() / 3).backward()\n    optimizer.step()\n"
    ),
    "autograd.grad": (
        "    gradients = torch.autograd.grad(loss(), list(model.parameters()))\n    with torch.no_grad():\n"
        "        for p, g in zip(model.parameters(), gradients):\n            p -= 0.1 * g\n"
    ),
    "new parameters": (
        "    model.zero_grad()\n    loss().backward()\n"
        "    l = model.linear\n    l.weight = nn.Parameter(l.weight.detach() - 0.1 * l.weight.grad)\n"
        "    l.bias = nn.Parameter(l.bias.detach() - 0.1 * l.bias.grad)\n"
    ),
}
LOSS = "def loss(): return criterion(model(x_data), y_data)\nfor epoch in range(30):\n"


@pytest.mark.parametrize("body", CLEARED.values(), ids=CLEARED)
def test_a_sound_loop_is_followed_and_not_said_to_pile_up(body: str, ask: Ask) -> None:
    training = seen(ask, LOSS + body)
    assert training.piled_up is False
    assert training.start == pytest.approx((-0.96, 0.92))
    assert training.steps == 30
    assert training.path[0] == training.start
    assert training.losses[-1] < training.losses[0]


@pytest.mark.parametrize("body", CLEARED.values(), ids=CLEARED)
def test_the_first_steps_are_seen_with_the_gradients_they_used(body: str, ask: Ask) -> None:
    (first, second, *_) = seen(ask, LOSS + body).first_steps
    for before, gradient, after in zip(first.parameters, first.gradients, second.parameters, strict=True):
        assert before - 0.1 * gradient == pytest.approx(after, abs=1e-6)


def test_clipped_gradients_are_seen_as_the_step_used_them(ask: Ask) -> None:
    body = "    optimizer.zero_grad()\n    loss().backward()\n"
    body += "    nn.utils.clip_grad_value_(model.parameters(), 0.001)\n    optimizer.step()\n"
    (first, *_) = seen(ask, LOSS + body).first_steps
    assert max(map(abs, first.gradients)) == pytest.approx(0.001)


def test_an_optimizer_with_a_closure_is_not_said_to_pile_up(ask: Ask) -> None:
    loop = """\
optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5)
def closure():
    optimizer.zero_grad()
    loss = criterion(model(x_data), y_data)
    loss.backward()
    return loss
for _ in range(3):
    optimizer.step(closure)
"""
    training = seen(ask, loop)
    assert training.piled_up is False
    assert training.backwards > 3


def test_gradients_cleared_only_once_in_a_while_still_pile_up(ask: Ask) -> None:
    assert seen(ask, LOOP.replace("    optimizer.zero_grad()", "    if epoch == 15: optimizer.zero_grad()")).piled_up


def test_a_training_without_steps_has_no_steps(ask: Ask) -> None:
    training = seen(ask, LOOP.replace("    optimizer.step()\n", ""))
    assert (training.backwards, training.steps, training.piled_up) == (30, 0, False)


def test_only_the_model_asked_about_counts(ask: Ask) -> None:
    other = "other = nn.Linear(1, 1)\nfor _ in range(7):\n    other(x_data).sum().backward()\n"
    assert seen(ask, other + LOOP + other).backwards == 30


def test_a_copy_of_the_best_model_is_told_by_the_model_it_was_copied_from(ask: Ask) -> None:
    assert seen(ask, LOOP + "model = copy.deepcopy(model)\n").backwards == 30


def test_of_a_large_model_only_the_loss_is_kept(ask: Ask) -> None:
    large = "model = nn.Sequential(nn.Linear(1, 50), nn.Linear(50, 1), nn.Sigmoid())\n"
    large += "optimizer = torch.optim.SGD(model.parameters(), lr=0.01)\n"
    training = seen(ask, large + LOOP)
    assert (training.start, training.path, len(training.losses), training.steps) == ((), (), 30, 30)


def test_a_training_inside_a_function_that_lets_the_model_go_is_seen(ask: Ask) -> None:
    function = "def main():\n    model = LogisticRegressionModel()\n"
    function += "    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n"
    function += "".join(f"    {line}\n" for line in LOOP.splitlines())
    assert seen(ask, "del model\n" + function + "main()\n").backwards == 30


def test_sparse_gradients_stop_the_watching_not_the_training(ask: Ask) -> None:
    loop = (
        "words = nn.Embedding(3, 1, sparse=True)\nfor _ in range(3):\n    words(torch.tensor([1])).sum().backward()\n"
    )
    (loaded,) = ask({"hw.py": HEAD + loop})
    assert loaded.files[0].status == "ran"
