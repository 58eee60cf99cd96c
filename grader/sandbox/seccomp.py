"""A seccomp filter: the system calls a student's process may make, and none besides.

Written for a process that computes, reads its libraries, writes in its own folder, starts threads and talks over
one socket it was given. The program is assembled once, in the warm process; a child only puts its own pid in.
"""

import ctypes
import errno
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.sandbox import linux, syscalls

ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32_BIT = 0x40000000
NEWER = 424  # numbers from here on are the same everywhere; a library that is told ENOSYS tries the older call

ALLOW = 0x7FFF0000
REFUSE = 0x00050000  # with an error number in the low half; 0 pretends success
PR_SET_SECCOMP = 22
MODE_FILTER = 2

OWN_PID = 0xFFFFFFFE  # stands for the pid of the process that loads the filter

_ALWAYS = """
read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek close close_range dup dup2 dup3 flock
fsync fdatasync fallocate ftruncate truncate sendfile copy_file_range pipe pipe2
open openat creat access faccessat faccessat2 stat lstat fstat newfstatat statx statfs fstatfs readlink readlinkat
getdents getdents64 getcwd chdir fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2
symlink symlinkat umask getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
mmap munmap mremap mprotect madvise brk msync
futex set_robust_list rseq membarrier sched_yield sched_getaffinity sched_getparam sched_getscheduler
sched_get_priority_max sched_get_priority_min set_tid_address exit exit_group wait4 waitid arch_prctl
rt_sigaction rt_sigprocmask rt_sigpending rt_sigsuspend rt_sigtimedwait rt_sigreturn sigaltstack restart_syscall pause
nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time times getitimer setitimer alarm
timer_create timer_settime timer_gettime timer_getoverrun timer_delete timerfd_create timerfd_settime timerfd_gettime
select pselect6 poll ppoll epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd eventfd2 signalfd4
getpid getppid gettid getpgid getpgrp getsid getuid geteuid getgid getegid getresuid getresgid getgroups getpriority
getrlimit getrusage sysinfo uname getrandom getcpu capget
recvfrom shutdown getsockopt setsockopt getsockname getpeername
"""
ALWAYS = _ALWAYS.split()

# Nothing else keeps a process from the modes of its user's files. A file copied with its mode (shutil.copy) is a copy
# all the same, so this succeeds and does nothing.
PRETENDED = ["chmod", "fchmod", "fchmodat", "fchmodat2"]

CLONE_VM, CLONE_SIGHAND, CLONE_THREAD = 0x100, 0x800, 0x10000
NEW_NAMESPACES = 0x7E020080  # every CLONE_NEW* flag
AF_UNIX = 1


@dataclass(frozen=True)
class Condition:
    """*argument* (0 to 5), under *mask*, is one of *values*. ``whole`` looks at 64 bits, which are then zero."""

    argument: int
    values: Sequence[int]
    mask: int = 0xFFFFFFFF
    whole: bool = False


def _fcntl_commands() -> tuple[int, ...]:
    """Descriptors, flags and locks; not who gets a signal (F_SETOWN), pipes' sizes or leases."""
    return (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032, 1034)


THREADS = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD
PRCTL_OPTIONS = (3, 15, 16, 0x53564D41)  # get dumpable, set and get the thread's name, name memory
IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # is it a terminal, how wide, how many bytes wait, flags

SOMETIMES: Mapping[str, tuple[Condition, ...]] = {
    "clone": (Condition(0, (THREADS,), THREADS | NEW_NAMESPACES),),
    "kill": (Condition(0, (OWN_PID,)),),
    "tgkill": (Condition(0, (OWN_PID,)),),
    "prlimit64": (Condition(0, (0, OWN_PID)), Condition(2, (0,), whole=True)),
    "fcntl": (Condition(1, _fcntl_commands()),),
    "ioctl": (Condition(1, IOCTLS),),
    "prctl": (Condition(0, PRCTL_OPTIONS),),
    "socketpair": (Condition(0, (AF_UNIX,)),),
    "sendto": (Condition(4, (0,), whole=True),),
}


@dataclass(frozen=True)
class Filter:
    """An assembled program: ``code`` with the places in it that hold OWN_PID."""

    code: bytes
    own_pid_at: tuple[int, ...]

    def load(self, pid: int) -> None:
        """Load it into this process, which sees itself as *pid*; no_new_privs must be set. OSError when refused."""
        code = bytearray(self.code)
        for place in self.own_pid_at:
            struct.pack_into("=I", code, place, pid)
        buffer = (ctypes.c_char * len(code)).from_buffer(code)
        program = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))
        holder = ctypes.create_string_buffer(program, len(program))
        linux.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.addressof(holder))


def assemble(machine: str) -> Filter:
    """The filter for *machine*, a key of ARCHITECTURE."""
    code = list(_program(machine))
    own_pid_at = tuple(8 * place + 4 for place, instruction in enumerate(code) if instruction[3] == OWN_PID)
    return Filter(b"".join(struct.pack("=HBBI", *instruction) for instruction in code), own_pid_at)


# ---------------------------------------------------------------- assembling

# (code, steps to skip when true, when false, value): what the kernel calls struct sock_filter.
Instruction = tuple[int, int, int, int]
LOAD, AND, RETURN = 0x20, 0x54, 0x06
EQUAL, AT_LEAST = 0x15, 0x35
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16


def _program(machine: str) -> Iterator[Instruction]:
    numbers = syscalls.numbers(machine)
    yield (LOAD, 0, 0, ARCHITECTURE_AT)
    yield (EQUAL, 1, 0, ARCHITECTURE[machine])
    yield _refuse(errno.EPERM)
    yield (LOAD, 0, 0, NUMBER_AT)
    if machine == "x86_64":
        yield (AT_LEAST, 0, 1, X32_BIT)
        yield _refuse(errno.EPERM)
    for name in ALWAYS:
        if name in numbers:
            yield from _for(numbers[name], [(RETURN, 0, 0, ALLOW)])
    for name in PRETENDED:
        if name in numbers:
            yield from _for(numbers[name], [_refuse(0)])
    for name, conditions in SOMETIMES.items():
        yield from _for(numbers[name], list(_when(conditions)))
    yield (AT_LEAST, 0, 1, NEWER)
    yield _refuse(errno.ENOSYS)
    yield _refuse(errno.EPERM)


def _for(number: int, body: list[Instruction]) -> Iterator[Instruction]:
    yield (EQUAL, 0, len(body), number)
    yield from body


def _when(conditions: Sequence[Condition]) -> Iterator[Instruction]:
    """Allow when every condition holds, refuse otherwise; never falls through."""
    checks = [list(_check(condition)) for condition in conditions]
    for check in checks:
        yield from check
    yield (RETURN, 0, 0, ALLOW)


def _check(condition: Condition) -> Iterator[Instruction]:
    """Falls through when the condition holds, refuses otherwise."""
    low = ARGUMENTS_AT + 8 * condition.argument
    if condition.whole:
        yield (LOAD, 0, 0, low + 4)
        yield (EQUAL, 1, 0, 0)
        yield _refuse(errno.EPERM)
    yield (LOAD, 0, 0, low)
    if condition.mask != 0xFFFFFFFF:
        yield (AND, 0, 0, condition.mask)
    for place, value in enumerate(condition.values):
        yield (EQUAL, len(condition.values) - place, 0, value)
    yield _refuse(errno.EPERM)


def _refuse(number: int) -> Instruction:
    return (RETURN, 0, 0, REFUSE | number)
