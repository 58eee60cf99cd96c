"""What this machine can isolate, tried rather than looked up: each layer alone, then all of them together.

A trial runs in a process of its own. It first does what is to be prevented, to see that it works at all; then it
applies the layer and does it again.
"""

import mmap
import os
import resource
import shutil
import signal
import socket
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox import landlock, linux, lockdown, namespaces, privileges, seccomp
from grader.sandbox.levels import Machine
from grader.sandbox.memory_file import MemoryFile
from grader.sandbox.scratch import MOST_FILES
from grader.sandbox.syscalls import this_machine
from grader.wire import ChildLimits, Spawn

MIB = 1024 * 1024
Attempt = Callable[["Ground"], object]


@dataclass(frozen=True)
class Trial:
    """*attempt* is what is tried under *layer*, in words; *held* whether it was prevented."""

    layer: str
    attempt: str
    held: bool


@dataclass(frozen=True)
class Ground:
    """What attempts are aimed at: a folder, a file in it, a TCP and an abstract listener, a process that waits."""

    folder: Path
    file: Path
    port: int
    abstract: bytes
    victim: int


def run_trials(machine: Machine) -> list[Trial]:
    """Try every layer of *machine*, and those it does not have."""
    with _ground() as ground:
        trials = [Trial(layer, attempt, _held(try_it, ground, machine)) for layer, attempt, try_it in _TRIALS]
        together = [Trial("all together", attempt, held) for attempt, held in _together(machine, ground)]
    return trials + together


@contextmanager
def _ground() -> Iterator[Ground]:
    folder = Path(tempfile.mkdtemp(prefix="grade-doctor-"))
    file = folder / "secret.txt"
    file.write_text("not for students")
    name = b"\0" + os.fsencode(folder.name)
    victim = _victim()
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(name)
        abstract.listen(64)
        try:
            yield Ground(folder, file, tcp.getsockname()[1], name, victim)
        finally:
            os.kill(victim, signal.SIGKILL)
            os.waitpid(victim, 0)
            shutil.rmtree(folder, ignore_errors=True)


def _victim() -> int:
    """Somebody else's process: one to be left alone."""
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        linux.die_with_parent(parent)
        signal.pause()
        os._exit(0)
    return pid


# ---------------------------------------------------------------- what is attempted


def _read(ground: Ground) -> None:
    ground.file.read_bytes()


def _write(ground: Ground) -> None:
    ground.file.with_name("planted.txt").write_text("x")


def _connect(ground: Ground) -> None:
    socket.create_connection(("127.0.0.1", ground.port), 1).close()


def _connect_abstract(ground: Ground) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(ground.abstract)


def _signal(ground: Ground) -> None:
    os.kill(ground.victim, 0)


def _fork(_: Ground) -> None:
    if (pid := os.fork()) == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _fork_by_the_kernel(_: Ground) -> None:
    if (pid := linux.fork_into(0)) == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _change_owner(ground: Ground) -> None:
    os.chown(ground.file, 12345, 12345)


def _is_prevented(attempt: Attempt, ground: Ground) -> bool:
    try:
        attempt(ground)
    except (OSError, MemoryError, ValueError):
        return True
    return False


# ---------------------------------------------------------------- one layer at a time


def _under_landlock(first_abi: int, attempt: Attempt) -> Callable[[Ground, Machine], bool]:
    def trial(ground: Ground, machine: Machine) -> bool:
        attempt(ground)
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        abi = machine.landlock
        landlock.restrict(landlock.ruleset(abi, ()), abi)
        return abi >= first_abi and _is_prevented(attempt, ground)

    return trial


def _under_seccomp(attempt: Attempt) -> Callable[[Ground, Machine], bool]:
    def trial(ground: Ground, _: Machine) -> bool:
        attempt(ground)
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        seccomp.assemble(this_machine()).load(os.getpid())
        return _is_prevented(attempt, ground)

    return trial


def _in_own_root(attempt: Attempt) -> Callable[[Ground, Machine], bool]:
    """In new namespaces, which must be there, and with a root in which nothing of ours is."""

    def trial(ground: Ground, machine: Machine) -> bool:
        if not machine.namespaces:
            return False
        if machine.namespaces & namespaces.NEW_USER:
            namespaces.map_own_ids()
        namespaces.build_root(namespaces.Root((sysconfig.get_path("stdlib"),), ()))
        namespaces.fill(str(ground.folder), 1, os.geteuid())
        namespaces.enter_root()
        return _is_prevented(attempt, ground)

    return trial


def _too_much_scratch(_: Ground) -> None:
    Path(namespaces.SUBMISSION, "large").write_bytes(bytes(2 * MIB))


def _too_many_files(_: Ground) -> None:
    for number in range(MOST_FILES + 1):
        Path(namespaces.SUBMISSION, str(number)).write_bytes(b"")


def _no_gained_privileges(_: Ground, __: Machine) -> bool:
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    return "NoNewPrivs:\t1" in Path("/proc/self/status").read_text()


def _no_capability(ground: Ground, _: Machine) -> bool:
    privileges.forget_bounding_set()
    privileges.drop_capabilities()
    return _is_prevented(_change_owner, ground)


def _as_nobody_else(ground: Ground, machine: Machine) -> bool:
    if not machine.own_user:
        return False
    ground.file.chmod(0o600)
    privileges.become(privileges.own_id(os.getpid()))
    return _is_prevented(_read, ground) and _is_prevented(_signal, ground)


def _limited(**limits: int) -> None:
    for name, value in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))


def _memory_ends(_: Ground, __: Machine) -> bool:
    """Of Python's own memory and of shared memory, which other limits leave out."""
    _limited(AS=linux.address_space() + 64 * MIB)
    shared: Attempt = lambda _: mmap.mmap(-1, 128 * MIB, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)  # noqa: E731
    return _is_prevented(lambda _: bytearray(128 * MIB), _NOWHERE) and _is_prevented(shared, _NOWHERE)


def _time_ends(_: Ground, __: Machine) -> bool:
    _limited(CPU=1)
    pid = os.fork()
    if pid == 0:
        while True:
            pass
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def _processes_end(_: Ground, machine: Machine) -> bool:
    """The limit does not hold for root, whatever it gave up; and an ordinary user's counts all of theirs."""
    if not (machine.own_user or machine.namespaces & namespaces.NEW_USER):
        return False
    if machine.own_user:
        privileges.become(privileges.own_id(os.getpid()))
    else:
        namespaces.map_own_ids()
    _limited(NPROC=4)
    return _is_prevented(_fork_often, _NOWHERE)


def _fork_often(_: Ground) -> None:
    for _round in range(8):
        if os.fork() == 0:
            signal.pause()
            os._exit(0)


def _files_end(ground: Ground, _: Machine) -> bool:
    _limited(FSIZE=MIB)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    return _is_prevented(lambda _: ground.file.with_name("large").write_bytes(bytes(2 * MIB)), ground)


def _output_ends(_: Ground, __: Machine) -> bool:
    file = MemoryFile("output", 4096)
    return _is_prevented(lambda _: os.pwrite(file.descriptor, b"x", 8192), _NOWHERE)


_NOWHERE = Ground(Path("/"), Path("/"), 0, b"", 0)
_TRIALS: tuple[tuple[str, str, Callable[[Ground, Machine], bool]], ...] = (
    ("no new privileges", "gain rights through a program", _no_gained_privileges),
    ("no capabilities", "give a file to somebody else", _no_capability),
    ("Landlock: files", "read a file nobody allowed", _under_landlock(1, _read)),
    ("Landlock: network", "connect to a TCP port", _under_landlock(4, _connect)),
    ("Landlock: signals", "signal another process", _under_landlock(6, _signal)),
    ("Landlock: sockets", "connect to an abstract socket", _under_landlock(6, _connect_abstract)),
    ("seccomp: processes", "start a process", _under_seccomp(_fork)),
    ("seccomp: network", "open a socket", _under_seccomp(_connect)),
    ("own root", "read a file that exists", _in_own_root(_read)),
    ("own root: size", "write 2 MiB where 1 MiB fits", _in_own_root(_too_much_scratch)),
    ("own root: count", "make more files than allowed", _in_own_root(_too_many_files)),
    ("own process ids", "signal another process", _in_own_root(_signal)),
    ("own network", "connect to a TCP port", _in_own_root(_connect)),
    ("own user id", "read another user's file, signal them", _as_nobody_else),
    ("limit: memory", "take 128 MiB of 64 MiB, also shared", _memory_ends),
    ("limit: time", "compute for longer than a second", _time_ends),
    ("limit: processes", "start 8 processes of 4", _processes_end),
    ("limit: file size", "write 2 MiB into a file of 1 MiB", _files_end),
    ("limit: output", "print more than fits", _output_ends),
)


def _held(trial: Callable[[Ground, Machine], bool], ground: Ground, machine: Machine) -> bool:
    needs_root = trial.__qualname__.startswith("_in_own_root")
    wanted = machine.namespaces if needs_root else 0
    if trial is _processes_end and not machine.own_user:
        wanted = machine.namespaces & namespaces.NEW_USER
    return in_child(lambda: b"1" if trial(ground, machine) else b"", wanted) == b"1"


def in_child(work: Callable[[], bytes], wanted: int = 0) -> bytes:
    """What *work* gives in a process of its own in *wanted* namespaces; b"" when it fails. All it started is ended."""
    mine, theirs = os.pipe()
    try:
        pid = linux.fork_into(wanted) if wanted else os.fork()
    except OSError:
        os.close(mine)
        os.close(theirs)
        return b""
    if pid == 0:
        try:
            os.setsid()
            os.write(theirs, work())
        finally:
            os._exit(0)
    os.close(theirs)
    os.waitpid(pid, 0)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    with open(mine, "rb") as answer:  # noqa: PTH123 - a descriptor, not a path
        return answer.read()


# ---------------------------------------------------------------- all layers together

_TOGETHER: tuple[tuple[str, Attempt], ...] = (
    ("read a file nobody allowed", _read),
    ("write beside it", _write),
    ("connect to a TCP port", _connect),
    ("connect to an abstract socket", _connect_abstract),
    ("signal another process", _signal),
    ("start a process", _fork),
    ("call the kernel's own fork", _fork_by_the_kernel),
    ("read another process's memory", lambda ground: Path(f"/proc/{ground.victim}/mem").open("rb").close()),
    ("give a file to somebody else", _change_owner),
    ("lift a limit", lambda _: _limited(NOFILE=1024)),
    ("take a terabyte of memory", lambda _: bytearray(1 << 40)),
    ("make a file in shared memory", lambda _: Path("/dev/shm/grade-doctor").write_bytes(b"")),
)


def _together(machine: Machine, ground: Ground) -> list[tuple[str, bool]]:
    """Every attempt in a process locked in as a student's is."""
    cage = lockdown.Cage(machine)
    cage.allow(())
    source = ground.folder / "submission"
    source.mkdir()
    spawn = Spawn(str(source), str(ground.folder / "copy" / "submission"), ChildLimits(256, 10, 8), "strict")

    def work() -> bytes:
        cell = lockdown.Cell(cage, spawn)
        folder = cell.move_in()
        os.chdir(folder)
        cell.lock(folder, cell.ruleset)
        return bytes(_is_prevented(attempt, ground) for _, attempt in _TOGETHER)

    held = in_child(work, machine.namespaces) or bytes(len(_TOGETHER))
    return [(words, bool(each)) for (words, _), each in zip(_TOGETHER, held, strict=True)]
