"""One ``.py`` or ``.ipynb`` handed in by itself."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from grader.hookspecs import hookimpl
from grader.intake.arrival import arrived, opened, submission_name
from grader.intake.assemble import assemble, is_code
from grader.intake.entry import CHUNK, Entry, Unreadable
from grader.intake.room import Room
from grader.model import Intake, IntakeLimits


@hookimpl
def grader_read_submission(path: Path, destination: Path, limits: IntakeLimits) -> Intake | None:
    """Read a single file of code."""
    real, mode = arrived(path)
    if stat.S_ISDIR(mode) or not is_code(path.name):
        return None
    room = Room(destination, limits)
    with opened(path, real) as (file, size):
        room.receive([Entry((path.name,), "file", size=size, chunks=lambda: _chunks(file))])
    return assemble(room, submission_name(path))


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    try:
        while chunk := file.read(CHUNK):
            yield chunk
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from error
