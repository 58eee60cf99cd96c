"""The path a user names: where it leads, what it is called, and its file opened without being fooled."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from grader.errors import UsageError
from grader.intake.entry import SPECIAL
from grader.intake.names import printable

# A FIFO would block an ordinary open for ever; a link would lead out.
READ_SAFELY = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


def arrived(path: Path) -> tuple[Path, int]:
    """Where *path* leads and its mode. The user's own link to a submission is followed; UsageError when it is none."""
    try:
        real = path.resolve(strict=True)
        return real, real.stat().st_mode
    except (OSError, ValueError, RuntimeError) as error:
        raise cannot_read(path, error) from error


def cannot_read(path: Path, error: Exception) -> UsageError:
    """The one line for a submission that is not there or may not be read."""
    if isinstance(error, FileNotFoundError):
        return UsageError(f"no such file or folder: {printable(str(path))}")
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UsageError(f"cannot read {printable(str(path))}: {why}")


def submission_name(path: Path) -> str:
    """The entry's own name with its extension, printable."""
    own = path.name if path.name not in ("", "..") else path.resolve().name
    return printable(own) or "submission"


@contextmanager
def opened(path: Path, real: Path) -> Iterator[tuple[BinaryIO, int]]:
    """The ordinary file at *real*, open, and its size; a UsageError that names *path* when it is none."""
    try:
        fd = os.open(real, READ_SAFELY)
    except OSError as error:
        raise cannot_read(path, error) from error
    with os.fdopen(fd, "rb") as file:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            raise UsageError(f"cannot read {printable(str(path))}: {SPECIAL}")
        yield file, found.st_size
