"""Answers questions about what was found: calls, parameters, training. Every call stands alone."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import numpy
import torch
from torch.nn.parameter import is_lazy

from grader import wire
from grader.sandbox.student.discovery import Discovery
from grader.sandbox.student.failures import Places, class_name, plain, replace_in
from grader.sandbox.student.inspection import count_numbers, has_trainable, is_a, trainable
from grader.sandbox.student.loader import seed_all
from grader.sandbox.student.models import Chosen
from grader.sandbox.student.recorder import Recorder
from grader.sandbox.student.start import set_flat

NUMBERS = (float, int, numpy.floating, numpy.integer, numpy.ndarray)


class Unusable(Exception):
    """The student's code answered with something that cannot be used. ``error`` names what is wrong."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


class Answers:
    """Holds the entry points of one process and asks them. ``kinds`` are the entry points' kinds by name."""

    def __init__(
        self, discovery: Discovery, kinds: dict[str, str], places: Places, recorder: Recorder, seed: int
    ) -> None:
        self._chosen = discovery.chosen
        self._trained = discovery.trained
        self._kinds = kinds
        self._places = places
        self._recorder = recorder
        self._seed = seed
        self._built: dict[str, torch.nn.Module] = {}

    def answer(self, task: wire.Call | wire.Parameters | wire.Train) -> wire.Answer:
        """The answer to *task*, or how the student's code failed."""
        try:
            seed_all(self._seed + (task.draw if isinstance(task, wire.Call) else 0))
            if isinstance(task, wire.Train):
                return self._train(task)
            return self._parameters(task) if isinstance(task, wire.Parameters) else self._call(task)
        except Unusable as problem:
            reason: Literal["missing", "exception"] = "missing" if problem.error == "NotFound" else "exception"
            return self._placed(task, wire.Failure(reason, problem.error, plain(str(problem))))
        except BaseException as error:
            return self._placed(task, self._places.failure(error))

    def _placed(self, task: wire.Call | wire.Parameters | wire.Train, failure: wire.Failure) -> wire.Failure:
        """*failure* at the entry point itself when no line of the student's was on the stack."""
        chosen = self._chosen.get(task.entry)
        if failure.file or chosen is None:
            return failure
        return replace_in(failure, file=chosen.found.file, line=chosen.found.line)

    # ------------------------------------------------------------ what is asked

    def _entry(self, name: str) -> Chosen:
        chosen = self._chosen.get(name)
        if chosen is None:
            raise Unusable("NotFound", f"{name} was not found in the submission")
        return chosen

    def _module(self, task: wire.Call | wire.Parameters) -> torch.nn.Module:
        if task.trained:
            if self._trained is None:
                raise Unusable("NotFound", "no model has been trained")
            return self._trained
        if task.entry not in self._built:
            made = self._entry(task.entry).value()
            if not is_a(made, torch.nn.Module):
                raise Unusable("NoModel", f"the model is a {class_name(made)}, not a torch.nn.Module")
            self._built[task.entry] = made
        return self._built[task.entry]

    # ------------------------------------------------------------ calls

    def _call(self, task: wire.Call) -> wire.Value:
        if task.trained or self._kinds.get(task.entry) == "module":
            module = self._module(task)
            inputs = [_as_dtype(wire.from_wire(one), _dtype_of(module)) for one in task.arguments]
            if count_numbers(module) is None or (task.values and count_numbers(module) != len(task.values)):
                _complete(module, inputs)
            with _put_back(module):
                if task.values is not None:
                    _set_values(module, task.values)
                return self._value(task, module, inputs, "the model")
        dtype = torch.get_default_dtype()
        inputs = [_as_dtype(wire.from_wire(one), dtype) for one in task.arguments]
        takes_numbers = self._kinds.get(task.entry) in ("loss", "function")
        return self._value(task, self._entry(task.entry).value, inputs, f"{task.entry}", takes_numbers=takes_numbers)

    def _value(
        self,
        task: wire.Call,
        function: Callable[..., Any],
        inputs: Sequence[torch.Tensor],
        what: str,
        *,
        takes_numbers: bool = False,
    ) -> wire.Value:
        asked = None if task.gradient_of is None else inputs[task.gradient_of].requires_grad_()
        with torch.set_grad_enabled(asked is not None):
            output = _tensor(function(*inputs), what, takes_numbers=takes_numbers)
            gradient = None if asked is None else _gradient(output, asked)
        return wire.Value(_to_wire(output), None if gradient is None else _to_wire(gradient))

    def _parameters(self, task: wire.Parameters) -> wire.ParameterList:
        module = self._module(task)
        example = _as_dtype(wire.from_wire(task.example), _dtype_of(module))
        _complete(module, [example])
        parameters = [wire.Parameter(plain(name, 200), _to_wire(value.detach())) for name, value in trainable(module)]
        return wire.ParameterList(tuple(parameters))

    # ------------------------------------------------------------ training

    def _train(self, task: wire.Train) -> wire.Trained:
        chosen = self._entry(task.entry)
        if chosen.found.form != "function":
            raise Unusable("NotFound", "the submission has no training function; running its files trains the model")
        dtype = torch.get_default_dtype()
        x, y = (_as_dtype(wire.from_wire(one), dtype) for one in (task.x, task.y))
        self._recorder.restart()
        with torch.enable_grad():
            returned = chosen.value(x, y)
        self._trained = _model_in(returned, chosen.found.name)
        return wire.Trained(self._recorder.seen(self._trained))


def _model_in(returned: Any, name: str) -> torch.nn.Module:
    """The one model in what a training function returned."""
    if returned is None:
        raise Unusable("NoModel", f"{name} returned None; end it with `return model`")
    parts = _parts(returned)
    models = [part for part in parts if is_a(part, torch.nn.Module)]
    models = [part for part in models if has_trainable(part)] if len(models) > 1 else models
    if len(models) != 1:
        what = f"{len(models)} models" if models else f"a {class_name(returned)}, not a model"
        raise Unusable("NoModel", f"{name} returned {what}; end it with `return model`")
    model: torch.nn.Module = models[0]
    return model


def _parts(returned: Any) -> list[Any]:
    if is_a(returned, dict):
        return list(dict.values(returned))
    return list(returned) if type(returned) in (tuple, list) or is_a(returned, tuple) else [returned]


# ---------------------------------------------------------------- tensors in and out


def _dtype_of(module: torch.nn.Module) -> torch.dtype:
    dtypes = [value.dtype for _, value in trainable(module)]
    return next((dtype for dtype in dtypes if dtype.is_floating_point), torch.get_default_dtype())


def _as_dtype(value: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    return value.to(dtype) if value.is_floating_point() else value


def _complete(module: torch.nn.Module, inputs: Sequence[torch.Tensor]) -> None:
    """Call a module once: a lazy one has its numbers only then."""
    with _put_back(module), torch.no_grad():
        module(*(one.clone() for one in inputs))


def _set_values(module: torch.nn.Module, values: Sequence[float]) -> None:
    count = count_numbers(module)
    if count != len(values):
        raise Unusable("WrongCount", f"the model has {count} trainable numbers, not {len(values)}")
    set_flat([value for _, value in trainable(module)], values)


@contextmanager
def _put_back(module: torch.nn.Module) -> Iterator[None]:
    """What a call sets in the parameters does not outlive it."""
    held = [value for _, value in trainable(module)] + list(torch.nn.Module.buffers(module))
    before = [(value, value.detach().clone()) for value in held if not is_lazy(value)]
    try:
        yield
    finally:
        with torch.no_grad():
            for value, old in before:
                value.copy_(old)


def _tensor(output: Any, what: str, *, takes_numbers: bool) -> torch.Tensor:
    if is_a(output, torch.Tensor):
        tensor: torch.Tensor = output
        return tensor
    if takes_numbers and is_a(output, *NUMBERS):
        return torch.as_tensor(output)
    raise Unusable("NotATensor", f"{what} gave a {class_name(output)}, not a tensor")


def _gradient(output: torch.Tensor, asked: torch.Tensor) -> torch.Tensor | None:
    if not output.requires_grad:
        return None
    (gradient,) = torch.autograd.grad(output.sum(), [asked], allow_unused=True)
    return gradient


def _to_wire(tensor: torch.Tensor) -> wire.Tensor:
    try:
        return wire.to_wire(tensor)
    except wire.WireError as problem:
        raise Unusable("NotATensor", str(problem)) from None
