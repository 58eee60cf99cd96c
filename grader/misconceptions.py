"""Misconceptions: named wrong variants of a reference. Authors use them through ``grader.api``.

A variant of a model or a loss is a function like the reference's own, in float64::

    @misconception("log2", entry="loss", sentence="The logarithm has base 2.", step="Use torch.log.")
    def log2(y_pred, y):
        return loss(y_pred, y) / math.log(2)

A variant of the training is a ``Loop``: what it does with labels, gradients and parameters. Everything else (what it
learns, which gradients it takes on the way) follows from the reference's model and loss::

    flipped = misconception("labels_flipped", entry="train", sentence=..., step=...)(Loop(labels=lambda y: 1 - y))

A ``simple`` misconception is one that students also combine with another simple one. It does so by its argument
``of``: the function it is a variant of, the reference's unless the other one takes its place.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import combinations
from typing import Any

import torch

Variant = Callable[..., torch.Tensor]
Numbers = tuple[float, ...]
Gradient = Callable[[torch.Tensor, torch.Tensor, Sequence[float]], Numbers]


def _as_given(labels: torch.Tensor) -> torch.Tensor:
    return labels


@dataclass(frozen=True)
class Step:
    """The parameters before a step, and the gradients the step uses; both flat."""

    parameters: Numbers
    gradients: Numbers


@dataclass(frozen=True)
class Loop:
    """A way to go round the training cycle. As it stands it is the right one; a misconception changes a part.

    ``labels`` gives the labels that are learned for those that are given. ``clears``: gradients are cleared before
    every backward pass, else they pile up. ``direction``: -1 moves the parameters down the gradient, 1 up, 0 not at
    all. ``takes_gradients``: there are backward passes. ``epochs``: how many at most (None: as many as it takes).
    """

    labels: Callable[[torch.Tensor], torch.Tensor] = _as_given
    clears: bool = True
    direction: int = -1
    takes_gradients: bool = True
    epochs: int | None = None

    @property
    def moves(self) -> bool:
        """Whether the parameters ever change."""
        return self.takes_gradients and self.direction != 0

    def gradients(
        self, gradient: Gradient, x: torch.Tensor, y: torch.Tensor, path: Sequence[Sequence[float]]
    ) -> tuple[Numbers, ...]:
        """The gradients this loop uses at each of the parameters on *path*, which are those of successive steps.

        ``gradient(x, y, parameters)`` is the reference's.
        """
        taken: list[Numbers] = []
        for parameters in path:
            new = gradient(x, self.labels(y), parameters)
            piled = bool(taken) and not self.clears
            taken.append(tuple(a + b for a, b in zip(taken[-1], new, strict=True)) if piled else new)
        return tuple(taken)

    def run(
        self,
        gradient: Gradient,
        x: torch.Tensor,
        y: torch.Tensor,
        start: Sequence[float],
        *,
        epochs: int = 1000,
        lr: float = 0.01,
    ) -> tuple[tuple[Step, ...], Numbers]:
        """Every step of this loop from *start*, and the parameters it ends with."""
        parameters, kept, steps = tuple(start), (0.0,) * len(start), []
        epochs = min(epochs, self.epochs or epochs) if self.takes_gradients else 0
        for _ in range(epochs):
            new = gradient(x, self.labels(y), parameters)
            kept = new if self.clears else tuple(a + b for a, b in zip(kept, new, strict=True))
            steps.append(Step(parameters, kept))
            parameters = tuple(value + self.direction * lr * part for value, part in zip(parameters, kept, strict=True))
        return tuple(steps), parameters


@dataclass(frozen=True)
class Misconception:
    """A named wrong variant of the reference.

    ``variant`` of a model or loss takes what the entry point takes, as float64 (a model: the input, then its trainable
    numbers, so that its arguments say how many it has). ``sentence`` tells the student what was mixed up; ``step`` is
    the one thing to change. ``patterns`` are expressions that are the likely place of the mistake, ``_`` standing for
    any expression: ``BCELoss(size_average=False)``, ``_.sum()``. ``still_trains``: a training goes on in spite of it as
    it should, so that a misconception of the training can be named beside it.
    """

    id: str
    entry: str
    sentence: str
    step: str
    variant: Variant | Loop
    simple: bool = False
    patterns: tuple[str, ...] = ()
    still_trains: bool = False


def misconception(
    id: str,
    *,
    entry: str,
    sentence: str,
    step: str,
    simple: bool = False,
    patterns: Sequence[str] = (),
    still_trains: bool = False,
) -> Callable[[Variant | Loop], Misconception]:
    """Declare a function, or a ``Loop``, as a wrong variant of the entry point *entry*; see ``Misconception``."""

    def declare(variant: Variant | Loop) -> Misconception:
        return Misconception(id, entry, sentence, step, variant, simple, tuple(patterns), still_trains)

    return declare


@dataclass(frozen=True)
class Hypothesis:
    """One misconception, or two simple ones together; those declared first come first. None: all is right."""

    misconceptions: tuple[Misconception, ...]
    variant: Variant | Loop

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(each.id for each in self.misconceptions)


def hypotheses(declared: Sequence[Misconception], entry: str) -> tuple[Hypothesis, ...]:
    """Every misconception of *entry* alone, then every two simple ones that can be made together."""
    ours = [each for each in declared if each.entry == entry]
    alone = [Hypothesis((each,), each.variant) for each in ours]
    pairs = combinations([each for each in ours if each.simple], 2)
    together = [Hypothesis(pair, variant) for pair in pairs if (variant := _together(*pair)) is not None]
    return (*alone, *together)


def _together(first: Misconception, second: Misconception) -> Variant | Loop | None:
    """What comes of making both mistakes at once; None when one leaves no room for the other."""
    if isinstance(first.variant, Loop) and isinstance(second.variant, Loop):
        return _merged(first.variant, second.variant)
    for outer, inner in ((first, second), (second, first)):
        if not isinstance(outer.variant, Loop) and _is_of_another(outer.variant):
            return partial(outer.variant, of=inner.variant)
    return None


def _merged(first: Loop, second: Loop) -> Loop | None:
    """Both changes in one loop; None when they are about the same part."""
    changes = [
        {field.name: getattr(loop, field.name) for field in fields(loop) if getattr(loop, field.name) != field.default}
        for loop in (first, second)
    ]
    return None if changes[0].keys() & changes[1].keys() else replace(Loop(), **changes[0], **changes[1])


def _is_of_another(variant: Variant) -> bool:
    return "of" in inspect.signature(variant).parameters


def count_numbers(variant: Variant) -> int | None:
    """How many trainable numbers a variant of a model takes after its input; None when it takes any number."""
    if isinstance(variant, partial):
        own = count_numbers(variant.func)
        return count_numbers(variant.keywords["of"]) if own is None else own
    kinds = [parameter.kind for parameter in inspect.signature(variant).parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        of: Any = inspect.signature(variant).parameters.get("of")
        return count_numbers(of.default) if of is not None else None
    return sum(kind is inspect.Parameter.POSITIONAL_OR_KEYWORD for kind in kinds) - 1
