"""Places in the student's code: from a line of Python text to file, cell and line, and the lines around it."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from grader import wire
from grader.judge.expressions import Nodes, find, nodes_of, source_of
from grader.judge.old_spellings import may_hold_old_spelling, old_spelling_in, old_spellings
from grader.model import CheckResult, CodeFile, Excerpt, Intake, Location

AROUND = 3
MOST_SEARCHED = 200_000
MOST_FILES = 40
LONGEST_LINE = 400


@dataclass(frozen=True)
class Spot:
    """The expression that is the likely place of a mistake; ``old_spelling`` is a sentence, or ""."""

    location: Location
    text: str
    old_spelling: str


class Places:
    """Knows every code file of a submission, and which cell of a notebook a line belongs to."""

    def __init__(self, intake: Intake, folder: Path) -> None:
        self._files: Mapping[str, CodeFile] = {file.path: file for file in intake.code}
        self._folder = folder
        self._lines: dict[str, list[str]] = {}
        self._nodes: dict[str, Nodes] = {}

    def location(self, file: str, line: int) -> Location | None:
        """The place a student knows for *line* of the Python text of *file*; None when there is no such line."""
        code = self._files.get(file)
        if code is None or not 1 <= line <= len(self._text(code)):
            return None
        cell = next((cell for cell in reversed(code.cells) if cell.first_line <= line), None)
        return Location(file, line - cell.first_line + 1, cell.number) if cell else Location(file, line)

    def of_frames(self, frames: Sequence[tuple[str, int]], *, in_loop: bool) -> Location | None:
        """The place of the innermost frame; with *in_loop*, of the loop that the innermost possible frame is in."""
        if in_loop:
            for file, line in frames:
                start = self._loop_around(file, line)
                if start:
                    return self.location(file, start)
        return self.location(*frames[0]) if frames else None

    def _loop_around(self, file: str, line: int) -> int:
        """The first line of the innermost loop around *line*; 0 when there is none."""
        nodes = self._nodes_of(file)
        loops = (*nodes.get(ast.For, ()), *nodes.get(ast.While, ()))
        return max((loop.lineno for loop in loops if loop.lineno <= line <= (loop.end_lineno or 0)), default=0)

    def _nodes_of(self, file: str) -> Nodes:
        """What the text of *file* consists of; empty when there is no such file, it is huge, or it cannot be parsed."""
        if file not in self._nodes:
            code = self._files.get(file)
            text = "\n".join(self._text(code)) if code else ""
            try:
                self._nodes[file] = nodes_of(ast.parse(text if len(text) <= MOST_SEARCHED else ""))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self._nodes[file] = {}
        return self._nodes[file]

    def spot(self, patterns: Sequence[str], found: wire.Found) -> Spot | None:
        """The likely place of a mistake: what the first pattern matches where the entry point was *found*, else the
        only match in its file or in the others."""
        for pattern in patterns:
            inside = find(pattern, self._nodes_of(found.file), found.line, found.last_line or found.line)
            if inside:
                return self._spot(found.file, inside[0])
        files = [found.file, *(file for file in islice(self._files, MOST_FILES) if file != found.file)]
        for pattern in patterns:
            for file in files:
                anywhere = find(pattern, self._nodes_of(file))
                if len(anywhere) == 1:
                    return self._spot(file, anywhere[0])
        return None

    def _spot(self, file: str, node: ast.expr | ast.stmt) -> Spot | None:
        location, code = self.location(file, node.lineno), self._files.get(file)
        if location is None or code is None:
            return None
        return Spot(location, source_of(node, self._text(code)), old_spelling_in(node))

    def old_spellings(self) -> Iterator[tuple[Location, str]]:
        """Where a name of PyTorch's is written as it no longer is, and a sentence about it; each in a file once."""
        for file, code in islice(self._files.items(), MOST_FILES):
            if not any(may_hold_old_spelling(line) for line in self._text(code)):
                continue
            for line, sentence in old_spellings(self._nodes_of(file)):
                location = self.location(file, line)
                if location is not None:
                    yield location, sentence

    def excerpts(self, checks: Sequence[CheckResult]) -> tuple[Excerpt, ...]:
        """The lines around every place a check points at; checks at one place share an excerpt."""
        groups: list[list[tuple[Location, str]]] = []
        located = [(check.location, check.id) for check in checks if check.location and check.status != "passed"]
        for location, id in sorted(located, key=lambda pair: (pair[0].file, pair[0].cell or 0, pair[0].line)):
            last = groups[-1][-1][0] if groups else None
            near = last and (last.file, last.cell) == (location.file, location.cell)
            if near and last and location.line == last.line:
                groups[-1].append((location, id))
            else:
                groups.append([(location, id)])
        return tuple(self._excerpt(group) for group in groups)

    def _excerpt(self, group: Sequence[tuple[Location, str]]) -> Excerpt:
        first, last = group[0][0], group[-1][0]
        lines = self._cell_lines(first)
        start = max(first.line - AROUND, 1)
        shown = lines[start - 1 : last.line + AROUND]
        marks = tuple(sorted({location.line for location, _ in group}))
        ids = tuple(dict.fromkeys(id for _, id in group))
        return Excerpt(first.file, first.cell, start, tuple(line[:LONGEST_LINE] for line in shown), marks, ids)

    def _cell_lines(self, location: Location) -> list[str]:
        code = self._files[location.file]
        lines = self._text(code)
        starts = {cell.number: cell.first_line for cell in code.cells}
        if location.cell is None or location.cell not in starts:
            return lines
        begin = starts[location.cell]
        end = min((start for start in starts.values() if start > begin), default=len(lines) + 1)
        return lines[begin - 1 : end - 1]

    def _text(self, code: CodeFile) -> list[str]:
        if code.path not in self._lines:
            self._lines[code.path] = _decode((self._folder / code.code).read_bytes()).splitlines()
        return self._lines[code.path]


def _decode(source: bytes) -> str:
    """*source* as Python would read it; undecodable bytes are shown, not fatal."""
    from importlib.util import decode_source

    try:
        return decode_source(source)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return source.decode("utf-8", "replace")
