"""What the author of an assignment uses: ``check``, ``expect_*``, ``TrainingRun`` and the ``Submission``.

A check reads like a test::

    @check("loss.mini_batch", points=2, title="Mini-batch loss of the lecture's table", step="loss")
    def mini_batch(student, reference):
        expect_close(student.loss(TABLE.y_pred, TABLE.y), 0.8483, atol=5e-5)

``student`` stands for the submission: every call is answered by the student's code in its own process, and what
comes back is a plain tensor. A check passes when it returns, and fails when an ``expect_*`` (or ``fail``) raises.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any, NoReturn, Protocol, TypeVar

import torch

from grader.misconceptions import Loop, Misconception, Variant, misconception
from grader.wire import TrainingSeen

__all__ = [
    "Check",
    "CheckFailed",
    "EntryPointProxy",
    "Loop",
    "Misconception",
    "NoAnswer",
    "Submission",
    "TrainedModel",
    "TrainingRun",
    "Variant",
    "check",
    "expect",
    "expect_close",
    "expect_numbers",
    "expect_shape",
    "fail",
    "for_every",
    "misconception",
]


@dataclass(frozen=True)
class TrainingRun:
    """One training to make: from which start, on which labels.

    ``start``: the flat first value (weight, then bias) of every ``torch.nn.Linear`` that holds exactly so many
    numbers. ``labels``: rows of y put in place of the assignment's own; None keeps the data as it is. ``x``: rows of
    inputs for a training function; a script keeps its own.
    """

    name: str
    start: tuple[float, ...]
    labels: tuple[tuple[float, ...], ...] | None = None
    x: tuple[tuple[float, ...], ...] | None = None

    def __str__(self) -> str:
        return self.name  # a check's author may put a run into a sentence


class NoAnswer(Exception):
    """The student's code gave no answer: it raised, hung or ended. A check lets it pass, and the grader words it;
    catch it only where no answer is an answer, too."""


class EntryPointProxy(Protocol):
    """An entry point of the submission, by the name the manifest gives it (``student.model``)."""

    def __call__(self, *arguments: torch.Tensor, values: Sequence[float] | None = None) -> torch.Tensor:
        """The output for *arguments*, as the student's code gave it (any dtype and shape).

        For a module, *values* are set as its trainable numbers (flat, in the order of ``parameters``) for this
        call only; floating inputs take the dtype of its parameters.
        """

    def gradient(self, *arguments: torch.Tensor, of: int = 0) -> tuple[torch.Tensor, torch.Tensor | None]:
        """The output and the gradient of its sum with respect to argument number *of* (None: no gradient)."""

    def parameters(self, example: torch.Tensor) -> list[tuple[str, torch.Tensor]]:
        """Name and value of every trainable parameter, listed after one call with *example*."""


class TrainedModel(Protocol):
    """A model the student's code trained, kept alive in its process.

    ``is_called``: a function was called with the run's data; a script was run, with other labels at most.
    """

    seen: TrainingSeen
    is_called: bool

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The trained model's output for *x*."""

    def parameters(self, example: torch.Tensor) -> list[tuple[str, torch.Tensor]]:
        """As ``EntryPointProxy.parameters``, of the trained model."""


class Submission(Protocol):
    """The student's code, as a check sees it."""

    def __getattr__(self, entry_point: str) -> EntryPointProxy:
        """The entry point the manifest calls *entry_point*."""

    def trained(self, run: TrainingRun) -> TrainedModel:
        """The model trained as *run* says. Runs a check names in ``@check(runs=...)`` are started early, so
        that they go on beside one another."""

    def again(self) -> "Submission":
        """The same submission and its trained models, asked once more: whatever its code draws at random differs."""

    def drawn(self, name: str) -> Random:
        """A source of random numbers for *name*: the same whenever this submission is graded, others for another."""


CheckFunction = Callable[[Any, Any], None]


@dataclass(frozen=True)
class Check:
    """A declared check. ``run(student, reference)`` raises CheckFailed when the submission does not hold.

    ``entry`` is the entry point it is about: its place in the code is shown when nothing nearer is known.
    """

    id: str
    points: float
    title: str
    step: str
    entry: str
    run: CheckFunction
    runs: tuple[TrainingRun, ...] = ()


def check(
    id: str,
    *,
    points: float,
    title: str,
    step: str,
    entry: str | None = None,
    runs: Sequence[TrainingRun] = (),
) -> Callable[[CheckFunction], Check]:
    """Declare a check worth *points*. *step* is one of the manifest's steps; *entry* defaults to *step*."""

    def declare(function: CheckFunction) -> Check:
        return Check(id, float(points), title, step, entry or step, function, tuple(runs))

    return declare


class CheckFailed(Exception):
    """A check does not hold. ``message`` is for the student; ``hint`` the one step to take.

    ``evidence`` is structured: expected, actual, inputs, counterexample.
    """

    def __init__(self, message: str, hint: str = "", evidence: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.evidence = dict(evidence or {})


def fail(message: str, *, hint: str = "", **evidence: Any) -> NoReturn:
    """This check does not hold: *message* says what was expected and what came."""
    raise CheckFailed(message, hint, evidence)


def expect(condition: bool, message: str, *, hint: str = "", **evidence: Any) -> None:
    """Fail with *message* unless *condition*."""
    if not condition:
        fail(message, hint=hint, **evidence)


def expect_shape(actual: torch.Tensor, shape: Sequence[int], *, what: str, hint: str = "", **evidence: Any) -> None:
    """Fail unless *actual* has exactly this *shape*."""
    if tuple(actual.shape) != tuple(shape):
        fail(
            f"{what} has shape {tuple(actual.shape)}, but should have shape {tuple(shape)}.",
            hint=hint,
            expected=list(shape),
            actual=list(actual.shape),
            **evidence,
        )


def expect_numbers(actual: torch.Tensor, count: int, *, what: str, hint: str = "", **evidence: Any) -> torch.Tensor:
    """*actual* as *count* float64 numbers in one dimension; fails unless it holds that many real ones."""
    if not (actual.is_floating_point() or actual.dtype in (torch.int64, torch.int32, torch.int16, torch.uint8)):
        fail(f"{what} should be real numbers, but is {_dtype(actual)}.", hint=hint, actual=_dtype(actual), **evidence)
    if actual.numel() != count:
        fail(
            f"{what} should be {_count(count)}, but is {_count(actual.numel())} (shape {tuple(actual.shape)}).",
            hint=hint,
            expected=count,
            actual=list(actual.shape),
            **evidence,
        )
    return actual.detach().to(torch.float64).reshape(-1)


def expect_close(
    actual: torch.Tensor,
    expected: torch.Tensor | float,
    *,
    what: str,
    rtol: float = 0.0,
    atol: float = 0.0,
    hint: str = "",
    **evidence: Any,
) -> None:
    """Fail unless *actual* holds as many numbers as *expected*, all finite and within ``atol + rtol*|expected|``.

    Shapes are not compared (``expect_shape`` does that); values are, in float64 and in order.
    """
    wanted = torch.as_tensor(expected, dtype=torch.float64).reshape(-1)
    got = expect_numbers(actual, wanted.numel(), what=what, hint=hint, **evidence)
    off = ~((got - wanted).abs() <= atol + rtol * wanted.abs())
    if not bool(off.any()):
        return
    first = int(off.nonzero()[0])
    where = f" (number {first + 1} of {wanted.numel()})" if wanted.numel() > 1 else ""
    shown = {"expected": float(wanted[first]), "actual": float(got[first])}
    fail(
        f"{what} should be {number(shown['expected'])}, but is {number(shown['actual'])}{where}.",
        hint=hint,
        **(shown | evidence),
    )


Case = TypeVar("Case")


def for_every(build: Callable[[Any, Any], Case], test: Callable[[Case], None], *, examples: int = 40) -> None:
    """Run *test* on generated cases; when it fails, raise its failure on the smallest case that was found.

    ``build(draw, strategies)`` makes a case from Hypothesis strategies, of which *strategies* is the module; *test*
    must leave it as it is. The cases are the same in every run, made once for a *build* that a module defines.
    Once a process of the student's has ended, no further case is tried.
    """
    for case in _cases(build, examples):
        try:
            test(case)
        except Exception as error:
            if _shrinks.get() and not getattr(error, "ends_process", False):
                _raise_smallest(build, test, examples)
            raise


_shrinks = ContextVar("_shrinks", default=True)


@contextmanager
def without_shrinking() -> Iterator[None]:
    """Inside, ``for_every`` fails on the first case that does: for who asks whether a check fails, not on what."""
    token = _shrinks.set(False)
    try:
        yield
    finally:
        _shrinks.reset(token)


@lru_cache(maxsize=32)
def _cases(build: Callable[[Any, Any], Any], examples: int) -> tuple[Any, ...]:
    """What Hypothesis makes of *build* as long as nothing fails."""
    cases: list[Any] = []
    _explore(build, cases.append, examples)
    return tuple(cases)


def _raise_smallest(build: Callable[[Any, Any], Case], test: Callable[[Case], None], examples: int) -> None:
    """Raise the failure of *test* on the smallest case; return when none fails any more, no process is left, or the
    same case fails only now and then."""
    from hypothesis.errors import Flaky

    ended: list[Exception] = []

    def attempt(case: Case) -> None:
        if ended:
            return
        try:
            test(case)
        except Exception as error:
            if not getattr(error, "ends_process", False):
                raise
            ended.append(error)

    with suppress(Flaky):
        _explore(build, attempt, examples)


def _explore(build: Callable[[Any, Any], Case], test: Callable[[Case], None], examples: int) -> None:
    import hypothesis as hy  # 0.1 s: imported while the students' processes are at work

    @hy.settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(hy.Phase.generate, hy.Phase.shrink),
        suppress_health_check=list(hy.HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )
    @hy.given(hy.strategies.composite(lambda draw: build(draw, hy.strategies))())
    def search(case: Case) -> None:
        test(case)

    search()


def number(value: float) -> str:
    """*value* as a student would write it: four significant places behind the point, no noise."""
    if not math.isfinite(value):
        return "nan (not a number)" if math.isnan(value) else str(value)
    return f"{value:.4f}" if 1e-3 <= abs(value) < 1e4 or value == 0 else f"{value:.4g}"


def _dtype(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _count(count: int) -> str:
    return "one number" if count == 1 else f"{count} numbers"
