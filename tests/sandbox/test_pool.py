"""Questions to a process that is gone."""

import time
from typing import Any

import pytest

from grader import wire
from grader.sandbox.pool import Pool
from grader.sandbox.session import Broken, Pending

pytestmark = pytest.mark.fast


class Gone:
    """As much of a session as a pool asks of one that is over."""

    is_over = True
    current = connection = None

    def __init__(self, ended_by: Broken | None) -> None:
        self.ended_by = ended_by

    def watch_files(self) -> None:
        """It writes no more."""


@pytest.mark.parametrize(
    ("ended_by", "reason"), [(Broken("memory", "its files grew"), "memory"), (None, "prerequisite")]
)
def test_a_question_is_told_why_its_process_was_ended_while_nothing_was_asked(
    ended_by: Broken | None, reason: str
) -> None:
    pool, gone = Pool(1, 10.0, time.monotonic()), Gone(ended_by)
    session: Any = gone
    pending = pool.ask(session, Pending(wire.Parameters("model", wire.Tensor("float32", (0,), b"")), 1.0))
    with pytest.raises(Broken) as caught:
        pool.wait(session, pending)
    assert caught.value.reason == reason
