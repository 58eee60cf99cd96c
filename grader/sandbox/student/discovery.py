"""Finds the assignment's entry points in what the student's files left behind."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from grader.model import EntryPoint
from grader.sandbox.student.failures import plain
from grader.sandbox.student.inline import find_inline_loss
from grader.sandbox.student.inspection import parameter_names
from grader.sandbox.student.losses import find_loss, is_near
from grader.sandbox.student.models import Chosen, find_function, find_model, find_unfinished_model
from grader.sandbox.student.traces import Traces
from grader.sandbox.student.trainings import (
    find_function_training,
    find_script_training,
    find_script_without_gradients,
)

MOST_CANDIDATES = 5


@dataclass
class Discovery:
    """What was found for each entry point; ``trained`` is the model a script trained."""

    chosen: dict[str, Chosen | None] = field(default_factory=dict)
    trained: torch.nn.Module | None = None

    def misses(self, wanted: Sequence[str]) -> bool:
        """Whether one of *wanted* was not found."""
        return any(self.chosen.get(name) is None for name in wanted)


def discover(traces: Traces, entry_points: Sequence[EntryPoint], *, is_last: bool) -> Discovery:
    """Look for every entry point. ``is_last``: nothing more will be run, so weaker evidence counts as well."""
    found = Discovery()
    for entry in entry_points:
        if entry.kind == "training":
            found.chosen[entry.name] = _training(traces, entry, found, is_last=is_last)
    has_function = any(chosen and chosen.found.form == "function" for chosen in found.chosen.values())
    for entry in entry_points:
        if entry.kind == "module":
            found.chosen[entry.name] = find_model(traces, entry) or (
                find_unfinished_model(traces, entry) if is_last else None
            )
        elif entry.kind == "loss":
            inline = None if has_function else find_inline_loss
            found.chosen[entry.name] = find_loss(traces, entry) or (inline(traces) if inline else None)
        elif entry.kind == "function":
            found.chosen[entry.name] = find_function(traces, entry)
    return found


def _training(traces: Traces, entry: EntryPoint, found: Discovery, *, is_last: bool) -> Chosen | None:
    function = find_function_training(traces, entry, is_last=False)
    if function is not None:
        return function
    script = find_script_training(traces, entry)
    if script is not None:
        chosen, found.trained = script
        return chosen
    silent = find_function_training(traces, entry, is_last=is_last)
    script = find_script_without_gradients(traces, entry) if is_last and silent is None else None
    if script is not None:
        silent, found.trained = script
    return silent


def candidates(traces: Traces, entry: EntryPoint) -> tuple[str, ...]:
    """The nearest things seen for an entry point that was not found, as a reader would name them."""
    if entry.kind == "module":
        seen = [_class_text(traces, kind) for kind in traces.module_classes()]
        seen += [f"{_class_text(traces, kind)}, which is no torch.nn.Module" for kind in traces.other_classes()]
    else:
        functions = [function for function in traces.functions() if function.__name__ != "<lambda>"]
        near = [each for each in functions if is_near(each.__name__)] if entry.kind == "loss" else functions
        near = near or functions
        seen = [_function_text(traces, function) for function in near]
    return tuple(plain(one, 400) for one in list(dict.fromkeys(seen))[:MOST_CANDIDATES])


def _class_text(traces: Traces, kind: type) -> str:
    place = traces.class_place(kind)
    return f"class {place.name} ({place.file}, line {place.line})"


def _function_text(traces: Traces, function: object) -> str:
    place = traces.function_place(function, function.__name__)  # type: ignore[arg-type,attr-defined]
    names = ", ".join(parameter_names(function))  # type: ignore[arg-type]
    return f"{place.name}({names}) ({place.file}, line {place.line})"
