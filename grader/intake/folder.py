"""A folder as it was handed in, walked by descriptors: nothing in it can move the walk elsewhere.

In every folder files come before folders and code before other files, so that what runs into a limit is data.
"""

import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from grader.hookspecs import hookimpl
from grader.intake.arrival import READ_SAFELY, arrived, cannot_read, submission_name
from grader.intake.assemble import assemble, is_code
from grader.intake.entry import CHUNK, LINK, SPECIAL, Entry, Stop, Unreadable
from grader.intake.left_out import PACKAGES, VENV_MARK, Parts, is_venv_name, junk_folder
from grader.intake.names import shown_path
from grader.intake.room import Room
from grader.intake.unpack import open_only_archive
from grader.model import Intake, IntakeLimits

MOST_LISTED = 100_000  # names in one folder: a list of them all is held and sorted
_OPEN_FOLDER = READ_SAFELY | os.O_DIRECTORY


@hookimpl
def grader_read_submission(path: Path, destination: Path, limits: IntakeLimits) -> Intake | None:
    """Read a folder."""
    real, mode = arrived(path)
    if not stat.S_ISDIR(mode):
        return None
    try:
        fd = os.open(real, _OPEN_FOLDER)
    except OSError as error:
        raise cannot_read(path, error) from error
    room = Room(destination, limits)
    try:
        room.receive(_walk(fd, (), limits.depth))
    finally:
        os.close(fd)
    open_only_archive(room)
    return assemble(room, submission_name(path))


def _walk(fd: int, above: Parts, depth: int) -> Iterator[Entry]:
    for item in _listed(fd, above):
        parts = (*above, item.name)
        if item.is_symlink():
            yield Entry(parts, "other", LINK)
        elif item.is_dir(follow_symlinks=False):
            yield from _walk_folder(fd, parts, depth)
        else:
            yield _file(fd, parts)


def _listed(fd: int, above: Parts) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(fd) as found:
            items = sorted(islice(found, MOST_LISTED + 1), key=_files_first)
    except OSError as error:
        raise Stop(shown_path(above) or ".", f"cannot be read: {error.strerror}") from error
    if len(items) > MOST_LISTED:
        raise Stop(shown_path(above) or ".", f"more than {MOST_LISTED} files in one folder")
    return items


def _files_first(item: "os.DirEntry[str]") -> tuple[bool, bool, str]:
    return item.is_dir(follow_symlinks=False), not is_code(item.name), item.name


def _walk_folder(parent: int, parts: Parts, depth: int) -> Iterator[Entry]:
    if why := junk_folder(parts[-1]):
        yield Entry(parts, "junk", why)
        return
    if depth <= 0:
        yield Entry(parts, "other", f"more than {len(parts) - 1} folders deep")
        return
    try:
        fd = os.open(parts[-1], _OPEN_FOLDER, dir_fd=parent)
    except OSError as error:
        yield Entry(parts, "other", f"cannot be read: {error.strerror}")
        return
    try:
        yield from _walk_opened(fd, parts, depth - 1)
    finally:
        os.close(fd)


def _walk_opened(fd: int, parts: Parts, depth: int) -> Iterator[Entry]:
    if is_venv_name(parts[-1]) and _holds(fd, VENV_MARK):
        yield Entry(parts, "junk", PACKAGES)
        return
    yield Entry(parts, "folder")
    yield from _walk(fd, parts, depth)


def _holds(fd: int, name: str) -> bool:
    return os.access(name, os.F_OK, dir_fd=fd, follow_symlinks=False)


def _file(parent: int, parts: Parts) -> Entry:
    try:
        found = os.stat(parts[-1], dir_fd=parent, follow_symlinks=False)
    except OSError as error:
        return Entry(parts, "other", f"cannot be read: {error.strerror}")
    if not stat.S_ISREG(found.st_mode):
        return Entry(parts, "other", SPECIAL)
    return Entry(parts, "file", size=found.st_size, chunks=lambda: _chunks(parent, parts[-1]))


def _chunks(parent: int, name: str) -> Iterator[bytes]:
    try:
        fd = os.open(name, READ_SAFELY, dir_fd=parent)
        try:
            # Looked at again: between the listing and now it may have become something else.
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise Unreadable(SPECIAL)
            while chunk := os.read(fd, CHUNK):
                yield chunk
        finally:
            os.close(fd)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from error
