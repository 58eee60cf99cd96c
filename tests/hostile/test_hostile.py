"""Everything students may try earns what it is worth, reaches nothing, leaves nothing, and costs nobody else."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from grader.intake.names import printable
from grader.testing import grade
from hostile.cases import AS_WE_ARE, KINDS, Case, Kind, honest
from hostile.grading import Graded
from hostile.verdicts import wrong_with

pytestmark = pytest.mark.timeout(900)
Grade = Callable[[Kind], Graded]
HONEST = tuple(honest())


def hostile_on(kind: Kind) -> list[Any]:
    """The hostile cases of *kind*."""
    names = {case.name for case in HONEST}
    cases = [case for case in kind.cases() if case.name not in names]
    return [pytest.param(kind, case, id=f"{kind.name}-{printable(case.name)[:60]}") for case in cases]


@pytest.mark.parametrize(("kind", "case"), [each for kind in KINDS for each in hostile_on(kind)])
def test_it_gets_what_it_is_worth_in_words_and_in_time(kind: Kind, case: Case, graded: Grade) -> None:
    wrong = wrong_with(case, graded(kind).results.get(case.name))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("case", HONEST, ids=lambda case: case.name)
def test_honest_work_among_all_that_gets_what_it_gets_alone(case: Case, graded: Grade) -> None:
    wrong = wrong_with(case, graded(AS_WE_ARE).results.get(case.name))
    assert not wrong, "\n".join([*wrong, f"order: {graded(AS_WE_ARE).order}"])


def test_there_are_enough_of_both() -> None:
    assert len(hostile_on(AS_WE_ARE)) >= 120
    assert len(HONEST) == 40


def test_every_result_says_that_the_code_was_locked_in(kind: Kind, graded: Grade) -> None:
    found = graded(kind)
    assert found.exit_code == 0, found.stderr
    assert {result["sandbox"]["level"] for result in found.results.values()} == {"strict"}


def test_nothing_was_seen_reached_or_started(kind: Kind, graded: Grade) -> None:
    """Submissions print what they got at: REACHED, and the secret itself when they saw it."""
    found = graded(kind)
    said = {name: result["output"]["stdout"] + result["output"]["stderr"] for name, result in found.results.items()}
    assert {name: text for name, text in said.items() if "REACHED" in text} == {}
    assert found.secret_in == []
    assert found.sockets == []


def test_nothing_is_left_or_changed(kind: Kind, graded: Grade) -> None:
    found = graded(kind)
    assert found.processes == []
    assert found.marked == []
    assert found.changed == []
    assert found.victim_lives, "a process beside the grader was killed, stopped or changed"


def test_what_they_say_reaches_people_as_text(kind: Kind, graded: Grade) -> None:
    found = graded(kind)
    assert found.markup_in == []
    assert found.controls_in == []
    assert found.formulas == []


def test_what_they_say_is_no_workflow_command_and_well_formed_xml(tmp_path: Path, graded: Grade) -> None:
    graded(AS_WE_ARE)  # skips where hostile code is not run
    names = [case.name for case in AS_WE_ARE.cases() if case.name.startswith("reader-")]
    for case in AS_WE_ARE.cases():
        if case.name in names:
            case.make(tmp_path / case.name, lambda text: text)
    files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    options = ("--sandbox", "strict", "--junit", "junit.xml", "-v")
    done = grade("run", *names, *options, cwd=tmp_path, env=files | {"GITHUB_ACTIONS": "true"}, seconds=300)
    assert done.exit_code == 1, done.stderr
    place, lost = r"(file=[^,:]*,(line=\d+,endLine=\d+,)?)?", r"\(([\d.]+ of [\d.]+|no points lost)\)"
    ours = re.compile(
        rf"::(error|warning) {place}title=[^,:]*{lost}::|::notice title=grade::|::stop-commands::|::[0-9a-f-]{{8,}}::"
    )
    commands = [line for line in (done.stdout + done.stderr).splitlines() if re.match(r"\s*(::|##\[)", line)]
    assert [line for line in commands if not ours.match(line)] == []
    assert len(ElementTree.parse(tmp_path / "junit.xml").getroot()) >= len(names)
    assert "set-output" not in (tmp_path / "GITHUB_OUTPUT").read_text()
