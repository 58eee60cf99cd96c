"""Everything a proof is made of: what the bench judged, and what was graded for real."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.model import Assignment, Result
from grader.validate.examples import Example, Examples
from grader.validate.outcomes import Outcome, Subject

REFERENCE = "reference.py"


@dataclass(frozen=True)
class Graded:
    """A submission graded for real. ``example`` is None for the starter; ``seed`` is another than the assignment's."""

    example: Example | None
    result: Result | None
    problem: str = ""
    seed: int | None = None

    @property
    def name(self) -> str:
        return self.example.name if self.example else "starter"


@dataclass(frozen=True)
class Evidence:
    """Everything a proof is made of. ``handed_out`` are the files students get, by name, with their texts."""

    assignment: Assignment
    subject: Subject
    outcomes: Sequence[Outcome]
    examples: Examples
    graded: Sequence[Graded]
    handed_out: Mapping[str, str]

    def of(self, kind: str) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.kind == kind]

    @property
    def at_home(self) -> list[tuple[Example, Result]]:
        """The examples graded under the assignment's own seed, with their results."""
        return [(one.example, one.result) for one in self.graded if one.example and one.result and one.seed is None]

    def file(self, name: str) -> str:
        """How a file of the assignment is called in a finding."""
        return f"assignments/{self.assignment.name}/{name}"

    def code_of(self, check: str) -> str:
        """File and line of the check *check*."""
        return next((each.place for each in self.subject.checks if each.id == check), "")


def handed_out(folder: Path) -> dict[str, str]:
    """The texts students get: the handout and the starter's files, by their names in the assignment."""
    files = [folder / "handout.md", *sorted(path for path in folder.glob("starter/**/*") if path.is_file())]
    return {
        file.relative_to(folder).as_posix(): file.read_text("utf-8", errors="replace")
        for file in files
        if file.is_file() and "__pycache__" not in file.parts
    }
