"""Whether the checks that plugins declare fit the assignment: every way in which they do not, one line each."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import did_you_mean
from grader.manifest import place
from grader.model import Assignment, EntryPoint

if TYPE_CHECKING:
    from grader.api import Check


def misfits(checks: "Sequence[Check]", assignment: Assignment, entries: Sequence[EntryPoint]) -> Iterator[str]:
    """What is wrong with *checks* for *assignment*, whose students are asked for *entries*."""
    yield from _duplicates(checks)
    for check in checks:
        about = f'{code_place(check.run)}: check "{check.id}"'
        yield from (f"{about} {problem}" for problem in _problems(check, assignment, [entry.name for entry in entries]))
    yield from _points(checks, assignment)
    yield from _unknown_settings([check.id for check in checks], assignment)


def code_place(function: Callable[..., Any], line: int | None = None) -> str:
    """``plugins/late_days.py:12``: where *function* is written (or *line* of that file), told by the last folder."""
    code = getattr(function, "__code__", None)
    if code is None:
        return "a plugin"
    return f"{'/'.join(Path(code.co_filename).parts[-2:])}:{line or code.co_firstlineno}"


def _duplicates(checks: "Sequence[Check]") -> Iterator[str]:
    first: dict[str, Check] = {}
    for check in checks:
        other = first.setdefault(check.id, check)
        if other is not check:
            yield f'{code_place(check.run)}: a second check "{check.id}"; the first is in {code_place(other.run)}'


def _problems(check: "Check", assignment: Assignment, entries: Sequence[str]) -> Iterator[str]:
    if not (math.isfinite(check.points) and check.points >= 0):
        yield f"is worth {check.points:g} points"
    if check.step not in assignment.steps:
        yield f'has the unknown step "{check.step}"{_known(check.step, assignment.steps)}'
    if check.entry and check.entry not in entries:
        yield f'has the unknown entry point "{check.entry}"{_known(check.entry, entries)}'


def _points(checks: "Sequence[Check]", assignment: Assignment) -> Iterator[str]:
    total = math.fsum(check.points for check in checks)
    where = place(Path(assignment.folder), "points")
    if not checks:
        yield f"{where}: no plugin has checks for {assignment.name}"
    elif not math.isclose(total, assignment.points, abs_tol=1e-9):
        yield f"{where}: points = {assignment.points:g}, but the checks are worth {total:g}"


def _unknown_settings(ids: Sequence[str], assignment: Assignment) -> Iterator[str]:
    for id in assignment.checks:
        if id not in ids:
            where = place(Path(assignment.folder), "checks", id)
            yield f'{where}: there is no check "{id}"{_known(id, ids)}'


def _known(name: str, choices: Iterable[str]) -> str:
    names = list(choices)
    return did_you_mean(name, names) or f" (known: {', '.join(names) or 'none'})"
