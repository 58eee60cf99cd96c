"""A plotting library that draws nothing: every call a script makes to matplotlib or seaborn is accepted."""

import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy

PYPLOT_NAMES = (
    "annotate", "axhline", "axis", "axvline", "bar", "cla", "clf", "close", "colorbar", "contour", "contourf", "draw",
    "errorbar", "figure", "fill_between", "gca", "gcf", "grid", "hist", "hlines", "imshow", "ioff", "ion", "legend",
    "pause", "plot", "savefig", "scatter", "semilogx", "semilogy", "show", "style", "subplot", "subplots",
    "subplots_adjust", "suptitle", "text", "tick_params", "tight_layout", "title", "twinx", "vlines", "xlabel", "xlim",
    "xscale", "xticks", "ylabel", "ylim", "yscale", "yticks",
)  # fmt: skip


class Drawing:
    """Accepts any call, attribute, item and context. What is unpacked has as many parts as matplotlib gives."""

    def __call__(self, *_: Any, **__: Any) -> "Drawing":
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return CALLS.get(name, self)

    def __getitem__(self, _: object) -> "Drawing":
        return self

    def __setitem__(self, _: object, __: object) -> None:
        """Nothing is kept."""

    def __iter__(self) -> Iterator["Drawing"]:
        """One thing: ``line, = plt.plot(...)``."""
        return iter((self,))

    def __len__(self) -> int:
        return 1

    def __float__(self) -> float:
        return 0.0

    def __enter__(self) -> "Drawing":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was opened."""

    def __mro_entries__(self, _: tuple[Any, ...]) -> tuple[type, ...]:
        """A student's class that extends one of matplotlib's."""
        return (Drawing,)


class Drawings(types.ModuleType):
    """A plotting module: every name in it is something to draw with."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        if name.split(".")[-1] in ("pylab", "pyplot"):
            self.__dict__.update({call: CALLS.get(call, Drawing()) for call in PYPLOT_NAMES})
        if name == "pylab":
            public = {key: value for key, value in vars(numpy).items() if not key.startswith("_")}
            self.__dict__.update({"np": numpy, **public, **self.__dict__})

    def __getattr__(self, name: str) -> Any:
        if name == "__version__":
            return "0"
        if name.startswith("__"):
            raise AttributeError(name)
        return CALLS.get(name, Drawing())


class _Subplots(Drawing):
    """``subplots`` of pyplot: a figure and its axes, one or an array of them."""

    def __call__(self, nrows: int = 1, ncols: int = 1, *_: Any, **options: Any) -> Any:
        return Drawing(), _axes(nrows, ncols, squeeze=options.get("squeeze", True))


def _axes(nrows: int, ncols: int, *, squeeze: bool) -> Any:
    if nrows * ncols == 1 and squeeze:
        return Drawing()
    axes = numpy.empty((nrows, ncols), dtype=object)
    for place in numpy.ndindex(nrows, ncols):
        axes[place] = Drawing()
    return axes.squeeze() if squeeze else axes


def _parts(count: int) -> Callable[..., Any]:
    return lambda *_, **__: tuple(Drawing() for _ in range(count))


def _numbers(*_: Any, **__: Any) -> tuple[float, float]:
    return (0.0, 1.0)


CALLS: dict[str, Any] = {
    "hist": _parts(3),
    "xticks": _parts(2),
    "yticks": _parts(2),
    "get_xlim": _numbers,
    "get_ylim": _numbers,
    "xlim": _numbers,
    "ylim": _numbers,
    "subplots": _Subplots(),
}
