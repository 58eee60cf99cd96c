"""What a hidden check gives away."""

from dataclasses import replace
from typing import Any

import pytest

from grader.model import CheckResult
from grader.validate.hidden import leaked, own_lines, secrets_of, told_in

pytestmark = pytest.mark.fast

FAILED = CheckResult("loss.mean", "The mean", "loss", "failed", None, 0, 1, "", "", None, None, None, 0.1)


def failed(message: str = "", hint: str = "", **evidence: Any) -> CheckResult:
    return replace(FAILED, message=message, hint=hint, evidence=evidence or None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the loss is 0.8483", ("0.8483",)),
        ("about 0.848, or 0.848300", ("0.848", "0.848300")),
        ("0.85 and 0.8", ()),
        ("0.8484", ()),
        ("version 10.848.3, x0.8483", ()),
        ("-0.8483", ()),
    ],
)
def test_a_number_is_found_as_precisely_as_it_is_written(text: str, found: tuple[str, ...]) -> None:
    assert told_in(text, [0.8483004]) == found


def test_numbers_that_stand_in_every_text_are_no_secrets() -> None:
    assert secrets_of(failed(expected={"p": 0.5, "q": 0.8483}, counterexample=[2.0, 7.125])) == (0.8483, 7.125)
    assert secrets_of(failed(expected="below 3.1415")) == (3.1415,)


def test_inputs_are_shown_anyway() -> None:
    assert secrets_of(failed(expected=1.6094, counterexample={"x": 0.125}, inputs={"x": [0.125]})) == (1.6094,)


@pytest.mark.parametrize(
    "told",
    [
        failed(message="It should be 1.6094."),
        failed(hint="Not far from 1.609"),
        failed(wanted=1.6094),
        failed(inputs={"nested": [[1.6094]]}),
    ],
)
def test_what_a_student_is_shown_is_searched(told: CheckResult) -> None:
    assert leaked(told, [1.6094])


def test_the_students_own_answer_gives_nothing_away() -> None:
    assert leaked(failed(message="Your answer was 1.6094, which is not right.", actual=1.6094), [1.6094]) == ()


def test_lines_that_anybody_would_write_are_nobodys() -> None:
    source = '''
def loss(p, y):
    """The docstring of the function is no code at all, however long."""
    rows = -(y * log(p) + (1 - y) * log(1 - p))
    return rows.mean()

def other(x):
    return x * 12345678 + 87654321 - 1234
'''
    assert list(own_lines(source, ["loss"])) == ["rows = -(y * log(p) + (1 - y) * log(1 - p))"]
