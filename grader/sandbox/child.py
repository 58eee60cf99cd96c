"""A student's process: set up, locked down, then nothing but questions and answers until the judge hangs up.

Descriptors: 0 nothing · 1, 2 memory files for output · 3 the questions · 4 a memory file for a crash report ·
5 the Landlock ruleset, until it is applied.
"""

import faulthandler
import fcntl
import gc
import io
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from grader import wire
from grader.sandbox.lockdown import NO_RULESET, Cage, Cell
from grader.sandbox.refusals import explain_refusals
from grader.sandbox.student import Student

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

QUESTIONS = 3
CRASH_REPORT = 4
RULESET = 5
FIRST_FREE = 6


def become_student(spawn: wire.Spawn, descriptors: list[int], cage: Cage) -> None:
    """Turn this fresh fork into a student's process and serve it to its end. Never returns."""
    os.setsid()
    cell = Cell(cage, spawn)
    _arrange(descriptors, cell.ruleset)
    _replace_streams()
    folder = cell.move_in()
    os.chdir(folder)
    os.environ |= {"HOME": folder, "TMPDIR": folder, "MPLCONFIGDIR": folder, "USER": "student"}
    for number in (signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    faulthandler.enable(CRASH_REPORT)
    faulthandler.register(signal.SIGUSR1, CRASH_REPORT, all_threads=False)
    layers = cell.lock(folder, RULESET)
    if spawn.sandbox != "off":
        explain_refusals()
    gc.enable()
    _serve(socket.socket(fileno=QUESTIONS), wire.Ready(layers, folder))
    os._exit(0)


def _arrange(descriptors: list[int], ruleset: int) -> None:
    """Put what this process needs at its fixed numbers and close everything else."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    questions, out, err, crash = descriptors
    wanted = [(nothing, 0), (out, 1), (err, 2), (questions, QUESTIONS), (crash, CRASH_REPORT)]
    if ruleset != NO_RULESET:
        wanted.append((ruleset, RULESET))
    safe = [(fcntl.fcntl(source, fcntl.F_DUPFD_CLOEXEC, 64), target) for source, target in wanted]
    for source, target in safe:
        os.dup2(source, target, inheritable=target < QUESTIONS)
    os.closerange(FIRST_FREE if ruleset != NO_RULESET else RULESET, os.sysconf("SC_OPEN_MAX"))


class _Capped(io.RawIOBase):
    """Writes into a memory file of fixed size; what no longer fits is dropped, and no print ever fails."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, data: "Buffer", /) -> int:
        view = memoryview(data).cast("B")
        room = os.fstat(self._descriptor).st_size - os.lseek(self._descriptor, 0, os.SEEK_CUR)
        if room > 0:
            with suppress(OSError):
                os.write(self._descriptor, view[:room])
        return len(view)


def _replace_streams() -> None:
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the process's own standard input
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        stream = io.TextIOWrapper(io.BufferedWriter(_Capped(descriptor)), "utf-8", "backslashreplace")
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _serve(questions: socket.socket, ready: wire.Ready) -> None:
    wire.send(questions, ready)
    student = Student()
    while (request := wire.receive(questions, wire.Request)) is not None:
        answer = student.answer(request.task)
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        wire.send(questions, wire.Reply(request.id, answer))
