"""Inputs that tell hypotheses apart: the fewest of an author's candidates on which no two of them give the same.

Answers are compared as a student's are: number by number, by shape where the entry point is a model, and by whether
a gradient comes back where it is a loss. A hypothesis that has no finite answer to an input cannot be seen there.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import torch

from grader.misconceptions import Hypothesis, Variant, count_numbers
from grader.model import EntryKind

MATCH_RTOL = 1e-3
MATCH_ATOL = 1e-5
# Two hypotheses are told apart by an input only if their answers to it are so far apart that none can be close to both.
APART = 20
MOST_TOGETHER = 4

Probe = tuple[torch.Tensor | float, ...]


@dataclass(frozen=True)
class Answer:
    """What an entry point gave: the numbers, their shape, and whether a gradient came back through them."""

    numbers: tuple[float, ...]
    shape: tuple[int, ...]
    has_gradient: bool

    @property
    def is_finite(self) -> bool:
        return all(map(math.isfinite, self.numbers))


@dataclass(frozen=True)
class Probes:
    """The inputs chosen for some hypotheses; ``merged`` are those that no candidate tells apart."""

    inputs: tuple[Probe, ...]
    merged: tuple[tuple[Hypothesis, Hypothesis], ...] = ()


def predicted(variant: Variant, kind: EntryKind, probe: Probe) -> Answer:
    """What a student with exactly this *variant* answers to *probe*."""
    tensors = [each.clone() for each in probe if isinstance(each, torch.Tensor)]
    values = [each for each in probe if not isinstance(each, torch.Tensor)]
    if kind == "module":
        count = count_numbers(variant)
        output = variant(tensors[0].double(), *values[: len(values) if count is None else count])
        return answer_of(output, has_gradient=True)
    first = tensors[0].double().requires_grad_()
    output = variant(first, *(each.double() for each in tensors[1:]))
    return answer_of(output, has_gradient=output.requires_grad)


def answer_of(output: torch.Tensor, *, has_gradient: bool) -> Answer:
    """*output* as an answer; complex numbers are like none."""
    numbers = output.detach().reshape(-1)
    listed = [math.nan] * len(numbers) if numbers.is_complex() else numbers.double().tolist()
    return Answer(tuple(listed), tuple(output.shape), has_gradient)


def is_same(kind: EntryKind, one: Answer, other: Answer, *, times: float = 1.0) -> bool:
    """Whether two answers agree within the match tolerance, or *times* as much."""
    if len(one.numbers) != len(other.numbers) or one.has_gradient != other.has_gradient:
        return False
    if kind == "module" and one.shape != other.shape:
        return False
    near = partial(math.isclose, rel_tol=MATCH_RTOL * times, abs_tol=MATCH_ATOL * times)
    return all(map(near, one.numbers, other.numbers))


def choose(hypotheses: Sequence[Hypothesis], kind: EntryKind, candidates: Sequence[Probe]) -> Probes:
    """The fewest *candidates*, earlier ones first, that tell every two of *hypotheses* apart (as far as any do)."""
    answers = [[answer_to(each, kind, probe) for each in hypotheses] for probe in candidates]
    pairs = list(combinations(range(len(hypotheses)), 2))
    told = [_told_apart(kind, given, pairs) for given in answers]
    most = _union(told)
    for count in range(1, min(len(candidates), MOST_TOGETHER) + 1):
        for chosen in combinations(range(len(candidates)), count):
            if _union(told[index] for index in chosen) == most:
                return Probes(tuple(candidates[index] for index in chosen), _merged(hypotheses, pairs, most))
    return Probes(tuple(candidates), _merged(hypotheses, pairs, most))


def _told_apart(kind: EntryKind, answers: Sequence[Answer], pairs: Sequence[tuple[int, int]]) -> int:
    """A bit for each of *pairs*: whether their *answers* differ."""
    told = 0
    for bit, (one, other) in enumerate(pairs):
        told |= (not is_same(kind, answers[one], answers[other], times=APART)) << bit
    return told


def _union(bits: Iterable[int]) -> int:
    union = 0
    for each in bits:
        union |= each
    return union


def _merged(
    hypotheses: Sequence[Hypothesis], pairs: Sequence[tuple[int, int]], told: int
) -> tuple[tuple[Hypothesis, Hypothesis], ...]:
    missing = [pair for bit, pair in enumerate(pairs) if not told >> bit & 1]
    return tuple((hypotheses[one], hypotheses[other]) for one, other in missing)


def _variant(hypothesis: Hypothesis) -> Variant:
    assert callable(hypothesis.variant), "a loop is told apart by its steps, not by probes"
    return hypothesis.variant


def answer_to(hypothesis: Hypothesis, kind: EntryKind, probe: Probe) -> Answer:
    """What *hypothesis* answers to *probe*."""
    return predicted(_variant(hypothesis), kind, probe)


def are_finite(hypothesis: Hypothesis, kind: EntryKind, probes: Sequence[Probe]) -> bool:
    """Whether *hypothesis* has an answer to all of *probes*."""
    return all(answer_to(hypothesis, kind, probe).is_finite for probe in probes)
