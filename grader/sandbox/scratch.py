"""Folders a student's process wrote in: measured while it writes, removed whatever it left there."""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# A process that was just killed may still end the call it is in, and leave something where all was gone.
AGAIN_S = (0.0, 0.02, 0.1)
MOST_FILES = 5_000
LONGEST_PATH = 3_500
DEEPEST = 100  # folders within folders: to look into one, the kernel walks through all that it lies in


def holds_more_than(folder: str, size: int, files: int = MOST_FILES) -> bool:
    """Whether *folder* takes more than *size* bytes of disk, or has more than *files* entries below it.

    Folders nested deeper than ``DEEPEST``, or than a path can name, count as too many.
    """
    waiting, left, room = [folder], files, size
    deepest = folder.count("/") + DEEPEST
    while waiting and left >= 0 and room >= 0:
        path = waiting.pop()
        if path.count("/") > deepest or len(os.fsencode(path)) > LONGEST_PATH:
            return True
        for status in _statuses(path, waiting):
            left -= 1
            room -= status.st_blocks * 512
    return left < 0 or room < 0


def _statuses(folder: str, inner: list[str]) -> Iterator[os.stat_result]:
    """What *folder* holds; the folders in it are added to *inner*."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(status.st_mode):
                    inner.append(entry.path)
                yield status


def remove(folder: str) -> bool:
    """Remove *folder* with all below it, however deep and with whatever permissions; whether it is gone.

    What lies in a folder within is moved up beside it, so that no path grows and nothing is walked twice.
    """
    for wait_s in AGAIN_S:
        time.sleep(wait_s)
        _remove_once(folder)
        if not os.path.lexists(folder):
            return True
    return False


def _remove_once(folder: str) -> None:
    with suppress(OSError), _opened(folder) as top:
        waiting = os.listdir(top)
        while waiting:
            waiting += _take_apart(top, waiting.pop())
    with suppress(OSError):
        os.rmdir(folder)  # noqa: PTH106


def _take_apart(top: int, entry: str) -> list[str]:
    """Remove *entry* of *top*; the folders in it become entries of *top*, whose new names are returned."""
    moved: list[str] = []
    with suppress(OSError):
        if not _is_folder(entry, top):
            os.unlink(entry, dir_fd=top)
            return []
        with _opened(entry, top) as inner:
            for name in os.listdir(inner):
                if not _is_folder(name, inner):
                    os.unlink(name, dir_fd=inner)
                    continue
                os.chmod(name, 0o700, dir_fd=inner)  # without it, even its owner could not move it
                moved.append(os.urandom(16).hex())  # a name that nothing in there can have been given
                os.rename(name, moved[-1], src_dir_fd=inner, dst_dir_fd=top)
        os.rmdir(entry, dir_fd=top)
    return moved


@contextmanager
def _opened(folder: str, within: int | None = None) -> Iterator[int]:
    """A descriptor of the folder, with the owner's rights to it restored."""
    os.chmod(folder, 0o700, dir_fd=within)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=within)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _is_folder(name: str, within: int) -> bool:
    return stat.S_ISDIR(os.stat(name, dir_fd=within, follow_symlinks=False).st_mode)
