"""What can be told of a student's value without running more of its code than needed."""

import inspect
import types
from collections.abc import Iterator
from typing import Any

import torch
from torch.nn.parameter import is_lazy

DEEPEST = 50


def is_a(value: object, *kinds: type) -> bool:
    """isinstance that asks the type itself, not a ``__class__`` the value may lie about."""
    return issubclass(type(value), kinds)


def is_module_class(value: Any) -> bool:
    """Whether *value* is a subclass of torch.nn.Module."""
    return is_a(value, type) and issubclass(value, torch.nn.Module)


def positional(function: Any) -> tuple[int, int] | None:
    """How many positional arguments a call needs and takes at most; None when it cannot be told."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except BaseException:  # a signature is the student's code too
        return None
    if any(one.kind is one.KEYWORD_ONLY and one.default is one.empty for one in parameters):
        return None
    by_place = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    required = sum(one.default is one.empty for one in by_place)
    is_open = any(one.kind is one.VAR_POSITIONAL for one in parameters)
    return required, 1_000 if is_open else len(by_place)


def accepts(function: Any, count: int) -> bool:
    """Whether *function* can be called with *count* positional arguments."""
    bounds = positional(function)
    return bounds is not None and bounds[0] <= count <= bounds[1]


def parameter_names(function: types.FunctionType) -> list[str]:
    """The names of a function's positional arguments."""
    code = function.__code__
    return list(code.co_varnames[: code.co_argcount])


def forward_takes(module_class: type, count: int) -> bool:
    """Whether forward needs exactly *count* inputs (or can only be told to take any number)."""
    forward = getattr(module_class, "forward", None)
    bounds = positional(forward)
    if bounds is None or forward is torch.nn.Module.forward:
        return False
    required, most = bounds[0] - 1, bounds[1] - 1
    return required == count or (required < count <= most and required <= 0)


def trainable(module: torch.nn.Module) -> list[tuple[str, torch.nn.Parameter]]:
    """The parameters that training would move, each once, by name: read where torch keeps them, whatever a
    student's own ``parameters`` or ``named_modules`` says."""
    by_identity = {id(value): (name, value) for name, value in reversed(list(_held(module, "")))}
    return [(name, value) for name, value in reversed(by_identity.values()) if value.requires_grad]


def _held(module: torch.nn.Module, prefix: str, depth: int = 0) -> Iterator[tuple[str, torch.nn.Parameter]]:
    kept = object.__getattribute__(module, "__dict__")
    for name, value in kept["_parameters"].items():
        if value is not None:
            yield prefix + name, value
    for name, part in kept["_modules"].items():
        if part is not None and depth < DEEPEST:
            yield from _held(part, f"{prefix}{name}.", depth + 1)


def has_trainable(module: torch.nn.Module) -> bool:
    """Whether there is anything to train; False when even asking fails."""
    try:
        return bool(trainable(module))
    except BaseException:  # a half-built module
        return False


def count_numbers(module: torch.nn.Module) -> int | None:
    """How many trainable numbers a module holds; None while it has not seen its first input."""
    parameters = [value for _, value in trainable(module)]
    if any(is_lazy(value) for value in parameters):
        return None
    return sum(value.numel() for value in parameters)


def attributes(value: object) -> Iterator[tuple[str, Any]]:
    """What an object holds, one level down."""
    try:
        held = dict(object.__getattribute__(value, "__dict__"))
    except AttributeError:
        return
    for part in (held, held.get("_modules")):
        if type(part) is dict:
            yield from ((name, item) for name, item in part.items() if type(name) is str)
