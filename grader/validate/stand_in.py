"""A stand-in for a submission: the reference's own functions (or wrong ones) answer where a student's code would.

It needs no process, so that hundreds of wrong variants are judged in seconds, by the same checks. The reference is
used by these names: for every entry point a function or class called like it.

* ``module``: a ``torch.nn.Module`` class built with no arguments, or a function of the input and of the model's
  numbers, ``model(x, w, b)``;
* ``loss`` and ``function``: a function of the same arguments;
* ``training``: a function of x, y and a start, ``train(x, y, start)``, that gives the numbers learned, or a module.

Answers are float32, as a student's are. What the functions raise is what a student's code raises.
"""

import copy
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

import torch

from grader.api import TrainingRun
from grader.misconceptions import count_numbers
from grader.model import DataSet, EntryPoint
from grader.sandbox.failed import StudentFailed
from grader.wire import TrainingSeen, as_numbers

Function = Callable[..., Any]
_ANY_NUMBERS = (0.25, -0.4, 0.35, 0.15)


class StandIn:
    """Implements ``api.Submission`` over *functions*, by the names of the *entry_points*; *seed* stands for the
    submission that checks draw numbers for."""

    def __init__(
        self, functions: Mapping[str, Function], entry_points: Sequence[EntryPoint], data: DataSet, seed: int = 0
    ) -> None:
        self._functions = functions
        self._entries = {entry.name: entry for entry in entry_points}
        self._data = data
        self._seed = seed
        self._built: dict[str, torch.nn.Module] = {}
        self._trained: dict[TrainingRun, TrainedStandIn] = {}

    def __getattr__(self, name: str) -> "EntryStandIn":
        if name.startswith("_") or name not in self._entries:
            raise AttributeError(f"the assignment declares no entry point {name!r}")
        return EntryStandIn(self._entries[name], self._function(name), self._module(name))

    def drawn(self, name: str) -> Random:
        """See ``api.Submission.drawn``."""
        return Random(f"{self._seed} {name}")

    def again(self) -> "StandIn":
        """See ``api.Submission.again``: nothing in it is random."""
        return self

    def trained(self, run: TrainingRun) -> "TrainedStandIn":
        """See ``api.Submission.trained``."""
        if run not in self._trained:
            self._trained[run] = self._train(run)
        return self._trained[run]

    def _train(self, run: TrainingRun) -> "TrainedStandIn":
        name = next(entry.name for entry in self._entries.values() if entry.kind == "training")
        x, y = as_numbers(run.x or self._data.x), as_numbers(run.labels or self._data.y)
        with _answering():
            learned = self._function(name)(x, y, run.start)
        if isinstance(learned, torch.nn.Module):
            return TrainedStandIn(EntryStandIn(self._entries[name], learned, learned), run)
        model = next(entry for entry in self._entries.values() if entry.kind == "module")
        with _answering():
            numbers = tuple(float(number) for number in learned)
        return TrainedStandIn(EntryStandIn(model, self._function(model.name), None, numbers), run)

    def _module(self, name: str) -> torch.nn.Module | None:
        """The module of the entry point *name*, built once; None when a function answers."""
        if name not in self._built and inspect.isclass(self._functions.get(name)):
            with _answering():
                self._built[name] = self._functions[name]()
        return self._built.get(name)

    def _function(self, name: str) -> Function:
        if name not in self._functions:
            raise StudentFailed("missing", "NotFound", "")
        return self._functions[name]


class EntryStandIn:
    """Implements ``api.EntryPointProxy`` over a *module*, or else a *function* and the *numbers* of a model."""

    def __init__(
        self,
        entry: EntryPoint,
        function: Function,
        module: torch.nn.Module | None,
        numbers: Sequence[float] | None = None,
    ) -> None:
        self._entry = entry
        self._function = function
        self._module = module
        self._numbers = numbers

    def __call__(self, *arguments: torch.Tensor, values: Sequence[float] | None = None) -> torch.Tensor:
        with _answering(), torch.no_grad():
            return _plain(self._call(arguments, values))

    def gradient(self, *arguments: torch.Tensor, of: int = 0) -> tuple[torch.Tensor, torch.Tensor | None]:
        """See ``api.EntryPointProxy.gradient``."""
        leaf = arguments[of].detach().clone().requires_grad_()
        with _answering():
            output = self._call((*arguments[:of], leaf, *arguments[of + 1 :]), None)
            if not output.requires_grad:
                return _plain(output), None
            (gradient,) = torch.autograd.grad(output.sum(), leaf, allow_unused=True)
        return _plain(output), None if gradient is None else gradient.detach()

    def parameters(self, example: torch.Tensor) -> list[tuple[str, torch.Tensor]]:
        """See ``api.EntryPointProxy.parameters``."""
        with _answering():
            if self._module is not None:
                return [(name, value.detach().clone()) for name, value in self._module.named_parameters()]
            numbers = self._own()
            return [(f"number{place}", torch.tensor([number])) for place, number in enumerate(numbers, 1)]

    def _call(self, arguments: Sequence[torch.Tensor], values: Sequence[float] | None) -> Any:
        if self._module is not None:
            module = copy.deepcopy(self._module)  # every call stands alone
            if values is not None:
                _set(module, values)
            return module(*arguments)
        if self._entry.kind != "module":
            return self._function(*arguments)
        numbers = self._own() if values is None else values
        return self._function(*arguments, *map(float, numbers))

    def _own(self) -> tuple[float, ...]:
        """The numbers of the model as it was built, or as it was trained: as many as the function takes."""
        return tuple(_ANY_NUMBERS if self._numbers is None else self._numbers)[: count_numbers(self._function)]


class TrainedStandIn:
    """Implements ``api.TrainedModel``. Of the training itself nothing was seen but where it started."""

    is_called = True

    def __init__(self, model: EntryStandIn, run: TrainingRun) -> None:
        self._model = model
        self.seen = TrainingSeen(run.start, 0, 0, piled_up=False, epochs=(), losses=(), path=(), first_steps=())

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return self._model(x)

    def parameters(self, example: torch.Tensor) -> list[tuple[str, torch.Tensor]]:
        """See ``api.TrainedModel.parameters``."""
        return self._model.parameters(example)


@contextmanager
def _answering() -> Iterator[None]:
    """What goes wrong while a function answers is no answer."""
    try:
        yield
    except StudentFailed:
        raise
    except Exception as error:
        raise StudentFailed("exception", type(error).__name__, str(error)) from error


def _plain(output: Any) -> torch.Tensor:
    if not isinstance(output, torch.Tensor):
        raise StudentFailed("exception", "NotATensor", f"it gave a {type(output).__name__}")
    plain = output.detach()
    return plain.float() if plain.is_floating_point() else plain


def _set(module: torch.nn.Module, values: Sequence[float]) -> None:
    flat = torch.tensor([float(value) for value in values])
    with torch.no_grad():
        torch.nn.utils.vector_to_parameters(flat, module.parameters())
