"""The few calls to the kernel that Python has no name for."""

import ctypes
import errno
import os
import signal
from pathlib import Path

from grader.sandbox.syscalls import NUMBERS, this_machine

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_GET_TID_ADDRESS = 40
CLONE_CHILD_CLEARTID, CLONE_CHILD_SETTID = 0x200000, 0x1000000

_libc = ctypes.CDLL(None, use_errno=True)
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long
_syscall_keeping_lock = ctypes.PyDLL(None, use_errno=True).syscall
_syscall_keeping_lock.restype = ctypes.c_long


def prctl(option: int, value: int, third: int = 0) -> None:
    """``prctl(option, value, third, 0, 0)``; OSError when the kernel refuses."""
    if _libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(third), 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), f"prctl {option}")


def syscall(name: str, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """The system call *name* with numbers, bytes or buffers; OSError when the kernel refuses or has none."""
    if name not in NUMBERS:
        raise OSError(errno.ENOSYS, "there is no table of system calls for this machine", name)
    values = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    result: int = _syscall(NUMBERS[name], *values)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)
    return result


def die_with_parent(parent: int = 0) -> None:
    """Have the kernel kill this process when its parent ends, and end now if that was *parent* and is gone.

    A change of user id undoes it. In a process namespace of its own there is no telling who the parent was.
    """
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent and os.getppid() not in (parent, 0):
        os._exit(0)


def fork_into(namespaces: int) -> int:
    """``os.fork()`` whose child is the first process of new *namespaces* (CLONE_NEW* flags). One thread only.

    What the C library's fork does beside the call is for threads, but for one thing: its record of the thread's id,
    which the kernel writes for us (where it stands, the kernel says too).
    """
    if "clone" not in NUMBERS:
        raise OSError(errno.ENOSYS, "there is no table of system calls for this machine", "clone")
    record = ctypes.c_ulong()
    prctl(PR_GET_TID_ADDRESS, ctypes.addressof(record))
    flags = namespaces | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | signal.SIGCHLD
    last = (record.value, 0) if this_machine() == "x86_64" else (0, record.value)
    ctypes.pythonapi.PyOS_BeforeFork()
    pid: int = _syscall_keeping_lock(NUMBERS["clone"], *map(ctypes.c_long, (flags, 0, 0, *last)))
    number = ctypes.get_errno()
    (ctypes.pythonapi.PyOS_AfterFork_Child if pid == 0 else ctypes.pythonapi.PyOS_AfterFork_Parent)()
    if pid < 0:
        raise OSError(number, os.strerror(number), "clone")
    return pid


def threads() -> int:
    """How many threads this process has."""
    return len(os.listdir("/proc/self/task"))


def children(pid: int) -> list[int]:
    """The processes whose parent is *pid*."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:  # a kernel without CONFIG_PROC_CHILDREN
        return [int(entry) for entry in os.listdir("/proc") if entry.isdigit() and _parent(int(entry)) == pid]


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return 0


def address_space() -> int:
    """Bytes of address space this process has mapped."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
