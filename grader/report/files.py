"""Writing a file whole or not at all: who reads it meets the old text or the new one, never a half."""

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path

from grader.errors import GradeError, GraderError, UsageError
from grader.report.plain import plain_line

_USERS = {
    errno.EACCES: "no permission; choose a file in a folder you may write to",
    errno.EPERM: "no permission; choose a file in a folder you may write to",
    errno.EROFS: "the disk is read-only; choose a file on another one",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.EISDIR: "it is a folder; give the name of a file",
    errno.ELOOP: "the path leads in a circle; choose another one",
}
_OURS = {
    errno.ENOSPC: "the disk is full; free some space and run again",
    errno.EDQUOT: "your disk quota is used up; free some space and run again",
}


# File systems end at 255 bytes; a batch adds a digest and a suffix, and some alphabets take three bytes a letter.
_NAME_BYTES = 150


def file_name(name: str) -> str:
    """*name* as a file's name on any system: plain characters, not hidden, not long."""
    plain = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)
    return plain.strip(".").encode()[:_NAME_BYTES].decode(errors="ignore") or "submission"


def check_writable(path: Path) -> None:
    """Raise UsageError when *path* plainly cannot be written; to be asked before grading, not after."""
    if path.is_dir():
        raise _cannot(path, _USERS[errno.EISDIR])
    if not path.parent.is_dir():
        raise _no_folder(path)
    if not os.access(path if _is_special(path) else path.parent, os.W_OK):
        raise _cannot(path, _USERS[errno.EACCES])
    if not _is_special(path):
        _try_to_create(path)


def _try_to_create(path: Path) -> None:
    """Only the attempt tells: root may write everywhere, and still /proc takes no file."""
    attempt = _temporary(path)
    try:
        attempt.touch(exist_ok=False)
        attempt.unlink()
    except OSError as error:
        raise _explained(path, error) from None


def write_whole(path: Path, text: str) -> None:
    """Write *text* to *path* in one step: a file of that name stays as it is until the new one is complete.

    Raises UsageError when *path* cannot be written, GraderError when the disk fails; nothing is left behind.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        if _is_special(path):
            path.write_bytes(data)
        else:
            _replace(path, data)
    except (OSError, ValueError) as error:
        raise _explained(path, error) from None


def _replace(path: Path, data: bytes) -> None:
    temporary = _temporary(path)
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _temporary(path: Path) -> Path:
    """A name beside *path*, our own and short: the file's may be as long as a file system allows."""
    return path.parent / f".grade-{secrets.token_hex(6)}.tmp"


def _is_special(path: Path) -> bool:
    """Whether *path* is a device or pipe (``/dev/stdout``), which must be written to and never replaced.

    A link elsewhere is replaced, not followed: a submission could have put it there.
    """
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError):
        return False
    if stat.S_ISLNK(mode):
        return path.absolute().parts[1] in ("dev", "proc")
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _explained(path: Path, error: OSError | ValueError) -> GradeError:
    code = error.errno if isinstance(error, OSError) else None
    if code in (errno.ENOENT, errno.ENOTDIR) and not path.parent.is_dir():
        return _no_folder(path)
    if code == errno.ENOENT:
        return _cannot(path, f"no file can be made in {plain_line(str(path.parent))}; choose another folder")
    if code in _USERS:
        return _cannot(path, _USERS[code])
    if isinstance(error, ValueError):
        return _cannot(path, "that is no name a file can have; choose another one")
    reason = _OURS.get(code or 0, f"{error.strerror or error}; check the disk and run again")
    return GraderError(f"cannot write {plain_line(str(path))}: {reason}")


def _no_folder(path: Path) -> UsageError:
    nearest = next((folder for folder in path.parent.parents if folder.exists()), Path())
    stop = next((part for part in (path.parent, *path.parent.parents) if part.exists() and not part.is_dir()), None)
    if stop is not None:
        return _cannot(path, f"{plain_line(str(stop))} is a file, not a folder; choose another place")
    folder, known = plain_line(str(path.parent)), plain_line(str(nearest.absolute()))
    return _cannot(path, f"there is no folder {folder} (the nearest there is: {known}); create it or choose another")


def _cannot(path: Path, why: str) -> UsageError:
    return UsageError(f"cannot write {plain_line(str(path))}: {why}")
