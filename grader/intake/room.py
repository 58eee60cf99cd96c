"""The room: the private folder a submission is copied to, and the count of what has come in.

::

    destination/         empty at first, ours alone
    ├── main.py          as handed in: ordinary files and folders, nothing else
    ├── hw.ipynb
    └── hw.ipynb.py      generated from the notebook (assemble.py)

The room writes ordinary files it creates itself, never through a name that exists, so nothing in here can lead out.
"""

import errno
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.errors import GraderError
from grader.intake.entry import Entry, Stop, Unreadable
from grader.intake.left_out import Parts, configures, junk_above, junk_file
from grader.intake.names import shown_path, size_text, stored_path, too_long
from grader.model import FileReport, FileStatus, IntakeLimits

SETTINGS = "grade.toml"
SETTINGS_BYTES = 1 << 16
RATIO_FLOOR = 1 << 20  # any honest little file may be all zeros
STREAMED = 4  # times total_bytes: what may be read to no avail, in files that turn out too big
_UNNAMEABLE = (errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL)


class LeftOut(Exception):
    """The file being read is not kept; the text says why."""


@dataclass(frozen=True)
class Kept:
    """A file in the room: ``raw`` its path as handed in, ``content`` the SHA-256 of its bytes."""

    raw: bytes
    size: int
    content: bytes


class Room:
    """Files as they come in, within the limits; what was left out, and why."""

    def __init__(self, destination: Path, limits: IntakeLimits) -> None:
        self.destination = destination
        self.limits = limits
        self.kept: dict[str, Kept] = {}
        self.reports: list[FileReport] = []
        self.settings: dict[Parts, bytes] = {}
        self.notes: list[str] = []
        self._base: Parts = ()
        self._venvs: frozenset[Parts] = frozenset()
        self._packed: int | None = None
        self._folders: set[str] = set()
        self._junk: dict[str, list[str]] = {}
        self._junk_why: dict[str, str] = {}
        self._entries = self._total = self._streamed = self._unpacked = 0

    def receive(self, entries: Iterable[Entry]) -> None:
        """Take *entries* one by one until there are no more, or a limit on all of them is reached."""
        try:
            for entry in entries:
                self._take(entry)
        except Stop as stop:
            self.report(stop.path, "ignored", f"reading stopped here: {stop}")
            self.notes.append(f"reading stopped at {stop.path}: {stop}; what comes after it is not graded")

    def open_archive(self, base: Parts, packed: int, venvs: frozenset[Parts]) -> None:
        """What comes next comes out of an archive of *packed* bytes and goes below *base*."""
        self._base, self._packed, self._venvs, self._unpacked = base, packed, venvs, 0

    def report(self, path: str, status: FileStatus, why: str) -> None:
        """Note what became of the file shown as *path*."""
        self.reports.append(FileReport(path, status, why))

    def junk_reports(self) -> list[FileReport]:
        """One quiet line for each junk folder, and one for each kind of junk file."""
        return [FileReport(min(paths), "ignored", self._junk_line(key, paths)) for key, paths in self._junk.items()]

    def _junk_line(self, key: str, paths: list[str]) -> str:
        return self._junk_why[key] + (f" ({len(paths)} files {key})" if len(paths) > 1 else "")

    def has(self, path: str) -> bool:
        """Whether a file or folder is at *path*."""
        return path in self.kept or path in self._folders or (self.destination / path).exists()

    def remove(self, path: str) -> None:
        """Take the file at *path* out again."""
        (self.destination / path).unlink()
        self._total -= self.kept.pop(path).size

    def write_generated(self, path: str, data: bytes) -> None:
        """Write a file of our own, which is neither counted nor part of the digest."""
        out = self._create(path)
        try:
            self._write(out, path, data)
        finally:
            os.close(out)

    # ------------------------------------------------------------ one entry

    def _take(self, entry: Entry) -> None:
        if not entry.parts or self._is_junk(entry):
            return
        parts = self._base + entry.parts
        self._count(shown_path(parts))
        try:
            if entry.kind == "file":
                self._take_file(parts, entry)
            elif entry.kind == "folder":
                self._make_folders(self._place(parts, folder=True))
            else:
                raise LeftOut(entry.why)
        except LeftOut as left_out:
            self.report(shown_path(parts), "ignored", str(left_out))
        except Unreadable as unreadable:
            self.report(shown_path(parts), "failed", str(unreadable))

    def _count(self, path: str) -> None:
        if self._entries >= self.limits.files:
            raise Stop(path, f"more than {self.limits.files} files")
        self._entries += 1

    def _is_junk(self, entry: Entry) -> bool:
        folders = entry.parts if entry.kind == "folder" else entry.parts[:-1]
        above = (len(entry.parts), entry.why) if entry.kind == "junk" else junk_above(folders, self._venvs)
        if above:
            depth, why = above
            path = shown_path(self._base + entry.parts[:depth])
            self._put_aside(path, path, f"left out: {why}")
            return True
        if entry.kind == "folder" or not (junk := junk_file(entry.parts[-1])):
            return False
        self._put_aside(junk[0], shown_path(self._base + entry.parts), f"left out: {junk[1]}")
        return True

    def _put_aside(self, key: str, path: str, why: str) -> None:
        if key not in self._junk:
            self._count(path)
            self._junk_why[key] = why
        paths = self._junk.setdefault(key, [])
        if key != path or not paths:  # a folder is one line, whatever it holds
            paths.append(path)

    def _place(self, parts: Parts, folder: bool = False) -> str:
        if len(parts) - (not folder) > self.limits.depth:
            raise LeftOut(f"more than {self.limits.depth} folders deep")
        path = stored_path(parts)
        if why := too_long(path):
            raise LeftOut(why)
        for end in range(1, len(parts) + folder):
            if stored_path(parts[:end]) in self.kept:
                raise LeftOut(f"{shown_path(parts[:end])} is a file, not a folder")
        return path

    def _take_file(self, parts: Parts, entry: Entry) -> None:
        if why := configures(parts[-1]):
            raise LeftOut(why)
        path = self._place(parts)
        if path in self._folders:
            raise LeftOut("a folder has the same name")
        if parts[-1].lower() == SETTINGS:
            self._take_settings(parts, entry)
        self._forget(path)
        if entry.size > self.limits.file_bytes:
            raise LeftOut(self._too_big(entry.size))
        self._make_folders(path.rpartition("/")[0])
        self._copy(path, parts, entry)

    def _take_settings(self, parts: Parts, entry: Entry) -> None:
        text = bytearray()
        for chunk in entry.chunks():
            text += chunk
            if len(text) > SETTINGS_BYTES:
                raise LeftOut(f"larger than {size_text(SETTINGS_BYTES)}: not read")
        self.settings[parts] = bytes(text)
        raise LeftOut("only its assignment key counts; not copied")

    def _forget(self, path: str) -> None:
        # The last one wins, as with unzip and tar: appending is how an archive is brought up to date.
        if path in self.kept:
            self.remove(path)
            self.notes.append(f"{path} was handed in more than once: the last one counts")

    # ------------------------------------------------------------ bytes

    def _copy(self, path: str, parts: Parts, entry: Entry) -> None:
        out = self._create(path)
        try:
            kept = self._stream(out, path, parts, entry)
        except BaseException:
            (self.destination / path).unlink()
            raise
        finally:
            os.close(out)
        self.kept[path] = kept
        self._total += kept.size

    def _stream(self, out: int, path: str, parts: Parts, entry: Entry) -> Kept:
        size, content = 0, hashlib.sha256()
        for chunk in entry.chunks():
            size += len(chunk)
            self._weigh(shown_path(parts), size, len(chunk))
            content.update(chunk)
            self._write(out, path, chunk)
        return Kept("/".join(parts).encode(errors="surrogateescape"), size, content.digest())

    def _weigh(self, shown: str, size: int, more: int) -> None:
        self._streamed += more
        self._unpacked += more
        limits = self.limits
        if self._packed is not None and self._unpacked > limits.ratio * self._packed + RATIO_FLOOR:
            raise Stop(shown, f"the archive unpacks to more than {limits.ratio} times its size")
        if size > limits.file_bytes:
            if self._streamed > STREAMED * limits.total_bytes:
                raise Stop(shown, f"more than {size_text(STREAMED * limits.total_bytes)} to read")
            raise LeftOut(self._too_big(0))
        if self._total + size > limits.total_bytes:
            raise Stop(shown, f"more than {size_text(limits.total_bytes)} in all")

    def _too_big(self, claimed: int) -> str:
        has = f"{size_text(claimed)}, " if claimed else ""
        return f"too big: {has}more than the {size_text(self.limits.file_bytes)} a file may have"

    def _make_folders(self, path: str) -> None:
        if not path or path in self._folders:
            return
        self._make_folders(path.rpartition("/")[0])
        try:
            (self.destination / path).mkdir()
        except OSError as error:
            self._cannot_write(path, error)
        self._folders.add(path)

    def _create(self, path: str) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            return os.open(self.destination / path, flags, 0o644)
        except OSError as error:
            self._cannot_write(path, error)
            raise

    def _write(self, out: int, path: str, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(out, view) :]
        except OSError as error:
            self._cannot_write(path, error)

    def _cannot_write(self, path: str, error: OSError) -> None:
        if error.errno in _UNNAMEABLE:
            raise LeftOut("this machine's file system cannot hold its name") from error
        raise GraderError(
            f"cannot copy the submission to {self.destination / path}: {error.strerror}; "
            "free some space there, or set TMPDIR to a folder that can be written"
        ) from error
