"""Other labels in place of a script's own, wherever they turn up: by the name they get, else by their values.

A prediction is never mistaken for labels: what hangs on a graph stays, and a value found by its name alone must
look like labels (whole numbers in the same range, when the assignment's labels are).
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy
import torch

from grader.model import DataSet

Names = str | tuple["Names", ...] | None
PLAIN_NUMBERS = (int, float, bool)


class Labels:
    """Knows the assignment's labels and those to put in their place."""

    def __init__(self, data: DataSet, labels: Sequence[Sequence[float]]) -> None:
        self._x = [float(number) for row in data.x for number in row]
        self._y = [float(number) for row in data.y for number in row]
        self._new = [float(number) for row in labels for number in row]
        self._rows = max(len(data.y), 1)
        self.names = frozenset(data.y_names)
        self.most = len(self._x) + len(self._y)
        self._sizes = {len(self._y), self.most}
        self._is_whole = all(number.is_integer() for number in self._y)

    # ------------------------------------------------------------ what instrumented code calls

    def assigned(self, name: str, value: Any) -> Any:
        """*value* about to be bound to *name*, with its labels replaced."""
        return self.replaced(value, by_name=name in self.names)

    def unpacked(self, names: Names, value: Any) -> Any:
        """*value* about to be unpacked into *names*."""
        if names is None:
            return value
        if isinstance(names, str):
            return self.assigned(names, value)
        try:
            parts = tuple(itertools.islice(iter(value), len(names) + 1))
        except TypeError:
            return value
        if len(parts) != len(names):
            return parts
        return tuple(self.unpacked(name, part) for name, part in zip(names, parts, strict=True))

    def filled(self, value: Any) -> None:
        """A value named like labels after one of its elements was set: put the labels back into it."""
        new = self.replaced(value, by_name=True)
        if new is value:
            return
        if type(value) is torch.Tensor:
            value.data.copy_(new)
        elif type(value) in (numpy.ndarray, list):
            value[:] = new

    # ------------------------------------------------------------ replacing

    def replaced(self, value: Any, *, by_name: bool = False) -> Any:
        """*value* in its own type, shape and dtype with the labels in it replaced; itself when it has none."""
        if type(value) is torch.Tensor:
            return self._in_tensor(value, by_name)
        if type(value) is numpy.ndarray:
            return self._in_array(value, by_name)
        if type(value) in (list, tuple):
            return self._in_nested(value, by_name)
        if type(value).__module__.startswith("pandas."):
            return self._in_frame(value, by_name)
        return value

    def _in_tensor(self, value: torch.Tensor, by_name: bool) -> torch.Tensor:
        if value.numel() not in self._sizes or value.grad_fn is not None or value.is_complex():
            return value
        if value.layout is not torch.strided or value.is_meta:
            return value
        new = self._numbers(value.detach().reshape(-1).tolist(), by_name)
        if new is None:
            return value
        made = torch.tensor(new, dtype=value.dtype).reshape(value.shape)
        return made.requires_grad_(value.requires_grad)

    def _in_array(self, value: Any, by_name: bool) -> Any:
        if value.size not in self._sizes or value.dtype.kind not in "biuf":
            return value
        new = self._numbers(value.reshape(-1).tolist(), by_name)
        return value if new is None else numpy.array(new).astype(value.dtype).reshape(value.shape)

    def _in_nested(self, value: Any, by_name: bool) -> Any:
        flat = list(itertools.islice(_leaves(value), self.most + 1))
        if len(flat) not in self._sizes or any(type(leaf) not in PLAIN_NUMBERS for leaf in flat):
            return value
        new = self._numbers(flat, by_name)
        return value if new is None else _rebuilt(value, iter(new))

    def _in_frame(self, value: Any, by_name: bool) -> Any:
        if getattr(value, "size", 0) not in self._sizes or not hasattr(value, "iloc"):
            return value
        array = value.to_numpy()
        new = self._in_array(array, by_name)
        if new is array:
            return value
        copy = value.copy()
        copy.iloc[(slice(None),) * array.ndim] = new
        return copy

    def _numbers(self, flat: list[Any], by_name: bool) -> list[float] | None:
        """*flat* with labels replaced; None when it holds none."""
        numbers = [float(number) for number in flat]
        places = self._places(numbers, by_name)
        if places is None or len(places) != len(self._new):
            return None
        for place, label in zip(places, self._new, strict=True):
            numbers[place] = label
        return numbers

    def _places(self, numbers: list[float], by_name: bool) -> list[int] | None:
        if len(numbers) == len(self._y):
            is_same = numbers == self._y and self._x != self._y
            is_meant = by_name and self._looks_like_labels(numbers)
            return list(range(len(numbers))) if is_same or is_meant else None
        return self._beside_inputs(numbers)

    def _beside_inputs(self, numbers: list[float]) -> list[int] | None:
        """Inputs and labels in one table: its last columns, or its last rows."""
        x_width, y_width = len(self._x) // self._rows, len(self._y) // self._rows
        if numbers == self._x + self._y:
            return list(range(len(self._x), len(numbers)))
        width = x_width + y_width
        at = [row * width + column for row in range(self._rows) for column in range(x_width, width)]
        is_label = set(at)
        rest = [number for place, number in enumerate(numbers) if place not in is_label]
        return at if rest == self._x and [numbers[place] for place in at] == self._y else None

    def _looks_like_labels(self, numbers: list[float]) -> bool:
        if not self._is_whole:
            return all(number == number for number in numbers)
        low, high = min(self._y), max(self._y)
        return all(number.is_integer() and low <= number <= high for number in numbers)


def _leaves(value: Any) -> Iterator[Any]:
    for item in value:
        if type(item) in (list, tuple):
            yield from _leaves(item)
        else:
            yield item


def _rebuilt(value: Any, numbers: Iterator[float]) -> Any:
    parts = [_rebuilt(item, numbers) if type(item) in (list, tuple) else _like(item, next(numbers)) for item in value]
    return type(value)(parts)


def _like(old: Any, new: float) -> Any:
    return type(old)(new) if new.is_integer() else new
