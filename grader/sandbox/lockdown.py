"""Lock a student's process in, layer by layer, and say what holds.

The warm process prepares a ``Cage`` once. Each child, forked into new namespaces where the kernel gives them, enters
a ``Cell`` of it before the first student file is opened:

    ruleset, while paths can still be opened → a root of its own with the private copy → limits → capabilities
    → user id → not dumpable → no new privileges → Landlock → seccomp, the last, as it refuses the calls before it
"""

import os
import resource
import shutil
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from grader.model import Layer
from grader.sandbox import landlock, linux, namespaces, privileges, seccomp
from grader.sandbox.levels import Machine
from grader.sandbox.readable import readable
from grader.sandbox.syscalls import this_machine
from grader.wire import ChildLimits, Spawn

MIB = 1024 * 1024
OPEN_FILES = 256
PROCESSES = 64
NO_RULESET = -1
COPY_DEPTH = 3  # the copy's folder, the submission's and the warm process's: all the grader's own


class LockdownError(RuntimeError):
    """A process that should be locked in is not."""


class Cage:
    """What students' processes are locked into on *machine*: rules, root and filter, ready to be applied."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.filter = seccomp.assemble(this_machine()) if machine.seccomp else None
        self.root = namespaces.Root((), ())
        self.rules: list[landlock.Rule] = []
        self._libraries: tuple[str, ...] | None = None

    def allow(self, libraries: Iterable[str]) -> None:
        """Have the next children read *libraries* beside Python and torch. In the warm process."""
        wanted = tuple(sorted(libraries))
        if wanted == self._libraries:
            return
        for rule in self.rules:
            os.close(rule.descriptor)
        may = readable(wanted)
        self.rules = list(_rules(may)) if self.machine.landlock else []
        self.root = namespaces.root_of(may)
        self._libraries = wanted

    def namespaces(self, level: str) -> int:
        """The namespaces to fork a child into."""
        return 0 if level == "off" else self.machine.namespaces


class Cell:
    """One child's place in the cage. Made as soon as it is forked, before its descriptors are put in order."""

    def __init__(self, cage: Cage, spawn: Spawn) -> None:
        self._machine = cage.machine
        self._cage = cage
        self._spawn = spawn
        self._is_off = spawn.sandbox == "off"
        self._owner = os.geteuid()
        self._mapped = linux.address_space()
        self.ruleset = NO_RULESET
        if self._is_off:
            return
        if self._machine.namespaces & namespaces.NEW_USER:
            namespaces.map_own_ids()
        if self._machine.own_user:
            self._owner = privileges.own_id(int(os.readlink("/proc/self")))  # noqa: PTH115 - the pid outside
        if self._machine.landlock:
            self.ruleset = landlock.ruleset(self._machine.landlock, cage.rules)

    def move_in(self) -> str:
        """Make the private copy of the submission, in a root of its own if possible; the copy's path."""
        spawn = self._spawn
        if self._is_off or not self._machine.namespaces:
            self._copy(spawn.folder, Path(spawn.copy))
            return spawn.copy
        namespaces.build_root(self._cage.root)
        namespaces.fill(spawn.folder, spawn.limits.scratch_mb, self._owner)
        namespaces.enter_root()
        return namespaces.SUBMISSION

    def _copy(self, source: str, copy: Path) -> None:
        """A copy on disk; another user id is let through to it, and to nothing beside it."""
        shutil.copytree(source, copy)
        if self._owner != os.geteuid():
            namespaces.give(str(copy), self._owner)
            copy.chmod(0o700)
            for folder in list(copy.parents)[:COPY_DEPTH]:
                folder.chmod(0o711)

    def lock(self, folder: str, ruleset: int) -> tuple[Layer, ...]:
        """Apply every other layer to this process, which may write in *folder* alone. OSError when one fails."""
        if self._is_off:
            return (Layer("separate process", True), Layer("limits", False, "switched off by --sandbox off"))
        machine, limits = self._machine, self._spawn.limits
        set_limits(limits, self._mapped, counts_processes=machine.own_user or bool(machine.namespaces))
        privileges.forget_bounding_set()
        if machine.own_user:
            privileges.become(self._owner)
        privileges.drop_capabilities()
        linux.die_with_parent()
        linux.prctl(linux.PR_SET_DUMPABLE, 0)
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        if machine.landlock:
            self._restrict_files(ruleset, folder)
        if self._cage.filter is not None:
            self._cage.filter.load(os.getpid())
        if machine.namespaces:
            _prove_read_only(self._cage.root.binds)
        _prove(machine)
        return (Layer("separate process", True), _limits_layer(limits), *machine.layers())

    def _restrict_files(self, ruleset: int, folder: str) -> None:
        own = {folder: landlock.OWN_FOLDER}
        if self._machine.namespaces:
            own["/proc"] = landlock.READ
        for path, rights in own.items():
            rule = landlock.rule(path, rights)
            if rule is not None:
                landlock.add(ruleset, self._machine.landlock, rule)
                os.close(rule.descriptor)
        landlock.restrict(ruleset, self._machine.landlock)


def _prove_read_only(mounted: Iterable[str]) -> None:
    for path in ("/", *mounted):
        if not os.statvfs(path).f_flag & os.ST_RDONLY:
            raise LockdownError(f"{path} should be mounted read-only, but is not; see grade doctor")


def _prove(machine: Machine) -> None:
    """Try what cannot work now, in every process anew, before it opens the first file of a student's."""
    attempts: list[tuple[str, Callable[[], object]]] = []
    if machine.landlock or machine.namespaces:
        attempts.append(("read a file", lambda: os.open("/etc/passwd", os.O_RDONLY)))
        attempts.append(("write a file", lambda: os.open("/tmp/grade-proof", os.O_WRONLY | os.O_CREAT)))
    if machine.seccomp:
        attempts.append(("open a socket", lambda: linux.syscall("socket", socket.AF_UNIX, socket.SOCK_STREAM, 0)))
        attempts.append(("start a process", lambda: linux.fork_into(0) or os._exit(0)))
    for words, attempt in attempts:
        with suppress(OSError):
            attempt()
            raise LockdownError(f"it should be locked in, but could {words}; see grade doctor")


def _rules(may: namespaces.Readable) -> Iterable[landlock.Rule]:
    """The rules that are the same for every child, each with its file open."""
    rights = [(path, landlock.READ) for path in may.files]
    rights += [(path, landlock.READ_DIR) for path in may.listed]
    rights += [(path, landlock.READ_FILE | landlock.WRITE_FILE) for path in namespaces.DEVICES]
    return filter(None, (landlock.rule(path, right) for path, right in rights))


def _limits_layer(limits: ChildLimits) -> Layer:
    return Layer("limits", True, f"{limits.memory_mb} MiB of memory, {limits.scratch_mb} MiB of files")


def set_limits(limits: ChildLimits, mapped: int, *, counts_processes: bool) -> None:
    """Resource limits of this process. Memory counts from the *mapped* bytes it was forked with.

    Of all that limits memory only the size of the address space holds: RLIMIT_DATA leaves out shared anonymous
    memory. Threads are limited only where the count is this process's own, not all of its user's processes.
    """
    for what, value in (
        (resource.RLIMIT_AS, mapped + limits.memory_mb * MIB),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.scratch_mb * MIB),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_NPROC, PROCESSES if counts_processes else resource.RLIM_INFINITY),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        _, hard = resource.getrlimit(what)
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (ceiling, ceiling))
