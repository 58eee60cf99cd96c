"""The judge's side of a student's process: ask it, wait for it, end it.

One question is out at a time; its deadline is absolute, whatever trickles in. Every way a process can fail to
answer ends it and becomes a ``Broken``: the remaining questions go to a fresh process.
"""

import os
import re
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from grader import wire
from grader.errors import GraderError
from grader.model import IntakeLimits, Layer, Reason
from grader.sandbox import scratch
from grader.sandbox.memory_file import MemoryFile

START_S = 20.0
REPORT_WAIT_S = 0.5
CRASH_REPORT_BYTES = 16 * 1024
MIB = 1024 * 1024


class Broken(Exception):
    """A student's process did not answer. ``frames`` are (file, line) of its stack, innermost first, if known."""

    def __init__(self, reason: Reason, message: str, frames: tuple[tuple[str, int], ...] = ()) -> None:
        super().__init__(message)
        self.reason: Reason = reason
        self.message = message
        self.frames = frames


@dataclass
class Pending:
    """A question on its way. ``outcome`` is set once: the answer, or why there is none."""

    task: wire.Task
    limit_s: float
    then: Callable[[wire.Answer], None] | None = None
    outcome: wire.Answer | Broken | None = None
    id: bytes = field(default_factory=lambda: os.urandom(16))
    deadline: float = 0.0

    def answer(self) -> wire.Answer:
        """The answer; raises Broken when there is none. Only once it is done."""
        if isinstance(self.outcome, Broken):
            raise self.outcome
        if self.outcome is None:
            raise GraderError("the grader asked for an answer before it had come")
        return self.outcome


class WarmClient:
    """The judge's end of its socket to the warm process."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(wire.FromWarm)

    def spawn(self, request: wire.Spawn, descriptors: list[int]) -> int:
        """Fork a student's process; its pid."""
        socket.send_fds(self._connection, [self._encoder.encode(request)], descriptors)
        return int(self._answer(wire.Spawned).pid)

    def end(self, pid: int, *, hung_up: bool) -> wire.Ended:
        """Kill and reap a student's process with all it started."""
        self._connection.send(self._encoder.encode(wire.End(pid, hung_up)))
        ended: wire.Ended = self._answer(wire.Ended)
        return ended

    def _answer(self, shape: type[Any]) -> Any:
        message = self._connection.recv(1 << 16)
        if not message:
            raise GraderError("the grader's warm process ended unexpectedly; run the command again")
        answer = self._decoder.decode(message)
        if not isinstance(answer, shape):
            raise GraderError(f"the grader's warm process answered {type(answer).__name__} out of turn")
        return answer


class Session:
    """One student's process, forked when its first question is sent. ``folder`` is where its copy lies, ``ended_by``
    why it was ended while nothing was asked: what later questions are told."""

    def __init__(self, warm: WarmClient, spawn: wire.Spawn, output_bytes: int) -> None:
        self.out = MemoryFile("stdout", output_bytes)
        self.err = MemoryFile("stderr", output_bytes)
        self._crash = MemoryFile("crash", CRASH_REPORT_BYTES)
        self._warm = warm
        self._spawn = spawn
        self._pid = 0
        self._reader = wire.FrameReader()
        self.connection: socket.socket | None = None
        self.layers: tuple[Layer, ...] = ()
        self.folder = spawn.copy
        self.current: Pending | None = None
        self.is_over = False
        self.ended_by: Broken | None = None
        self.strays = 0
        self._limit_told = ""

    # ------------------------------------------------------------ asking

    def send(self, pending: Pending, latest: float) -> None:
        """Send a question; start the process first if need be. *latest* caps the deadline (monotonic seconds)."""
        self.current = pending
        try:
            connection = self.connection or self._start()
            pending.deadline = min(time.monotonic() + pending.limit_s, latest)
            self._limit_told = f"no answer within {pending.limit_s:g} s"
            if pending.deadline == latest:
                self._limit_told = "the time for the whole submission was used up while it ran"
            connection.settimeout(max(pending.limit_s, 0.1))
            connection.sendall(wire.pack(wire.Request(pending.id, pending.task)))
            connection.setblocking(False)
        except OSError:
            self._break(self._why_gone())

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            files = [file.descriptor for file in (self.out, self.err, self._crash)]
            self._pid = self._warm.spawn(self._spawn, [theirs.fileno(), *files])
        ours.settimeout(START_S)
        try:
            ready = wire.receive(ours, wire.Ready)
        except (TimeoutError, wire.WireError, OSError) as error:
            raise GraderError(f"a student's process did not start: {error}") from None
        if ready is None:
            raise GraderError(f"a student's process did not start: {self.err.text()[-500:]}")
        self.layers, self.folder = ready.layers, ready.folder
        self.connection = ours
        return ours

    def hear(self) -> None:
        """Take what has arrived; sets the outcome of the current question once it is whole."""
        if self.connection is None or self.current is None:
            return
        try:
            data = self.connection.recv(1 << 20)
            frame = self._reader.feed(data) if data else None
        except BlockingIOError:
            return
        except OSError:  # it ended before it had read the question
            self._break(self._why_gone())
            return
        except wire.WireError as error:
            self._break(Broken("protocol", f"the process answered with something that is no answer ({error})"))
            return
        if not data:
            self._break(self._why_gone())
        elif frame is not None:
            self._take(frame)

    def _take(self, frame: bytes) -> None:
        pending = self.current
        try:
            reply: wire.Reply = wire.unpack(frame, wire.Reply)
        except wire.WireError as error:
            self._break(Broken("protocol", f"the process answered with something that is no answer ({error})"))
            return
        if pending is None or reply.id != pending.id:
            self._break(Broken("protocol", "the process answered a question that was not asked"))
            return
        self.current = None
        pending.outcome = reply.answer
        if pending.then is not None:
            pending.then(reply.answer)

    # ------------------------------------------------------------ ending

    def expire(self) -> None:
        """The deadline of the current question has passed: find out where the code is, and end it."""
        if self.current is not None:
            frames = self._where()
            self._break(Broken("timeout", self._limit_told, frames))

    def watch_files(self) -> None:
        """End a process that writes more than it may. One with a root of its own is stopped by that root's size."""
        limit = self._spawn.limits.scratch_mb
        if self.is_over or self.folder != self._spawn.copy or self.connection is None:
            return
        if scratch.holds_more_than(self.folder, limit * MIB + IntakeLimits().total_bytes):
            allowed = f"the {limit} MiB, or {scratch.MOST_FILES} files, allowed, or its folders lie too deep"
            self._break(Broken("memory", f"its files grew past {allowed}"))

    def end(self, *, hung_up: bool = False) -> wire.Ended | None:
        """End the process and everything it started; safe to call twice. Output can still be read."""
        if self.is_over:
            return None
        self.is_over = True
        if self.connection is not None:
            self.connection.close()
        ended = self._warm.end(self._pid, hung_up=hung_up) if self._pid else None
        self.strays = ended.strays if ended else 0
        return ended

    def close(self) -> None:
        """End the process and let go of its output."""
        self.end()
        for file in (self.out, self.err, self._crash):
            file.close()

    def _break(self, broken: Broken) -> None:
        pending, self.current = self.current, None
        self.end()
        if pending is not None:
            pending.outcome = broken
        else:
            self.ended_by = broken

    def _why_gone(self) -> Broken:
        """The process hung up: how it ended."""
        ended = self.end(hung_up=True)
        status = ended.status if ended else 0
        if os.WIFEXITED(status):
            return Broken("exit", f"exit status {os.WEXITSTATUS(status)}")
        number = os.WTERMSIG(status)
        used_up = ended is not None and ended.cpu_s >= self._spawn.limits.cpu_s
        if number == signal.SIGXCPU or used_up:
            return Broken("timeout", "the code used up its processor time")
        if number == signal.SIGKILL:
            return Broken("crash", "the process stopped answering or was killed", self._frames())
        name = signal.Signals(number).name if number in signal.Signals._value2member_map_ else str(number)
        return Broken("crash", f"the Python process crashed ({name})", self._frames())

    def _where(self) -> tuple[tuple[str, int], ...]:
        """Ask the process for its stack: a signal handler in C writes it even from a loop that never yields."""
        if not self._pid:
            return ()
        before = self._crash.text()
        with suppress(OSError):
            os.kill(self._pid, signal.SIGUSR1)
        give_up = time.monotonic() + REPORT_WAIT_S
        while self._crash.text() == before and time.monotonic() < give_up:
            time.sleep(0.005)
        time.sleep(0.01)
        return self._frames()

    def _frames(self) -> tuple[tuple[str, int], ...]:
        found = re.findall(r'^  File "([^"\n]+)", line (\d{1,7})', self._crash.text(), re.MULTILINE)
        inside = str(Path(self.folder)) + "/"
        return tuple((name.removeprefix(inside), int(line)) for name, line in found if name.startswith(inside))
