"""What may be wrong with the entry points of an assignment: hypotheses, the inputs that tell them apart, and the
checks each of them makes fail. Worked out when first asked for, then kept for every submission."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

from grader.api import Check, CheckFailed, without_shrinking
from grader.judge.imagined import ImaginedStudent, World
from grader.judge.probes import Probe, Probes, are_finite, choose
from grader.misconceptions import Hypothesis, Misconception, hypotheses
from grader.model import EntryPoint

Candidates = Mapping[str, Sequence[Sequence[Probe]]]


@dataclass(frozen=True)
class Group:
    """Hypotheses that ``probes`` tell apart; ``confirming`` are the other candidates, to make sure of the one left."""

    hypotheses: tuple[Hypothesis, ...]
    probes: Probes
    confirming: tuple[Probe, ...]


class Suspects:
    """The hypotheses about *world*, as its course declares them (*declared* is its ``misconceptions.py``, if any)."""

    def __init__(self, world: World, declared: ModuleType | None) -> None:
        self.world = world
        self.misconceptions: tuple[Misconception, ...] = tuple(getattr(declared, "MISCONCEPTIONS", ()))
        self._candidates: Candidates = getattr(declared, "CANDIDATES", {})
        self._groups: dict[str, tuple[Group, ...]] = {}
        self._failures: dict[tuple[str, tuple[str, ...]], CheckFailed | None] = {}

    def of(self, entry: str) -> tuple[Hypothesis, ...]:
        """Every hypothesis about *entry*."""
        return hypotheses(self.misconceptions, entry)

    def groups(self, entry: EntryPoint) -> tuple[Group, ...]:
        """The hypotheses about a model or a loss, also that it is right, with the inputs that tell them apart."""
        if entry.name not in self._groups:
            self._groups[entry.name] = self._grouped(entry)
        return self._groups[entry.name]

    def _grouped(self, entry: EntryPoint) -> tuple[Group, ...]:
        right = getattr(self.world.reference, entry.name, None)
        left = [*([Hypothesis((), right)] if right else []), *self.of(entry.name)]
        groups = []
        for candidates in self._candidates.get(entry.name, ()):
            seen = [each for each in left if are_finite(each, entry.kind, candidates)]
            left = [each for each in left if each not in seen]
            probes = choose(seen, entry.kind, candidates)
            rest = tuple(each for each in candidates if not any(each is chosen for chosen in probes.inputs))
            groups.append(Group(tuple(seen), probes, rest))
        return tuple(groups)

    def failure(self, hypothesis: Hypothesis, check: Check) -> CheckFailed | None:
        """How *check* fails for a student who makes exactly the mistakes of *hypothesis*; None when it holds."""
        key = check.id, hypothesis.ids
        if key not in self._failures:
            self._failures[key] = self._failing(hypothesis, check)
        return self._failures[key]

    def _failing(self, hypothesis: Hypothesis, check: Check) -> CheckFailed | None:
        try:
            with without_shrinking():
                check.run(ImaginedStudent(self.world, hypothesis), self.world.reference)
        except CheckFailed as failed:
            return failed
        return None
