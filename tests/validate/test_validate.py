"""``grade validate`` as an author uses it: what holds, and every kind of thing that does not."""

import json
import os
import pty
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from grader.testing import command, grade, write_files

from .conftest import FOLDER, LOST, Validated, validated

Files = Mapping[str, str]
BAD_MANIFEST = """
title = "Doubling"
points = 6

[steps]
double = "Double a number"

[entry_points.double]
kind = "function"
symbol = "double"
arguments = ["x"]

[limits]
call_s = 2
submission_s = 6

[checks."double.hidden"]
detail = "actual"

[checks."double.title"]
detail = "none"

[checks."double.many"]
credit = { plus_tow = 0.5 }

[validate.equivalent]
"double: 2 * x -> 2 / x" = "No check has to see this."
"double: 3 * x -> 4 * x" = "There is no such change."
"LARGE: 1000000.0 -> 1000001.0" = "Nobody doubles numbers that large."
"""
BAD_CHECKS = """
from dataclasses import replace

import torch
from grader.api import check, expect, expect_close
from grader.hookspecs import hookimpl

@check("double.one", points=1, title="double(1) is 2", step="double")
def one(student, reference):
    expect_close(student.double(torch.ones(1)), 2.0, atol=1e-6, what="double(1)")

@check("double.many", points=2, title="double([1, 2, 3])", step="double")
def many(student, reference):
    x = torch.tensor([1.0, 2.0, 3.0])
    expect_close(student.double(x), reference.double(x), atol=1e-6, what="double([1, 2, 3])")

@check("double.lax", points=1, title="double gives something", step="double")
def lax(student, reference):
    student.double(torch.ones(1))

@check("double.hidden", points=1, title="double of a number you do not know", step="double")
def hidden(student, reference):
    got = float(student.double(torch.tensor([1.617])))
    expect(abs(got - 3.234) < 1e-3, "double(1.617) should be 3.234.", expected=3.234, actual=got, compared_with=3.234)

@check("double.title", points=1, title="double(2.718) is 5.436", step="double")
def title(student, reference):
    expect_close(student.double(torch.tensor([2.718])), 5.436, atol=1e-3, what="double(2.718)")

@hookimpl
def grader_checks(assignment):
    return (one, many, lax, hidden, title)

@hookimpl
def grader_adjust_result(result, assignment):
    return replace(result, score=result.score / 2) if result.submission.name == "twice.py" else None
"""
BAD_REFERENCE = """
import torch

LARGE = 1000000.0
SMALL = -1000000.0

def double(x):
    return torch.clamp(2 * x, min=SMALL, max=LARGE)
"""
BAD_MISCONCEPTIONS = """
import torch
from grader.api import misconception

@misconception("halved", entry="double", sentence="The number is halved.", step="Multiply by two.")
def halved(x):
    return x / 2

@misconception("half", entry="double", sentence="Half the number is returned.", step="Multiply by two.")
def half(x):
    return 0.5 * x

@misconception("unseen", entry="double", sentence="Large numbers are cut.", step="Do not cut them.")
def unseen(x):
    return torch.clamp(2 * x, max=500.0)

MISCONCEPTIONS = (halved, half, unseen)
CANDIDATES = {"double": (((torch.tensor([1.0, 2.0, 3.0]),), (torch.tensor([0.5, 5.0]),)),)}
"""
BAD = {
    f"{FOLDER}/assignment.toml": BAD_MANIFEST,
    f"{FOLDER}/reference.py": BAD_REFERENCE,
    f"{FOLDER}/misconceptions.py": BAD_MISCONCEPTIONS,
    f"{FOLDER}/handout.md": "double(1.617) is about 3.23, to be precise 3.234. <script>alert(1)</script>\n",
    f"{FOLDER}/starter/double.py": "def double(x):\n    return torch.clamp(2 * x, min=SMALL, max=LARGE)\n    # or x\n"
    "import torch\nSMALL, LARGE = 0.0, 2.0\n",
    f"{FOLDER}/examples/right/twice.py": "def double(x):\n    return 2 * x\n",
    f"{FOLDER}/examples/right/twice.toml": "",
    f"{FOLDER}/examples/wrong/halved.py": "def double(x):\n    return x / 2\n",
    f"{FOLDER}/examples/wrong/halved.toml": f'misconception = "halved"\n{LOST}',
    f"{FOLDER}/examples/wrong/undeclared.py": "def double(x):\n    return x / 3\n",
    "plugins/doubling.py": BAD_CHECKS,
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, good_files: Files) -> Validated:
    return validated(tmp_path_factory.mktemp("good"), good_files, "-v")


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Validated:
    return validated(tmp_path_factory.mktemp("bad"), BAD, "-v")


# ---------------------------------------------------------------- an assignment that holds


def test_a_good_assignment_holds(good: Validated) -> None:
    assert [finding for claim in good.proof["claims"] for finding in claim["findings"]] == []
    assert good.done.exit_code == 0, good.done.stdout
    assert good.proof["holds"] is True
    assert "All of it holds." in good.done.stdout


def test_every_claim_is_told_with_how_it_stands(good: Validated) -> None:
    told = {claim["id"]: claim["told"] for claim in good.proof["claims"]}
    assert told["points"] == "2 checks, 3 points"
    assert told["reference"] == "2 of 2 checks passed"
    assert told["starter"] == "0 / 3"
    assert told["examples"] == "2 right, 2 wrong"
    assert told["misconceptions"] == "2 declared: precision 1, recall 1"
    assert told["checks"] == "2 of 2 seen to fail"
    assert told["mutants"].startswith("4 of 4 noticed (100%)")
    assert told["stable"] == "20 times the reference, 20 right examples under other seeds"
    assert all(claim["title"] in good.done.stdout for claim in good.proof["claims"])


def test_the_matrix_counts_variants_and_examples(good: Validated) -> None:
    cells = {(cell["declared"], cell["named"]): cell["count"] for cell in good.proof["matrix"]["cells"]}
    assert cells == {("plus_two", "plus_two"): 2, ("squared", "squared"): 2, ("(none)", "(none)"): 2}
    assert (good.proof["matrix"]["precision"], good.proof["matrix"]["recall"]) == (1.0, 1.0)


def test_mutants_are_listed_with_who_noticed_them(good: Validated) -> None:
    fates = {mutant["name"]: (mutant["status"], mutant["by"]) for mutant in good.proof["mutants"]}
    assert fates["double: 2 * x -> 2 / x"] == ("killed", ["double.many"])
    assert fates["double: 2 * x -> 3 * x"] == ("killed", ["double.one", "double.many"])
    assert fates["double: 2 * x -> 2"] == ("no answer", [])
    assert good.proof["mutation_score"] == 1.0


def test_verbose_lists_checks_misconceptions_and_mutants(good: Validated) -> None:
    for part in ("How often each check failed", "Named elsewhere", "double: 2 * x -> 2 / x", "submission_s"):
        assert part in good.done.stdout


# ---------------------------------------------------------------- everything that does not


def test_what_does_not_hold_ends_with_1_and_says_what_to_do_next(bad: Validated) -> None:
    assert bad.done.exit_code == 1, bad.done.stdout
    assert bad.proof["holds"] is False
    assert "claims do not hold" in bad.done.stdout
    findings = [finding for claim in bad.proof["claims"] for finding in claim["findings"]]
    assert all(finding["hint"] for finding in findings)
    assert bad.done.stdout.count("→") == len(findings)


def test_a_score_that_is_not_the_sum_of_its_checks_is_found(bad: Validated) -> None:
    assert "right/twice.py: the result says 3 / 6, its checks add up to 6 / 6" in bad.findings("points")


def test_credit_for_an_unknown_misconception_is_found(bad: Validated) -> None:
    assert any('"double.many" gives credit for the misconception "plus_tow"' in what for what in bad.findings("points"))


def test_a_starter_that_earns_points_is_found(bad: Validated) -> None:
    (what,) = bad.findings("starter")
    assert "double.one (1)" in what


def test_a_wrong_outcome_is_found(bad: Validated) -> None:
    what = bad.findings("examples")
    assert any(
        "wrong/halved.py: double.one is failed, declared passed: double(1) should be 2.0000" in one for one in what
    )


def test_an_example_without_a_declared_outcome_is_found(bad: Validated) -> None:
    assert any("wrong/undeclared.py has no undeclared.toml" in what for what in bad.findings("examples"))


def test_two_misconceptions_that_are_one_are_found(bad: Validated) -> None:
    assert any("halved and half are not told apart" in what for what in bad.findings("misconceptions"))


def test_a_misconception_that_costs_nothing_is_found(bad: Validated) -> None:
    assert "unseen loses no points: no check notices it" in bad.findings("misconceptions")


def test_a_misconception_that_nobody_is_told_of_is_found(bad: Validated, good: Validated) -> None:
    assert "wrong/halved.py is not named halved" in bad.findings("misconceptions")
    assert good.findings("misconceptions") == []


def test_a_check_that_cannot_fail_is_found(bad: Validated) -> None:
    (what,) = bad.findings("checks")
    assert what.startswith("double.lax never fails")
    assert bad.claim("checks")["findings"][0]["place"].startswith("plugins/doubling.py:")


def test_a_mutant_nobody_notices_is_found_with_its_line_and_change(bad: Validated) -> None:
    survivor = next(each for each in bad.claim("mutants")["findings"] if "SMALL: -1000000.0 -> " in each["message"])
    assert survivor["place"] == "assignments/doubling/reference.py:5"
    assert survivor["diff"][0] == "- SMALL = -1000000.0"
    assert '"SMALL: -1000000.0 -> -1000001.0" = "..."' in " ".join(bad.done.stdout.split())


def test_an_equivalence_that_is_declared_is_believed_and_a_stale_one_is_found(bad: Validated) -> None:
    what = bad.findings("mutants")
    assert not any("LARGE: 1000000.0 -> 1000001.0" in one for one in what)
    assert any(one.startswith("double: 2 * x -> 2 / x is declared equivalent, but double.") for one in what)
    assert any("does not have: double: 3 * x -> 4 * x" in one for one in what)


def test_a_hidden_check_that_tells_what_it_hides_is_found(bad: Validated) -> None:
    what = bad.findings("hidden")
    assert any("double.hidden is hidden, but a student is shown 3.234" in one for one in what)
    assert any("double.hidden is hidden, but handout.md tells a number it compares with: 3.234" in one for one in what)
    assert any("double.title is hidden, but its title tells a number it compares with: 5.436" in one for one in what)


def test_the_references_code_in_the_starter_is_found(bad: Validated) -> None:
    assert any("starter/double.py holds a line of the reference" in what for what in bad.findings("hidden"))


# ---------------------------------------------------------------- courses and command lines that are broken


def test_points_that_do_not_add_up_are_the_courses_fault(tmp_path: Path, good_files: Files) -> None:
    manifest = good_files[f"{FOLDER}/assignment.toml"].replace("points = 3", "points = 4")
    write_files(tmp_path / "course", dict(good_files) | {f"{FOLDER}/assignment.toml": manifest})
    done = grade("validate", "doubling", "--course", "course", cwd=tmp_path)
    assert done.exit_code == 3
    assert "points = 4, but the checks are worth 3" in done.stderr


def test_a_check_that_raises_is_the_courses_fault_and_told_with_the_rest(tmp_path: Path, good_files: Files) -> None:
    checks = good_files["plugins/doubling.py"].replace(
        "expect_close(student.double(x)", "expect_close(student.double(y)"
    )
    found = validated(tmp_path, dict(good_files) | {"plugins/doubling.py": checks})
    assert found.done.exit_code == 3
    assert any("NameError" in what for what in found.findings("reference"))


def test_a_flaky_check_is_found(tmp_path: Path, good_files: Files) -> None:
    checks = good_files["plugins/doubling.py"].replace("torch.ones(1)), 2.0,", "torch.ones(1)), 2 + torch.rand(1) / 2,")
    files = dict(good_files) | {
        "plugins/doubling.py": checks.replace('atol=1e-6, what="double(1)"', "atol=0.25, what=''")
    }
    found = validated(tmp_path, files)
    assert found.done.exit_code == 1
    assert any(what.startswith("double.one is not passed by the reference in") for what in found.findings("stable"))
    assert not any("double.many" in what for what in found.findings("stable"))


def test_a_check_that_draws_lots_with_the_students_numbers_is_found(tmp_path: Path, good_files: Files) -> None:
    drawn = "import torch\n\ndrawn = torch.rand(1).item()\n\ndef double(x):\n    return 2 * x + (drawn > 0.5)\n"
    files = dict(good_files) | {f"{FOLDER}/examples/right/twice.py": drawn}
    found = validated(tmp_path, files)
    assert found.done.exit_code == 1
    assert any("is lost by right/twice.py under the seed" in what for what in found.findings("stable"))


def test_a_check_that_breaks_on_a_wrong_answer_is_found(tmp_path: Path, good_files: Files) -> None:
    checks = good_files["plugins/doubling.py"].replace(
        "    x = torch.tensor([1.0, 2.0, 3.0])\n",
        "    x = torch.tensor([1.0, 2.0, 3.0])\n    assert float(student.double(x)[0]) != 1.0\n",
    )
    found = validated(tmp_path, dict(good_files) | {"plugins/doubling.py": checks})
    assert found.done.exit_code == 3
    assert any(what.startswith("double.many itself fails on") for what in found.findings("checks"))


def test_a_reference_that_never_ends_is_the_courses_fault(tmp_path: Path, good_files: Files) -> None:
    endless = "def double(x):\n    while True:\n        pass\n"
    write_files(tmp_path / "course", dict(good_files) | {f"{FOLDER}/reference.py": endless})
    done = grade("validate", "doubling", "--course", "course", cwd=tmp_path)
    assert done.exit_code == 3
    assert "assignments/doubling/reference.py: asked by the checks, it did not end in time" in done.stderr


def test_a_reference_that_cannot_stand_in_is_found(tmp_path: Path, good_files: Files) -> None:
    files = dict(good_files) | {f"{FOLDER}/reference.py": "def twice(x):\n    return 2 * x\n"}
    files["plugins/doubling.py"] = files["plugins/doubling.py"].replace("reference.double", "reference.twice")
    del files[f"{FOLDER}/misconceptions.py"]
    for name in ("plus_two", "squared"):
        files[f"{FOLDER}/examples/wrong/{name}.toml"] = f'{LOST}"double.one" = "failed"\n'
    found = validated(tmp_path, files)
    assert found.done.exit_code == 1
    assert found.findings("reference")[0].startswith("there is no function for the entry point double")


def test_an_assignment_there_is_not_is_a_usage_error(tmp_path: Path, good_files: Files) -> None:
    write_files(tmp_path / "course", good_files)
    done = grade("validate", "doublin", "--course", "course", cwd=tmp_path)
    assert done.exit_code == 2
    assert 'did you mean "doubling"?' in done.stderr


def test_json_on_stdout_is_all_there_is_on_stdout(tmp_path: Path, good_files: Files) -> None:
    write_files(tmp_path / "course", good_files)
    done = grade("validate", "doubling", "--course", "course", "--json", "-", "-q", cwd=tmp_path)
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["schema"] == 1
    assert (tmp_path / "grade-out/validate/doubling.html").is_file()


# ---------------------------------------------------------------- while it runs


def test_progress_is_shown_on_a_terminal_and_ctrl_c_leaves_no_process(tmp_path: Path, good_files: Files) -> None:
    write_files(tmp_path / "course", good_files)
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        command("validate", "doubling", "--course", "course"),
        cwd=tmp_path, stdin=follower, stdout=follower, stderr=follower, start_new_session=True,
    )  # fmt: skip
    os.close(follower)
    seen = b""
    while b"submissions graded" not in seen:
        seen += os.read(leader, 4096)
    while len(started := _descendants(process.pid)) < 2:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    with suppress(OSError):  # the terminal is read to its end, or the command would wait for that
        while os.read(leader, 4096):
            pass
    assert process.wait(30) == 130
    assert b"variants of the reference judged" in seen
    assert _left_of(started) == []
    assert not list(tmp_path.glob("**/*.html"))


def _left_of(children: list[int]) -> list[int]:
    """Those of *children* that still run a while after their parent has gone."""
    deadline = time.monotonic() + 5
    while left := [pid for pid in children if _is_running(pid)]:
        if time.monotonic() > deadline:
            return left
        time.sleep(0.05)
    return []


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _descendants(pid: int) -> list[int]:
    """The processes *pid* started, in any of its threads, and those they started."""
    found: list[int] = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            children = [int(child) for child in file.read_text().split()]
            found += [each for child in children for each in (child, *_descendants(child))]
    return found
