"""Finds the model: a class that can be built, else an instance; by the name asked for, then by what it is."""

import copy
import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from grader import wire
from grader.model import EntryPoint
from grader.sandbox.student.inspection import accepts, forward_takes, has_trainable, is_a
from grader.sandbox.student.traces import Named, Traces


@dataclass(frozen=True)
class Chosen:
    """An entry point that was found: where, and what to call. For a module, what builds a fresh one."""

    found: wire.Found
    value: Callable[..., Any]


def find_model(traces: Traces, entry: EntryPoint) -> Chosen | None:
    """The model of a submission, best evidence first."""
    classes = [kind for kind in traces.module_classes() if _takes_one(kind)]
    instances = [one for one in traces.modules() if _takes_one(type(one.value)) and has_trainable(one.value)]
    for kind in reversed(classes):
        if kind.__name__ == entry.symbol:
            return _from_class(traces, kind, instances)
    for one in _by_evidence(traces, entry, instances):
        return _from_instance(traces, one)
    for kind in _by_name(entry, [kind for kind in classes if builds(kind)]):
        return Chosen(traces.class_place(kind), kind)
    return _from_instance(traces, instances[0]) if instances else None


def find_unfinished_model(traces: Traces, entry: EntryPoint) -> Chosen | None:
    """The class that is nearest to a model although its forward is missing or takes no input (no ``self``, say)."""
    classes = [kind for kind in traces.module_classes() if traces.is_ours(kind) and _takes_none(kind)]
    for kind in _by_name(entry, classes):
        return Chosen(traces.class_place(kind), kind)
    return None


def _takes_none(kind: type) -> bool:
    return accepts(kind, 0) and not any(forward_takes(kind, count) for count in (1, 2))


def _by_evidence(traces: Traces, entry: EntryPoint, instances: list[Named]) -> list[Named]:
    """Instances that something speaks for: a name the assignment knows, then having been trained."""
    named = [one for variable in entry.variables for one in instances if one.name == variable and one.depth < 2]
    trained = [one for one in instances if traces.recorder.was_trained(one.value)]
    return [*named, *sorted(trained, key=lambda one: -traces.recorder.latest_pass(one.value))]


def _by_name(entry: EntryPoint, classes: list[type]) -> list[type]:
    def likeness(kind: type) -> float:
        return difflib.SequenceMatcher(None, kind.__name__.lower(), entry.symbol.lower()).ratio()

    return sorted(classes, key=likeness, reverse=True)


def _from_class(traces: Traces, kind: type, instances: list[Named]) -> Chosen:
    own = [one for one in instances if type(one.value) is kind]
    if accepts(kind, 0) or not own:
        return Chosen(traces.class_place(kind), kind)
    return _copied(traces, own[0])


def _from_instance(traces: Traces, one: Named) -> Chosen:
    kind = type(one.value)
    if traces.is_ours(kind) and builds(kind):
        return Chosen(traces.class_place(kind), kind)
    return _copied(traces, one)


def _copied(traces: Traces, one: Named) -> Chosen:
    def copied() -> torch.nn.Module:
        module: torch.nn.Module = copy.deepcopy(one.value)
        return module

    return Chosen(traces.variable_place(one, "instance"), copied)


def _takes_one(kind: type) -> bool:
    return forward_takes(kind, 1) and not issubclass(kind, torch.nn.modules.loss._Loss)


def builds(kind: type) -> bool:
    """Whether a class can be built with no arguments and then has something to train."""
    if not accepts(kind, 0):
        return False
    try:
        return has_trainable(kind())
    except BaseException:  # whatever a constructor raises, it cannot be built
        return False


def find_function(traces: Traces, entry: EntryPoint) -> Chosen | None:
    """A plain function: by the name asked for, then by the names that may stand for it."""
    for name in (entry.symbol, *entry.variables):
        for one in traces.names:
            if one.name == name and callable(one.value) and not is_a(one.value, type):
                return Chosen(place_of(traces, one), one.value)
    return None


def place_of(traces: Traces, one: Named) -> wire.Found:
    """Where a callable is: its definition when it is the student's function, else where it got its name."""
    if traces.function_source(one.value) is not None:
        return traces.function_place(one.value, one.name)
    return traces.variable_place(one)
