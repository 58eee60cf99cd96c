"""Watches training: the loss at every backward pass, and how the parameters it reached moved in between.

Evidence for a report and for naming a misconception, never proof: the student's code runs in the same process.
Parameters are followed by their place in a module (module, name), so one that is replaced is still followed.
Memory is bounded however long the training: passes are thinned as they come.
"""

import weakref
from collections.abc import Callable
from typing import Any

import torch
from torch.nn.modules.module import register_module_parameter_registration_hook
from torch.optim.optimizer import register_optimizer_step_pre_hook

from grader import wire
from grader.sandbox.student.inspection import trainable
from grader.sandbox.student.seen import (
    FIRST_STEPS,
    MOST_NUMBERS,
    Pass,
    Slot,
    first_steps,
    gradients_asked,
    has_piled_up,
    is_any_nonzero,
    joined,
    listed,
    loss_of,
    nothing_asked,
    size_of,
    start_of,
    values_now,
)

MOST_FOLLOWED = 64
MOST_WAITING = 256
MOST_KEPT_ALIVE = 4
MOST_POINTS = 200


class Recorder:
    """Sees every backward pass from ``install`` on."""

    def __init__(self) -> None:
        self._slots: dict[tuple[int, str], Slot] = {}
        self._waiting: list[Slot] = []
        self._active: list[Slot] = []
        self._warming: list[Slot] = []
        self._optimizer_steps = 0
        self._is_broken = False
        self._kept_alive: list[torch.nn.Module] = []
        self._forget()

    def _forget(self) -> None:
        self._passes = 0
        self._stride = 1
        self._points: list[Pass] = []

    def install(self) -> None:
        """Patch torch. Once a process."""
        register_module_parameter_registration_hook(self._registered)
        register_optimizer_step_pre_hook(self._before_step)
        torch.autograd.backward = self._watching(torch.autograd.backward, nothing_asked)
        torch.autograd.grad = self._watching(torch.autograd.grad, gradients_asked)

    def restart(self) -> None:
        """Forget what was seen; places stay known. Called before a training function is."""
        self._forget()
        self._optimizer_steps = 0
        for slot in self._active:
            if slot.module() is not None:
                self._put(Slot(slot.module, slot.name))
        self._active.clear()
        self._warming.clear()
        self._kept_alive.clear()

    # ------------------------------------------------------------ hooks

    def _registered(self, module: torch.nn.Module, name: str, parameter: torch.Tensor) -> None:
        if (id(module), name) not in self._slots:
            key = (id(module), name)
            self._put(Slot(weakref.ref(module, lambda _: self._gone(key)), name))

    def _put(self, slot: Slot) -> None:
        self._slots[id(slot.module()), slot.name] = slot
        self._waiting.append(slot)

    def _gone(self, key: tuple[int, str]) -> None:
        slot = self._slots.pop(key, None)
        if slot in self._waiting:
            self._waiting.remove(slot)

    def _watching(self, original: Callable[..., Any], gradients_of: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **options: Any) -> Any:
            before = self._quietly(self._before_pass)
            result = original(*arguments, **options)
            if before is not None:
                self._quietly(self._after_pass, before, arguments, options, gradients_of(arguments, options, result))
            return result

        watched.__name__ = watched.__qualname__ = original.__name__
        watched.__doc__ = original.__doc__
        return watched

    def _quietly(self, watch: Callable[..., Any], *arguments: Any) -> Any:
        """Watch, or stop watching: a gradient of a kind nobody thought of must not stop a training."""
        if self._is_broken:
            return None
        try:
            return watch(*arguments)
        except Exception:
            self._is_broken = True
            return None

    def _before_step(self, optimizer: torch.optim.Optimizer, arguments: Any, options: Any) -> None:
        """Take the gradients a step really uses: they may have been clipped since the backward pass."""
        self._optimizer_steps += 1
        if self._warming:
            self._quietly(self._refresh_gradients)

    def _refresh_gradients(self) -> None:
        for slot in self._warming:
            parameter = slot.parameter()
            if parameter is not None and parameter.grad is not None and slot.warming is not None:
                slot.warming = (parameter.tolist(), parameter.grad.tolist())

    # ------------------------------------------------------------ a backward pass

    def _before_pass(self) -> list[tuple[Slot, Any, Any, int]]:
        """What moved since the last pass; and every gradient as it is now, to see which this pass reaches."""
        seen = []
        for slot in self._active:
            parameter = slot.parameter()
            if parameter is None:
                continue
            gradient = parameter.grad
            if slot.is_small:
                value = parameter.tolist()
                if value != slot.last:
                    self._moved(slot, value)
                    slot.followed += 1
                    slot.uncleared += gradient is not None and is_any_nonzero(gradient.tolist())
            seen.append((slot, parameter, gradient, -1 if gradient is None else gradient._version))
        return seen

    def _moved(self, slot: Slot, value: Any) -> None:
        slot.changes += 1
        slot.last = value
        if slot.warming is not None:
            slot.steps.append(slot.warming)
            slot.warming = None
            if len(slot.steps) >= FIRST_STEPS:
                self._warming.remove(slot)

    def _after_pass(
        self, before: list[tuple[Slot, Any, Any, int]], arguments: Any, options: Any, asked: dict[int, Any]
    ) -> None:
        reached = []
        for slot, parameter, gradient, version in before:
            now = parameter.grad
            if now is not None and (now is not gradient or now._version != version):
                reached.append(slot)
                if slot.is_small and len(slot.steps) < FIRST_STEPS:
                    slot.warming = (slot.last, now.tolist())
            elif id(parameter) in asked:
                reached.append(slot)
                if slot.is_small and len(slot.steps) < FIRST_STEPS:
                    slot.warming = (slot.last, listed(asked[id(parameter)]))
        if self._waiting:
            reached += self._awaken(asked)
        self._keep(reached, loss_of(arguments, options))

    def _awaken(self, asked: dict[int, Any]) -> list[Slot]:
        """Places reached for the first time; their value now is where training started."""
        new: list[Slot] = []
        for slot in self._waiting[-MOST_WAITING:]:
            parameter = slot.parameter()
            if parameter is None or (parameter.grad is None and id(parameter) not in asked):
                continue
            small = sum(one.is_small for one in self._active) + sum(one.is_small for one in new)
            slot.is_small = parameter.numel() <= MOST_NUMBERS and small < MOST_FOLLOWED
            slot.shape = tuple(parameter.shape)
            if slot.is_small:
                slot.start = slot.last = parameter.tolist()
                slot.warming = (slot.last, listed(asked.get(id(parameter), parameter.grad)))
                self._warming.append(slot)
            new.append(slot)
        if new:
            self._waiting = [slot for slot in self._waiting if slot not in new]
            self._active = [slot for slot in self._active if slot.module() is not None] + new
            alive = (slot.module() for slot in self._active[-MOST_KEPT_ALIVE:])
            self._kept_alive = [module for module in alive if module is not None]
        return new

    def _keep(self, reached: list[Slot], loss: float) -> None:
        number = self._passes
        self._passes += 1
        seen = Pass(number, loss, {slot.serial: (slot.backwards, slot.last) for slot in reached})
        for slot in reached:
            slot.latest = number
            slot.backwards += 1
            slot.first_pass = slot.first_pass or seen
            slot.last_pass = seen
        if number % self._stride == 0:
            self._points.append(seen)
            if len(self._points) >= 2 * MOST_POINTS:
                self._points = self._points[::2]
                self._stride *= 2

    # ------------------------------------------------------------ what it amounts to

    def was_trained(self, module: torch.nn.Module) -> bool:
        """Whether a backward pass reached a parameter of *module*."""
        return any(slot.backwards for slot in self._slots_of(module))

    def latest_pass(self, module: torch.nn.Module) -> int:
        """The last backward pass that reached *module*, -1 when none did."""
        return max((slot.latest for slot in self._slots_of(module)), default=-1)

    def trained_modules(self) -> list[torch.nn.Module]:
        """The modules that hold parameters a backward pass reached, latest first."""
        slots = sorted(self._active, key=lambda slot: -slot.latest)
        return [module for slot in slots if (module := slot.module()) is not None]

    def seen(self, module: torch.nn.Module) -> wire.TrainingSeen:
        """What was seen of the training of *module*."""
        slots = self._slots_of(module)
        if not any(slot.backwards for slot in slots):
            slots = self._twins_of(module) or slots
        for slot in slots:
            self._settle(slot)
        active = [slot for slot in slots if slot.backwards]
        if not active:
            return wire.TrainingSeen(values_now(module), 0, 0, False, (), (), (), ())
        lead = max(active, key=lambda slot: slot.backwards)
        points = self._points_of(lead)
        is_whole = all(slot.is_small for slot in active) and size_of(module) <= MOST_NUMBERS
        changes = max(slot.changes for slot in active)
        return wire.TrainingSeen(
            start=tuple(number for slot in slots for number in start_of(slot)) if is_whole else (),
            backwards=lead.backwards,
            steps=changes if is_whole else max(changes, self._optimizer_steps),
            piled_up=any(has_piled_up(slot) for slot in active),
            epochs=tuple(point.values[lead.serial][0] for point in points),
            losses=tuple(point.loss for point in points),
            path=tuple(joined(slots, point) for point in points) if is_whole else (),
            first_steps=first_steps(slots) if is_whole else (),
        )

    def _slots_of(self, module: torch.nn.Module) -> list[Slot]:
        """The places of *module*'s trainable parameters, in the order it lists them."""
        by_parameter = {}
        for slot in [*self._waiting, *self._active]:
            parameter = slot.parameter()
            if parameter is not None:
                by_parameter[id(parameter)] = slot
        try:
            parameters = [value for _, value in trainable(module)]
        except Exception:  # a half-built module
            return []
        return [by_parameter[id(value)] for value in parameters if id(value) in by_parameter]

    def _twins_of(self, module: torch.nn.Module) -> list[Slot]:
        """For a copy of the trained model: the latest places with the same names and shapes."""
        found = []
        for name, value in trainable(module):
            alike = [
                slot
                for slot in self._active
                if slot.name == name.rpartition(".")[2] and slot.shape == tuple(value.shape)
            ]
            found += [max(alike, key=lambda slot: slot.latest)] if alike else []
        return found

    def _settle(self, slot: Slot) -> None:
        """Count the step that came after the last pass."""
        parameter = slot.parameter()
        if slot.backwards and slot.is_small and parameter is not None:
            value = parameter.tolist()
            if value != slot.last:
                self._moved(slot, value)

    def _points_of(self, lead: Slot) -> list[Pass]:
        first, last = lead.first_pass, lead.last_pass
        if first is None or last is None:
            return []
        inner = [
            point for point in self._points if lead.serial in point.values and first.number < point.number < last.number
        ]
        room = MOST_POINTS - 2
        if len(inner) > room:
            inner = [inner[index * len(inner) // room] for index in range(room)]
        return [first, *inner, last] if last.number > first.number else [first]
