"""Name the misconception behind wrong answers: the one wrong variant of the reference that explains them all.

The reference declares ``MISCONCEPTIONS`` (wrong variants) and ``PROBES`` (for each entry point, the argument lists
that tell them apart). A name is given only if exactly one variant gives the student's numbers on every probe and
the reference itself does not; never a guess.
"""

from collections.abc import Sequence
from types import ModuleType

import torch

from grader.api import Misconception
from grader.model import EntryPoint
from grader.sandbox.submission import EntryProxy, StudentFailed, StudentSubmission

RTOL = 1e-3
ATOL = 1e-5


class Diagnosis:
    """Asks the student's code the probes of an entry point once, and remembers what explains the answers."""

    def __init__(self, student: StudentSubmission, reference: ModuleType) -> None:
        self._student = student
        self._misconceptions: Sequence[Misconception] = getattr(reference, "MISCONCEPTIONS", ())
        self._probes = getattr(reference, "PROBES", {})
        self._reference = reference
        self._known: dict[str, Misconception | None] = {}

    def of(self, entry: EntryPoint) -> Misconception | None:
        """The misconception that explains the answers of *entry*, or None."""
        if entry.name not in self._known:
            self._known[entry.name] = self._find(entry)
        return self._known[entry.name]

    def _find(self, entry: EntryPoint) -> Misconception | None:
        variants = [variant for variant in self._misconceptions if variant.entry == entry.name]
        probes = self._probes.get(entry.name, ())
        if not variants or not probes:
            return None
        try:
            answers = [_ask(getattr(self._student, entry.name), entry, probe) for probe in probes]
        except StudentFailed:
            return None
        right = getattr(self._reference, entry.name)
        if _explains(right, probes, answers):
            return None
        fitting = [variant for variant in variants if _explains(variant.variant, probes, answers)]
        return fitting[0] if len(fitting) == 1 else None


Probe = tuple[object, ...]


def _ask(proxy: EntryProxy, entry: EntryPoint, probe: Probe) -> torch.Tensor:
    """The student's answer to one probe. A module's probe is its input and the values of its numbers."""
    if entry.kind == "module":
        x, *values = probe
        assert isinstance(x, torch.Tensor)
        return proxy(x.float(), values=[float(str(value)) for value in values])
    return proxy(*(argument.float() for argument in probe if isinstance(argument, torch.Tensor)))


def _explains(variant: object, probes: Sequence[Probe], answers: Sequence[torch.Tensor]) -> bool:
    assert callable(variant)
    return all(_same(variant(*probe), answer) for probe, answer in zip(probes, answers, strict=True))


def _same(expected: torch.Tensor, actual: torch.Tensor) -> bool:
    if expected.numel() != actual.numel() or actual.is_complex():
        return False
    wanted, got = expected.double().reshape(-1), actual.double().reshape(-1)
    return bool(torch.isclose(got, wanted, rtol=RTOL, atol=ATOL).all())
