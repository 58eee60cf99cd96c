"""Children that give bytes, or do not."""

import os
import signal
import time
from collections.abc import Callable

import pytest

from grader.sandbox import linux
from grader.validate.forks import MEMORY, Task, forked

pytestmark = pytest.mark.fast


def gave(*runs: Callable[[], bytes], at_once: int = 2, limit_s: float = 20) -> list[bytes]:
    tasks = [Task(run, lambda why, number=number: f"{number}: {why}".encode()) for number, run in enumerate(runs)]  # type: ignore[misc]
    return list(forked(tasks, at_once, limit_s))


def loop() -> bytes:
    while True:
        time.sleep(1)


def test_every_task_gives_what_it_gives() -> None:
    assert gave(*(lambda number=number: bytes([number]) for number in range(5))) == [bytes([n]) for n in range(5)]  # type: ignore[misc]


def test_what_comes_keeps_the_order_of_the_tasks_whichever_ends_first() -> None:
    def slow() -> bytes:
        time.sleep(0.3)
        return b"slow"

    assert gave(slow, lambda: b"quick", lambda: b"last") == [b"slow", b"quick", b"last"]


def test_an_answer_may_be_long() -> None:
    assert [len(data) for data in gave(lambda: b"x" * 3_000_000)] == [3_000_000]


def test_one_that_loops_for_ever_is_ended_and_the_others_are_not() -> None:
    assert gave(loop, lambda: b"done", limit_s=0.5) == [b"0: it did not end in time", b"done"]


def test_one_that_crashes_raises_or_takes_all_memory_ends_alone() -> None:
    def crash() -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        return b""

    found = gave(crash, lambda: bytes(1 // 0), lambda: bytes(2 * MEMORY)[:1], lambda: b"done")
    assert found == [*(f"{number}: it ended the process".encode() for number in range(3)), b"done"]


def test_no_child_is_left_and_none_prints(capfd: pytest.CaptureFixture[str]) -> None:
    def print_it() -> bytes:
        os.write(1, b"noise")
        os.write(2, b"noise")
        return b"done"

    others = linux.children(os.getpid())
    assert gave(print_it, loop, limit_s=0.3) == [b"done", b"1: it did not end in time"]
    assert linux.children(os.getpid()) == others
    assert capfd.readouterr() == ("", "")
