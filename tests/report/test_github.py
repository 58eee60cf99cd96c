"""What a runner of GitHub Actions reads of a result, and what it must not."""

from dataclasses import replace

import pytest

from grader.model import CheckResult, Location, Result
from grader.report import github
from grader.report.github import Graded

pytestmark = pytest.mark.fast


def failing(result: Result, number: int) -> CheckResult:
    place = Location("hw.py", number + 1)
    return replace(
        result.checks[0],
        id=f"model.c{number}", title=f"Check {number}", status="failed", score=0.0, max_score=float(number),
        message=f"Wrong: {number}, 100%\nsecond line", hint="Do this.", location=place,
    )  # fmt: skip


def test_the_largest_loss_comes_first_and_no_more_than_github_shows(perfect: Result) -> None:
    result = replace(perfect, checks=tuple(failing(perfect, number) for number in range(1, 26)))
    commands = github.annotations([Graded(result, "")])
    assert [command.split("title=")[1].split(" (")[0] for command in commands[:3]] == [
        "Check 25", "Check 24", "Check 23",
    ]  # fmt: skip
    assert len([command for command in commands if command.startswith("::error ")]) == 10
    assert commands[-1] == "::notice title=grade::and 15 more; see the report"


def test_texts_are_escaped_as_the_runner_reads_them(perfect: Result) -> None:
    (command,) = github.annotations([Graded(replace(perfect, checks=(failing(perfect, 1),)), "week: 1,a")])
    assert "\n" not in command
    assert command.startswith("::error file=week%3A 1%2Ca/hw.py,line=2,endLine=2,title=Check 1 (0 of 1)::")
    assert command.endswith("::Wrong: 1, 100%25%0Asecond line%0ADo this.")


def test_partial_credit_and_warnings_are_warnings(partial: Result) -> None:
    commands = github.annotations([Graded(partial, "")])
    assert any(command.startswith("::warning ") for command in commands)


def test_a_notebook_has_no_line_and_an_archive_no_file(perfect: Result) -> None:
    in_cell = replace(failing(perfect, 1), location=Location("hw.ipynb", 3, 7))
    (notebook,) = github.annotations([Graded(replace(perfect, checks=(in_cell,)), "")])
    assert "file=hw.ipynb,title=" in notebook
    assert "cell 7, line 3" in notebook
    (archive,) = github.annotations([Graded(replace(perfect, checks=(failing(perfect, 1),)), None)])
    assert "file=" not in archive


def test_nothing_of_a_submission_is_a_command(hostile: Result) -> None:
    for command in github.annotations([Graded(hostile, "")]):
        assert len(command.splitlines()) == 1
        assert command.startswith(("::error ", "::warning ", "::notice "))
        assert "\x1b" not in command
    shown = github.without_commands("::error::owned\n##[error]x\n::stop-commands::x")
    token = shown.splitlines()[0].removeprefix("::stop-commands::")
    assert len(token) == 32
    assert shown.splitlines()[-1] == f"::{token}::"
    assert github.without_commands("x") != github.without_commands("x")


def test_the_summary_shows_a_submission_s_words_as_text(hostile: Result) -> None:
    text = github.summary([Graded(hostile, "")])
    for markup in ("<script", "<img", "](", "![", "https://", "@", "::error", "\x1b", "\u202e"):
        assert markup not in text.replace("| ", "")
    assert len(text.encode()) <= github.SUMMARY_BYTES + 100


def test_a_flood_is_cut_to_what_github_takes(perfect: Result) -> None:
    many = replace(
        perfect, checks=tuple(replace(failing(perfect, n), message=f"{n}" + "é" * 1_900) for n in range(1, 600))
    )
    text = github.summary([Graded(many, "")])
    assert len(text.encode()) < 1_000_000
    assert "cut short" in text


def test_outputs_name_the_score_the_status_and_the_report(partial: Result) -> None:
    text = github.outputs([Graded(partial, "")], ["grade-out/reports/hw.html"])
    names = [line.partition("<<")[0] for line in text.splitlines() if "<<" in line]
    assert names == ["score", "max_score", "status", "report"]
