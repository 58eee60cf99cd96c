"""Run a command as an ordinary user: ``ordinary.py COMMAND...``, started by root.

What the command needs may lie below a folder that only root may enter (a Python in root's home). Then, in a mount name
space of its own, an empty folder is laid over that one, and what is needed is mounted into it at its own path.
"""

import ctypes
import os
import stat
import sys
from pathlib import Path

NOBODY = 65534
CLONE_NEWNS = 0x20000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
_libc = ctypes.CDLL(None, use_errno=True)


def main(command: list[str]) -> None:
    needed = {Path(place).resolve() for place in (sys.base_prefix, sys.prefix, Path(__file__).parents[2])}
    _check(_libc.unshare(CLONE_NEWNS))
    _mount(None, "/", MS_REC | MS_PRIVATE)
    for place in sorted(needed):
        _open_up(place)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    os.execvp(command[0], command)


def _open_up(place: Path) -> None:
    closed = [above for above in reversed(place.parents) if not above.stat().st_mode & stat.S_IXOTH]
    if not closed:
        return
    held = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    _mount("tmpfs", str(closed[0]), 0, kind=b"tmpfs", options=b"mode=755")
    place.mkdir(parents=True)
    _mount(f"/proc/self/fd/{held}", str(place), MS_BIND | MS_REC)


def _mount(
    source: str | None, target: str, flags: int, kind: bytes | None = None, options: bytes | None = None
) -> None:
    _check(_libc.mount(source and source.encode(), target.encode(), kind, flags, options))


def _check(status: int) -> None:
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main(sys.argv[1:])
