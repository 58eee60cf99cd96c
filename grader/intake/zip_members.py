"""The members of a zip. What its directory says is used to refuse early, never believed."""

import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from grader.intake.entry import CHUNK, LINK, SPECIAL, Broken, Entry, Unreadable
from grader.intake.names import UnsafeName, member_parts

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

_AT_ONCE = 8 << 20  # the standard library reads a zip's directory in one piece, however long it claims to be
_ENCRYPTED, _UTF8 = 0x1, 0x800
_DAMAGED = "not a whole zip archive: damaged or cut off; pack it again"


class _Careful:
    """A file that refuses to be read in pieces too large to hold."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, count: int = -1) -> bytes:
        """At most *count* bytes."""
        data = self._file.read(_AT_ONCE + 1 if count < 0 else min(count, _AT_ONCE + 1))
        if len(data) > _AT_ONCE:
            raise Broken("a zip archive with too many entries")
        return data

    def close(self) -> None:
        """The file is its owner's to close."""


def zip_members(file: BinaryIO) -> list[Entry]:
    """The members of the zip *file*, code first so that what runs into a limit is data."""
    from zipfile import ZipFile

    try:
        archive = ZipFile(_Careful(file))
    except Broken:
        raise
    except UnicodeDecodeError as error:
        raise Broken("a zip archive with names that are not valid UTF-8; pack it again") from error
    except Exception as error:  # a parser fed with anything: every way it fails means the same
        raise Broken(_DAMAGED) from error
    return sorted((_entry(archive, info) for info in archive.infolist()), key=_is_data)


def _is_data(entry: Entry) -> bool:
    return not (entry.parts and entry.parts[-1].lower().endswith((".py", ".ipynb")))


def _entry(archive: "ZipFile", info: "ZipInfo") -> Entry:
    name = _name(info)
    try:
        parts = member_parts(name)
    except UnsafeName as unsafe:
        return Entry((name,), "other", str(unsafe))
    if why := _not_a_file(info):
        return Entry(parts, "other", why)
    if name.endswith(("/", "\\")):
        return Entry(parts, "folder")
    return Entry(parts, "file", size=info.file_size, chunks=lambda: _chunks(archive, info))


def _name(info: "ZipInfo") -> str:
    # Not `filename`, which ends at a zero byte. Without the UTF-8 flag many tools (macOS's) still write UTF-8.
    name = info.orig_filename
    if info.flag_bits & _UTF8:
        return name
    try:
        return name.encode("cp437").decode()
    except UnicodeError:
        return name


def _not_a_file(info: "ZipInfo") -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return LINK
    return "" if kind in (0, stat.S_IFREG, stat.S_IFDIR) else SPECIAL


def _chunks(archive: "ZipFile", info: "ZipInfo") -> Iterator[bytes]:
    from zipfile import ZIP_DEFLATED, ZIP_STORED

    if info.flag_bits & _ENCRYPTED:
        raise Unreadable("encrypted: pack it again without a password")
    # bzip2 and lzma are inflated by the standard library without a bound: 4 KiB can become gigabytes of memory.
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise Unreadable(f"packed in a way that is not read (method {info.compress_type}): pack as an ordinary zip")
    try:
        with archive.open(info) as member:
            while chunk := member.read(CHUNK):
                yield chunk
    except Exception as error:  # as above: whatever the parser stumbles over
        raise Unreadable("damaged in the archive: pack it again") from error
