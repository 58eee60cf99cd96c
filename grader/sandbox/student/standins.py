"""Stand-ins for what students' machines have and this process has not: plots, progress bars, torchvision.

They are found last, after everything that is really installed, so an installed library is always the real one.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import torch

from grader.sandbox.student.devices import cuda_means_cpu
from grader.sandbox.student.drawing import Drawing, Drawings

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
    if any(name in text for text in texts for name in DRAWING):
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

        plt.switch_backend("Agg")
        vars(matplotlib).update(use=_nothing)
        vars(plt).update(show=_nothing, switch_backend=_nothing)


def _nothing(*_: Any, **__: Any) -> None:
    """Does nothing."""


def _mend_torchvision() -> None:
    """A torchvision built for another torch lacks two operators: with them declared, data sets and transforms work.

    One that cannot be imported at all is stood in for, like one that is not installed.
    """
    try:
        __import__(TORCHVISION)
    except Exception as error:
        _forget_torchvision()
        if not (BROKEN_OPERATOR in str(error) and _imports_with_operators()):
            _forget_torchvision()
            sys.modules[TORCHVISION] = importlib.util.module_from_spec(_spec(TORCHVISION))


def _forget_torchvision() -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == TORCHVISION]:
        del sys.modules[name]


def _imports_with_operators() -> bool:
    try:
        for name in ("nms", "qnms"):
            signature = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
            torch.library.define(f"{TORCHVISION}::{name}", signature)
        __import__(TORCHVISION)
    except Exception:
        return False
    return True


# ---------------------------------------------------------------- libraries that are not


def _spec(name: str) -> importlib.machinery.ModuleSpec:
    return importlib.machinery.ModuleSpec(name, _Finder(), is_package=True)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives a stand-in for a known library that nothing before it could find."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        head = fullname.split(".")[0]
        if head not in (*DRAWING, PROGRESS, TORCHVISION):
            return None
        return _spec(fullname)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        head = spec.name.split(".")[0]
        if head == PROGRESS:
            return _Progress(spec.name)
        return _Unusable(spec.name) if head == TORCHVISION else Drawings(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to run."""


class _Progress(types.ModuleType):
    """A progress bar that shows nothing: ``tqdm(x)`` goes through x."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.tqdm = _Bar
        self.trange = lambda *numbers, **_: _Bar(range(*numbers))


class _Bar(Drawing):
    """Iterates what it was given; ``set_postfix``, ``update`` and the like do nothing."""

    def __init__(self, iterable: Any = None, *_: Any, **__: Any) -> None:
        self._iterable = () if iterable is None else iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self._iterable)

    def __len__(self) -> int:
        return len(self._iterable)

    @staticmethod
    def write(text: object, *_: Any, **__: Any) -> None:
        """Print beside the bar."""
        sys.stdout.write(f"{text}\n")


class _Unusable(types.ModuleType):
    """A library whose import costs nothing and whose first use says why it cannot work."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Missing()


class _Missing:
    """Something of a library that is not there: it can be named and imported, not used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise ModuleNotFoundError(NO_TORCHVISION, name=TORCHVISION)

    def __mro_entries__(self, _: tuple[Any, ...]) -> tuple[type, ...]:
        raise ModuleNotFoundError(NO_TORCHVISION, name=TORCHVISION)
