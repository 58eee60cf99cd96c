"""The members of a tar, gzipped or not, in one pass and in constant memory.

Not the standard library's: that one reads a long name's block as large as its header claims, and keeps every member.
Understood are ustar, GNU's long names and POSIX (pax) paths and sizes; sparse files are refused.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from grader.intake.entry import CHUNK, LINK, SPECIAL, Broken, Entry, Unreadable
from grader.intake.names import UnsafeName, member_parts

BLOCK = 512
_LONGEST_NAME = 1 << 16
_MOST_MEMBERS = 50_000
_CUT_OFF = "damaged or cut off: pack it again"
_FILE, _LINKS, _FOLDER, _SPECIAL = b"0\0007", b"12", b"5", b"346"
_LONG_NAME, _PAX, _PASSED_OVER = b"L", b"x", b"KgVDNX"


@dataclass
class _Stream:
    """The unpacked bytes, read forward only, at most ``most`` of them."""

    file: BinaryIO
    most: int
    position: int = 0

    def some(self, count: int) -> bytes:
        try:
            data = self.file.read(count)
        except (OSError, EOFError, zlib.error) as error:
            raise Broken(_CUT_OFF) from error
        self.position += len(data)
        if self.position > self.most:
            raise Broken(f"unpacks to more than {self.most >> 20} MiB, too much for its size")
        return data

    def exactly(self, count: int) -> bytes:
        data = self.some(count)
        if len(data) < count:
            raise Broken(_CUT_OFF)
        return data

    def up_to(self, position: int) -> None:
        while self.position < position:
            self.exactly(min(CHUNK, position - self.position))


@dataclass(frozen=True)
class _Header:
    kind: bytes
    name: str
    size: int


@dataclass
class _Extra:
    """What the blocks before a header say about it."""

    name: str | None = None
    size: int | None = None
    records: dict[bytes, bytes] = field(default_factory=dict)


def tar_members(file: BinaryIO, most: int, shown: str) -> Iterator[Entry]:
    """The members of the tar *file* from its start; Broken, between them, where it cannot be read on.

    *most* bounds the bytes that may pass by. Each entry's chunks are to be had until the next entry is asked for.
    """
    stream = _Stream(_unzipped(file), most)
    extra, count = _Extra(), 0
    while header := _next_header(stream, shown):
        if header.kind in _LONG_NAME + _PAX + _PASSED_OVER:
            _note_extra(stream, header, extra)
            continue
        size = header.size if extra.size is None else extra.size
        end = stream.position + (0 if header.kind in _LINKS + _SPECIAL + _FOLDER else size)
        count += 1
        if count > _MOST_MEMBERS:
            raise Broken(f"more than {_MOST_MEMBERS:,} files in it")
        yield _entry(stream, header, extra, end)
        extra = _Extra()
        stream.up_to(end + -end % BLOCK)
    while stream.some(CHUNK):  # to the end: there gzip keeps its checksum
        pass


def _unzipped(file: BinaryIO) -> BinaryIO:
    file.seek(0)
    magic = file.read(2)
    file.seek(0)
    if magic != b"\x1f\x8b":
        return file
    from gzip import GzipFile

    return GzipFile(fileobj=file)  # type: ignore[return-value]


def _next_header(stream: _Stream, shown: str) -> _Header | None:
    block = stream.some(BLOCK)
    if (not block and stream.position) or block == bytes(BLOCK):
        return None
    first = stream.position <= BLOCK
    if len(block) < BLOCK and not first:
        raise Broken(_CUT_OFF)
    try:
        return _header(block)
    except (ValueError, IndexError) as error:
        suffix = ".tar.gz" if not shown.lower().endswith(".tar") else ".tar"
        raise Broken(f"not a {suffix} archive: pack it again" if first else _CUT_OFF) from error


def _header(block: bytes) -> _Header:
    if sum(block) - sum(block[148:156]) + 8 * 32 != _number(block[148:156]):
        raise ValueError("checksum")
    name = _text(block[:100])
    if block[257:263] == b"ustar\0" and (prefix := _text(block[345:500])):
        name = f"{prefix}/{name}"
    kind = block[156:157]
    # Before ustar a folder was a file whose name ends in a slash.
    return _Header(_FOLDER if kind == b"\0" and name.endswith("/") else kind, name, _number(block[124:136]))


def _text(field_bytes: bytes) -> str:
    return field_bytes.partition(b"\0")[0].decode(errors="surrogateescape")


def _number(digits: bytes) -> int:
    octal = digits.partition(b"\0")[0].strip() or b"0"
    value = int.from_bytes(digits[1:], "big") if digits[0] == 0x80 else int(octal, 8)
    return _size(value)


def _size(value: int) -> int:
    if value < 0:
        raise ValueError("negative")
    return value


def _note_extra(stream: _Stream, header: _Header, extra: _Extra) -> None:
    end = stream.position + header.size
    if header.kind not in _PASSED_OVER:
        if header.size > _LONGEST_NAME:
            raise Broken(_CUT_OFF)
        data = stream.exactly(header.size)
        if header.kind == _LONG_NAME:
            extra.name = _text(data)
        else:
            _note_pax(data, extra)
    stream.up_to(end + -end % BLOCK)


def _note_pax(data: bytes, extra: _Extra) -> None:
    try:
        extra.records |= dict(_pax_records(data))
        if b"size" in extra.records:
            extra.size = _size(int(extra.records[b"size"]))
    except ValueError as error:
        raise Broken(_CUT_OFF) from error
    if b"path" in extra.records:
        extra.name = extra.records[b"path"].decode(errors="surrogateescape")


def _pax_records(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The records of a pax block: each ``<length of it all> <key>=<value>\\n``."""
    while data.rstrip(b"\0"):
        space = data.index(b" ")
        length = int(data[:space])
        if not space < length <= len(data):
            raise ValueError("length")
        key, _, value = data[space + 1 : length - 1].partition(b"=")
        yield key, value
        data = data[length:]


def _entry(stream: _Stream, header: _Header, extra: _Extra, end: int) -> Entry:
    name = header.name if extra.name is None else extra.name
    try:
        parts = member_parts(name)
    except UnsafeName as unsafe:
        return Entry((name,), "other", str(unsafe))
    if header.kind == _FOLDER:
        return Entry(parts, "folder")
    if why := _not_a_file(header.kind, extra):
        return Entry(parts, "other", why)
    return Entry(parts, "file", size=end - stream.position, chunks=lambda: _chunks(stream, end))


def _not_a_file(kind: bytes, extra: _Extra) -> str:
    if kind in _LINKS:
        return LINK
    if kind in _SPECIAL:
        return SPECIAL
    sparse = kind == b"S" or any(key.startswith(b"GNU.sparse") for key in extra.records)
    if sparse or kind not in _FILE:
        return "a kind of member that is not read: pack as an ordinary .zip or .tar.gz"
    return ""


def _chunks(stream: _Stream, end: int) -> Iterator[bytes]:
    try:
        while stream.position < end:
            yield stream.exactly(min(CHUNK, end - stream.position))
    except Broken as broken:
        raise Unreadable(str(broken)) from broken
