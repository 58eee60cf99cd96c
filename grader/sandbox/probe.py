"""Find out what this machine gives, by doing it in a process that is thrown away."""

import importlib.util
import os
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from grader.errors import UsageError
from grader.sandbox import landlock, linux, namespaces, privileges, seccomp
from grader.sandbox.levels import Machine
from grader.sandbox.syscalls import this_machine


def probe() -> Machine:
    """What works here. Takes some ten milliseconds in a small process; call it before torch is imported.

    Raises UsageError where there is no Linux to try it on.
    """
    if sys.platform != "linux":
        raise UsageError("grading needs Linux: on Windows use WSL2, on macOS a virtual machine or a container")
    machine = Machine(landlock=_landlock(), seccomp=_holds(_seccomp))
    for wanted in (namespaces.ALL_BUT_USER, namespaces.ALL_BUT_USER | namespaces.NEW_USER):
        if _holds(lambda: _own_root(wanted), wanted):  # noqa: B023 - called at once
            machine = replace(machine, namespaces=wanted)
            break
    return replace(machine, own_user=os.geteuid() == 0 and _holds(lambda: _own_user(machine), machine.namespaces))


def _landlock() -> int:
    abi = landlock.version()
    return abi if abi and _holds(lambda: _no_file_opens(abi)) else 0


def _no_file_opens(abi: int) -> bool:
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    landlock.restrict(landlock.ruleset(abi, ()), abi)
    return _is_refused(lambda: os.open("/", os.O_RDONLY))


def _seccomp() -> bool:
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    seccomp.assemble(this_machine()).load(os.getpid())
    return _is_refused(os.fork) and os.getpid() > 0


def _own_root(wanted: int) -> bool:
    """In those namespaces: whether a root can be built and entered that holds what was put in it, and only that."""
    if wanted & namespaces.NEW_USER:
        namespaces.map_own_ids()
    namespaces.build_root(namespaces.root_of(_libraries()))
    namespaces.fill(sysconfig.get_path("stdlib") + "/json", 1, os.geteuid())
    namespaces.enter_root()
    return not Path("/home").exists() and Path("/submission/decoder.py").is_file() and os.getpid() == 1


def _own_user(machine: Machine) -> bool:
    """Whether another user than root can read Python and torch, in the root that students' processes get."""
    if machine.namespaces:
        namespaces.build_root(namespaces.root_of(_libraries()))
        namespaces.enter_root()
    privileges.become(privileges.own_id(os.getpid()))
    for folder in _libraries().listed:
        os.listdir(folder)
    Path(sysconfig.get_path("stdlib"), "json/decoder.py").read_bytes()
    return all(Path(folder, "__init__.py").read_bytes() for folder in _torch())


def _libraries() -> namespaces.Readable:
    folders = [sysconfig.get_path("stdlib"), *(str(Path(folder).parent) for folder in _torch())]
    return namespaces.Readable((), tuple(folders))


def _torch() -> list[str]:
    """Where torch lies, found without importing it."""
    found = importlib.util.find_spec("torch")
    return list(found.submodule_search_locations or ()) if found else []


def _is_refused(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except PermissionError:
        return True
    return False


def _holds(trial: Callable[[], bool], wanted: int = 0) -> bool:
    """Whether *trial* is true in a process of its own, forked into *wanted* namespaces; any failure is a no."""
    try:
        pid = linux.fork_into(wanted) if wanted else os.fork()
    except OSError:
        return False
    if pid == 0:
        held = False
        try:
            held = trial()
        finally:
            os._exit(0 if held else 1)
    return os.waitpid(pid, 0)[1] == 0
