"""Stand-ins for what students' machines have and this process has not: plots, progress bars, torchvision.

They are found last, after everything that is really installed, so an installed library is always the real one.
"""

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import torch

from grader.sandbox.student.devices import cuda_means_cpu

DRAWING = ("matplotlib", "pylab", "seaborn", "mpl_toolkits")
PROGRESS = "tqdm"
TORCHVISION = "torchvision"
BROKEN_OPERATOR = "operator torchvision::nms does not exist"
NO_TORCHVISION = "torchvision is not installed where this is graded; importing it is fine, using it is not"
LOADER_OPTIONS = ("persistent_workers", "prefetch_factor", "timeout", "multiprocessing_context")


def install_standins(texts: Sequence[str]) -> None:
    """Install them. *texts* are the student's sources: what none of them mentions is left alone."""
    sys.meta_path.append(_Finder())
    _load_in_this_process()
    torch.compile = _as_it_is
    if any("torchvision" in text for text in texts):
        _mend_torchvision()
    if any("matplotlib" in text or "pylab" in text for text in texts):
        _never_show()
    if any("cuda" in text for text in texts):
        cuda_means_cpu()


# ---------------------------------------------------------------- torch


def _as_it_is(model: Any = None, **_: Any) -> Any:
    """``torch.compile`` without compiling, as a call and as a decorator."""
    return model if model is not None else (lambda function: function)


def _load_in_this_process() -> None:
    """A ``DataLoader`` with workers would start processes; here it loads by itself and gives the same batches."""
    original = torch.utils.data.DataLoader.__init__

    def init(self: Any, *arguments: Any, **options: Any) -> None:
        for name in LOADER_OPTIONS:
            options.pop(name, None)
        if len(arguments) > 5:  # dataset, batch_size, shuffle, sampler, batch_sampler, num_workers
            arguments = (*arguments[:5], 0, *arguments[6:])
        elif "num_workers" in options:
            options["num_workers"] = 0
        original(self, *arguments, **options)

    torch.utils.data.DataLoader.__init__ = init  # type: ignore[method-assign]


# ---------------------------------------------------------------- libraries that are installed


def _never_show() -> None:
    """An installed matplotlib draws into memory, and ``plt.show`` returns at once."""
    with suppress(Exception):
        import matplotlib

        matplotlib.use("Agg")
        import matplotlib.pyplot as plt

        plt.show = lambda *_, **__: None


def _mend_torchvision() -> None:
    """A torchvision built for another torch lacks two operators: with them declared, data sets and transforms work."""
    try:
        __import__(TORCHVISION)
    except RuntimeError as error:
        if BROKEN_OPERATOR not in str(error):
            return
        for name in [name for name in sys.modules if name.split(".")[0] == TORCHVISION]:
            del sys.modules[name]
        for name in ("nms", "qnms"):
            signature = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
            torch.library.define(f"{TORCHVISION}::{name}", signature)
        with suppress(Exception):
            __import__(TORCHVISION)
    except Exception:  # not installed, or broken in a way that its first use will tell
        return


# ---------------------------------------------------------------- libraries that are not


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives a stand-in for a known library that nothing before it could find."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        head = fullname.split(".")[0]
        if head not in (*DRAWING, PROGRESS, TORCHVISION):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        head = spec.name.split(".")[0]
        if head == PROGRESS:
            return _Progress(spec.name)
        return _Unusable(spec.name) if head == TORCHVISION else _Drawings(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to run."""


class _Drawings(types.ModuleType):
    """A plotting module: every name in it is something that can be drawn with."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _subplots if name == "subplots" else Drawing()


class Drawing:
    """Accepts any call, attribute, item and context, and is drawn nowhere."""

    def __call__(self, *_: Any, **__: Any) -> "Drawing":
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, _: object) -> "Drawing":
        return self

    def __setitem__(self, _: object, __: object) -> None:
        """Nothing is kept."""

    def __iter__(self) -> Iterator["Drawing"]:
        """One thing: ``line, = plt.plot(...)``."""
        return iter((self,))

    def __len__(self) -> int:
        return 1

    def __enter__(self) -> "Drawing":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was opened."""


def _subplots(nrows: int = 1, ncols: int = 1, *_: Any, **__: Any) -> tuple[Drawing, Any]:
    """A figure and its axes: one, or an array of them, as pyplot gives."""
    if nrows * ncols == 1:
        return Drawing(), Drawing()
    import numpy

    axes = numpy.empty((nrows, ncols), dtype=object)
    for place in numpy.ndindex(nrows, ncols):
        axes[place] = Drawing()
    return Drawing(), axes.squeeze()


class _Progress(types.ModuleType):
    """A progress bar that shows nothing: ``tqdm(x)`` is x."""

    @staticmethod
    def tqdm(iterable: Any = None, *_: Any, **__: Any) -> Any:
        return _Bar(iterable)

    @staticmethod
    def trange(*numbers: int, **_: Any) -> Any:
        return _Bar(range(*numbers))


class _Bar(Drawing):
    """Iterates what it was given; ``set_postfix``, ``update`` and the like do nothing."""

    def __init__(self, iterable: Any) -> None:
        self._iterable = iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self._iterable if self._iterable is not None else ())

    def __len__(self) -> int:
        return len(self._iterable)


class _Unusable(types.ModuleType):
    """A library whose import costs nothing and whose first use says why it cannot work."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _unusable


def _unusable(*_: Any, **__: Any) -> Any:
    raise ModuleNotFoundError(NO_TORCHVISION, name=TORCHVISION)
