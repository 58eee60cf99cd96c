"""What a grade depends on changes its key; nothing else does."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.batch.fingerprints import conditions, submission_digest
from grader.course import Course
from grader.testing import write_files

pytestmark = pytest.mark.fast


def key(course: Path, submission: Path, **options: str) -> str:
    return conditions(Course(course), options).key(submission_digest(submission), "doubling")


@pytest.fixture
def submission(tmp_path: Path) -> Path:
    return write_files(tmp_path / "alice", {"hw.py": "x = 1\n", "data/t.csv": "1,2\n"})


CHANGES: dict[str, Callable[[Path, Path], object]] = {
    "a line of code": lambda course, alice: (alice / "hw.py").write_text("x = 2\n"),
    "a data file": lambda course, alice: (alice / "data/t.csv").write_text("1,3\n"),
    "a new file": lambda course, alice: (alice / "more.py").touch(),
    "an empty folder": lambda course, alice: (alice / "empty").mkdir(),
    "a file's name": lambda course, alice: (alice / "hw.py").rename(alice / "hw2.py"),
    "a file become a link": lambda course, alice: _link(alice / "hw.py"),
    "a limit": lambda course, alice: _append(course / "assignments/doubling/assignment.toml", "memory_mb = 512\n"),
    "the reference": lambda course, alice: _append(course / "assignments/doubling/reference.py", "\n"),
    "a check": lambda course, alice: _append(course / "plugins/doubling.py", "\n"),
    "what a plugin imports": lambda course, alice: (course / "plugins/_shared.py").touch(),
}


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text() + text)


def _link(file: Path) -> None:
    file.unlink()
    file.symlink_to("/etc/passwd")


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_seen(course: Path, submission: Path, what: str) -> None:
    before = key(course, submission)
    CHANGES[what](course, submission)
    assert key(course, submission) != before


def test_options_count(course: Path, submission: Path) -> None:
    assert key(course, submission, limits="5 s") != key(course, submission, limits="6 s")


def test_what_cannot_change_a_grade_is_not_seen(course: Path, submission: Path) -> None:
    before = key(course, submission)
    write_files(submission, {".git/HEAD": "x", "__pycache__/hw.pyc": "x"})
    write_files(course, {"assignments/doubling/examples/right/a.py": "", "reports/report.css": ""})
    os.utime(submission / "hw.py", (1, 1))
    assert key(course, submission) == before


def test_two_broken_archives_differ(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.zip": b"PK\3\4 broken", "b.zip": b"PK\3\4 broken too"})
    assert submission_digest(tmp_path / "a.zip") != submission_digest(tmp_path / "b.zip")


def test_names_and_contents_cannot_be_confused(tmp_path: Path) -> None:
    write_files(tmp_path, {"one/ab": "c", "two/a": "bc"})
    assert submission_digest(tmp_path / "one") != submission_digest(tmp_path / "two")


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    os.mkfifo(tmp_path / "a/hw.py")
    assert submission_digest(tmp_path / "a")
