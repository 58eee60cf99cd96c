"""What is kept of a training: a parameter's place in a module, and the backward passes that reached it."""

import itertools
import math
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.nn.parameter import is_lazy

from grader import wire
from grader.sandbox.student.inspection import trainable

MOST_NUMBERS = 64
FIRST_STEPS = 6
PILED_SHARE = 0.9
Numbers = list[float]
_serials = itertools.count()


@dataclass(eq=False)
class Slot:
    """A parameter's place in a module and what was seen of it."""

    module: "weakref.ref[torch.nn.Module]"
    name: str
    is_small: bool = True
    backwards: int = 0
    start: Any = None
    last: Any = None
    changes: int = 0
    followed: int = 0
    uncleared: int = 0
    latest: int = -1
    warming: tuple[Any, Any] | None = None
    steps: list[tuple[Any, Any]] = field(default_factory=list)
    shape: tuple[int, ...] = ()
    first_pass: "Pass | None" = None
    last_pass: "Pass | None" = None
    serial: int = field(default_factory=lambda: next(_serials))

    def parameter(self) -> torch.Tensor | None:
        """What holds the place now, None when the module is gone."""
        module = self.module()
        parameter = None if module is None else module._parameters.get(self.name)
        return None if parameter is None or is_lazy(parameter) else parameter


@dataclass(frozen=True, slots=True)
class Pass:
    """A backward pass that is kept: its loss, and for every parameter its own count of passes and its value."""

    number: int
    loss: float
    values: dict[int, tuple[int, Any]]


def loss_of(arguments: Sequence[Any], options: dict[str, Any]) -> float:
    given = arguments[0] if arguments else options.get("tensors", options.get("outputs"))
    first = given[0] if isinstance(given, list | tuple) and given else given
    if type(first) is not torch.Tensor or first.is_complex():
        return math.nan
    return float(first.item()) if first.numel() == 1 else float(first.detach().sum())


def nothing_asked(arguments: Sequence[Any], options: dict[str, Any], result: Any) -> dict[int, Any]:
    return {}


def gradients_asked(arguments: Sequence[Any], options: dict[str, Any], result: Any) -> dict[int, Any]:
    """What ``torch.autograd.grad`` gave, by the identity of what it was asked for."""
    given = arguments[1] if len(arguments) > 1 else options.get("inputs", ())
    inputs = given if isinstance(given, list | tuple) else [given]
    return {id(one): gradient for one, gradient in zip(inputs, result, strict=False)}


def listed(gradient: torch.Tensor | None) -> Any:
    return 0.0 if gradient is None else gradient.tolist()


def is_any_nonzero(nested: Any) -> bool:
    return any(map(is_any_nonzero, nested)) if isinstance(nested, list) else nested != 0


def flat(nested: Any) -> Numbers:
    return [number for part in nested for number in flat(part)] if isinstance(nested, list) else [float(nested)]


def start_of(slot: Slot) -> Numbers:
    """Where a place started: before its first pass, or where it is when none reached it."""
    parameter = slot.parameter()
    if slot.start is None:
        return [] if parameter is None else flat(parameter.tolist())
    return flat(slot.start)


def values_now(module: torch.nn.Module) -> tuple[float, ...]:
    values = [value for _, value in trainable(module)]
    if any(is_lazy(value) for value in values) or size_of(module) > MOST_NUMBERS:
        return ()
    return tuple(number for value in values for number in flat(value.tolist()))


def size_of(module: torch.nn.Module) -> int:
    return sum(0 if is_lazy(value) else value.numel() for _, value in trainable(module))


def joined(slots: Sequence[Slot], point: Pass) -> tuple[float, ...]:
    """All parameters at *point*; one it did not reach is where it started."""
    return tuple(
        number
        for slot in slots
        for number in (flat(point.values[slot.serial][1]) if slot.serial in point.values else start_of(slot))
    )


def first_steps(slots: Sequence[Slot]) -> tuple[wire.StepSeen, ...]:
    active = [slot for slot in slots if slot.steps]
    if not active or len(active) < len([slot for slot in slots if slot.backwards]):
        return ()
    count = min(len(slot.steps) for slot in active)
    return tuple(
        wire.StepSeen(
            tuple(number for slot in active for number in flat(slot.steps[index][0])),
            tuple(number for slot in active for number in flat(slot.steps[index][1])),
        )
        for index in range(min(count, FIRST_STEPS))
    )


def has_piled_up(slot: Slot) -> bool:
    return slot.followed > 0 and slot.uncleared >= PILED_SHARE * slot.followed
