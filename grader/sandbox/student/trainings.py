"""Finds the training: a function of inputs and labels, else what running the files trained (a script)."""

import ast
import gc
import re
import types

import torch

from grader import wire
from grader.model import EntryPoint
from grader.sandbox.student.inspection import accepts, has_trainable, is_a, parameter_names, trainable
from grader.sandbox.student.instrument import calls_backward
from grader.sandbox.student.models import Chosen
from grader.sandbox.student.traces import Definition, Named, Traces

NEAR = ("fit", "train", "learn", "optimi")
NOT_TRAINING = ("test", "split", "plot", "predict", "eval", "load", "data")
NOT_INPUTS = {
    "model", "net", "network", "optimizer", "optimiser", "optim", "opt", "epoch", "epochs", "lr", "criterion", "loss",
    "fn", "func", "loader", "dataloader", "dataset", "n", "num", "steps", "iterations", "iters", "rate", "learning",
    "self", "cfg", "config", "args", "device",
}  # fmt: skip


def find_function_training(traces: Traces, entry: EntryPoint, *, is_last: bool) -> Chosen | None:
    """A training function that counts. One that returns no model counts only if no script trained one."""
    silent = None
    for function in _ranked(traces, entry):
        chosen = Chosen(traces.function_place(function, function.__name__), function)
        if returns_model(traces, function):
            return chosen
        if function.__name__ == entry.symbol:
            silent = silent or chosen
    return silent if is_last else None


def _ranked(traces: Traces, entry: EntryPoint) -> list[types.FunctionType]:
    counted = [function for function in traces.functions() if _takes_data(function)]
    own = {id(one.value) for one in traces.names if one.name == entry.symbol}
    named = [function for function in counted if id(function) in own]
    others = [function for function in counted if function not in named and _may_train(traces, function)]
    return [*named, *sorted(others, key=lambda function: not _is_near(function.__name__))]


def _takes_data(function: types.FunctionType) -> bool:
    """Whether two positional arguments do, and can be inputs and labels."""
    names = parameter_names(function)[:2]
    words = {word for name in names for word in re.split(r"[_\d]+", name.lower())}
    return accepts(function, 2) and not words & NOT_INPUTS and function.__name__ != "<lambda>"


def _is_near(name: str) -> bool:
    lower = name.lower()
    return any(part in lower for part in NEAR) and not any(part in lower for part in NOT_TRAINING)


def _may_train(traces: Traces, function: types.FunctionType) -> bool:
    """Whether a function, with those of the student's it names, loops over backward passes."""
    at = traces.function_node(function)
    if at is None:
        return False
    bodies = [at[1], *_called(traces, at[1])]
    loops = any(isinstance(node, ast.For | ast.While) for body in bodies for node in ast.walk(body))
    return loops and (any(map(_trains, bodies)) or _is_near(function.__name__))


def _called(traces: Traces, node: Definition) -> list[Definition]:
    parts = list(ast.walk(node))
    names = {part.attr for part in parts if isinstance(part, ast.Attribute)}
    names |= {part.id for part in parts if isinstance(part, ast.Name)}
    defined = (
        inner for source in traces.sources for inner in ast.walk(source.tree or ast.Module([], []))
    )  # fmt: skip
    return [inner for inner in defined if isinstance(inner, ast.FunctionDef) and inner.name in names]


def _trains(node: ast.AST) -> bool:
    attributes = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    return calls_backward(node) or bool(attributes & {"step", "grad"})


def returns_model(traces: Traces, function: types.FunctionType) -> bool:
    """Whether a function returns something that may be a model: not nothing, not only a loss."""
    at = traces.function_node(function)
    if at is None:
        return True
    returned = [node.value for node in ast.walk(at[1]) if isinstance(node, ast.Return) and node.value is not None]
    return any(_may_be_model(part) for value in returned for part in _parts(value))


def _parts(value: ast.expr) -> list[ast.expr]:
    return value.elts if isinstance(value, ast.Tuple | ast.List) else [value]


def _may_be_model(value: ast.expr) -> bool:
    text = ast.unparse(value)
    return not isinstance(value, ast.Constant) and "loss" not in text.lower() and ".item()" not in text


# ---------------------------------------------------------------- scripts


def find_script_training(traces: Traces, entry: EntryPoint) -> tuple[Chosen, torch.nn.Module] | None:
    """The model that running the files trained: by its name, else the one whose parameters moved last."""
    named = _trained_by_name(traces, entry)
    if named is None:
        return _trained_without_name(traces)
    module: torch.nn.Module = named.value
    return Chosen(_script_place(traces, named), lambda: module), module


def find_script_without_gradients(traces: Traces, entry: EntryPoint) -> tuple[Chosen, torch.nn.Module] | None:
    """The model of a script that ran to its end and loops over it, though no backward pass reached it: it was moved
    by hand, or not at all."""
    for variable in entry.variables:
        for one in traces.modules():
            loops = _loops_over(one) if one.name == variable and one.depth < 2 else []
            if loops and has_trainable(one.value) and not one.space.has_failed:
                module: torch.nn.Module = one.value
                place = traces.node_place(one.space.source, loops[:1], one.name, "script")
                return Chosen(place, lambda module=module: module), module
    return None


def _loops_over(named: Named) -> list[ast.For | ast.While]:
    """The loops of its file in which a name is used."""
    tree = named.space.source.tree or ast.Module([], [])
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]
    return [loop for loop in loops if any(isinstance(n, ast.Name) and n.id == named.name for n in ast.walk(loop))]


def _trained_by_name(traces: Traces, entry: EntryPoint) -> Named | None:
    trained = [one for one in traces.modules() if traces.recorder.was_trained(one.value)]
    for variable in entry.variables:
        for one in trained:
            if one.name == variable:
                return one
    whole = sorted(trained, key=lambda one: (-traces.recorder.latest_pass(one.value), -len(trainable(one.value))))
    return whole[0] if whole else None


def _trained_without_name(traces: Traces) -> tuple[Chosen, torch.nn.Module] | None:
    """A trained model that no name leads to any more: its outermost module still in memory."""
    for module in traces.recorder.trained_modules():
        wanted = {id(value) for _, value in trainable(module)}
        holders = [one for one in gc.get_objects() if is_a(one, torch.nn.Module) and _holds(one, wanted)]
        outermost = max([module, *holders], key=lambda one: sum(1 for _ in one.modules()))
        place = traces.class_place(type(outermost))
        found = wire.Found(place.file, place.line, place.name, "script", place.last_line)
        return Chosen(found, lambda outermost=outermost: outermost), outermost
    return None


def _holds(module: torch.nn.Module, wanted: set[int]) -> bool:
    try:
        return wanted <= {id(value) for _, value in trainable(module)}
    except Exception:  # a module that was never finished
        return False


def _script_place(traces: Traces, named: Named) -> wire.Found:
    """The training loop when the file has one, else where the model got its name."""
    sources = [named.space.source, *traces.sources]
    for source in sources:
        loops = [node for node in ast.walk(source.tree or ast.Module([], [])) if isinstance(node, ast.For | ast.While)]
        training = [node for node in loops if calls_backward(node)]
        if training:
            return traces.node_place(source, training[:1], named.name, "script")
    return traces.variable_place(named, "script")
