"""Workers: each a thread that directs one executor, so that one submission at a time costs only itself.

    queue of entries ──> thread 1 ── executor (a warm process and its judge) ──┐
                     ──> thread 2 ── executor                                ──┴──> events, read by the main thread

A submission whose grading broke its worker gets a fresh one and a second chance; after that a result that says so.
"""

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from grader.batch.entries import Entry
from grader.errors import CourseError, GradeError, GraderError, UsageError
from grader.model import Executor, Result
from grader.wire import Job

CHANCES = 2

# What to do: the entry, a private folder, and why its grading was given up ("" when it was not).
MakeJob = Callable[[Entry, Path, str], Job]


@dataclass(frozen=True)
class Started:
    """A worker begins with an entry."""

    worker: int
    entry: Entry


@dataclass(frozen=True)
class Finished:
    """An entry is done: a result, or the line that says why there is none."""

    worker: int
    entry: Entry
    result: Result | None = None
    problem: str = ""


@dataclass(frozen=True)
class Broken:
    """No submission can be graded: the course, or the machine."""

    error: GradeError


Event = Started | Finished


class Workers:
    """*count* workers that grade *entries*; *new_executor* gives each its own."""

    def __init__(
        self, entries: Iterable[Entry], count: int, new_executor: Callable[[int], Executor], job: MakeJob
    ) -> None:
        self._entries: SimpleQueue[Entry] = SimpleQueue()
        for entry in entries:
            self._entries.put(entry)
        self._new_executor = new_executor
        self._job = job
        self._events: SimpleQueue[Event | Broken | None] = SimpleQueue()
        self._stopping = threading.Event()
        self._executors: dict[int, Executor] = {}
        self._numbers = itertools.count()
        self._threads = [threading.Thread(target=self._work, args=(number,)) for number in range(count)]

    def events(self) -> Iterator[Event]:
        """Start the workers; what happens, until every entry is done. Raises the error that stops them all."""
        for thread in self._threads:
            thread.start()
        left = len(self._threads)
        while left:
            event = self._events.get()
            if isinstance(event, Broken):
                raise event.error
            if event is None:
                left -= 1
            else:
                yield event

    def stop(self) -> None:
        """End everything at once; safe to call when all is done, too."""
        self._stopping.set()
        for executor in list(self._executors.values()):
            executor.close()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    # ------------------------------------------------------------ in a worker's thread

    def _work(self, worker: int) -> None:
        try:
            while not self._stopping.is_set():
                self._grade(worker, self._entries.get_nowait())
        except Empty:
            pass
        except GradeError as error:
            self._events.put(Broken(error))
        except Exception as error:
            self._events.put(Broken(GraderError(f"a worker of the batch failed: {type(error).__name__}: {error}")))
        finally:
            self._let_go(worker)
            self._events.put(None)

    def _grade(self, worker: int, entry: Entry) -> None:
        self._events.put(Started(worker, entry))
        broke = ""
        for chance in range(CHANCES + 1):
            executor = self._executor(worker)
            try:
                done = self._graded(worker, entry, executor, broke if chance == CHANCES else "")
            except CourseError:
                raise
            except Exception as error:
                broke = error.problems[0] if isinstance(error, GradeError) else f"{type(error).__name__}: {error}"
                self._let_go(worker)
            else:
                self._events.put(done)
                return
        self._events.put(Finished(worker, entry, None, broke))

    def _graded(self, worker: int, entry: Entry, executor: Executor, gave_up: str) -> Finished:
        """One attempt; with *gave_up* set, a result that says why there will be none."""
        scratch = Path(executor.scratch) / str(next(self._numbers))
        try:
            return Finished(worker, entry, executor.grade(self._job(entry, scratch, gave_up)))
        except UsageError as error:
            return Finished(worker, entry, None, gave_up or str(error))

    def _executor(self, worker: int) -> Executor:
        if worker not in self._executors:
            self._executors[worker] = self._new_executor(worker)
        if self._stopping.is_set():
            self._let_go(worker)
            raise GraderError("the batch was stopped")
        return self._executors[worker]

    def _let_go(self, worker: int) -> None:
        executor = self._executors.pop(worker, None)
        if executor is not None:
            executor.close()
