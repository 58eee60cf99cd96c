"""Lock a student's process in, layer by layer, and say what holds.

The warm process prepares a ``Cage`` once. Each child, after its fork and before it opens the first student file:

    ruleset (while paths can still be opened) → limits → capabilities → not dumpable → no new privileges
    → Landlock → seccomp, the last, since it refuses most of the calls before it
"""

import os
import resource
from collections.abc import Iterable
from contextlib import suppress

from grader.model import Layer
from grader.sandbox import landlock, linux, privileges, seccomp
from grader.sandbox.levels import Machine
from grader.sandbox.readable import DEVICES, readable
from grader.sandbox.syscalls import this_machine
from grader.wire import ChildLimits

MIB = 1024 * 1024
OPEN_FILES = 256
NO_RULESET = -1


class Cage:
    """What students' processes are locked into on *machine*: rules and filter, ready to be applied."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._filter = seccomp.assemble(this_machine()) if machine.seccomp else None
        self._libraries: tuple[str, ...] | None = None
        self._rules: list[landlock.Rule] = []

    def allow(self, libraries: Iterable[str]) -> None:
        """Have the next children read *libraries* beside Python and torch. In the warm process."""
        wanted = tuple(sorted(libraries))
        if wanted == self._libraries or not self.machine.landlock:
            return
        for rule in self._rules:
            os.close(rule.descriptor)
        self._rules = list(_rules(wanted))
        self._libraries = wanted

    def ruleset(self, level: str) -> int:
        """A descriptor of what this child may open, before its descriptors are put in order; or NO_RULESET."""
        if level == "off" or not self.machine.landlock:
            return NO_RULESET
        return landlock.ruleset(self.machine.landlock, self._rules)

    def lock(self, level: str, limits: ChildLimits, folder: str, ruleset: int) -> tuple[Layer, ...]:
        """Apply every layer there is to this process, which may write in *folder* alone. OSError when one fails."""
        if level == "off":
            return (Layer("separate process", True), Layer("limits", False, "switched off by --sandbox off"))
        set_limits(limits)
        privileges.forget_bounding_set()
        privileges.drop_capabilities()
        linux.prctl(linux.PR_SET_DUMPABLE, 0)
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        if ruleset != NO_RULESET:
            self._restrict_files(ruleset, folder)
        if self._filter is not None:
            self._filter.load(os.getpid())
        return (Layer("separate process", True), _limits_layer(limits), *self.machine.layers())

    def _restrict_files(self, ruleset: int, folder: str) -> None:
        own = landlock.rule(folder, landlock.OWN_FOLDER)
        if own is None:
            raise FileNotFoundError(folder)
        landlock.add(ruleset, self.machine.landlock, own)
        os.close(own.descriptor)
        landlock.restrict(ruleset, self.machine.landlock)


def _rules(libraries: Iterable[str]) -> Iterable[landlock.Rule]:
    """The rules that are the same for every child, each with its file open."""
    may = readable(libraries)
    rights = [(path, landlock.READ) for path in may.files]
    rights += [(path, landlock.READ_DIR) for path in may.listed]
    rights += [(path, landlock.READ_FILE | landlock.WRITE_FILE) for path in DEVICES]
    return filter(None, (landlock.rule(path, right) for path, right in rights))


def _limits_layer(limits: ChildLimits) -> Layer:
    return Layer("limits", True, f"{limits.memory_mb} MiB of memory, {limits.file_mb} MiB a file")


def set_limits(limits: ChildLimits) -> None:
    """Resource limits of this process. Memory counts from what the warm process had mapped already."""
    memory = linux.address_space() + limits.memory_mb * MIB
    for what, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.file_mb * MIB),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        _, hard = resource.getrlimit(what)
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (ceiling, ceiling))
