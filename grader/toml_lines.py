"""On which line of a TOML text each key stands, which ``tomllib`` does not tell.

Only for texts ``tomllib`` has accepted: nothing is checked here, and what is not understood is skipped.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]
"""Where a value is: keys of tables, and the position (from 0) of an element of a list."""

_TOKEN = re.compile(
    r'''(?P<comment>\#[^\n]*)
    |(?P<text>"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
    |(?P<newline>\n)
    |(?P<mark>[\[\]{}=,.])
    |(?P<bare>[A-Za-z0-9_+:-]+)''',
    re.VERBOSE | re.DOTALL,
)


def key_lines(text: str) -> dict[Path, int]:
    """The line (from 1) where every key, table header and list element of *text* first stands."""
    return _Scanner(text).scan()


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of *path*, or of the nearest thing around it that has one."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Scanner:
    """Walks the tokens once. ``kind``, ``token`` and ``line`` are those of the token ahead ("" at the end)."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._tokens = _tokens(text)
        self._advance()

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        while self.kind:
            if self.token == "[":
                table = self._header()
            elif self.kind in ("bare", "text"):
                self._pair(table)
            else:
                self._advance()
        return self.lines

    def _advance(self) -> None:
        self.kind, self.token, self.line = next(self._tokens, ("", "", 0))

    def _header(self) -> Path:
        while self.token == "[":
            self._advance()
        table = self._key(())
        while self.token == "]":
            self._advance()
        return table

    def _pair(self, table: Path) -> None:
        path = self._key(table)
        if self.token == "=":
            self._advance()
            self._value(path)

    def _key(self, path: Path) -> Path:
        while self.kind in ("bare", "text"):
            path = (*path, _unquoted(self.token))
            self.lines.setdefault(path, self.line)
            self._advance()
            if self.token != ".":
                break
            self._advance()
        return path

    def _value(self, path: Path) -> None:
        if self.token == "[":
            self._list(path)
        elif self.token == "{":
            self._inline_table(path)
        else:
            while self.kind in ("bare", "text") or self.token == ".":  # 1.5 is three tokens
                self._advance()

    def _list(self, path: Path) -> None:
        self._advance()
        position = 0
        while self.kind and self.token != "]":
            if self.kind == "newline" or self.token == ",":
                self._advance()
                continue
            self.lines.setdefault((*path, position), self.line)
            before = (self.kind, self.token, self.line)
            self._value((*path, position))
            if before == (self.kind, self.token, self.line):
                self._advance()
            position += 1
        self._advance()

    def _inline_table(self, path: Path) -> None:
        self._advance()
        while self.kind and self.token != "}":
            if self.kind in ("bare", "text"):
                self._pair(path)
            else:
                self._advance()
        self._advance()


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    line = 1
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind != "comment":
            yield kind, match[0], line
        line += match[0].count("\n")


def _unquoted(token: str) -> str:
    """The key a token stands for; TOML's own rules undo the quotes."""
    return str(tomllib.loads(f"key = {token}")["key"]) if token[0] in "\"'" else token
