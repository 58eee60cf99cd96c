"""What a student wrote is found, however it is written and wherever it stands."""

from typing import Any

import pytest
import torch

from grader import wire

from .conftest import Ask

MODEL = """\
import torch
class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)
    def forward(self, x):
        return torch.sigmoid(self.linear(x))
"""
DATA = """\
x_data = torch.tensor([[1.0], [2.0], [3.0]])
y_data = torch.tensor([[0.0], [0.0], [1.0]])
"""
LOOP = """\
model = LogisticRegressionModel()
criterion = torch.nn.BCELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(50):
    loss = criterion(model(x_data), y_data)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""
TRAIN = """\
def {name}({parameters}):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for epoch in range(50):
        loss = torch.nn.functional.binary_cross_entropy(model({x}), {y})
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
"""


def indented(code: str) -> str:
    return "".join(f"    {line}\n" for line in code.splitlines())


def forms(loaded: wire.Loaded) -> dict[str, str | None]:
    return {name: found.form if found else None for name, found in loaded.found.items()}


def test_the_lectures_script_is_found_whole(ask: Ask) -> None:
    (loaded,) = ask({"hw.py": MODEL + DATA + LOOP})
    assert forms(loaded) == {"model": "class", "loss": "variable", "train": "script"}
    assert loaded.found["loss"].line == 11
    assert loaded.training.backwards == 50
    assert loaded.training.start == pytest.approx((-0.96, 0.92))


@pytest.mark.parametrize(
    "tail",
    [
        'if __name__ == "__main__":\n' + indented(DATA + LOOP),
        "def main():\n" + indented(DATA + LOOP) + "main()\n",
        "def main():\n" + indented(DATA + LOOP) + 'if __name__ == "__main__":\n    main()\n',
        "def main():\n" + indented(DATA + LOOP) + "    open('not_there.csv')\nmain()\n",
    ],
    ids=["main guard", "called function", "function called in the main guard", "fails after training"],
)
def test_a_script_is_found_wherever_it_stands(tail: str, ask: Ask) -> None:
    (loaded,) = ask({"hw.py": MODEL + tail})
    assert forms(loaded) == {"model": "class", "loss": "variable", "train": "script"}


@pytest.mark.parametrize("name", ["train", "fit", "train_model", "learn"])
def test_a_train_function_is_found_under_any_likely_name(name: str, ask: Ask) -> None:
    code = TRAIN.format(name=name, parameters="x, y, epochs=50", x="x", y="y")
    (loaded,) = ask({"hw.py": MODEL + code})
    assert loaded.found["train"].form == "function"
    assert loaded.found["train"].name == name


def test_a_train_function_that_wants_more_than_two_arguments_does_not_count(ask: Ask) -> None:
    code = TRAIN.format(name="train", parameters="model, x, y", x="x", y="y")
    (loaded,) = ask({"hw.py": MODEL + code})
    assert loaded.found["train"] is None


def test_a_loss_called_inline_in_a_script_counts(ask: Ask) -> None:
    inline = (
        (MODEL + DATA + LOOP)
        .replace("criterion = torch.nn.BCELoss()\n", "")
        .replace(
            "    loss = criterion(model(x_data), y_data)\n",
            "    y_hat = model(x_data)\n    terms = y_data * torch.log(y_hat) + (1 - y_data) * torch.log(1 - y_hat)\n"
            "    loss = -terms.mean()\n",
        )
    )
    p, y = wire.to_wire(torch.tensor([[0.2], [0.8]])), wire.to_wire(torch.tensor([[1.0], [1.0]]))
    loaded, value = ask({"hw.py": inline}, wire.Call("loss", (p, y)))
    assert loaded.found["loss"].form == "inline"
    assert float(wire.from_wire(value.output)) == pytest.approx((1.6094 + 0.2231) / 2, abs=1e-4)


def test_beside_a_train_function_only_a_named_loss_counts(ask: Ask) -> None:
    (loaded,) = ask({"hw.py": MODEL + TRAIN.format(name="train", parameters="x, y", x="x", y="y")})
    assert loaded.found["loss"] is None


@pytest.mark.parametrize("name", ["bce_loss", "my_criterion", "cross_entropy", "nll"])
def test_a_loss_function_is_found_under_any_likely_name(name: str, ask: Ask) -> None:
    code = f"def {name}(p, t):\n    return -(t * p.log() + (1 - t) * (1 - p).log()).mean()\n"
    (loaded,) = ask({"hw.py": MODEL + TRAIN.format(name="train", parameters="x, y", x="x", y="y") + code})
    assert loaded.found["loss"].name == name


def test_a_package_with_relative_imports_is_found(ask: Ask) -> None:
    files = {
        "main.py": "from hw.train import model, criterion, x_data, y_data\n",
        "hw/__init__.py": "",
        "hw/net.py": MODEL,
        "hw/train.py": "import torch\nfrom .net import LogisticRegressionModel\n" + DATA + LOOP,
    }
    (loaded,) = ask(files)
    assert forms(loaded) == {"model": "class", "loss": "variable", "train": "script"}
    assert loaded.found["model"].file == "hw/net.py"


def test_a_model_without_a_class_is_the_instance(ask: Ask) -> None:
    built = (
        "import torch\n"
        + DATA
        + LOOP.replace("LogisticRegressionModel()", "torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.Sigmoid())")
    )
    (loaded,) = ask({"hw.py": built})
    assert forms(loaded) == {"model": "instance", "loss": "variable", "train": "script"}


def test_what_is_not_found_comes_with_its_nearest_candidates(ask: Ask) -> None:
    (loaded,) = ask({"hw.py": "class LogisticRegresion:\n    pass\n"})
    assert loaded.found == {"model": None, "loss": None, "train": None}
    assert any("LogisticRegresion" in candidate for candidate in loaded.candidates["model"])


# ---------------------------------------------------------------- other labels


@pytest.mark.parametrize(
    "data",
    [
        DATA,
        "x_data = torch.Tensor([[1.0], [2.0], [3.0]])\ny_data = torch.Tensor([[0], [0], [1]])\n",
        "import numpy as np\nrows = np.array([[1, 0], [2, 0], [3, 1]], dtype='float32')\n"
        "x_data = torch.from_numpy(rows[:, :1])\ny_data = torch.from_numpy(rows[:, 1:])\n",
        "x_data = torch.tensor([[1.0], [2.0], [3.0]])\ny_data = (x_data > 2).float()\n",
        "xs, ys = [1.0, 2.0, 3.0], [0, 0, 1]\nx_data = torch.tensor(xs).view(3, 1)\n"
        "y_data = torch.tensor(ys, dtype=torch.float32).view(3, 1)\n",
    ],
    ids=["tensor", "Tensor of ints", "columns of an array", "computed", "lists"],
)
def test_a_script_is_trained_on_other_labels_put_in_place_of_its_own(data: str, ask: Ask) -> None:
    x = wire.to_wire(torch.tensor([[4.0]]))
    answers = []
    for labels in (None, ((1.0,), (1.0,), (0.0,))):
        loop = LOOP.replace("range(50)", "range(3000)")
        _, value = ask({"hw.py": MODEL + data + loop}, wire.Call("train", (x,), trained=True), labels=labels)
        answers.append(float(wire.from_wire(value.output)))
    assert answers[0] > 0.5 > answers[1]


# ---------------------------------------------------------------- seen while training


def seen_of(ask: Ask, loop: str) -> Any:
    (loaded,) = ask({"hw.py": MODEL + DATA + loop})
    return loaded.training


def test_gradients_that_are_never_cleared_are_seen(ask: Ask) -> None:
    assert seen_of(ask, LOOP.replace("    optimizer.zero_grad()\n", "")).piled_up is True
    assert seen_of(ask, LOOP).piled_up is False


def test_gradients_added_up_on_purpose_are_not_held_against_anyone(ask: Ask) -> None:
    loop = LOOP.replace(
        "    loss = criterion(model(x_data), y_data)\n    optimizer.zero_grad()\n    loss.backward()\n",
        "    optimizer.zero_grad()\n"
        "    for row in range(3):\n        criterion(model(x_data[row]), y_data[row]).backward()\n",
    )
    seen = seen_of(ask, loop)
    assert (seen.piled_up, seen.backwards) == (False, 150)


def test_a_loop_without_an_optimizer_is_seen(ask: Ask) -> None:
    loop = LOOP.replace("    optimizer.zero_grad()\n", "    model.zero_grad()\n").replace(
        "    optimizer.step()\n", "    for p in model.parameters():\n        p.data -= 0.01 * p.grad\n"
    )
    seen = seen_of(ask, loop)
    assert (seen.backwards, seen.piled_up) == (50, False)
    assert seen.losses[0] > seen.losses[-1]


def test_a_long_training_is_thinned_and_keeps_its_first_and_last_loss(ask: Ask) -> None:
    seen = seen_of(ask, LOOP.replace("range(50)", "range(2000)"))
    assert len(seen.losses) <= 200
    assert (seen.epochs[0], seen.epochs[-1]) == (0, 1999)


# ---------------------------------------------------------------- files


def test_a_byte_order_mark_windows_line_ends_and_a_coding_cookie_are_read(ask: Ask) -> None:
    code = ("# -*- coding: latin-1 -*-\n" + MODEL + "name = 'é'\n").replace("\n", "\r\n").encode("latin-1")
    for name, content in (("latin.py", code), ("bom.py", b"\xef\xbb\xbf" + MODEL.encode())):
        (loaded,) = ask({name: content})
        assert loaded.found["model"] is not None


def test_a_students_module_named_like_one_of_pythons_breaks_nothing(ask: Ask) -> None:
    files = {"random.py": "raise RuntimeError('mine')\n", "hw.py": "import random\nrandom.random()\n" + MODEL}
    (loaded,) = ask(files)
    assert loaded.found["model"] is not None


def test_evil_exceptions_are_told_all_the_same(ask: Ask) -> None:
    evil = (
        "class Evil(BaseException):\n    def __str__(self): raise RuntimeError\n    __repr__ = __str__\n"
        "def bce_loss(y_pred, y): raise Evil()\n"
    )
    p = wire.to_wire(torch.tensor([[0.5]]))
    _, failure = ask({"hw.py": evil}, wire.Call("loss", (p, p)))
    assert (failure.reason, failure.error, failure.line) == ("exception", "Evil", 4)


def test_an_inline_loss_gets_labels_in_the_shape_its_script_has(ask: Ask) -> None:
    data = "x_data = torch.tensor([[1.0], [2.0], [3.0]])\ny_data = torch.tensor([0.0, 0.0, 1.0])\n"
    loop = LOOP.replace("criterion = torch.nn.BCELoss()\n", "").replace(
        "criterion(model(x_data), y_data)",
        "torch.nn.functional.binary_cross_entropy(model(x_data).squeeze(1), y_data)",
    )
    p, y = wire.to_wire(torch.tensor([[0.2], [0.8]])), wire.to_wire(torch.tensor([[1.0], [1.0]]))
    _, value = ask({"hw.py": MODEL + data + loop}, wire.Call("loss", (p, y)))
    assert float(wire.from_wire(value.output)) == pytest.approx((1.6094 + 0.2231) / 2, abs=1e-4)


def test_every_parameter_counts_whatever_the_model_says_of_itself(ask: Ask) -> None:
    lying = MODEL.replace(
        "    def forward",
        "        self.extra = torch.nn.Parameter(torch.zeros(5))\n"
        "    def named_modules(self, *a, **k):\n        yield '', self.linear\n"
        "    def parameters(self, recurse=True):\n        return self.linear.parameters()\n"
        "    def forward",
    )
    _, listed = ask({"hw.py": lying}, wire.Parameters("model", wire.to_wire(torch.ones(1, 1))))
    assert sum(len(parameter.value.data) // 4 for parameter in listed.parameters) == 7
