"""Landlock: which files a process may still open, and that it can neither connect nor signal others.

The kernel checks a rule by walking up from the file that is opened, so a rule for a folder holds for all below it
and nothing below can be taken out again. What is not named is refused; limits can be tightened, never lifted.
"""

import os
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from grader.sandbox import linux

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(6, 13))
REFER, TRUNCATE, IOCTL_DEV = (1 << bit for bit in range(13, 16))
BIND_TCP, CONNECT_TCP = 1, 2
ABSTRACT_SOCKETS, SIGNALS = 1, 2

FIRST_WITH = {REFER: 2, TRUNCATE: 3, IOCTL_DEV: 5}
FIRST_WITH_TCP, FIRST_WITH_SCOPES, FIRST_WITH_LOG_FLAGS = 4, 6, 7
VERSION_FLAG = 1
PATH_BENEATH = 1
NOT_LOGGED = 1  # refusals are the students' business, not the system log's

READ = READ_FILE | READ_DIR
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
OWN_FOLDER = READ | WRITE_FILE | TRUNCATE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM | REFER


@dataclass(frozen=True)
class Rule:
    """*rights* to the file or folder open as *descriptor*, with everything below it."""

    descriptor: int
    rights: int


def version() -> int:
    """The kernel's Landlock ABI; 0 when it has none or it is switched off."""
    with suppress(OSError):
        return linux.syscall("landlock_create_ruleset", None, 0, VERSION_FLAG)
    return 0


def rule(path: str, rights: int) -> Rule | None:
    """A rule for *path*, which is opened by this; None when it is not there."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return None
    is_folder = os.path.isdir(path)  # noqa: PTH112 - hundreds of them
    return Rule(descriptor, rights if is_folder else rights & OF_FILES)


def ruleset(abi: int, rules: Iterable[Rule]) -> int:
    """A descriptor of a new ruleset that refuses everything this kernel can refuse but for *rules*."""
    handled = files_handled(abi)
    attributes = [handled]
    if abi >= FIRST_WITH_TCP:
        attributes.append(BIND_TCP | CONNECT_TCP)
    if abi >= FIRST_WITH_SCOPES:
        attributes.append(ABSTRACT_SOCKETS | SIGNALS)
    packed = struct.pack(f"={len(attributes)}Q", *attributes)
    descriptor = linux.syscall("landlock_create_ruleset", packed, len(packed), 0)
    for each in rules:
        add(descriptor, abi, each)
    return descriptor


def add(descriptor: int, abi: int, rule: Rule) -> None:
    """Add *rule* to a ruleset."""
    packed = struct.pack("=Qi", rule.rights & files_handled(abi), rule.descriptor)
    linux.syscall("landlock_add_rule", descriptor, PATH_BENEATH, packed, 0)


def restrict(descriptor: int, abi: int) -> None:
    """Hold this process, for good, to the ruleset, and close it. no_new_privs must be set."""
    linux.syscall("landlock_restrict_self", descriptor, NOT_LOGGED if abi >= FIRST_WITH_LOG_FLAGS else 0)
    os.close(descriptor)


def files_handled(abi: int) -> int:
    """Every right to files that this kernel knows."""
    newer = sum(right for right, first in FIRST_WITH.items() if first > abi)
    return ((1 << 16) - 1) & ~newer
