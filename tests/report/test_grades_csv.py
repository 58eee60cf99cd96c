"""The table of grades, as a spreadsheet and as a program read it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model import Result, Row
from grader.report.grades_csv import defused, grades_csv

pytestmark = pytest.mark.fast


def read(rows: list[Row]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(grades_csv(rows), newline="")))


def test_every_submission_has_a_row(perfect: Result, partial: Result) -> None:
    rows = [Row("a.py", "a.py", perfect), Row("b.py", "b.py", partial), Row("c", "c", None, "which assignment?")]
    first, second, third = read(rows)
    assert (first["submission"], first["score"], first["max_score"]) == ("a.py", "10", "10")
    assert float(second["score"]) == partial.score
    assert (third["status"], third["score"], third["message"]) == ("no result", "", "which assignment?")


def test_each_check_has_a_column_of_its_points(partial: Result) -> None:
    (row,) = read([Row("a", "a", partial)])
    assert {check.id: float(row[check.id]) for check in partial.checks} == {c.id: c.score for c in partial.checks}
    assert sum(float(row[check.id]) for check in partial.checks) == pytest.approx(float(row["score"]))


def test_hostile_text_calculates_nothing(hostile: Result) -> None:
    for name in ("=1+1", " =cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "\u202e=1", "\r=1"):
        (row,) = read([Row(name, "x", hostile)])
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in row.values())
        assert not any(letter in cell for cell in row.values() for letter in "\r\n\x1b\u202e")


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_any_text_reads_back_as_one_row_each(texts: list[tuple[str, str]]) -> None:
    rows = [Row(name, "x", None, problem) for name, problem in texts]
    found = read(rows)
    assert [row["submission"] for row in found] == [defused(name) for name, _ in texts]
