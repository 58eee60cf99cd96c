"""A reference that answers in place of a student's code."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from grader.api import TrainingRun
from grader.model import DataSet, EntryPoint
from grader.sandbox.failed import StudentFailed
from grader.validate.stand_in import StandIn

ENTRIES = (
    EntryPoint("model", "module", "Model", ("x",)),
    EntryPoint("loss", "loss", "loss", ("y_pred", "y")),
    EntryPoint("train", "training", "train", ("x", "y")),
)
DATA = DataSet(x=((1.0,), (2.0,)), y=((0.0,), (1.0,)))
X = torch.tensor([[1.0], [2.0]])
RUN = TrainingRun("from 0.5, 0", (0.5, 0.0))


def model(x: torch.Tensor, w: float, b: float) -> torch.Tensor:
    return x.double() * w + b


def loss(y_pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return ((y_pred.double() - y) ** 2).mean()


def train(x: torch.Tensor, y: torch.Tensor, start: tuple[float, float]) -> tuple[float, float]:
    return start[0] + float(y.sum()), start[1] + float(x.sum())


class Model(torch.nn.Linear):
    def __init__(self) -> None:
        super().__init__(1, 1)


def student(**functions: Callable[..., Any]) -> Any:
    return StandIn({"model": model, "loss": loss, "train": train} | functions, ENTRIES, DATA)


def test_a_function_of_numbers_is_a_model_that_has_them() -> None:
    found = student().model.parameters(X)
    assert [value.numel() for _, value in found] == [1, 1]
    w, b = (float(value) for _, value in found)
    assert torch.allclose(student().model(X), X * w + b)
    assert torch.allclose(student().model(X, values=(2.0, 1.0)), torch.tensor([[3.0], [5.0]]))


def test_a_module_is_built_once_and_every_call_stands_alone() -> None:
    built = student(model=Model)
    before = built.model(X)
    assert torch.equal(built.model(X, values=(2.0, 1.0)), torch.tensor([[3.0], [5.0]]))
    assert torch.equal(built.model(X), before)
    assert [name for name, _ in built.model.parameters(X)] == ["weight", "bias"]


def test_answers_are_float32_as_a_students_are() -> None:
    assert student().model(X).dtype == torch.float32
    assert student().loss(X, X).dtype == torch.float32


def test_a_gradient_comes_back_or_there_is_none() -> None:
    output, gradient = student().loss.gradient(X, torch.zeros(2, 1))
    assert float(output) == 2.5
    assert torch.equal(gradient, torch.tensor([[1.0], [2.0]]))
    assert student(loss=lambda p, y: loss(p.detach(), y)).loss.gradient(X, X)[1] is None


def test_a_training_gives_numbers_or_a_module() -> None:
    learned = student().trained(RUN)
    assert [float(value) for _, value in learned.parameters(X)] == [1.5, 3.0]
    assert torch.equal(learned(X), torch.tensor([[4.5], [6.0]]))
    module = torch.nn.Linear(1, 1)
    assert torch.equal(student(train=lambda x, y, start: module).trained(RUN)(X), module(X).detach())


def test_a_run_has_labels_of_its_own_and_is_made_once() -> None:
    one = student()
    other = TrainingRun("on other labels", (0.0, 0.0), ((1.0,), (1.0,)))
    assert float(one.trained(other).parameters(X)[0][1]) == 2.0
    assert one.trained(other) is one.trained(other)


@pytest.mark.parametrize(
    ("functions", "question", "error"),
    [
        ({"loss": lambda p, y: 1 / 0}, lambda one: one.loss(X, X), "ZeroDivisionError"),
        ({"loss": lambda p, y: 0.5}, lambda one: one.loss(X, X), "NotATensor"),
        ({"model": lambda x, w: x}, lambda one: one.model(X, values=(1.0, 2.0)), "TypeError"),
        ({"train": lambda x, y, start: None}, lambda one: one.trained(RUN), "TypeError"),
    ],
)
def test_what_goes_wrong_in_it_is_no_answer(
    functions: dict[str, Callable[..., Any]], question: Callable[[Any], object], error: str
) -> None:
    with pytest.raises(StudentFailed) as failed:
        question(student(**functions))
    assert (failed.value.reason, failed.value.error) == ("exception", error)


def test_an_entry_point_it_has_no_function_for_is_missing() -> None:
    one: Any = StandIn({"model": model}, ENTRIES, DATA)
    for question in (lambda: one.loss(X, X), lambda: one.trained(RUN)):
        with pytest.raises(StudentFailed) as failed:
            question()
        assert failed.value.reason == "missing"
