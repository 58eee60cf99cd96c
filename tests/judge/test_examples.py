"""Every shipped example, through the command line: right work gets everything, wrong work loses exactly what is wrong.

Beside each example, ``<name>.toml`` says what is expected: ``[lost]`` names the checks that do not pass and how, and
``misconception`` what the grader must call it: one name, or a list (nothing else, and nothing at all without it).
"""

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.testing import grade

EXAMPLES = Path(__file__).parents[2] / "assignments" / "logistic_regression" / "examples"
AT_ONCE = 8


def examples(kind: str) -> list[Path]:
    """The submissions of *kind*: whatever stands beside a .toml of the same name."""
    expected = sorted((EXAMPLES / kind).glob("*.toml"))
    return [next(path for path in sorted(EXAMPLES.glob(f"{kind}/{toml.stem}*")) if path != toml) for toml in expected]


def groups() -> Iterator[Any]:
    """A few examples share one command, and so one import of torch."""
    for kind in ("right", "wrong"):
        found = examples(kind)
        for first in range(0, len(found), AT_ONCE):
            group = found[first : first + AT_ONCE]
            yield pytest.param(group, id=f"{kind} {group[0].stem} to {group[-1].stem}")


def expected_of(example: Path) -> dict[str, Any]:
    return tomllib.loads((example.parent / f"{example.name.removesuffix(example.suffix)}.toml").read_text())


def lost(result: dict[str, Any]) -> dict[str, str]:
    return {check["id"]: check["status"] for check in result["checks"] if check["status"] != "passed"}


def named(result: dict[str, Any]) -> set[str]:
    """What the grader calls it; where two mistakes were made at once, both."""
    checks = result["checks"]
    together = {id for check in checks for id in (check["evidence"] or {}).get("misconceptions", ())}
    return together | {check["misconception"] for check in checks} - {None}


def wanted_names_of(example: Path) -> set[str]:
    declared = expected_of(example).get("misconception", [])
    return {declared} if isinstance(declared, str) else set(declared)


def told(result: dict[str, Any]) -> str:
    return "\n".join(f"{check['id']}: {check['message']}" for check in result["checks"] if check["status"] != "passed")


@pytest.mark.parametrize("group", list(groups()))
def test_an_example_loses_exactly_what_is_declared(group: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "results.json"
    done = grade("run", *group, "--json", out, "-q", cwd=tmp_path)
    assert done.exit_code in (0, 1), done.stderr
    results = json.loads(out.read_text())
    results = results if isinstance(results, list) else [results]
    wrong, right_names, all_names, wanted_names = [], 0, 0, 0
    for example, result in zip(group, results, strict=True):
        wanted = wanted_names_of(example)
        if lost(result) != expected_of(example).get("lost", {}) or named(result) != wanted:
            wrong.append(f"{example.name}: lost {lost(result)}, named {named(result)}\n{told(result)}")
        right_names += len(named(result) & wanted)
        all_names += len(named(result))
        wanted_names += len(wanted)
    sys.stdout.write(
        f"misconceptions: {right_names} of {all_names} names right (precision), {wanted_names} wanted (recall)\n"
    )
    assert not wrong, "\n\n".join(wrong)


def test_there_are_enough_ways_to_be_right_and_wrong() -> None:
    assert len(examples("right")) >= 20
    assert len({id for example in examples("wrong") for id in wanted_names_of(example)}) >= 26


def test_every_misconception_is_written_as_functions_as_a_script_and_as_a_notebook() -> None:
    spellings: dict[str, set[str]] = {}
    for example in examples("wrong"):
        for id in wanted_names_of(example):
            spellings.setdefault(id, set()).add(spelling(example))
    few = {id: found for id, found in spellings.items() if found != {"functions", "script", "notebook"}}
    assert not few


def spelling(example: Path) -> str:
    if example.is_dir():
        return spelling(next(path for path in sorted(example.rglob("*.*")) if path.suffix in (".py", ".ipynb")))
    if example.suffix == ".ipynb":
        return "notebook"
    return "functions" if "def train(" in example.read_text() else "script"


def test_every_example_has_its_expected_outcome_beside_it() -> None:
    for kind in ("right", "wrong"):
        stems = {path.name.removesuffix(path.suffix) for path in (EXAMPLES / kind).iterdir() if path.suffix != ".toml"}
        assert stems == {path.stem for path in (EXAMPLES / kind).glob("*.toml")}
