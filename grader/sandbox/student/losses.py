"""Finds the loss: by the name asked for, then by type, then by the names losses go by."""

import ast
import types
from collections.abc import Iterator

import torch

from grader.model import EntryPoint
from grader.sandbox.student.inspection import (
    accepts,
    forward_takes,
    has_trainable,
    is_a,
    is_module_class,
    parameter_names,
    positional,
)
from grader.sandbox.student.models import Chosen, place_of
from grader.sandbox.student.traces import Named, Traces

NEAR = ("loss", "bce", "cross", "entropy", "criterion", "cost", "nll", "likelihood", "objective")
_Loss = torch.nn.modules.loss._Loss


def find_loss(traces: Traces, entry: EntryPoint) -> Chosen | None:
    """The loss that has a name of its own."""
    for one in _candidates(traces, entry):
        chosen = _chosen(traces, one)
        if chosen is not None:
            return chosen
    return None


def _candidates(traces: Traces, entry: EntryPoint) -> Iterator[Named]:
    yield from (one for one in traces.names if one.name == entry.symbol)
    typed = [one for one in traces.names if _is_loss_by_type(traces, one.value)]
    instances = _sorted_by_name([one for one in typed if not is_a(one.value, type)], entry)
    yield from (one for one in instances if one.name in entry.variables)
    yield from (one for name in entry.variables for one in traces.names if one.name == name)
    yield from (one for one in instances if is_near(one.name))
    yield from (one for one in traces.names if is_near(one.name) and traces.function_source(one.value))
    yield from instances
    yield from _sorted_by_name([one for one in typed if is_a(one.value, type)], entry)


def _sorted_by_name(candidates: list[Named], entry: EntryPoint) -> list[Named]:
    def rank(one: Named) -> tuple[int, bool, int]:
        known = entry.variables.index(one.name) if one.name in entry.variables else len(entry.variables)
        return known, not is_near(one.name), one.depth

    return sorted(candidates, key=rank)


def _is_loss_by_type(traces: Traces, value: object) -> bool:
    kind = value if is_a(value, type) else type(value)
    if not is_module_class(kind) or not forward_takes(kind, 2):  # type: ignore[arg-type]
        return False
    if is_a(value, type):
        return traces.is_ours(kind) and accepts(kind, 0)  # type: ignore[arg-type]
    return is_a(value, _Loss) or not has_trainable(value)  # type: ignore[arg-type]


def _chosen(traces: Traces, one: Named) -> Chosen | None:
    """*one* as a loss, if it can be called with two tensors."""
    value = one.value
    if is_module_class(value):
        return _built(traces, one)
    if is_a(value, torch.nn.Module):
        return Chosen(traces.variable_place(one), value) if forward_takes(type(value), 2) else None
    if is_a(value, type) or not callable(value):
        return None
    if traces.function_source(value) is None:
        return Chosen(traces.variable_place(one), value)
    return Chosen(place_of(traces, one), value) if _takes_two(traces, value) else None


def _built(traces: Traces, one: Named) -> Chosen | None:
    kind: type = one.value
    try:
        instance = kind()
    except BaseException:  # a class that cannot be built is no loss
        return None
    if has_trainable(instance) or not forward_takes(kind, 2):
        return None
    return Chosen(traces.class_place(kind) if traces.is_ours(kind) else traces.variable_place(one), instance)


def _takes_two(traces: Traces, function: types.FunctionType) -> bool:
    bounds = positional(function)
    if bounds is None or not (bounds[0] <= 2 <= bounds[1]) or bounds[1] < 2:
        return False
    return not _feeds_a_model(traces, function)


def _feeds_a_model(traces: Traces, function: types.FunctionType) -> bool:
    """Whether a function's first argument are inputs it gives to a model: ``def loss(x, y)`` of the lecture
    before."""
    names = parameter_names(function)
    at = traces.function_node(function)
    if at is None or not names or names[0] not in traces.data.x_names:
        return False
    calls = [node for node in ast.walk(at[1]) if isinstance(node, ast.Call)]
    return any(
        isinstance(argument, ast.Name) and argument.id == names[0] and _is_model(traces, call.func)
        for call in calls
        for argument in call.args
    )


def _is_model(traces: Traces, function: ast.expr) -> bool:
    name = function.id if isinstance(function, ast.Name) else ""
    values = [one.value for one in traces.names if one.name == name]
    is_student_function = any(traces.function_source(value) is not None for value in values)
    return is_student_function or any(is_a(value, torch.nn.Module) and has_trainable(value) for value in values)


def is_near(name: str) -> bool:
    """Whether a name sounds like a loss."""
    return any(part in name.lower() for part in NEAR)
