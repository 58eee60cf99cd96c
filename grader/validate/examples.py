"""The examples of an assignment, each with its declared outcome beside it.

    examples/right/adam.py     adam.toml     about = "..."
    examples/wrong/log2.py     log2.toml     misconception = "log2", [lost] "loss.mini_batch" = "failed"

``about`` is for people; ``misconception`` (one, or a list) is what a student is to be told; ``[lost]`` names every
check that does not pass, with its status. A right example loses nothing.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from grader.errors import did_you_mean
from grader.intake.left_out import junk_folder
from grader.manifest import EXAMPLES
from grader.model import CheckStatus

KINDS = ("right", "wrong")
KEYS = ("about", "misconception", "lost")
LOST = tuple(status for status in get_args(CheckStatus) if status not in ("passed", "internal_error"))


@dataclass(frozen=True)
class Example:
    """A submission and what grading it must give. ``name`` is its path below ``examples/``."""

    name: str
    path: Path
    lost: Mapping[str, str] = field(default_factory=dict)
    misconceptions: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        return self.name.startswith("right/")


@dataclass(frozen=True)
class Examples:
    """``found``: those that can be graded, by name; ``problems``: what is wrong with how they are declared."""

    found: tuple[Example, ...]
    problems: tuple[str, ...]


def find_examples(assignment: Path, checks: Sequence[str], misconceptions: Sequence[str]) -> Examples:
    """The examples of the assignment in the folder *assignment*, which has these *checks* and *misconceptions*."""
    found: list[Example] = []
    problems: list[str] = []
    for kind in KINDS:
        folder = assignment / EXAMPLES / kind
        entries = sorted(folder.iterdir()) if folder.is_dir() else []
        declared = {path.stem: path for path in entries if path.suffix == ".toml"}
        submissions = [path for path in entries if path.suffix != ".toml" and not junk_folder(path.name)]
        for path in submissions:
            toml = declared.pop(_stem(path), None)
            if toml is None:
                problems.append(f"{kind}/{path.name} has no {_stem(path)}.toml beside it that says what it must lose")
                continue
            example, wrong = _read(f"{kind}/{path.name}", path, toml, checks, misconceptions)
            problems += wrong
            found += [] if example is None else [example]
        problems += [f"{kind}/{path.name} stands beside no example of that name" for path in declared.values()]
    return Examples(tuple(found), tuple(problems))


def _stem(path: Path) -> str:
    """The name a .toml has to have: ``a.tar.gz`` and the folder ``a`` both go by ``a``."""
    name = path.name.removesuffix(path.suffix)
    return name.removesuffix(".tar") if path.suffix in (".gz", ".bz2", ".xz") else name


def _read(
    name: str, path: Path, toml: Path, checks: Sequence[str], misconceptions: Sequence[str]
) -> tuple[Example | None, list[str]]:
    label = f"{toml.parent.name}/{toml.name}"
    try:
        table = tomllib.loads(toml.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        return None, [f"{label} cannot be read: {error}"]
    problems = [f"{label}: {problem}" for problem in _problems(name, table, checks, misconceptions)]
    if problems:
        return None, problems
    named = table.get("misconception", ())
    return Example(name, path, table.get("lost", {}), (named,) if isinstance(named, str) else tuple(named)), []


def _problems(
    name: str, table: Mapping[str, Any], checks: Sequence[str], misconceptions: Sequence[str]
) -> Iterator[str]:
    for key in table.keys() - set(KEYS):
        yield f'unknown key "{key}"{did_you_mean(key, KEYS)} (known: {", ".join(KEYS)})'
    lost, named = table.get("lost", {}), table.get("misconception", [])
    if not isinstance(lost, dict):
        yield '"lost" should be a table: [lost], with a line for every check that does not pass'
        return
    for id, status in lost.items():
        if id not in checks:
            yield f'[lost] names a check there is not: "{id}"{did_you_mean(id, checks)}'
        elif status not in LOST:
            yield f'"{id}" is "{status}", not one of {", ".join(LOST)}'
    for each in [named] if isinstance(named, str) else named:
        if each not in misconceptions:
            yield f'the reference declares no misconception "{each}"{did_you_mean(str(each), misconceptions)}'
    if name.startswith("right/") and lost:
        yield "a right example loses nothing; move it to examples/wrong"
    if name.startswith("wrong/") and not lost:
        yield "a wrong example must lose something: say what in [lost], or move it to examples/right"
