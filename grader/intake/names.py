"""Names as they were handed in, as they are stored and as they are shown.

A name is stored under the very text it is shown by: what cannot be printed is escaped. The escape is one to one (a
backslash is escaped too), so two names never become one, and no line, terminal or report downstream meets a control
character, a right-to-left override or half a character.
"""

import re

NAME_BYTES = 255
PATH_BYTES = 1024
SHOWN = 200
_DRIVE = re.compile(r"[A-Za-z]:")
_PLAIN = re.compile(r"[ -\[\]-~]*")


class UnsafeName(ValueError):
    """A member's name that leads elsewhere, with the reason as its text."""


def printable(text: str) -> str:
    """*text* with everything that does not print escaped: ``\\x0a``, ``\\u202e``, ``\\x5c`` for a backslash."""
    return text if _PLAIN.fullmatch(text) else "".join(map(_shown, text))


def _shown(char: str) -> str:
    if char.isprintable() and char != "\\":
        return char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was not UTF-8, smuggled through as a surrogate
        code -= 0xDC00
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def shown_path(parts: tuple[str, ...]) -> str:
    """*parts* as a POSIX path for people, cut when nobody would read on."""
    path = printable("/".join(parts))
    return path if len(path) <= SHOWN else path[: SHOWN - 1] + "…"


def stored_path(parts: tuple[str, ...]) -> str:
    """*parts* as a POSIX path below the destination."""
    return "/".join(map(printable, parts))


def too_long(path: str) -> str:
    """Why a stored *path* is too long to keep, or ''."""
    if any(len(part.encode()) > NAME_BYTES for part in path.split("/")):
        return f"its name is longer than {NAME_BYTES} bytes"
    return f"its path is longer than {PATH_BYTES} bytes" if len(path.encode()) > PATH_BYTES else ""


def member_parts(name: str) -> tuple[str, ...]:
    """The folders and the file an archive's *name* stands for; an UnsafeName when it leads out of the archive.

    A backslash separates, as unzip has it: archives made by old Windows tools are full of them.
    """
    if "\0" in name:
        raise UnsafeName("a zero byte in its name")
    path = name.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path):
        raise UnsafeName("an absolute name: it leads out of the submission")
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    if ".." in parts:
        raise UnsafeName("a name with '..': it may lead out of the submission")
    return parts


def size_text(count: int) -> str:
    """*count* bytes for people."""
    for unit, size in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= size:
            return f"{count / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{count} bytes"
