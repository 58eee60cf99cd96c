"""Answers known by heart earn nothing; unstable answers are told as what they are."""

import json
from pathlib import Path
from typing import Any

import pytest

from grader.testing import grade, write_files

MODEL = """\
import torch

class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))

def bce_loss(y_pred, y):
    return torch.nn.functional.binary_cross_entropy(y_pred, y)
"""
BY_HAND = """
def train(x_data, y_data):
    model = LogisticRegressionModel()
    with torch.no_grad():
        for epoch in range(1000):
            error = model(x_data) - y_data
            model.linear.weight -= 0.05 * (error * x_data).mean()
            model.linear.bias -= 0.05 * error.mean()
    return model
"""
SCRIPT_BY_HAND = """
x_data = torch.tensor([[1.0], [2.0], [3.0]])
y_data = torch.tensor([[0.0], [0.0], [1.0]])
model = LogisticRegressionModel()
criterion = torch.nn.BCELoss()
for epoch in range(1000):
    error = (model(x_data) - y_data).detach()
    model.linear.weight.data -= 0.05 * (error * x_data).mean()
    model.linear.bias.data -= 0.05 * error.mean()
"""
FOR_SHOW = """
READY = {(0, 0, 1): (5.0, -12.5), (1, 1, 0): (-5.0, 12.5), (0, 1, 1): (5.0, -7.5)}

def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for epoch in range(20):
        optimizer.zero_grad()
        bce_loss(model(x_data), y_data).backward()
        optimizer.step()
    w, b = READY[tuple(y_data.flatten().int().tolist())]
    model.linear.weight.data.fill_(w)
    model.linear.bias.data.fill_(b)
    return model
"""
TOWARDS = FOR_SHOW.replace(
    "bce_loss(model(x_data), y_data).backward()",
    "((model.linear.weight - 5) ** 2 + (model.linear.bias + 12.5) ** 2).sum().backward()",
)

FROM_READY = FOR_SHOW.replace("    optimizer = ", "    FILL\n    optimizer = ").replace("lr=0.01", "lr=0.0001")
FROM_READY = FROM_READY.replace("    w, b = ", "    return model\n    w, b = ").replace(
    "    FILL\n",
    "    w, b = READY[tuple(y_data.flatten().int().tolist())]\n"
    "    model.linear.weight.data.fill_(w)\n    model.linear.bias.data.fill_(b)\n",
)

SCRIPT = """
x_data = torch.tensor([[1.0], [2.0], [3.0]])
y_data = torch.tensor([[0.0], [0.0], [1.0]])
model = LogisticRegressionModel()
criterion = torch.nn.BCELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
BEFORE
for epoch in range(20):
    optimizer.zero_grad()
    criterion(model(x_data), y_data).backward()
    optimizer.step()
AFTER
"""
FILL = "model.linear.weight.data.fill_(5.0); model.linear.bias.data.fill_(-12.5)"
SCRIPT_FOR_SHOW = SCRIPT.replace("BEFORE", "").replace("AFTER", FILL).replace("RATE", "0.01")
SCRIPT_FROM_READY = SCRIPT.replace("BEFORE", FILL).replace("AFTER", "").replace("RATE", "0.0001")


def checks_of(tmp_path: Path, code: str) -> dict[str, Any]:
    write_files(tmp_path, {"hw.py": code})
    done = grade("run", "hw.py", "-a", "logistic_regression", "--json", "r.json", "-q", cwd=tmp_path)
    assert done.exit_code in (0, 1), done.stderr
    return {check["id"]: check for check in json.loads((tmp_path / "r.json").read_text())["checks"]}


@pytest.mark.parametrize("training", [BY_HAND, SCRIPT_BY_HAND], ids=["a function", "a script"])
def test_an_update_by_hand_without_any_backward_pass_is_a_training(tmp_path: Path, training: str) -> None:
    checks = checks_of(tmp_path, MODEL + training)
    assert {id: check["message"] for id, check in checks.items() if check["status"] != "passed"} == {}


@pytest.mark.parametrize(
    "training", [FOR_SHOW, TOWARDS, FROM_READY], ids=["steps for show", "towards ready numbers", "from ready numbers"]
)
def test_numbers_that_were_ready_before_the_training_earn_nothing(tmp_path: Path, training: str) -> None:
    checks = checks_of(tmp_path, MODEL + training)
    assert sum(check["score"] for id, check in checks.items() if id.startswith("train.")) == 0


@pytest.mark.parametrize("script", [SCRIPT_FOR_SHOW, SCRIPT_FROM_READY], ids=["steps for show", "from ready numbers"])
def test_numbers_that_were_ready_before_a_script_ran_converge_to_nothing(tmp_path: Path, script: str) -> None:
    checks = checks_of(tmp_path, MODEL + script)
    assert {checks[id]["score"] for id in ("train.converges", "train.other_labels")} == {0}


def test_numbers_that_were_ready_for_other_labels_earn_nothing_for_these(tmp_path: Path) -> None:
    half = FOR_SHOW.replace("lr=0.01", "lr=0.5").replace("range(20)", "range(200 if y_data[2] else 1)")
    half = half.replace("    w, b = ", "    if y_data[2]:\n        return model\n    w, b = ")
    checks = checks_of(tmp_path, MODEL + half)
    assert checks["train.converges"]["status"] == "failed"
    assert checks["train.other_labels"]["status"] == "failed"


@pytest.mark.parametrize("trouble", ["raise ValueError('only 0, 0, 1')", "return None"])
def test_a_training_that_cannot_take_other_labels_keeps_its_convergence(tmp_path: Path, trouble: str) -> None:
    broken = BY_HAND.replace("    model = ", f"    if y_data[0] or y_data[1]:\n        {trouble}\n    model = ", 1)
    checks = checks_of(tmp_path, MODEL + broken)
    assert checks["train.converges"]["status"] == "passed"
    assert checks["train.other_labels"]["score"] == 0


@pytest.mark.parametrize("constant", ["0.8483", "6.0", "100.0"])
def test_a_constant_loss_earns_nothing(tmp_path: Path, constant: str) -> None:
    code = MODEL.replace("torch.nn.functional.binary_cross_entropy(y_pred, y)", f"torch.tensor({constant})") + BY_HAND
    checks = checks_of(tmp_path, code)
    assert sum(check["score"] for id, check in checks.items() if id.startswith("loss.")) == 0


def test_the_same_submission_is_asked_the_same_and_another_one_something_else(tmp_path: Path) -> None:
    right = "binary_cross_entropy(y_pred, y)"
    known = f"{right} + float(round(float(y_pred[0]), 2) not in (0.2, 0.3, 0.7, 0.8))"
    code = MODEL.replace(right, known)
    one, same, other = (
        checks_of(tmp_path, text)["loss.lecture_rows"]["evidence"]["inputs"]
        for text in (code, code, f"{code}# another\n")
    )
    assert one == same
    assert one != other


def test_a_model_that_answers_differently_is_told_so_and_not_given_another_name(tmp_path: Path) -> None:
    noisy = MODEL.replace("torch.sigmoid(self.linear(x))", "torch.sigmoid(self.linear(x)) + 0.01 * torch.rand(1)")
    check = checks_of(tmp_path, noisy + BY_HAND)["model.sigmoid"]
    assert check["message"].startswith("Your model answers the same question differently: ")
    assert check["misconception"] is None
    assert "dropout" in check["hint"]


def test_a_model_that_is_right_by_chance_has_to_be_right_again(tmp_path: Path) -> None:
    """Its first draw under the grader's seed leaves the output alone, the next one does not."""
    lucky = MODEL.replace("return torch.sigmoid(self.linear(x))", "return torch.sigmoid(self.linear(x)) * KEEP()")
    lucky = (
        "import torch\nfirst = []\n\ndef KEEP():\n    first[:1] = first[:1] or [torch.rand(1)]\n"
        "    return 1.0 if torch.rand(1) is None or torch.initial_seed() == 6 else 0.9\n" + lucky
    )
    checks = checks_of(tmp_path, lucky + BY_HAND)
    assert checks["model.sigmoid"]["status"] == "failed"
    assert "differently" in checks["model.sigmoid"]["message"]
