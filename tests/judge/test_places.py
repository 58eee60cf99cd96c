from pathlib import Path

import pytest

from grader import wire
from grader.judge.places import MOST_SEARCHED, Places
from grader.model import Cell, CodeFile, Intake, Location
from grader.testing import write_files

pytestmark = pytest.mark.fast

LOSSES = "def first(p, y):\n    return p.sum()\n\n\ndef second(p, y):\n    q = p - y\n    return q.sum()\n"


def places(tmp_path: Path, files: dict[str, str], cells: tuple[Cell, ...] = ()) -> Places:
    write_files(tmp_path, files)
    code = tuple(CodeFile(name, name, cells) for name in files)
    return Places(Intake("hw", "", (), code), tmp_path)


def found(file: str, line: int, last: int) -> wire.Found:
    return wire.Found(file, line, "name", "function", last)


def test_an_expression_is_looked_for_where_the_entry_point_is(tmp_path: Path) -> None:
    spot = places(tmp_path, {"hw.py": LOSSES}).spot(["_.sum()"], found("hw.py", 5, 7))
    assert spot is not None
    assert (spot.location, spot.text) == (Location("hw.py", 7), "q.sum()")


def test_elsewhere_it_counts_only_when_there_is_no_other(tmp_path: Path) -> None:
    losses = places(tmp_path, {"hw.py": "x = 1\n", "loss.py": LOSSES})
    assert losses.spot(["_.sum()"], found("hw.py", 1, 1)) is None
    spot = losses.spot(["_.sum()", "_ - _"], found("hw.py", 1, 1))
    assert spot is not None
    assert spot.location == Location("loss.py", 6)


def test_in_a_notebook_the_line_counts_within_its_cell(tmp_path: Path) -> None:
    text = "import torch\nc = BCELoss(\n    size_average=False)\n"
    spot = places(tmp_path, {"hw.ipynb": text}, (Cell(1, 1), Cell(4, 2))).spot(["BCELoss()"], found("hw.ipynb", 2, 3))
    assert spot is not None
    assert spot.location == Location("hw.ipynb", 1, 4)
    assert "reduction='sum'" in spot.old_spelling


@pytest.mark.parametrize("text", ["def broken(:\n", "(" * 9_000, "x = 1\n" * MOST_SEARCHED + "y = F.sigmoid(x)\n"])
def test_text_that_cannot_be_parsed_or_is_huge_has_no_places(tmp_path: Path, text: str) -> None:
    nowhere = places(tmp_path, {"hw.py": text})
    assert nowhere.spot(["_"], found("hw.py", 1, 1)) is None
    assert list(nowhere.old_spellings()) == []
