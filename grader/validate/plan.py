"""Which submissions a validation grades for real: the starter, every example, and right examples under other seeds."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.batch.entries import Entry
from grader.model import Assignment
from grader.validate.examples import Example

SEEDS = 20


@dataclass(frozen=True)
class Planned:
    """A submission to grade: an *example*, or the starter (None); under the assignment's *seed* (None) or another."""

    entry: Entry
    example: Example | None
    seed: int | None = None


def plan(assignment: Assignment, examples: Sequence[Example]) -> list[Planned]:
    """What to grade, the longest waits first. Right examples take turns until every other seed has had one."""
    folder = Path(assignment.folder)
    planned = [Planned(_entry(example.name, example.path), example) for example in examples]
    right = [example for example in examples if example.is_right]
    turns = itertools.cycle(right[:: max(1, len(right) // SEEDS)]) if right else iter(())
    for example, number in zip(turns, range(SEEDS), strict=False):
        seed = (assignment.seed + 1 + number) % 2**32
        planned.append(Planned(_entry(f"{example.name}, seed {seed}", example.path), example, seed))
    if (folder / "starter").is_dir():
        planned.append(Planned(_entry("starter", folder / "starter"), None))
    return sorted(planned, key=lambda one: one.example is None or one.example.is_right)


def _entry(name: str, path: Path) -> Entry:
    return Entry(name, path, name)
