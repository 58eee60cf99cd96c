"""The filter's program, run here as the kernel would run it, for both processors; then loaded for real."""

import errno
import re
import struct
from pathlib import Path

import pytest

from grader.sandbox import syscalls
from grader.sandbox.seccomp import ALLOW, ALWAYS, ARCHITECTURE, OWN_PID, PRETENDED, REFUSE, SOMETIMES, assemble

pytestmark = pytest.mark.fast

PID = 4321
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
# What is in none of our tables, because nothing here calls it: numbers on x86_64, aarch64.
DANGEROUS = {
    "ptrace": (101, 117), "execve": (59, 221), "execveat": (322, 281), "process_vm_readv": (310, 270),
    "setns": (308, 268), "bpf": (321, 280), "keyctl": (250, 219), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "memfd_create": (319, 279), "connect": (42, 203), "bind": (49, 200),
    "sendmsg": (46, 211), "recvmsg": (47, 212), "setuid": (105, 146), "chroot": (161, 51), "shmget": (29, 194),
    "fchownat": (260, 54), "linkat": (265, 37), "mknodat": (259, 33), "setxattr": (188, 5), "personality": (135, 92),
    "inotify_add_watch": (254, 27), "utimensat": (280, 88), "sched_setscheduler": (144, 119), "tkill": (200, 130),
    "setpriority": (141, 140), "setrlimit": (160, 164), "quotactl": (179, 60),
    "syslog": (103, 116), "reboot": (169, 142),
}  # fmt: skip
NEWER = {"clone3": 435, "io_uring_setup": 425, "pidfd_open": 434, "pidfd_send_signal": 424, "openat2": 437}


def verdict(machine: str, number: int, *arguments: int, architecture: int | None = None) -> int:
    """What the filter for *machine* returns for a call: its few instructions, followed as the kernel does."""
    program = assemble(machine)
    code = bytearray(program.code)
    for place in program.own_pid_at:
        struct.pack_into("=I", code, place, PID)
    instructions = list(struct.iter_unpack("=HBBI", code))
    padded = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("<iIQ6Q", number, ARCHITECTURE[machine] if architecture is None else architecture, 0, *padded)
    at, register = 0, 0
    while True:
        operation, when_true, when_false, value = instructions[at]
        at += 1
        if operation == 0x20:
            (register,) = struct.unpack_from("<I", data, value)
        elif operation == 0x54:
            register &= value
        elif operation == 0x06:
            return int(value)
        else:
            holds = register == value if operation == 0x15 else register >= value
            at += when_true if holds else when_false


def named(machine: str, name: str, *arguments: int) -> int:
    return verdict(machine, syscalls.numbers(machine)[name], *arguments)


@pytest.fixture(params=syscalls.MACHINES)
def machine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def test_numbers_are_those_of_the_kernels_headers(machine: str) -> None:
    if not HEADERS[machine].is_file():
        pytest.skip("the kernel's headers are not installed")
    found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", HEADERS[machine].read_text())
    header = {("newfstatat" if name == "fstatat" else name): int(number) for name, number in found}
    ours = syscalls.numbers(machine)
    assert len(ours) > 140
    assert {name: number for name, number in ours.items() if header.get(name, number) != number} == {}


def test_what_is_listed_is_allowed(machine: str) -> None:
    numbers = syscalls.numbers(machine)
    assert {name for name in ALWAYS if name in numbers and verdict(machine, numbers[name]) != ALLOW} == set()


def test_names_in_the_lists_are_in_the_table() -> None:
    assert {*ALWAYS, *PRETENDED, *SOMETIMES} - set(syscalls.numbers("x86_64")) == set()


def test_what_could_do_harm_is_refused(machine: str) -> None:
    column = syscalls.MACHINES.index(machine)
    verdicts = {name: verdict(machine, numbers[column]) for name, numbers in DANGEROUS.items()}
    assert {name for name, told in verdicts.items() if told != REFUSE | errno.EPERM} == set()


@pytest.mark.parametrize("name", [
    "mount", "umount2", "pivot_root", "unshare", "socket", "capset", "seccomp", "sched_setaffinity",
])  # fmt: skip
def test_what_the_grader_itself_called_before_is_refused_now(machine: str, name: str) -> None:
    assert named(machine, name) == REFUSE | errno.EPERM


def test_newer_calls_do_not_exist_so_that_libraries_take_the_older_ones(machine: str) -> None:
    assert {verdict(machine, number) for number in (*NEWER.values(), 9999)} == {REFUSE | errno.ENOSYS}


def test_a_thread_may_start_and_a_process_may_not(machine: str) -> None:
    thread = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000 | 0x80000 | 0x100000 | 0x200000
    assert named(machine, "clone", thread) == ALLOW
    for process in (17, 0x1200011, 0x4111, thread | 0x10000000, thread | 0x20000000, thread & ~0x100):
        assert named(machine, "clone", process) == REFUSE | errno.EPERM


@pytest.mark.parametrize("name", ["kill", "tgkill"])
def test_only_the_process_itself_can_be_signalled(machine: str, name: str) -> None:
    assert named(machine, name, PID, 9) == ALLOW
    for other in (0, 1, PID + 1, 0xFFFFFFFF, OWN_PID):
        assert named(machine, name, other, 9) == REFUSE | errno.EPERM


def test_limits_can_be_read_of_oneself_and_never_set(machine: str) -> None:
    assert named(machine, "prlimit64", 0, 7, 0, 0x7000) == ALLOW
    assert named(machine, "prlimit64", PID, 7, 0, 0x7000) == ALLOW
    assert named(machine, "prlimit64", PID + 1, 7, 0, 0x7000) == REFUSE | errno.EPERM
    for pointer in (1, 0x7000, 1 << 32, 0x7FFF_0000_0000):
        assert named(machine, "prlimit64", 0, 7, pointer) == REFUSE | errno.EPERM


def test_nothing_is_sent_to_an_address(machine: str) -> None:
    assert named(machine, "sendto", 3, 0x1000, 4, 0, 0, 0) == ALLOW
    for address in (0x1000, 1 << 40):
        assert named(machine, "sendto", 3, 0x1000, 4, 0, address, 16) == REFUSE | errno.EPERM


def test_only_harmless_parts_of_large_calls_are_allowed(machine: str) -> None:
    assert named(machine, "socketpair", 1, 1) == ALLOW
    assert named(machine, "socketpair", 2, 1) == REFUSE | errno.EPERM
    assert named(machine, "prctl", 15) == ALLOW
    for option in (1, 4, 8, 22, 24, 38, 47):  # parent's death, dumpable, capabilities, seccomp, ...
        assert named(machine, "prctl", option) == REFUSE | errno.EPERM
    assert named(machine, "ioctl", 1, 0x5401) == ALLOW
    assert named(machine, "ioctl", 1, 0x5412) == REFUSE | errno.EPERM  # type into a terminal
    assert named(machine, "fcntl", 1, 1030) == ALLOW
    assert named(machine, "fcntl", 1, 8) == REFUSE | errno.EPERM  # whom a descriptor signals


def test_modes_seem_to_change(machine: str) -> None:
    assert named(machine, "fchmod", 5, 0o777) == REFUSE


def test_calls_of_another_processor_are_refused(machine: str) -> None:
    assert verdict(machine, 1, architecture=0x40000003) == REFUSE | errno.EPERM


def test_the_second_table_of_x86_is_refused() -> None:
    assert verdict("x86_64", 0x40000000 | 1) == REFUSE | errno.EPERM
