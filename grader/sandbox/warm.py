"""The warm process: imports torch once, then forks judges and students' processes. It holds nothing secret.

It speaks only with the command (control socket: "fork a judge", closed: end everything) and with its judges
(``Spawn`` and ``End``). It never reads a file of a submission or of a course, and stays single-threaded, because a
fork of a threaded process may never return.
"""

import gc
import os
import signal
import socket
import sys
import time
import types
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from selectors import EVENT_READ, DefaultSelector
from typing import Any

import msgspec

from grader import wire
from grader.sandbox import linux
from grader.sandbox.levels import Machine
from grader.sandbox.probe import probe
from grader.sandbox.scratch import remove

SPAWN_DESCRIPTORS = 4
MAX_MESSAGE = 1 << 16
SWEEP_S = 2.0
FORK_WAITS_S = (0.05, 0.2, 1.0)
ENDING_S = 0.2


def main(control_descriptor: int, scratch: str, cores: tuple[int, ...]) -> None:
    """Run until the command closes the control socket, then leave nothing behind."""
    linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    if cores:
        os.sched_setaffinity(0, cores)
    control = socket.socket(fileno=control_descriptor)
    machine = probe()
    warm_up()
    try:
        Warm(control, machine).serve()
    finally:
        remove(scratch)
        os._exit(0)


def warm_up() -> None:
    """Import torch with everything a first training would import, and freeze the heap for forking."""
    gc.disable()
    import torch

    torch.set_num_threads(1)
    make_dynamo_lazy(torch)
    _take_one_step(torch)
    import grader.sandbox.child  # noqa: F401 - what every student's process needs, before the fork

    gc.freeze()
    if linux.threads() != 1:
        raise RuntimeError(f"the warm process has {linux.threads()} threads; a fork of it could hang")


def _take_one_step(torch: Any) -> None:
    layer = torch.nn.Linear(1, 1)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    torch.nn.functional.binary_cross_entropy(torch.sigmoid(layer(torch.ones(1, 1))), torch.ones(1, 1)).backward()
    optimizer.step()
    optimizer.zero_grad()
    repr(layer.weight)


def make_dynamo_lazy(torch: Any) -> None:
    """Optimisers import ``torch._dynamo`` (0.8 s) only to switch it off: load it when anything else is asked of it."""
    name = "torch._dynamo"
    if name in sys.modules:
        return
    sys.modules[name] = torch._dynamo = _LazyDynamo(name)


class _LazyDynamo(types.ModuleType):
    @staticmethod
    def disable(fn: Any = None, recursive: bool = True, **_: Any) -> Any:
        return fn if fn is not None else (lambda function: function)

    @staticmethod
    def graph_break(*_: Any, **__: Any) -> None:
        """Nothing is being traced, so there is nothing to break."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # asked for when a part of it is imported
            raise AttributeError(name)
        return getattr(self._real(), name)

    def _real(self) -> types.ModuleType:
        """The real module, with nothing left of this one that its own import could meet half-way."""
        import importlib

        import torch

        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__], torch._dynamo
        return importlib.import_module(self.__name__)


class Warm:
    """The loop over the command's socket and the judges' sockets."""

    def __init__(self, control: socket.socket, machine: Machine) -> None:
        from grader.sandbox.lockdown import Cage

        self._control = control
        self._cage = Cage(machine)
        self._selector = DefaultSelector()
        self._selector.register(control, EVENT_READ)
        self._judges: dict[socket.socket, int] = {}
        self._students: dict[int, socket.socket] = {}
        self._decoder = msgspec.msgpack.Decoder(wire.ToWarm)
        self._encoder = msgspec.msgpack.Encoder()
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._stopping = False

    def serve(self) -> None:
        """Answer until the command is gone."""
        while not self._stopping:
            for key, _ in self._selector.select(timeout=1.0):
                source: Any = key.fileobj
                if source is self._control:
                    self._hear_command()
                elif source in self._judges:
                    self._hear_judge(source)
        for judge in list(self._judges):
            self._bury_judge(judge)
        self._sweep()

    def _stop(self, *_: object) -> None:
        self._stopping = True

    # ------------------------------------------------------------ judges

    def _hear_command(self) -> None:
        message, descriptors, _, _ = socket.recv_fds(self._control, 16, 1)
        if not message:
            self._stopping = True
            return
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            with _leaving():
                linux.die_with_parent(parent)
                ours.close()
                self._become_judge(socket.socket(fileno=descriptors[0]), theirs)
        theirs.close()
        os.close(descriptors[0])
        self._judges[ours] = pid
        self._selector.register(ours, EVENT_READ)

    def _become_judge(self, command: socket.socket, warm: socket.socket) -> None:
        self._forget()
        from grader.judge.process import main as judge_main

        judge_main(command, warm)

    def _hear_judge(self, judge: socket.socket) -> None:
        try:
            message, descriptors, _, _ = socket.recv_fds(judge, MAX_MESSAGE, SPAWN_DESCRIPTORS)
        except ConnectionResetError:
            message, descriptors = b"", []
        if not message:
            self._bury_judge(judge)
            return
        request = self._decoder.decode(message)
        answer = self._spawn(judge, request, descriptors) if isinstance(request, wire.Spawn) else self._end(request)
        with suppress(OSError):
            judge.send(self._encoder.encode(answer))

    def _bury_judge(self, judge: socket.socket) -> None:
        """A judge is gone: end its students' processes, then itself."""
        pid = self._judges.pop(judge)
        for student in [student for student, owner in self._students.items() if owner is judge]:
            self._end(wire.End(student))
        self._selector.unregister(judge)
        judge.close()
        _kill(pid)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)

    # ------------------------------------------------------------ students

    def _spawn(self, judge: socket.socket, request: wire.Spawn, descriptors: list[int]) -> wire.Spawned:
        from grader.sandbox.child import become_student

        _preload(request.preload)
        self._cage.allow(request.libraries)
        parent = os.getpid()
        pid = _fork(self._cage.namespaces(request.sandbox))
        if pid == 0:
            with _leaving():
                linux.die_with_parent(parent)
                self._forget()
                become_student(request, descriptors, self._cage)
        for descriptor in descriptors:
            os.close(descriptor)
        self._students[pid] = judge
        return wire.Spawned(pid)

    def _end(self, request: wire.End) -> wire.Ended:
        """Kill a student's process, its group and whatever it left to us, and reap them all."""
        if self._students.pop(request.pid, None) is None:
            return wire.Ended(request.pid, 0, 0)
        if request.hung_up:
            _await_end(request.pid)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(request.pid, signal.SIGKILL)
        _kill(request.pid)
        _, status, used = os.wait4(request.pid, 0)
        return wire.Ended(request.pid, status, self._sweep(), used.ru_utime + used.ru_stime)

    def _sweep(self) -> int:
        """Kill and reap every process that came to us as an orphan; how many there were."""
        strays: set[int] = set()
        deadline = time.monotonic() + SWEEP_S
        while time.monotonic() < deadline:
            known = set(self._students) | set(self._judges.values())
            orphans = [pid for pid in linux.children(os.getpid()) if pid not in known]
            if not orphans:
                break
            strays.update(orphans)
            for pid in orphans:
                _kill(pid)
                with suppress(ChildProcessError):
                    os.waitpid(pid, 0)
        return len(strays)

    def _forget(self) -> None:
        """In a forked process: drop what belongs to the warm one."""
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self._selector.close()
        self._control.close()
        for judge in self._judges:
            judge.close()


def _preload(modules: tuple[str, ...]) -> None:
    """Import libraries a course allows, once, so that no submission pays for them. Missing ones are skipped."""
    for name in modules:
        if name not in sys.modules:
            with suppress(Exception):
                __import__(name)


def _await_end(pid: int) -> None:
    """Give a process that is ending the time to do so; it is not reaped."""
    deadline = time.monotonic() + ENDING_S
    while not os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) and time.monotonic() < deadline:
        time.sleep(0.002)


def _fork(namespaces: int) -> int:
    """Fork, into new *namespaces* if any; a kernel that is short of something gets a moment to find it."""
    for wait_s in FORK_WAITS_S:
        try:
            return linux.fork_into(namespaces) if namespaces else os.fork()
        except OSError:
            time.sleep(wait_s)
    return linux.fork_into(namespaces) if namespaces else os.fork()


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@contextmanager
def _leaving() -> Iterator[None]:
    """A forked process ends here, whatever happens, without running the warm process's own way out."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, SystemExit):
            import traceback

            traceback.print_exc()
            sys.stderr.flush()
        os._exit(70)
    os._exit(0)
