"""Grades everything once for each kind of machine, and keeps what came of it for all tests, and all test processes."""

import fcntl
import json
import os
from collections.abc import Callable
from dataclasses import asdict

import pytest

from grader.sandbox.probe import probe
from hostile.cases import KINDS, Kind
from hostile.grading import Graded, grade


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Kind], Graded]:
    """Everything that is graded on a kind of machine, graded once, whichever test process asks first."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base

    def of(kind: Kind) -> Graded:
        _need(kind)
        kept = shared / f"{kind.name}.json"
        with (shared / f"{kind.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                kept.write_text(json.dumps(asdict(grade(kind))))
        return Graded(**json.loads(kept.read_text()))

    return of


def _need(kind: Kind) -> None:
    """Hostile code is run where it is locked in, or not at all."""
    why = ""
    if probe().best != "strict":
        why = "this machine cannot lock hostile code in (grade doctor says what it lacks)"
    elif kind.ordinary and os.getuid() != 0:
        why = "who runs the tests is an ordinary user already"
    if why and os.environ.get("GRADE_TESTS_NEED_EVERYTHING") and not kind.ordinary:
        pytest.fail(why)
    if why:
        pytest.skip(why)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Every kind of machine, one after the other."""
    found: Kind = request.param
    return found
