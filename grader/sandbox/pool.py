"""Several students' processes at once, on one thread: whoever waits for one answer serves all of them.

A question waits in its session's queue until a place is free; the one somebody waits for goes first. No deadline
is missed by more than the judge's own longest computation.
"""

import time
from collections import deque
from selectors import EVENT_READ, PollSelector

from grader import wire
from grader.sandbox.session import Broken, Pending, Session

WATCH_S = 0.25


class Pool:
    """At most *places* questions are out at once, and none when *budget_s* have passed since *began* (monotonic)."""

    def __init__(self, places: int, budget_s: float, began: float) -> None:
        self._places = places
        self._budget_s = budget_s
        self._latest = began + budget_s
        self._watched = 0.0
        self._queues: dict[Session, deque[Pending]] = {}

    def ask(self, session: Session, pending: Pending) -> Pending:
        """Queue a question for *session*; it is sent when a place is free."""
        self._queues.setdefault(session, deque()).append(pending)
        self._send_some()
        return pending

    def wait(self, session: Session, pending: Pending) -> wire.Answer:
        """The answer to *pending*, a question to *session*; raises Broken."""
        while pending.outcome is None:
            if session.current is None and not session.is_over:
                self._send_next(session)
            self._turn()
        return pending.answer()

    def drop(self, session: Session) -> None:
        """End *session*; what it was still to be asked is never answered."""
        for pending in self._queues.pop(session, ()):
            pending.outcome = Broken("prerequisite", "the process was ended before this question")
        session.close()

    def close(self) -> None:
        for session in list(self._queues):
            self.drop(session)

    # ------------------------------------------------------------ one turn of the loop

    def _turn(self) -> None:
        """Hear whoever speaks, end whoever is late, send what has a place."""
        self._send_some()
        busy = [session for session in self._queues if session.current is not None]
        with PollSelector() as selector:
            for session in busy:
                if session.connection is not None:
                    selector.register(session.connection, EVENT_READ, session)
            for key, _ in selector.select(self._next_deadline(busy)):
                key.data.hear()
        now = time.monotonic()
        for session in busy:
            if session.current is not None and session.current.deadline <= now:
                session.expire()
        if now >= self._watched + WATCH_S:
            self._watched = now
            for session in self._queues:  # idle ones as well: a thread of theirs may be writing
                session.watch_files()
        self._give_up_queues()

    def _next_deadline(self, busy: list[Session]) -> float:
        deadlines = [session.current.deadline for session in busy if session.current is not None]
        return min(WATCH_S, max(0.0, min(deadlines, default=0.0) - time.monotonic()))

    def _send_some(self) -> None:
        for session in list(self._queues):
            if sum(other.current is not None for other in self._queues) >= self._places:
                return
            if session.current is None and not session.is_over:
                self._send_next(session)

    def _send_next(self, session: Session) -> None:
        queue = self._queues.get(session)
        if not queue:
            return
        pending = queue.popleft()
        if time.monotonic() >= self._latest:
            pending.outcome = Broken("timeout", f"the {self._budget_s:g} s for the whole submission are used up")
            return
        session.send(pending, self._latest)

    def _give_up_queues(self) -> None:
        """Questions to a process that is gone will not be answered by it."""
        for session, queue in self._queues.items():
            while session.is_over and queue:
                gone = session.ended_by or Broken("prerequisite", "the process ended before this question")
                queue.popleft().outcome = gone
