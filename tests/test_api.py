"""Generated cases: what a check raises is about the student's answers, whatever these do while it looks for them."""

import itertools
from typing import Any

import pytest

from grader.api import CheckFailed, TrainingRun, fail, for_every

NUMBERS = 30


def numbers(draw: Any, st: Any) -> list[int]:
    return list(draw(st.lists(st.integers(0, 1000), max_size=NUMBERS)))


def test_a_failure_is_raised_on_the_smallest_case() -> None:
    def test(case: list[int]) -> None:
        if len(case) >= 3:
            fail(f"wrong for {case}")

    with pytest.raises(CheckFailed, match=r"wrong for \[0, 0, 0\]"):
        for_every(numbers, test)


def test_answers_that_change_are_the_first_failure_seen_never_the_checks_own_fault() -> None:
    turns = itertools.count()

    def test(case: list[int]) -> None:
        if next(turns) % 7 == 6:
            fail(f"wrong for {case}")

    with pytest.raises(CheckFailed, match="wrong for"):
        for_every(numbers, test)


def test_a_process_that_ends_while_the_smallest_is_looked_for_leaves_the_first_failure() -> None:
    class Ended(Exception):
        ends_process = True

    turns = itertools.count()

    def test(case: list[int]) -> None:
        if next(turns) > 20:
            raise Ended
        if case:
            fail(f"wrong for {case}")

    with pytest.raises(CheckFailed, match="wrong for"):
        for_every(numbers, test)


def test_a_run_in_a_sentence_is_its_name() -> None:
    assert f"{TrainingRun('on shifted labels', (0.0,))}" == "on shifted labels"
