"""What a source tells the room: one Entry for each thing handed in, read only when asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

CHUNK = 1 << 16
LINK = "a link: links are not followed, hand in the file itself"
SPECIAL = "not an ordinary file: a device, a pipe or a socket"


class Unreadable(Exception):
    """One entry's bytes cannot be had; the text says why."""


class Broken(Exception):
    """An archive cannot be read, or not further; the text says why."""


class Stop(Exception):
    """A limit on the whole submission is reached at ``path``; the text says which."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(why)
        self.path = path


def nothing() -> Iterator[bytes]:
    """The bytes of what has none."""
    return iter(())


@dataclass(frozen=True)
class Entry:
    """A thing handed in. ``parts`` are its folders and its name as found; ``kind`` ``other`` is left out for
    ``why``, and so, quietly and with all below it, is ``junk``.

    ``size`` is what the source claims: enough to refuse by, never to trust. ``chunks`` streams the bytes and raises
    nothing but Unreadable.
    """

    parts: tuple[str, ...]
    kind: Literal["file", "folder", "junk", "other"]
    why: str = ""
    size: int = 0
    chunks: Callable[[], Iterator[bytes]] = nothing
