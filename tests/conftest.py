"""A small course whose checks need one call each."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from grader.testing import write_files

MANIFEST = """
title = "Doubling"
points = 3

[steps]
double = "Double a number"

[entry_points.double]
kind = "function"
symbol = "double"
arguments = ["x"]

[limits]
call_s = 2
submission_s = 6
"""
CHECKS = """
import torch
from grader.api import check, expect_close
from grader.hookspecs import hookimpl

@check("double.one", points=1, title="double(1) is 2", step="double")
def one(student, reference):
    expect_close(student.double(torch.ones(1)), 2.0, atol=1e-6, what="double(1)")

@check("double.many", points=2, title="double([1, 2, 3]) is [2, 4, 6]", step="double")
def many(student, reference):
    x = torch.tensor([1.0, 2.0, 3.0])
    expect_close(student.double(x), reference.double(x), atol=1e-6, what="double([1, 2, 3])")

@hookimpl
def grader_checks(assignment):
    return (one, many) if assignment.name == "doubling" else ()
"""
COURSE = {
    "assignments/doubling/assignment.toml": MANIFEST,
    "assignments/doubling/reference.py": "def double(x):\n    return 2 * x\n",
    "plugins/doubling.py": CHECKS,
}


@pytest.fixture(scope="session")
def course_files() -> Mapping[str, str]:
    return COURSE


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write_files(tmp_path / "course", COURSE)
