"""What a student is told of a check, by the level its manifest asks for."""

import json
from pathlib import Path
from typing import Any

from grader.testing import grade, write_files

MANIFEST = """\
title = "Twice"
points = 4

[steps]
double = "1 · Double"

[entry_points.double]
kind = "loss"
symbol = "double"
arguments = ["a", "b"]

[checks."double.value"]
detail = "{detail}"
"""
REFERENCE = "def double(a, b):\n    return (2 * (a + b)).sum()\n"
MISCONCEPTIONS = """\
import torch
from grader.api import misconception


@misconception("once", entry="double", sentence="It is taken once.", step="Take it twice.", patterns=["_.sum()"])
def once(a, b):
    return (a + b).sum()


MISCONCEPTIONS = (once,)
CANDIDATES = {"double": (((torch.tensor([7.125]), torch.tensor([0.25])), (torch.tensor([3.0]), torch.tensor([4.0]))),)}
"""
CHECKS = """\
import torch
from grader.api import check, expect_close
from grader.hookspecs import hookimpl
from grader.model import Figure


@check("double.value", points=3, title="It doubles", step="double")
def value(student, reference):
    a, b = torch.tensor([4.375]), torch.tensor([1.25])
    expect_close(student.double(a, b), 11.25, what="Twice 4.375 and 1.25", inputs={"a": [4.375], "b": [1.25]})


@check("double.shape", points=1, title="It is one number", step="double")
def shape(student, reference):
    student.double(torch.tensor([1.0]), torch.tensor([2.0]))


@hookimpl
def grader_checks(assignment):
    return [value, shape]
"""
ONCE = "def double(a, b):\n    print('asked', a.tolist())\n    return (a + b).sum()\n\nprint('loading')\n"


def graded(tmp_path: Path, detail: str) -> tuple[dict[str, Any], str, str]:
    """The result, the terminal's summary and the page of a submission that is wrong."""
    files = {
        "assignments/twice/assignment.toml": MANIFEST.format(detail=detail),
        "assignments/twice/reference.py": REFERENCE,
        "assignments/twice/misconceptions.py": MISCONCEPTIONS,
        "plugins/twice.py": CHECKS,
    }
    course = write_files(tmp_path / "course", files)
    write_files(tmp_path, {"hw.py": ONCE})
    options = ("--course", course, "--json", "r.json", "--html", "r.html", "-v")
    done = grade("run", "hw.py", *options, cwd=tmp_path)
    assert done.exit_code == 1, done.stderr
    page = (tmp_path / "r.html").read_text()
    return json.loads((tmp_path / "r.json").read_text()), done.stdout, page[page.index("</style>") :]


def test_a_check_told_in_full_tells_what_was_expected_why_and_where(tmp_path: Path) -> None:
    result, terminal, page = graded(tmp_path, "full")
    check = result["checks"][0]
    assert check["misconception"] == "once"
    assert check["evidence"]["expected"] == 11.25
    assert check["location"]["line"] == 3
    assert "The likely place is (a + b).sum()." in check["message"]
    assert "11.25" in terminal
    assert "asked" in result["output"]["stdout"]
    assert result["assignment"]["hidden"] == []
    assert "visible" not in terminal + page


def test_a_check_of_which_the_answer_alone_is_told_keeps_what_was_expected(tmp_path: Path) -> None:
    result, terminal, page = graded(tmp_path, "actual")
    check = result["checks"][0]
    assert check["message"] == "Your answer was 5.6250, which is not right."
    assert check["misconception"] is None
    assert set(check["evidence"]) == {"actual", "inputs"}
    told = json.dumps(result) + terminal + page
    assert not any(word in told for word in ("11.25", "It is taken once", "Take it twice"))


def test_nothing_of_a_hidden_check_is_told_but_its_points(tmp_path: Path) -> None:
    result, terminal, page = graded(tmp_path, "none")
    check = result["checks"][0]
    assert check["evidence"] is check["misconception"] is check["location"] is None
    assert check["message"] == "This check is hidden: its details are not shown."
    assert result["excerpts"] == result["figures"] == []
    assert result["output"]["stdout"] == "loading\n"
    told = json.dumps(result) + terminal + page
    secrets = ("11.25", "5.625", "4.375", "7.125", "taken once", "Take it", "asked")
    assert [secret for secret in secrets if secret in told] == []


def test_a_report_with_hidden_checks_adds_up(tmp_path: Path) -> None:
    result, terminal, page = graded(tmp_path, "none")
    told = "visible 1 of 1 points; hidden checks count 3, of which 0"
    assert told in " ".join(terminal.split())
    assert told in page
    assert result["assignment"]["hidden"] == ["double.value"]
