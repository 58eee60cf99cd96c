"""An archive's members into the room, whatever the format."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import BinaryIO

from grader.intake.assemble import is_code
from grader.intake.entry import Broken, Entry
from grader.intake.left_out import Parts, virtual_environments
from grader.intake.room import RATIO_FLOOR, Room

SUFFIXES = (".zip", ".tar.gz", ".tgz", ".tar")
_SKIPPED = 16  # times total_bytes: how much of a tar may pass by, kept or not
_ZIP, _GZIP = (b"PK\3\4", b"PK\5\6"), b"\x1f\x8b"

Members = Callable[[], Iterable[Entry]]


def is_archive(name: str) -> bool:
    """Whether *name* is that of an archive we open."""
    return name.lower().endswith(SUFFIXES)


def unpack(file: BinaryIO, packed: int, room: Room, shown: str, base: Parts = ()) -> bool:
    """Take the members of the archive *file* below *base*. False when it is damaged: then its report says how."""
    try:
        members = _members(file, packed, room, shown)
        room.open_archive(base, packed, virtual_environments(_names(members)))
        room.receive(members())
    except Broken as broken:
        room.report(shown, "failed", str(broken))
        room.notes.append(f"{shown}: {broken}")
        return False
    return True


def open_only_archive(room: Room) -> None:
    """Open the room's one archive where it lies, when there is no code beside it. Archives in it stay closed."""
    archives = [path for path in room.kept if is_archive(path)]
    if len(archives) != 1 or any(map(is_code, room.kept)):
        return
    path = archives[0]
    base = tuple(room.kept[path].raw.decode(errors="surrogateescape").split("/")[:-1])
    with (room.destination / path).open("rb") as file:
        room.remove(path)
        if unpack(file, os.fstat(file.fileno()).st_size, room, path, base):
            room.report(path, "used", "an archive: opened where it lies")


def _members(file: BinaryIO, packed: int, room: Room, shown: str) -> Members:
    # Imported when met: most submissions are folders, and each reader brings its part of the standard library.
    from grader.intake.tar_members import tar_members
    from grader.intake.zip_members import zip_members

    start = file.read(4)
    file.seek(0)
    if start in _ZIP or (not start.startswith(_GZIP) and shown.lower().endswith(".zip")):
        entries = zip_members(file)
        return lambda: entries
    return lambda: tar_members(file, _most(start, packed, room), shown)


def _most(start: bytes, packed: int, room: Room) -> int:
    most = _SKIPPED * room.limits.total_bytes
    return min(most, room.limits.ratio * packed + RATIO_FLOOR) if start.startswith(_GZIP) else most


def _names(members: Members) -> Iterator[Parts]:
    # Read once for the names alone: a virtual environment shows only by a file somewhere in it.
    with suppress(Broken):  # met again, and told, when the members are taken
        for entry in members():
            yield entry.parts
