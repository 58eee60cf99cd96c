"""CUDA means the processor: code written for a graphics card runs here, on plain tensors."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

NOTHING_TO_DO = ("set_device", "synchronize", "empty_cache", "manual_seed", "manual_seed_all", "init")


def cuda_means_cpu() -> None:
    """Send whatever asks for CUDA to the processor. ``torch.cuda.is_available()`` stays False."""
    _OnProcessor().__enter__()  # type: ignore[no-untyped-call]
    for name in NOTHING_TO_DO:
        setattr(torch.cuda, name, lambda *_, **__: None)
    torch.cuda.get_device_name = lambda device=None: "CPU"
    torch.cuda.current_device = lambda: 0
    torch.nn.Module.cuda = lambda self, device=None: self  # type: ignore[method-assign]
    original = torch.nn.Module.to

    def to(self: Any, *arguments: Any, **options: Any) -> Any:
        return original(self, *_moved(arguments), **{key: _processor(value) for key, value in options.items()})

    torch.nn.Module.to = to  # type: ignore[method-assign]


class _OnProcessor(TorchFunctionMode):
    """Rewrites the device of every torch call made while it is active."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        if func is torch.Tensor.cuda:
            return args[0]
        if func is torch.Tensor.to and len(args) > 1 and type(args[1]) is int:
            args = (args[0], "cpu", *args[2:])
        return func(*_moved(args), **{key: _processor(value) for key, value in (kwargs or {}).items()})


def _moved(arguments: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(_processor(argument) for argument in arguments)


def _processor(argument: Any) -> Any:
    """*argument*, unless it names a CUDA device."""
    if isinstance(argument, torch.device):
        return torch.device("cpu") if argument.type == "cuda" else argument
    if isinstance(argument, str) and argument.split(":")[0] == "cuda":
        return "cpu"
    return argument
