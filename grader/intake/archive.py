"""A ``.zip``, ``.tar.gz``, ``.tgz`` or ``.tar`` handed in by itself."""

import stat
from pathlib import Path

from grader.hookspecs import hookimpl
from grader.intake.arrival import arrived, opened, submission_name
from grader.intake.assemble import assemble
from grader.intake.room import Room
from grader.intake.unpack import is_archive, open_only_archive, unpack
from grader.model import Intake, IntakeLimits


@hookimpl
def grader_read_submission(path: Path, destination: Path, limits: IntakeLimits) -> Intake | None:
    """Read an archive, and the one archive in it when there is no code beside that."""
    real, mode = arrived(path)
    if stat.S_ISDIR(mode) or not is_archive(path.name):
        return None
    room, name = Room(destination, limits), submission_name(path)
    with opened(path, real) as (file, size):
        whole = unpack(file, size, room, name)
    if whole:
        open_only_archive(room)
    return assemble(room, name)
