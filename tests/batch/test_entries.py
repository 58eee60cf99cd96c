"""Which submissions a folder holds, and what their files are called."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.batch.entries import file_names, find_entries, told
from grader.errors import UsageError
from grader.testing import write_files

pytestmark = pytest.mark.fast


def names(folder: Path, out: Path | None = None) -> list[str]:
    return [entry.name for entry in find_entries(folder, out or folder / "grade-out").submissions]


def test_folders_archives_scripts_and_notebooks_are_submissions(tmp_path: Path) -> None:
    write_files(tmp_path, {"bob/hw.py": "", "a.py": "", "c.ipynb": "", "d.zip": "", "e.tar.gz": "", "list.txt": ""})
    assert names(tmp_path) == ["a.py", "bob", "c.ipynb", "d.zip", "e.tar.gz"]


def test_a_folder_and_an_archive_of_one_name_are_two(tmp_path: Path) -> None:
    write_files(tmp_path, {"alice/hw.py": "", "alice.zip": ""})
    found = find_entries(tmp_path, tmp_path / "out").submissions
    assert [(entry.name, entry.file) for entry in found] == [("alice", "alice"), ("alice.zip", "alice.zip")]


def test_where_results_go_is_no_submission(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.py": "", "marks/index.html": "", "grade-out/index.html": ""})
    assert names(tmp_path, tmp_path / "marks") == ["a.py"]


def test_what_is_passed_over_is_said_with_its_reason(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.py": "", "notes.txt": "", "more.txt": "", ".git/config": "", "__MACOSX/a.py": ""})
    (tmp_path / "link.py").symlink_to(tmp_path / "a.py")
    os.mkfifo(tmp_path / "pipe.py")
    lines = told(find_entries(tmp_path, tmp_path / "out").passed_over)
    assert len(lines) == 4
    assert "passed over more.txt, notes.txt: not a folder, archive, .py or .ipynb file" in lines
    assert any("link.py: a link" in line for line in lines)


def test_an_assignment_among_submissions_is_none(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.py": "", "hw/assignment.toml": "title = 'x'"})
    found = find_entries(tmp_path, tmp_path / "out")
    assert [entry.name for entry in found.submissions] == ["a.py"]
    assert "is an assignment" in found.passed_over[0][1]


@pytest.mark.parametrize("files", [{}, {"notes.txt": ""}])
def test_a_folder_without_submissions_is_said(tmp_path: Path, files: dict[str, str]) -> None:
    write_files(tmp_path, files)
    with pytest.raises(UsageError, match="holds no submissions"):
        find_entries(tmp_path, tmp_path / "out")


def test_a_single_file_points_to_grade_run(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.py": ""})
    with pytest.raises(UsageError, match="grade run"):
        find_entries(tmp_path / "a.py", tmp_path / "out")


def test_plain_names_stay_as_they_are() -> None:
    assert file_names(["alice.py", "bob", "mia-2.zip"]) == {n: n for n in ("alice.py", "bob", "mia-2.zip")}


@pytest.mark.parametrize(
    "name", ["a/b", "..", "con.py", "NUL", ".hidden", "a\nb", "a\u202eb", "x" * 255, "漢" * 80, "<script>"]
)
def test_a_name_that_is_not_safe_everywhere_is_changed(name: str) -> None:
    safe = file_names([name])[name]
    assert safe != name
    assert len(safe.encode()) < 200
    assert all(letter.isalnum() or letter in "-_." for letter in safe)
    assert safe[0] != "."


@given(
    st.lists(st.text(min_size=1, max_size=12) | st.sampled_from(["A", "a", "é", "e\u0301", "a?", "a*"]), unique=True)
)
def test_no_two_names_share_a_file_even_where_case_is_ignored(given_names: list[str]) -> None:
    files = file_names(given_names).values()
    assert len({file.casefold() for file in files}) == len(given_names)


def test_a_name_made_to_look_like_a_changed_one_takes_nothing_away() -> None:
    changed = file_names(["a?b"])["a?b"]
    both = file_names(["a?b", changed])
    assert len(set(both.values())) == 2
    assert both["a?b"] == changed
