"""Other labels take the place of a script's own, in their shape and type, and nothing else is touched."""

from typing import Any

import numpy
import pytest
import torch

from grader.model import DataSet
from grader.sandbox.student.instrument import Instrument, Keeper
from grader.sandbox.student.labels import Labels
from grader.sandbox.student.sources import Source

DATA = DataSet(((1.0,), (2.0,), (3.0,)), ((0.0,), (0.0,), (1.0,)), ("x_data",), ("y_data", "y"))
OTHER = ((1.0,), (1.0,), (0.0,))


def run(code: str) -> dict[str, Any]:
    """The names *code* leaves behind when its labels are replaced by 1, 1, 0."""
    instrument = Instrument(Keeper(), Labels(DATA, OTHER))
    names: dict[str, Any] = {"torch": torch, "np": numpy, **instrument.given}
    exec(instrument.compile(Source("hw.py", "hw.py", code)), names)
    return names


def listed(value: Any) -> Any:
    return value.tolist() if isinstance(value, torch.Tensor | numpy.ndarray) else value


REPLACED = {
    "a = [0, 0, 1]": [1, 1, 0],
    "a = (0.0, 0.0, 1.0)": (1.0, 1.0, 0.0),
    "a = [[0], [0], [1]]": [[1], [1], [0]],
    "a = [(1.0, 0), (2.0, 0), (3.0, 1)]": [(1.0, 1), (2.0, 1), (3.0, 0)],
    "a = [[1, 2, 3], [0, 0, 1]]": [[1, 2, 3], [1, 1, 0]],
    "a = [False, False, True]": [True, True, False],
    "a = torch.arange(1.0, 4.0) > 2": [True, True, False],
    "a = np.eye(3)[2]": [1.0, 1.0, 0.0],
    "a = torch.zeros(3, 1); a[2] = 1; b = a; a = b": [[1.0], [1.0], [0.0]],
    "y = torch.zeros(3, 1); y[2] = 1; a = y": [[1.0], [1.0], [0.0]],
    "y = [0, 1, 1]; a = y": [1, 1, 0],
    "y: list = [int(n > 2) for n in (1, 2, 3)]; a = y": [1, 1, 0],
    "x, a = torch.tensor([[1, 0], [2, 0], [3, 1]]).T": [1, 1, 0],
    "(x, (a, b)), c = (1, (torch.arange(3) == 2, 2)), 3": [True, True, False],
    "x, a = map(list, zip((1, 0), (2, 0), (3, 1)))": [1, 1, 0],
    "class A: pass\no = A(); o.y = torch.eye(3)[2]; a = o.y": [1.0, 1.0, 0.0],
    "a = dict(y=[0, 0, 1])['y']": [1, 1, 0],
    "if (y := np.array([0, 0, 1])).any(): a = y": [1, 1, 0],
}  # fmt: skip


@pytest.mark.parametrize("code", REPLACED)
def test_labels_are_replaced(code: str) -> None:
    assert listed(run(code)["a"]) == REPLACED[code]


KEPT = {
    "a = [0, 1, 1]": [0, 1, 1],
    "a = torch.arange(27).reshape(3, 3, 3)[0, 0, 1]": 1,
    "a = str(dict(color=(0, 0, 1))['color'])": "(0, 0, 1)",
    "y = torch.tensor([0.2, 0.4, 0.9]); a = y": pytest.approx([0.2, 0.4, 0.9]),
    "y = [0, 1, 0, 1]; a = y": [0, 1, 0, 1],
    "y = (torch.eye(3, requires_grad=True)[2] * 1); a = y.detach() + 0.5": [0.5, 0.5, 1.5],
    "y = [3, 4, 5]; a = y": [3, 4, 5],
    "y = 'abc'; a = y": "abc",
    "y = None; a = y": None,
    "*a, b = [1, 2, 3, 4]": [1, 2, 3],
    "def f():\n    return 1\ny = f; a = y()": 1,
}


@pytest.mark.parametrize("code", KEPT)
def test_what_is_no_label_is_kept(code: str) -> None:
    assert listed(run(code)["a"]) == KEPT[code]


def test_dtype_shape_and_gradients_are_kept() -> None:
    names = run("a = torch.tensor([[0], [0], [1]], dtype=torch.float64, requires_grad=True)\nb = a.detach().int()")
    assert (names["a"].dtype, names["a"].shape, names["a"].requires_grad) == (torch.float64, (3, 1), True)
    assert names["b"].dtype == torch.int32


def test_a_prediction_named_like_labels_keeps_its_graph() -> None:
    names = run("w = torch.ones(1, requires_grad=True)\ny = w * torch.tensor([0.0, 0.0, 1.0])")
    assert names["y"].grad_fn is not None


def test_unpacking_fails_as_it_would() -> None:
    with pytest.raises(ValueError, match="too many values"):
        run("a, b = [1, 2, 3]")
    with pytest.raises(TypeError, match="cannot unpack"):
        run("a, b = 1")


def test_lines_stay_where_they_were() -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        run("y = [\n    0,\n    0,\n    1,\n]\n\ndef main():\n    y = [0, 0, 1]\n    return 1 / 0\n\nmain()\n")
    assert [entry.lineno + 1 for entry in raised.traceback if str(entry.path).endswith("hw.py")] == [11, 9]


def test_locals_of_a_function_are_kept_even_when_it_fails() -> None:
    keeper = Keeper()
    instrument = Instrument(keeper, None)
    code = '"""Doc."""\ndef main():\n    """Says."""\n    model = 7\n    raise KeyError\n'
    code += "try:\n    main()\nexcept KeyError:\n    pass\n"
    names: dict[str, Any] = dict(instrument.given)
    exec(instrument.compile(Source("hw.py", "hw.py", code)), names)
    assert keeper.kept["hw.py", "main"]["model"] == 7
    assert names["main"].__doc__ == "Says."
