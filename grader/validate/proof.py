"""What a validation finds: claims that hold or not, each with its findings. Frozen, passive."""

from dataclasses import dataclass, field
from typing import Literal

# What the rows and columns of the matrix are called when there is no misconception.
NONE = "(none)"


@dataclass(frozen=True)
class Finding:
    """Something that does not hold: ``message`` says what, ``hint`` what to do next, ``place`` where in the course's
    files ("" when it has no place); ``diff`` are lines with - and +."""

    message: str
    hint: str
    place: str = ""
    diff: tuple[str, ...] = ()


@dataclass(frozen=True)
class Claim:
    """One thing a good assignment has. ``told`` is how it stands, in a few words; ``notes`` cost nothing."""

    id: str
    title: str
    told: str
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.findings


@dataclass(frozen=True)
class CheckPower:
    """How many wrong things a check was seen to fail by their values: examples, misconceptions, mutants."""

    id: str
    examples: int
    misconceptions: int
    mutants: int


@dataclass(frozen=True)
class Cell:
    """How many subjects with the misconception *declared* got the name *named* (either may be ``NONE``)."""

    declared: str
    named: str
    count: int


@dataclass(frozen=True)
class Naming:
    """A misconception: in how many subjects it is ``declared``, in how many of them named (``right``), in how many
    others it was named (``wrong``)."""

    id: str
    declared: int
    right: int
    wrong: int


@dataclass(frozen=True)
class Matrix:
    """The confusion matrix: ``cells`` that are not 0, and what they come to for each misconception."""

    cells: tuple[Cell, ...]
    namings: tuple[Naming, ...]

    @property
    def precision(self) -> float | None:
        """The share of the names given that are right; None when none was given."""
        right, wrong = (sum(getattr(naming, key) for naming in self.namings) for key in ("right", "wrong"))
        return right / (right + wrong) if right + wrong else None

    @property
    def recall(self) -> float | None:
        """The share of the declared misconceptions that were named; None when none is declared."""
        declared = sum(naming.declared for naming in self.namings)
        return sum(naming.right for naming in self.namings) / declared if declared else None


MutantStatus = Literal["killed", "survived", "equivalent", "no answer"]


@dataclass(frozen=True)
class MutantFate:
    """A mutant and what became of it. ``by`` are the checks that noticed; ``reason`` why none has to."""

    name: str
    line: int
    before: str
    after: str
    status: MutantStatus
    by: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Usage:
    """The right example that came nearest to a limit. ``used_s`` is an upper bound, in seconds of wall time."""

    limit: str
    limit_s: float
    used_s: float
    example: str

    @property
    def share(self) -> float:
        return self.used_s / self.limit_s


@dataclass(frozen=True)
class Proof:
    """A validated assignment. ``is_broken``: a check or a plugin of the course raised."""

    assignment: str
    title: str
    grader: str
    claims: tuple[Claim, ...]
    checks: tuple[CheckPower, ...]
    matrix: Matrix
    mutants: tuple[MutantFate, ...]
    usage: tuple[Usage, ...]
    is_broken: bool = False
    duration_s: float = field(default=0.0)

    @property
    def holds(self) -> bool:
        return all(claim.holds for claim in self.claims)

    def fates(self, status: MutantStatus) -> tuple[MutantFate, ...]:
        """The mutants of which that became."""
        return tuple(fate for fate in self.mutants if fate.status == status)

    @property
    def mutation_score(self) -> float | None:
        """The share of the mutants that answer, and are not equivalent, that some check noticed."""
        killed, survived = len(self.fates("killed")), len(self.fates("survived"))
        return killed / (killed + survived) if killed + survived else None
