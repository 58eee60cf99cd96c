import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from grader.model import Result
from grader.report.plain import plain
from grader.report.terminal import summary

pytestmark = pytest.mark.fast

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def told(result: Result, **options: Any) -> str:
    return summary(result, **({"color": False} | options))


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def test_the_score_is_written_once_and_first(any_result: Result) -> None:
    scores = re.findall(r"(?m)^(\d+(?:\.\d+)?) / (\d+(?:\.\d+)?)  ", told(any_result, width=1000))
    assert len(scores) == 1
    assert float(scores[0][0]) == any_result.score


def test_full_marks_say_so_and_ask_for_nothing(perfect: Result) -> None:
    text = told(perfect)
    assert "10 / 10   11 of 11 checks are right" in text
    assert text.count("✓") == 11
    assert "✗" not in text
    assert "Nothing is left to fix" in text


def test_what_is_wrong_comes_before_what_is_right_and_the_next_step_last(partial: Result) -> None:
    text = told(partial, report="grade-out/bob.html")
    assert in_order(text, "bob.zip", "6.75 / 10", "✗ After training", "~ Mini-batch", "✓ Exactly two", "Next step: ")
    assert text.endswith("\nReport: grade-out/bob.html")


def test_a_finding_shows_points_message_place_and_the_student_s_line(partial: Result) -> None:
    text = told(partial)
    assert re.search(r"~ Mini-batch loss .* 1 of 2\n", text)
    assert "but is 3.3932" in text
    assert in_order(text, "    hw.py:21\n", "    21 │     return -(y * y_pred.log()")
    assert "→ Divide by the number of rows" in text


def test_the_same_line_and_hint_are_shown_once(partial: Result) -> None:
    text = told(partial)
    assert text.count("hw.py:21") == 2
    assert text.count("│     return") == 1
    assert text.count("Divide by the number") == 1


def test_checks_that_fail_for_one_reason_are_told_once(notebook: Result) -> None:
    text = told(notebook)
    assert "5 checks got no answer for the same reason" in text
    assert text.count("name 'y_hat' is not defined") == 1
    assert "hw.ipynb cell 3, line 2" in text
    assert "    2 │     return -(y * torch.log(y_hat))" in text


def test_a_syntax_error_keeps_its_caret_below_the_code(ungradable: Result) -> None:
    lines = told(ungradable).split("\n")
    code = next(number for number, line in enumerate(lines) if "def forward" in line)
    assert lines[code + 1].index("^") == lines[code].index(")") + 1
    assert "report.pdf left out" in "\n".join(lines)


def test_an_ungradable_submission_says_why_once(ungradable: Result) -> None:
    text = told(ungradable)
    assert text.count("There is no code that runs") == 1
    assert "0 / 10" in text


def test_ignored_files_are_kept_quiet_when_nothing_is_missing(perfect: Result, ungradable: Result) -> None:
    assert "report.pdf" not in told(replace(perfect, submission=ungradable.submission))


def test_exactly_one_next_step(any_result: Result) -> None:
    assert told(any_result).count("Next step:") == 1


def test_a_warning_costs_nothing_and_is_told(partial: Result) -> None:
    assert "right, no points lost" in told(partial)


def test_notes_are_told(partial: Result) -> None:
    assert "• grade.toml: only" in told(partial)


def test_a_hidden_check_tells_its_message_and_no_more(partial: Result, changed: Any) -> None:
    hidden = changed(partial, {"train.converges": {"evidence": None, "hint": "", "location": None}})
    assert "0.4812" in told(hidden)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_every_line_fits(any_result: Result, width: int) -> None:
    for verbosity in (0, 1):
        text = told(any_result, width=width, verbosity=verbosity)
        text = text.replace("## [", "##[").replace(": :", "::")  # a defused command is one wider
        assert not [line for line in text.split("\n") if len(line) > width]


def test_quiet_is_one_line(any_result: Result) -> None:
    text = told(any_result, verbosity=-1)
    assert "\n" not in text
    assert " / 10" in text


def test_quiet_names_what_to_look_at_first(partial: Result) -> None:
    assert told(partial, verbosity=-1) == "6.75 / 10  bob.zip · After training, 4 hours pass and 1 hour fails"


def test_verbose_tells_every_check_what_was_found_the_sandbox_and_the_output(partial: Result) -> None:
    text = told(partial, verbosity=1)
    for check in partial.checks:
        assert check.id in text
    assert "0.02 s" in text
    assert "loss: bce_loss (function), hw.py:20" in text
    assert "strict: seccomp, no landlock (the kernel is too old)" in text
    assert "  │ 0 0.69" in text


def test_colour_changes_nothing_but_colour(any_result: Result) -> None:
    coloured = told(any_result, color=True)
    assert ANSI.search(coloured)
    assert ANSI.sub("", coloured) == told(any_result)


@pytest.mark.parametrize("verbosity", [-1, 0, 1])
def test_hostile_text_is_inert(hostile: Result, verbosity: int) -> None:
    text = told(hostile, verbosity=verbosity, report=hostile.submission.name)
    assert not [char for char in text if char != plain(char)]
    assert not [line for line in text.split("\n") if line.lstrip().startswith("::")]
    assert "##[" not in text


def test_colours_are_the_only_escapes_of_a_hostile_result(hostile: Result) -> None:
    assert "\x1b" not in ANSI.sub("", told(hostile, color=True, verbosity=1))


def test_a_flood_of_text_stays_readable(partial: Result, changed: Any) -> None:
    flood = "x" * 100_000
    flooded = changed(
        partial,
        {"train.converges": {"message": flood, "title": flood, "hint": flood}},
        output=replace(partial.output, stdout=flood),
        excerpts=(replace(partial.excerpts[1], lines=(flood, flood)),),
    )
    assert len(told(flooded, verbosity=1)) < 20_000


def test_many_right_checks_take_a_few_lines(perfect: Result) -> None:
    many = replace(perfect, checks=tuple(replace(perfect.checks[0], id=f"c{i}") for i in range(100)))
    assert told(many).count("✓") == 1


def test_importing_it_is_cheap() -> None:
    code = "import sys, grader.report.terminal; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"jinja2", "msgspec", "torch", "rich", "markdown_it", "nh3", "click", "pluggy"} & set(loaded)
