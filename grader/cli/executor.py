"""Executors for the commands that grade."""

import os
from typing import TYPE_CHECKING

from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.model import Executor
    from grader.plugins_host import Host
    from grader.sandbox.launch import WarmProcess


def new_executor(host: "Host", warm: "WarmProcess | None") -> "Executor":
    """The executor ``local`` over *warm*, from the first plugin that provides it."""
    from grader.model import Executor

    executor, failures = host.first("grader_executor", Executor, name="local", warm=warm)  # type: ignore[type-abstract]
    if executor is None:
        raise GraderError(*(str(failure) for failure in failures), "no plugin provides the executor local")
    return executor


class WarmExecutors:
    """Gives *count* workers their executors, each over a warm process of its own, and ends them all."""

    def __init__(self, host: "Host", count: int) -> None:
        self._host = host
        self._count = count
        self._started: list[WarmProcess] = []

    def new(self, worker: int) -> "Executor":
        """A fresh executor for *worker*, from 0. A worker keeps to its share of the cores, so that its judge and its
        student's process find in the caches what the other has just used, and leave the others' cores alone; where
        there are more workers than cores, they share them all."""
        from grader.sandbox.launch import WarmProcess

        cores = sorted(os.sched_getaffinity(0))
        warm = WarmProcess(cores[worker :: self._count] if self._count <= len(cores) else ())
        self._started.append(warm)
        return new_executor(self._host, warm)

    def close(self) -> None:
        """End every process; all are told before the first is waited for."""
        for warm in self._started:
            warm.terminate()
        for warm in self._started:
            warm.close()
