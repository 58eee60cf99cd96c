"""A notebook's code cells as one Python text. Outputs, markdown and metadata are not looked at.

Read are format 4 and format 3 (worksheets). A cell's number is its place among the code cells, from 1: counting
markdown too would name a number nobody sees in Jupyter. Nothing here needs IPython.
"""

import json
from collections.abc import Iterator
from typing import Any

from grader.intake.magics import neutral
from grader.model import Cell

MOST_CELLS = 10_000
_MOST_PARTS = 2_000_000  # each "[" or "{" costs some 64 bytes once parsed
# Line 1 settles the coding: a cell that starts with another file's cookie must not change how this text is read.
_FIRST_LINE = "# coding: utf-8\n"


class BadNotebook(Exception):
    """The file is no notebook that can be read; the text says why."""


def notebook_code(data: bytes) -> tuple[str, tuple[Cell, ...]]:
    """The Python text of the notebook *data* and where its cells start in it."""
    text, cells, line = [_FIRST_LINE], [], 2
    for number, source in enumerate(_sources(_parsed(data)), start=1):
        if number > MOST_CELLS:
            raise BadNotebook(f"not read: more than {MOST_CELLS:,} code cells")
        code = neutral(source) + "\n"
        cells.append(Cell(number, line))
        text.append(code)
        line += code.count("\n")
    return "".join(text), tuple(cells)


def _parsed(data: bytes) -> Any:
    if data.count(b"[") + data.count(b"{") > _MOST_PARTS:
        raise BadNotebook("not read: too many parts; clear the outputs and save it again")
    try:
        return json.loads(data)
    except RecursionError as error:
        raise BadNotebook("not a notebook: nested too deep") from error
    except UnicodeDecodeError as error:
        raise BadNotebook("not a notebook: not valid UTF-8") from error
    except json.JSONDecodeError as error:
        raise BadNotebook(f"not a notebook: not JSON at line {error.lineno} ({error.msg})") from error
    except ValueError as error:
        raise BadNotebook("not a notebook: a number in it is too long") from error


def _sources(notebook: Any) -> Iterator[str]:
    for cell in _cells(notebook):
        if not isinstance(cell, dict):
            raise BadNotebook("not a notebook: a cell that is no object")
        if cell.get("cell_type") == "code":
            # "input" is the name in format 3
            yield _source(cell["source"] if "source" in cell else cell.get("input", ""))


def _cells(notebook: Any) -> Iterator[Any]:
    if not isinstance(notebook, dict):
        raise BadNotebook("not a notebook: no object with cells")
    sheets = notebook["worksheets"] if "cells" not in notebook and "worksheets" in notebook else [notebook]
    for sheet in sheets if isinstance(sheets, list) else [None]:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        if not isinstance(cells, list):
            raise BadNotebook("not a notebook: no list of cells")
        yield from cells


def _source(source: Any) -> str:
    lines = source if isinstance(source, list) else [source]
    if not all(isinstance(line, str) for line in lines):
        raise BadNotebook("not a notebook: a cell whose source is not text")
    return "".join(lines).replace("\r\n", "\n").replace("\r", "\n")
