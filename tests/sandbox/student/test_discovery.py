"""Which of several things is taken for an entry point, and what objects that lie or raise cannot spoil."""

import pytest
import torch

from grader import wire

from .conftest import Ask

HEAD = """\
import torch, functools
from torch import nn
import torch.nn.functional as F
x_data = torch.tensor([[1.0], [2.0], [3.0]])
y_data = torch.tensor([[0.0], [0.0], [1.0]])
"""
CLASS = """\
class {name}(nn.Module):
    def __init__(self{extra}):
        super().__init__()
        self.linear = nn.Linear(1, 1)
    def forward(self, x):
        return torch.sigmoid(self.linear(x))
"""
SCRIPT = """\
optimizer = torch.optim.SGD({model}.parameters(), lr=0.1)
for epoch in range(5):
    optimizer.zero_grad()
    nn.functional.mse_loss({model}(x_data), y_data).backward()
    optimizer.step()
"""
X = wire.to_wire(torch.tensor([[4.0]]))


def found(ask: Ask, code: str, name: str) -> tuple[str, str] | None:
    (loaded,) = ask({"hw.py": HEAD + code})
    assert isinstance(loaded, wire.Loaded), loaded
    place = loaded.found[name]
    return None if place is None else (place.form, place.name)


def classes(*names: str, extra: str = "") -> str:
    return "".join(CLASS.format(name=name, extra=extra) for name in names)


LOSS_CLASS = "class BCE(nn.Module):\n    def forward(self, p, y):\n        return ((p - y) ** 2).mean()\n"
MODELS = {
    classes("LogisticRegressionModel", "LinearModel"): ("class", "LogisticRegressionModel"),
    classes("Other", "Mine") + "model = Mine()\nother = Other()\n": ("class", "Mine"),
    classes("Other", "Mine") + "m, o = Mine(), Other()\n" + SCRIPT.format(model="m"): ("class", "Mine"),
    classes("Far", "LogisticRegression"): ("class", "LogisticRegression"),
    classes("Net", extra=", width") + "model = Net(3)\n": ("instance", "model"),
    classes("LogisticRegressionModel", extra=", width") + "net = LogisticRegressionModel(3)\n": ("instance", "net"),
    "thing = nn.Sequential(nn.Linear(1, 1), nn.Sigmoid())\n": ("instance", "thing"),
    "def main():\n    model = nn.Sequential(nn.Linear(1, 1), nn.Sigmoid())\nmain()\n": ("instance", "model"),
    "class T:\n    def __init__(self): self.model = nn.Linear(1, 1)\nt = T()\n": ("instance", "model"),
    "def make():\n" + "".join(f"    {line}\n" for line in classes("Inner").splitlines()) + "    return Inner()\n"
    "model = make()\n": ("class", "Inner"),
    LOSS_CLASS + classes("Net"): ("class", "Net"),
    "criterion = nn.BCELoss()\nact = nn.Sigmoid()\n": None,
}  # fmt: skip


@pytest.mark.parametrize("code", MODELS, ids=range(len(MODELS)))
def test_the_model_is_chosen_by_the_best_evidence(code: str, ask: Ask) -> None:
    assert found(ask, code, "model") == MODELS[code]


DEF = "def {}: return ((p - y) ** 2).mean()\n"
LOSSES = {
    DEF.format("bce_loss(p, y)") + "criterion = nn.BCELoss()\n": ("function", "bce_loss"),
    "bce_loss = nn.BCELoss()\n": ("variable", "bce_loss"),
    "mse = nn.MSELoss()\ncriterion = nn.BCELoss(reduction='sum')\n": ("variable", "criterion"),
    DEF.format("criterion(p, y)") + "unused = nn.MSELoss()\n": ("function", "criterion"),
    "criterion = lambda p, y: ((p - y) ** 2).mean()\n": ("function", "criterion"),
    "criterion = F.binary_cross_entropy\n": ("variable", "criterion"),
    "criterion = functools.partial(F.binary_cross_entropy, reduction='sum')\n": ("variable", "criterion"),
    LOSS_CLASS: ("class", "BCE"),
    LOSS_CLASS + "criterion = BCE()\n": ("variable", "criterion"),
    "class T:\n    def __init__(self): self.crit = nn.BCELoss()\nt = T()\n": ("variable", "crit"),
    DEF.format("my_cross_entropy(p, y, eps=1e-7)"): ("function", "my_cross_entropy"),
    DEF.format("cost(p, y)"): ("function", "cost"),
    DEF.format("bce(p)").replace("y)", "1)"): None,
    classes("Net") + "model = Net()\ndef loss(x, y):\n    return ((model(x) - y) ** 2).mean()\n": None,
    "from torch.nn.functional import binary_cross_entropy\n": None,
    "losses = [0.1]\nloss = 3.0\n": None,
}


@pytest.mark.parametrize("code", LOSSES, ids=range(len(LOSSES)))
def test_the_loss_is_chosen_by_name_then_by_type_then_by_likely_names(code: str, ask: Ask) -> None:
    assert found(ask, code, "loss") == LOSSES[code]


def training(signature: str, end: str = "return model") -> str:
    return (
        f"def {signature}:\n    model = Net()\n    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n"
        "    for _ in range(3):\n"
        f"        loss = model(x_data).sum()\n        loss.backward()\n        optimizer.step()\n    {end}\n"
    )


NET = classes("Net") + "net = Net()\n"
TRAININGS = {
    NET + training("train(x_data, y_data)"): ("function", "train"),
    NET + training("train(x_data, y_data, epochs=10, *, lr=0.1)"): ("function", "train"),
    NET + training("fit(a, b)") + training("helper(a, b)"): ("function", "fit"),
    NET + training("do_it(hours, passed)"): ("function", "do_it"),
    NET + training("train(model, x_data)"): None,
    NET + training("train(x_data, epochs)"): None,
    NET + training("train(x_data)"): None,
    NET + training("train(x_data, y_data, model)") + SCRIPT.format(model="net"): ("script", "net"),
    NET + training("train(x_data, y_data)", "pass") + SCRIPT.format(model="net"): ("script", "net"),
    NET + training("train(x_data, y_data)", "return loss.item()") + SCRIPT.format(model="net"): ("script", "net"),
    NET + training("train(x_data, y_data)", "pass"): ("function", "train"),
    NET + "def train_test_split(x, y):\n    return x, y\n" + SCRIPT.format(model="net"): ("script", "net"),
    NET + "def step(x, y):\n    net(x).sum().backward()\n    return net\nstep(x_data, y_data)\n": ("script", "net"),
    NET: None,
    "class T:\n    def __init__(self): self.inner = nn.Linear(1, 1)\nt = T()\n"
    + SCRIPT.format(model="t.inner"): ("script", "inner"),
    NET + "class T:\n    def fit(self, x, y):\n        for _ in range(3): net(x).sum().backward()\n        return net\n"
    "def train(x, y):\n    return T().fit(x, y)\n": ("function", "train"),
}  # fmt: skip


@pytest.mark.parametrize("code", TRAININGS, ids=range(len(TRAININGS)))
def test_training_is_a_function_of_inputs_and_labels_or_what_the_script_did(code: str, ask: Ask) -> None:
    assert found(ask, code, "train") == TRAININGS[code]


EVIL = """\
class Evil:
    def __getattribute__(self, name): raise SystemExit(name)
    def __eq__(self, other): raise KeyboardInterrupt
    def __bool__(self): raise SystemExit
    def __len__(self): raise SystemExit
    __hash__ = None
class Meta(type):
    @property
    def __name__(cls): raise SystemExit
    @property
    def __module__(cls): raise SystemExit
    def __getattribute__(cls, name): raise SystemExit
    def __instancecheck__(cls, one): raise SystemExit
    def __call__(cls, *a): return type.__call__(cls)
class Worse(metaclass=Meta): pass
class BadNet(nn.Module):
    def __init__(self): raise SystemExit
    def forward(self, x): return x
class Half(nn.Module):
    def __init__(self): pass
    def forward(self, x): return x
evil = model = net = criterion = train = bce_loss = loss_fn = Evil()
worse, half = Worse(), Half()
items = [evil, worse]
globals()[7] = evil
"""


def test_objects_that_raise_at_every_touch_spoil_nothing(ask: Ask) -> None:
    code = HEAD + EVIL + classes("LogisticRegressionModel") + "def loss(p, y): return ((p - y) ** 2).mean()\n"
    (loaded, value) = ask({"hw.py": code}, wire.Call("model", (X,)))
    assert isinstance(loaded, wire.Loaded), loaded
    assert isinstance(value, wire.Value)
    assert loaded.found["loss"] is not None
