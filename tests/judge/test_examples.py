"""The shipped examples, right and wrong, are many and various; that each comes out as declared, and the rest that a
good assignment has, is proven by ``grade validate``.

Beside each example, ``<name>.toml`` says what is expected: ``[lost]`` names the checks that do not pass and how, and
``misconception`` what the grader must call it: one name, or a list (nothing else, and nothing at all without it).
"""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from grader.testing import grade

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
EXAMPLES = ASSIGNMENTS / "logistic_regression" / "examples"


def examples(kind: str) -> list[Path]:
    """The submissions of *kind*: whatever stands beside a .toml of the same name."""
    expected = sorted((EXAMPLES / kind).glob("*.toml"))
    return [next(path for path in sorted(EXAMPLES.glob(f"{kind}/{toml.stem}*")) if path != toml) for toml in expected]


def expected_of(example: Path) -> dict[str, Any]:
    return tomllib.loads((example.parent / f"{example.name.removesuffix(example.suffix)}.toml").read_text())


def wanted_names_of(example: Path) -> set[str]:
    declared = expected_of(example).get("misconception", [])
    return {declared} if isinstance(declared, str) else set(declared)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "assignment", sorted(manifest.parent.name for manifest in ASSIGNMENTS.glob("*/assignment.toml"))
)
def test_what_is_shipped_is_proven(assignment: str, tmp_path: Path) -> None:
    out = tmp_path / "proof.json"
    done = grade("validate", assignment, "--json", out, "--html", tmp_path / "proof.html", cwd=tmp_path, seconds=800)
    assert out.is_file(), done.stderr
    proof = json.loads(out.read_text())
    findings = [f"{claim['title']}: {found['message']}" for claim in proof["claims"] for found in claim["findings"]]
    assert not findings, "\n".join(findings)
    assert done.exit_code == 0


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
