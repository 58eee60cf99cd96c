"""Notebooks: code cells as Python text, whatever the file."""

import json

import pytest

from grader.model import Cell

pytestmark = pytest.mark.fast


def test_cells_become_python_beside_the_notebook(read, handed_in, notebook):
    got = read(handed_in({"sub/hw.ipynb": notebook("x = 1\ny = 2", ["a = 3\n", "b = 4\n"], "")}))
    (code,) = got.intake.code
    assert code.path == "sub/hw.ipynb"
    assert code.code == "sub/hw.ipynb.py"
    assert got.stored == ["sub/hw.ipynb", "sub/hw.ipynb.py"]
    lines = got.text("sub/hw.ipynb").split("\n")
    assert code.cells == (Cell(1, 2), Cell(2, 4), Cell(3, 7))
    assert [lines[cell.first_line - 1] for cell in code.cells] == ["x = 1", "a = 3", ""]


def test_a_notebook_by_itself_is_a_submission(read, tmp_path, notebook):
    (tmp_path / "hw.ipynb").write_text(notebook("x = 1"))
    got = read(tmp_path / "hw.ipynb")
    assert got.code == ["hw.ipynb"]
    assert got.intake.name == "hw.ipynb"


def test_a_script_by_itself_is_a_submission(read, tmp_path):
    (tmp_path / "hw.PY").write_text("x = 1")
    assert read(tmp_path / "hw.PY").code == ["hw.PY"]


def test_only_code_cells_count_and_are_numbered(read, handed_in):
    cells = [
        {"cell_type": "markdown", "source": "# x = ("},
        {"cell_type": "code", "source": "x = 1"},
        {"cell_type": "raw", "source": "("},
        {"cell_type": "code", "source": "y = 1"},
    ]
    got = read(handed_in({"a.ipynb": json.dumps({"cells": cells, "nbformat": 4})}))
    assert got.text("a.ipynb") == "# coding: utf-8\nx = 1\ny = 1\n"
    assert [cell.number for cell in got.intake.code[0].cells] == [1, 2]


def test_format_3_is_read(read, handed_in):
    sheets = [{"cells": [{"cell_type": "code", "input": ["x = 1\n", "y = 2"]}]}, {"cells": []}]
    got = read(handed_in({"a.ipynb": json.dumps({"worksheets": sheets, "nbformat": 3})}))
    assert got.text("a.ipynb").endswith("x = 1\ny = 2\n")


def test_the_generated_name_avoids_what_was_handed_in(read, handed_in, notebook):
    files = {"a.ipynb": notebook("x = 1"), "a.ipynb.py": "theirs", "a.ipynb.1.py/b.txt": ""}
    got = read(handed_in(files))
    assert got.text("a.ipynb.py") == "theirs"
    assert got.intake.code[0].code == "a.ipynb.2.py"


def test_a_name_with_no_room_for_an_ending_gets_a_short_one(read, handed_in, notebook):
    got = read(handed_in({f"sub/{'x' * 249}.ipynb": notebook("x = 1")}))
    assert got.intake.code[0].code == "sub/_notebook_1.py"


def test_the_digest_leaves_the_generated_file_out(read, handed_in, notebook, tmp_path):
    root = handed_in({"a.ipynb": "{}"})
    broken = read(root).intake.digest
    assert read(root).intake.digest == broken
    (root / "a.ipynb").write_text(notebook("x = 1"))
    assert read(root).intake.digest != broken


def test_line_ends_and_halves_of_characters_are_settled(read, handed_in):
    source = '{"cells": [{"cell_type": "code", "source": "a = 1\\r\\nb = 2\\rc = \'\\ud800\'"}]}'
    got = read(handed_in({"a.ipynb": source}))
    assert (got.folder / "a.ipynb.py").read_bytes() == b"# coding: utf-8\na = 1\nb = 2\nc = '?'\n"


def test_a_coding_cookie_in_the_first_cell_changes_nothing(read, handed_in, notebook):
    got = read(handed_in({"a.ipynb": notebook("# -*- coding: latin-1 -*-\nname = 'ü'")}))
    space = {}
    exec(compile((got.folder / "a.ipynb.py").read_bytes(), "a", "exec"), space)
    assert space["name"] == "ü"


def test_a_byte_order_mark_is_no_obstacle(read, handed_in, notebook):
    assert read(handed_in({"a.ipynb": b"\xef\xbb\xbf" + notebook("x = 1").encode()})).code == ["a.ipynb"]


def test_outputs_are_dropped_however_large(read, handed_in, notebook):
    cells = json.loads(notebook("x = 1"))
    cells["cells"][0]["outputs"] = [{"text": "y" * 3_000_000}]
    assert len(read(handed_in({"a.ipynb": json.dumps(cells)})).text("a.ipynb")) < 100


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "not JSON"),
        ("print('hello')", "not JSON"),
        ('{"cells": [', "not JSON"),
        ("[" * 100_000, "nested too deep"),
        ('{"cells":' * 50_000, "nested too deep"),
        ("[1, 2]", "no object with cells"),
        ("null", "no object with cells"),
        ("{}", "no list of cells"),
        ('{"cells": {}}', "no list of cells"),
        ('{"worksheets": 3}', "no list of cells"),
        ('{"worksheets": [3]}', "no list of cells"),
        ('{"cells": [3]}', "a cell that is no object"),
        ('{"cells": [{"cell_type": "code", "source": 3}]}', "source is not text"),
        ('{"cells": [{"cell_type": "code", "source": ["a", null]}]}', "source is not text"),
        ('{"cells": [{"cell_type": "code", "source": {"a": 1}}]}', "source is not text"),
        ("1" * 5000, "a number in it is too long"),
        (b'{"cells": "\xff\xfe"}', "not valid UTF-8"),
        ("[" * 2_000_001, "too many parts"),
    ],
    ids=range(18),
)
def test_what_is_no_notebook_fails_with_its_reason(read, handed_in, content, why):
    got = read(handed_in({"a.ipynb": content}))
    assert got.report("a.ipynb").status == "failed"
    assert why in got.report("a.ipynb").why
    assert got.intake.notes == (f"a.ipynb: {got.report('a.ipynb').why}",)


def test_a_broken_notebook_takes_nothing_from_the_code_beside_it(read, handed_in):
    assert read(handed_in({"a.ipynb": "", "main.py": ""})).code == ["main.py"]


def test_a_hundred_thousand_cells_are_refused(read, handed_in, notebook):
    assert (
        "more than 10,000 code cells" in read(handed_in({"a.ipynb": notebook(*["x"] * 100_000)})).report("a.ipynb").why
    )
