"""Run functions in forked children, each with a limit on time and memory, several at once.

A mutant may loop for ever, fill the memory or crash Python: then only its child ends, and the outcome says how.
"""

import os
import resource
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from selectors import EVENT_READ, DefaultSelector

from grader.sandbox import linux

MEMORY = 2 * 1024**3


@dataclass(frozen=True)
class Task:
    """``run`` gives bytes, in a child; ``ended`` turns into bytes why it gave none."""

    run: Callable[[], bytes]
    ended: Callable[[str], bytes]


@dataclass
class _Child:
    task: Task
    number: int
    pid: int
    deadline: float
    data: bytes = b""


def forked(tasks: Iterable[Task], at_once: int, limit_s: float) -> Iterator[bytes]:
    """What the *tasks* give, in their order. Of a process without threads only: a fork copies one."""
    waiting = iter(tasks)
    given: dict[int, bytes] = {}
    started = told = 0
    with DefaultSelector() as selector:
        while True:
            while len(selector.get_map()) < at_once and (task := next(waiting, None)) is not None:
                child, pipe = _start(task, started, limit_s)
                selector.register(pipe, EVENT_READ, child)
                started += 1
            if not selector.get_map():
                return
            given.update(_heard(selector))
            while told in given:
                yield given.pop(told)
                told += 1


def _heard(selector: DefaultSelector) -> Iterator[tuple[int, bytes]]:
    """Wait until some child speaks, ends or is late; the numbers of those that ended, and what they gave."""
    children: list[tuple[int, _Child]] = [(key.fd, key.data) for key in selector.get_map().values()]
    soonest = min(child.deadline for _, child in children)
    ready = {key.fd for key, _ in selector.select(max(0.0, soonest - time.monotonic()))}
    for pipe, child in children:
        said = os.read(pipe, 1 << 16) if pipe in ready else None
        if said:
            child.data += said
        elif said is not None or child.deadline <= time.monotonic():
            selector.unregister(pipe)
            os.close(pipe)
            yield child.number, _buried(child, late=said is None)


def _start(task: Task, number: int, limit_s: float) -> tuple[_Child, int]:
    ours, theirs = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _become(task, theirs, parent, limit_s)
    os.close(theirs)
    return _Child(task, number, pid, time.monotonic() + limit_s), ours


def _become(task: Task, pipe: int, parent: int, limit_s: float) -> None:
    """The child: give what the task gives, and end here whatever happens."""
    try:
        linux.die_with_parent(parent)
        space = linux.address_space() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (space, space))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        with os.fdopen(pipe, "wb") as file:
            file.write(task.run())
        os._exit(0)
    except BaseException:
        os._exit(1)


def _buried(child: _Child, *, late: bool) -> bytes:
    if late:
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
    _, status = os.waitpid(child.pid, 0)
    if late:
        return child.task.ended("it did not end in time")
    if os.waitstatus_to_exitcode(status):
        return child.task.ended("it ended the process")
    return child.data
