"""Making text inert: whatever a submission says reaches a reader as text that does nothing.

Controls, escapes, bidirectional marks and invisible characters are shown (``\\x1b``, ``\\u202e``), never sent.
"""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")

# Written out instead of asked of unicodedata: building the class from categories takes 100 ms at every start.
# Arabic number signs (U+0600..0605, 06DD, 070F, ...) are format characters too, but visible, so they stay.
INVISIBLE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_STACKING = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
# Accents beyond the fourth on one letter belong to no language; they are there to paint over the lines above.
_UNSAFE = re.compile(f"[{INVISIBLE}]|(?<=[{_STACKING}]{{4}})[{_STACKING}]")

# The fields of a result that may hold several lines; everywhere else a line break is shown as \n.
_SEVERAL_LINES = frozenset({"message", "hint", "why", "notes", "note", "evidence", "stdout", "stderr", "markdown"})
_UNCUT = frozenset({"stdout", "stderr", "markdown"})
LINE_LIMIT = 300


def plain(text: str) -> str:
    """*text* with everything that is not plainly visible escaped; line feeds and tabs stay."""
    return _UNSAFE.sub(_escape, text.replace("\r\n", "\n"))


def plain_line(text: str) -> str:
    """*text* as ``plain``, on one line: a line feed is shown as ``\\n``."""
    return plain(text).replace("\n", "\\n")


def cut(text: str, limit: int) -> str:
    """*text*, with its middle left out when it is longer than *limit*."""
    if len(text) <= limit:
        return text
    return f"{text[: limit // 2]} [... {len(text) - limit:,} characters left out ...] {text[-(limit - limit // 2) :]}"


def inert(value: T, *, limit: int) -> T:
    """*value* (a Result, or a part of one) with every text in it inert, and cut when absurdly long.

    Texts of several lines are cut to *limit* characters, names and lines to ``LINE_LIMIT``.
    """
    safe: T = _inert(value, "", limit)
    return safe


def _inert(value: Any, name: str, limit: int) -> Any:
    if isinstance(value, str):
        return _inert_text(value, name, limit)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {part.name: _inert(getattr(value, part.name), part.name, limit) for part in fields(value)}
        return replace(value, **parts)
    if isinstance(value, Mapping):
        return {plain_line(str(key)): _inert(item, name, limit) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(item if isinstance(item, float) else _inert(item, name, limit) for item in value)
    return value


def _inert_text(text: str, name: str, limit: int) -> str:
    if name in _UNCUT:
        return plain(text)
    if name in _SEVERAL_LINES:
        return cut(plain(text), limit)
    return cut(plain_line(text), LINE_LIMIT)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
