"""A small assignment that holds, and the same with everything wrong that a validation should find."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.testing import Done, grade, write_files

FOLDER = "assignments/doubling"
LOST = '[lost]\n"double.many" = "failed"\n'
MISCONCEPTIONS = """
import torch
from grader.api import misconception

@misconception("plus_two", entry="double", sentence="Two is added.", step="Multiply by two.")
def plus_two(x):
    return x + 2

@misconception("squared", entry="double", sentence="The number is squared.", step="Multiply by two.")
def squared(x):
    return x * x

MISCONCEPTIONS = (plus_two, squared)
CANDIDATES = {"double": (((torch.tensor([1.0, 2.0, 3.0]),), (torch.tensor([0.5, 5.0]),)),)}
"""
GOOD = {
    f"{FOLDER}/misconceptions.py": MISCONCEPTIONS,
    f"{FOLDER}/handout.md": "# Doubling\n\nWrite `double(x)`.\n",
    f"{FOLDER}/starter/double.py": "def double(x):\n    raise NotImplementedError\n",
    f"{FOLDER}/examples/right/twice.py": "def double(x):\n    return 2 * x\n",
    f"{FOLDER}/examples/right/twice.toml": 'about = "As the handout has it."\n',
    f"{FOLDER}/examples/right/sum/main.py": "def double(x):\n    return x + x\n",
    f"{FOLDER}/examples/right/sum.toml": "",
    f"{FOLDER}/examples/wrong/plus_two.py": "def double(x):\n    return x + 2\n",
    f"{FOLDER}/examples/wrong/plus_two.toml": f'misconception = "plus_two"\n{LOST}"double.one" = "failed"\n',
    f"{FOLDER}/examples/wrong/squared.py": "def double(x):\n    return x ** 2\n",
    f"{FOLDER}/examples/wrong/squared.toml": f'misconception = "squared"\n{LOST}"double.one" = "failed"\n',
}


@dataclass(frozen=True)
class Validated:
    """What ``grade validate`` left: how it ended, its JSON, its page."""

    done: Done
    proof: Mapping[str, Any]
    page: str

    def claim(self, id: str) -> Mapping[str, Any]:
        return next(claim for claim in self.proof["claims"] if claim["id"] == id)

    def findings(self, id: str) -> list[str]:
        return [finding["message"] for finding in self.claim(id)["findings"]]


def validated(place: Path, files: Mapping[str, str], *options: str) -> Validated:
    """Validate the assignment ``doubling`` of a course of *files*."""
    write_files(place / "course", files)
    arguments = ("--course", "course", "--json", "proof.json", "--html", "proof.html", "-j", "2", *options)
    done = grade("validate", "doubling", *arguments, cwd=place)
    assert (place / "proof.json").is_file(), done.stderr
    return Validated(done, json.loads((place / "proof.json").read_text()), (place / "proof.html").read_text())


@pytest.fixture(scope="session")
def good_files(course_files: Mapping[str, str]) -> Mapping[str, str]:
    return dict(course_files) | GOOD
