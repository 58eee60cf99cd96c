"""Notebook lines that are not Python, made harmless: no line is added or lost, no indentation changes.

A magic is one only at the start of a statement; the same sign in a string, or where an expression goes on from the
line before, is Python. So a cell is scanned line by line with what is open (a string, brackets, a backslash). Not by
``tokenize``, which stops at the very lines this is about.

=====================================  ==========================================
``%magic``, ``!shell``, ``?x``, ``x?``  ``pass``, the line kept as a comment
``%time f(x)``                          ``f(x)``: IPython runs it in the notebook
``x = !ls``, ``x = %magic``             ``x = []``, ``x = None``
``%%time`` and others that run a cell   a comment; the cell stays
any other ``%%magic``                   a cell of comments: it is not Python
=====================================  ==========================================
"""

import re
from dataclasses import dataclass

_RUN_THE_CELL = frozenset(("time", "timeit", "capture", "prun", "memit", "mprun", "snakeviz", "debug"))
_HINT = re.compile(r"[%!?]|\binstall\b|\A\s")
_MAGIC = re.compile(r"([ \t]*)(?:[%!?]|(?:pip3?|conda|mamba|uv pip)[ \t]+install\b)")
_TIME = re.compile(r"([ \t]*)%time[ \t]+(?![-\s])(?=.)")
_ASSIGNED = re.compile(r"(?<![=!<>:+\-*/%&|^@])=[ \t]*([%!])")
_CELL_MAGIC = re.compile(r"%%[ \t]*(\w*)")
_SKIPPED = re.compile(
    r"""[#].*
    | "{3}(?:\\.|[^\\])*?"{3} | '{3}(?:\\.|[^\\])*?'{3}
    | (?P<open>"{3}|'{3}).*
    | "[^"\\]*(?:\\.[^"\\]*)*" | '[^'\\]*(?:\\.[^'\\]*)*'
    | (?P<half>["']).*""",
    re.VERBOSE,
)
_CLOSED = {
    quote: re.compile(rf"(?:\\.|[^\\])*?{quote}")
    if len(quote) == 3
    else re.compile(rf"[^{quote}\\]*(?:\\.[^{quote}\\]*)*{quote}")
    for quote in ('"""', "'''", '"', "'")
}


@dataclass(frozen=True)
class _Open:
    """What a line leaves open: a string's quote, brackets, a backslash at the end."""

    quote: str = ""
    brackets: int = 0
    backslash: bool = False


_STATEMENT = _Open()


def neutral(source: str) -> str:
    """The cell *source* as Python."""
    if not _HINT.search(source):
        return source
    lines = _dedented(source.split("\n"))
    start = _after_cell_magics(lines)
    if start is None:
        return "\n".join(f"# {line}" if line.strip() else "" for line in lines)
    lines[:start] = [f"# {line}" if line.startswith("%%") else line for line in lines[:start]]
    lines[start:] = _without_magics(lines[start:])
    return "\n".join(lines)


def _dedented(lines: list[str]) -> list[str]:
    # A cell that is indented as a whole runs in a notebook: IPython takes the first line's indentation off.
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    return [line.removeprefix(indent) for line in lines] if indent else lines


def _after_cell_magics(lines: list[str]) -> int | None:
    """The index of the first line below the cell's ``%%`` lines; None when the cell is not Python."""
    start = 0
    for index, line in enumerate(lines):
        magic = _CELL_MAGIC.match(line)
        if magic and magic[1] not in _RUN_THE_CELL:
            return None
        if magic:
            start = index + 1
        elif line.strip() and not line.lstrip().startswith("#"):
            break
    return start


def _without_magics(lines: list[str]) -> list[str]:
    done: list[str] = []
    state, swallow = _STATEMENT, False
    for line in lines:
        if swallow:  # a magic went on over a backslash
            done.append("")
            swallow = line.endswith("\\")
            continue
        at_statement = state == _STATEMENT
        if at_statement:
            line = _timed(line)
        replaced = _magic_line(line) if at_statement else None
        if replaced is None:
            masked, state = _scanned(line, state)
            replaced = _around_magic(line, masked) if at_statement else None
            state = state if replaced is None else _STATEMENT
        swallow = replaced is not None and line.endswith("\\")
        done.append(line if replaced is None else replaced)
    return done


def _timed(line: str) -> str:
    timed = _TIME.match(line)
    return timed[1] + line[timed.end() :] if timed else line


def _magic_line(line: str) -> str | None:
    magic = _MAGIC.match(line)
    return f"{magic[1]}pass  # {line.strip()}" if magic else None


def _around_magic(line: str, masked: str) -> str | None:
    """``x = !ls`` and ``x?`` by what *masked* shows of the line: strings and comments are blanked out in it."""
    if assigned := _ASSIGNED.search(masked):
        value = "[]" if assigned[1] == "!" else "None"
        return f"{line[: assigned.start()]}= {value}  # {line[assigned.start(1) :]}"
    if masked.rstrip().endswith("?"):
        return f"{line[: len(line) - len(line.lstrip())]}pass  # {line.strip()}"
    return None


def _scanned(line: str, before: _Open) -> tuple[str, _Open]:
    start = 0
    if before.quote:
        closed = _CLOSED[before.quote].match(line)
        if not closed:
            stays = len(before.quote) == 3 or line.endswith("\\")
            return "_" * len(line), _Open(before.quote if stays else "", before.brackets)
        start = closed.end()
    quote = ""

    def masking(found: re.Match[str]) -> str:
        nonlocal quote
        text = found[0]
        quote = found["open"] or (found["half"] if line.endswith("\\") else None) or ""
        return (" " if text[0] == "#" else "_") * len(text)

    masked = "_" * start + _SKIPPED.sub(masking, line[start:])
    return masked, _Open(quote, _brackets(masked, before.brackets), not quote and masked.endswith("\\"))


def _brackets(masked: str, before: int) -> int:
    opened, closed = (sum(map(masked.count, signs)) for signs in ("([{", ")]}"))
    return max(0, before + opened - closed)
