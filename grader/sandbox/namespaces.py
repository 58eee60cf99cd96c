"""Namespaces of its own for a student's process, and in them a file system with nothing in it to find.

::

    /                       an empty tmpfs, read-only, with only these mounted in it, read-only too:
    ├── Python, libraries   the folders of the reading list, at their own paths; ours among them covered up
    ├── dev/null, ...       four devices
    ├── proc                this process alone
    └── submission          a tmpfs of limited size: the private copy, the one place that can be written

What is not mounted does not exist there, not even its name. All of it ends with the process.
"""

import os
import shutil
import stat
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox import linux
from grader.sandbox.scratch import MOST_FILES

NEW_MOUNT, NEW_CGROUP, NEW_UTS, NEW_IPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
NEW_USER, NEW_PID, NEW_NET = 0x10000000, 0x20000000, 0x40000000
ALL_BUT_USER = NEW_MOUNT | NEW_CGROUP | NEW_UTS | NEW_IPC | NEW_PID | NEW_NET

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_RECURSIVE, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
ATTR_RDONLY, ATTR_NOSUID, ATTR_NODEV = 1, 2, 4

SUBMISSION = "/submission"
STAGING = "/proc"  # there on every machine, and nothing in it is needed once building begins
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
OURS = Path(__file__).parents[1]
MIB = 1024 * 1024


@dataclass(frozen=True)
class Readable:
    """``files``: files, and folders with all below. ``listed``: folders of which, with all below, names may be read."""

    files: tuple[str, ...]
    listed: tuple[str, ...]


@dataclass(frozen=True)
class Root:
    """What a root is built of: ``binds`` are shown at their own paths, ``covered`` of them emptied."""

    binds: tuple[str, ...]
    covered: tuple[str, ...]


def root_of(may: Readable) -> Root:
    """The root for a reading list: whole folders, few of them; Landlock decides within."""
    binds: list[str] = []
    for path in sorted({*may.files, *may.listed, *DEVICES}):
        if os.path.exists(path) and not _is_below(path, binds):  # noqa: PTH110
            binds.append(path)
    return Root(tuple(binds), tuple(path for path in {str(OURS), str(OURS.resolve())} if _is_below(path, binds)))


def _is_below(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(folder + "/") for folder in folders)


def map_own_ids() -> None:
    """In a new user namespace: keep the numbers of the user and the group that started us."""
    user, group = os.geteuid(), os.getegid()
    linux.prctl(linux.PR_SET_DUMPABLE, 1)  # else our own entries in /proc are not ours to write
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        Path("/proc/self", name).write_text(text)


def build_root(root: Root) -> bool:
    """Build *root* on STAGING, in a new mount namespace. Whether /proc could be mounted in it."""
    _mount("", "/", "", MS_RECURSIVE | MS_PRIVATE)
    _mount("tmpfs", STAGING, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m,nr_inodes=4k")
    for path in root.binds:
        _show(path, STAGING + path)
    for path in root.covered:
        _mount("tmpfs", STAGING + path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, "mode=755,size=4k,nr_inodes=1")
    return _mount_proc(f"{STAGING}/proc")


def fill(source: str, scratch_mb: int, owner: int) -> None:
    """Put a private copy of *source* into the root being built; *scratch_mb* MiB more fit beside it."""
    place = STAGING + SUBMISSION
    os.mkdir(place)  # noqa: PTH102
    options = f"mode=700,nr_inodes={MOST_FILES}"
    _mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, options)
    shutil.copytree(source, place, dirs_exist_ok=True)
    give(place, owner)
    used = os.statvfs(place)
    size = (used.f_blocks - used.f_bfree) * used.f_frsize + scratch_mb * MIB
    _mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV | MS_REMOUNT, f"{options},size={size}")


def give(folder: str, owner: int) -> None:
    """Make *folder* and all below it belong to *owner*."""
    if owner != os.geteuid():
        for parent, folders, files in os.walk(folder):
            for name in (".", *folders, *files):
                os.chown(f"{parent}/{name}", owner, owner, follow_symlinks=False)


def enter_root() -> None:
    """Step into the root that was built; the old one is gone."""
    os.chdir(STAGING)
    linux.syscall("pivot_root", b".", b".")
    linux.syscall("umount2", b".", MNT_DETACH)
    os.chdir("/")
    _set_attributes("/", ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV, flags=0)


def _show(path: str, target: str) -> None:
    mode = os.stat(path).st_mode  # noqa: PTH116 - a path, many of them
    if stat.S_ISDIR(mode):
        os.makedirs(target, exist_ok=True)  # noqa: PTH103
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    _mount(path, target, "", MS_BIND | MS_RECURSIVE)
    no_devices = 0 if stat.S_ISCHR(mode) else ATTR_NODEV
    _set_attributes(target, ATTR_RDONLY | ATTR_NOSUID | no_devices, AT_RECURSIVE)


def _mount_proc(place: str) -> bool:
    os.mkdir(place)  # noqa: PTH102
    try:
        _mount("proc", place, "proc", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "subset=pid")
    except OSError:
        return False
    return True


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    name = [os.fsencode(text) for text in (source, target, kind, options)]
    linux.syscall("mount", name[0], name[1], name[2], flags, name[3])


def _set_attributes(path: str, attributes: int, flags: int) -> None:
    packed = struct.pack("=4Q", attributes, 0, 0, 0)
    linux.syscall("mount_setattr", AT_FDCWD, os.fsencode(path), flags, packed, len(packed))
