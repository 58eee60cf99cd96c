"""Questions to a student's model, loss and training: each stands alone, and what goes wrong is told plainly."""

from typing import Any

import pytest
import torch

from grader import wire

from .conftest import Ask

HEAD = "import torch\nfrom torch import nn\n"
MODEL = """\
class LogisticRegressionModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1)
    def forward(self, x):
        return torch.sigmoid(self.linear(x))
"""
X = wire.to_wire(torch.tensor([[4.0]]))
P = wire.to_wire(torch.tensor([[0.2], [0.8]]))
Y = wire.to_wire(torch.tensor([[1.0], [0.0]]))
XS = wire.to_wire(torch.tensor([[1.0], [2.0], [3.0]]))
YS = wire.to_wire(torch.tensor([[0.0], [0.0], [1.0]]))


def numbers(value: Any) -> list[float]:
    assert isinstance(value, wire.Value), value
    flat: list[float] = wire.from_wire(value.output).reshape(-1).tolist()
    return flat


def model(body: str, forward: str) -> str:
    return (
        HEAD + "class LogisticRegressionModel(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"        {body}\n    def forward(self, x):\n        {forward}\n"
    )


# ---------------------------------------------------------------- the model

MODELS = {
    "linear": model("self.fc = nn.Linear(1, 1)", "return self.fc(x)"),
    "lazy": model("self.fc = nn.LazyLinear(1)", "return self.fc(x)"),
    "float64": model("self.fc = nn.Linear(1, 1, dtype=torch.float64)", "return self.fc(x)"),
    "design matrix": model(
        "self.fc = nn.Linear(2, 1, bias=False)", "return self.fc(torch.cat([x, torch.ones_like(x)], 1))"
    ),
    "one tensor of two": model("self.w = nn.Parameter(torch.zeros(2))", "return x * self.w[0] + self.w[1]"),
}


@pytest.mark.parametrize("code", MODELS.values(), ids=MODELS)
def test_set_values_reach_a_model_however_it_holds_them_and_do_not_outlive_the_call(code: str, ask: Ask) -> None:
    own = wire.Call("model", (X,))
    _, first, again, after = ask({"m.py": code}, own, wire.Call("model", (X,), values=(2.0, -3.0)), own)
    assert numbers(again) == pytest.approx([5.0])
    assert numbers(first) == numbers(after)


def test_set_values_do_not_outlive_the_first_call_of_a_lazy_model(ask: Ask) -> None:
    first = wire.Call("model", (X,), values=(2.0, -3.0))
    _, _, own = ask({"m.py": MODELS["lazy"]}, first, wire.Call("model", (X,)))
    assert numbers(own) == pytest.approx([-0.96 * 4 + 0.92])


@pytest.mark.parametrize("kind", ["linear", "lazy", "design matrix", "float64"])
def test_a_layer_of_the_right_size_starts_where_it_is_pinned(kind: str, ask: Ask) -> None:
    _, listed = ask({"m.py": MODELS[kind]}, wire.Parameters("model", X))
    held = [number for one in listed.parameters for number in wire.from_wire(one.value).reshape(-1).tolist()]
    assert held == pytest.approx([-0.96, 0.92])


def test_a_model_that_sets_its_own_start_keeps_it(ask: Ask) -> None:
    code = model("self.fc = nn.Linear(1, 1); nn.init.constant_(self.fc.weight, 7.0)", "return self.fc(x)")
    _, listed = ask({"m.py": code}, wire.Parameters("model", X))
    assert wire.from_wire(listed.parameters[0].value).item() == 7.0


def test_a_wrong_number_of_values_is_told(ask: Ask) -> None:
    code = model("self.fc = nn.Linear(1, 1, bias=False)", "return self.fc(x)")
    _, failure = ask({"m.py": code}, wire.Call("model", (X,), values=(1.0, 2.0)))
    assert "1 trainable numbers, not 2" in failure.message


def test_a_model_may_not_lie_about_its_parameters(ask: Ask) -> None:
    code = (
        MODELS["linear"]
        + "    def named_parameters(self, *a, **k): return iter(())\n    parameters = named_parameters\n"
    )
    _, listed = ask({"m.py": code}, wire.Parameters("model", X))
    assert [one.name for one in listed.parameters] == ["fc.weight", "fc.bias"]


@pytest.mark.parametrize(
    ("answer", "named"),
    [("(x, x)", "tuple"), ("0.5", "float"), ("None", "NoneType"), ("x.detach().numpy()", "ndarray")],
)
def test_a_model_that_gives_no_tensor_is_told_so(answer: str, named: str, ask: Ask) -> None:
    code = model("self.fc = nn.Linear(1, 1)", f"return {answer}")
    _, failure = ask({"m.py": code}, wire.Call("model", (X,)))
    assert (failure.error, named in failure.message) == ("NotATensor", True)


def test_a_tensor_that_overrides_comparison_is_not_taken(ask: Ask) -> None:
    code = (
        HEAD + "class T(torch.Tensor): pass\n" + model("self.fc = nn.Linear(1, 1)", "return self.fc(x).as_subclass(T)")
    )
    _, failure = ask({"m.py": code}, wire.Call("model", (X,)))
    assert failure.error == "NotATensor"
    assert "not a plain tensor" in failure.message


def test_a_model_that_edits_its_input_spoils_no_later_call(ask: Ask) -> None:
    code = model("self.fc = nn.Linear(1, 1)", "x.mul_(0); return self.fc(x)")
    _, first, second = ask({"m.py": code}, wire.Call("model", (X,)), wire.Call("model", (X,)))
    assert numbers(first) == numbers(second)


# ---------------------------------------------------------------- the loss


def test_a_loss_gives_its_gradient(ask: Ask) -> None:
    code = HEAD + "def bce_loss(y_pred, y): return nn.functional.binary_cross_entropy(y_pred, y)\n"
    _, value = ask({"l.py": code}, wire.Call("loss", (P, Y), gradient_of=0))
    assert wire.from_wire(value.gradient).reshape(-1).tolist() == pytest.approx([-2.5, 2.5])


@pytest.mark.parametrize("end", [".item()", ".detach()", ".detach().numpy()"])
def test_a_loss_without_a_graph_has_a_value_and_no_gradient(end: str, ask: Ask) -> None:
    code = HEAD + f"def bce_loss(y_pred, y): return ((y_pred - y) ** 2).mean(){end}\n"
    _, value = ask({"l.py": code}, wire.Call("loss", (P, Y), gradient_of=0))
    assert numbers(value) == pytest.approx([0.64])
    assert value.gradient is None


def test_numbers_reach_a_loss_in_the_default_dtype(ask: Ask) -> None:
    code = HEAD + "torch.set_default_dtype(torch.float64)\ndef bce_loss(y_pred, y): return (y_pred - y).mean()\n"
    _, value = ask({"l.py": code}, wire.Call("loss", (P, Y)))
    assert value.output.dtype == "float64"


@pytest.mark.parametrize(
    ("line", "reason", "error"),
    [
        ("raise SystemExit(3)", "exit", "SystemExit"),
        ("raise KeyboardInterrupt", "exception", "KeyboardInterrupt"),
        ("raise GeneratorExit", "exception", "GeneratorExit"),
        ("return torch.empty(10 ** 15)", "memory", "RuntimeError"),
        ("raise MemoryError", "memory", "MemoryError"),
        ("return bce_loss(y_pred, y)", "exception", "RecursionError"),
    ],
)
def test_whatever_a_loss_raises_is_an_answer_with_its_line(line: str, reason: str, error: str, ask: Ask) -> None:
    code = HEAD + f"def bce_loss(y_pred, y):\n    {line}\n"
    _, failure = ask({"l.py": code}, wire.Call("loss", (P, Y)))
    assert (failure.reason, failure.error, failure.file, failure.line) == (reason, error, "l.py", 4)
    assert failure.text == line


def test_a_long_message_is_cut(ask: Ask) -> None:
    code = HEAD + "def bce_loss(y_pred, y): raise ValueError('x\\ud800' * 10 ** 6)\n"
    _, failure = ask({"l.py": code}, wire.Call("loss", (P, Y)))
    assert len(failure.message) < 5_000


# ---------------------------------------------------------------- training

TRAIN = """\
def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(10):
        optimizer.zero_grad()
        nn.functional.binary_cross_entropy(model(x_data), y_data).backward()
        optimizer.step()
    {end}
"""


@pytest.mark.parametrize("end", ["return model", "return model, [0.1]", "return {'model': model, 'loss': 1}"])
def test_the_model_is_found_in_what_training_returns(end: str, ask: Ask) -> None:
    files = {"t.py": HEAD + MODEL + TRAIN.format(end=end)}
    call = wire.Call("train", (X,), trained=True)
    _, trained, value = ask(files, wire.Train("train", XS, YS), call)
    assert (trained.training.backwards, trained.training.steps) == (10, 10)
    assert len(numbers(value)) == 1


@pytest.mark.parametrize(
    ("end", "says"),
    [("pass", "returned None"), ("return 0.5", "a float"), ("return model, LogisticRegressionModel()", "2 models")],
)
def test_training_that_returns_no_model_says_what_to_do(end: str, says: str, ask: Ask) -> None:
    _, failure = ask({"t.py": HEAD + MODEL + TRAIN.format(end=end)}, wire.Train("train", XS, YS))
    assert failure.error == "NoModel"
    assert says in failure.message
    assert "return model" in failure.message


def test_a_model_returned_untrained_starts_where_it_is(ask: Ask) -> None:
    code = HEAD + MODEL + "def train(x_data, y_data):\n    return LogisticRegressionModel()\n"
    _, trained = ask({"t.py": code}, wire.Train("train", XS, YS))
    assert trained.training.backwards == 0
    assert trained.training.start == pytest.approx((-0.96, 0.92))


def test_training_works_after_the_file_switched_gradients_off(ask: Ask) -> None:
    code = HEAD + MODEL + TRAIN.format(end="return model") + "torch.set_grad_enabled(False)\n"
    _, trained = ask({"t.py": code}, wire.Train("train", XS, YS))
    assert trained.training.backwards == 10


def test_what_is_not_there_is_missing(ask: Ask) -> None:
    _, model_, trained = ask({"a.py": "a = 1\n"}, wire.Call("model", (X,)), wire.Call("train", (X,), trained=True))
    assert (model_.reason, trained.reason) == ("missing", "missing")
