"""What a process leaves in its folder is measured and removed, however it was made."""

import os
from pathlib import Path

import pytest

from grader.sandbox.scratch import MOST_FILES, holds_more_than, remove


def test_everything_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "scratch"
    (folder / "a/b/c").mkdir(parents=True)
    (folder / "a/b/file").write_text("x")
    (folder / "a/link").symlink_to("/")
    (folder / "a/circle").symlink_to(folder)
    os.mkfifo(folder / "a/fifo")
    (folder / ("n" * 255)).touch()
    (folder / os.fsdecode(b"\xff\n")).touch()
    assert remove(str(folder))
    assert not folder.exists()
    assert tmp_path.exists()


def test_what_links_point_to_stays(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/file").write_text("x")
    (tmp_path / "scratch").mkdir()
    (tmp_path / "scratch/link").symlink_to(tmp_path / "kept")
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    assert remove(str(tmp_path / "scratch"))
    remove(str(tmp_path / "link"))
    assert (tmp_path / "kept/file").read_text() == "x"


def test_permissions_do_not_save_it(tmp_path: Path) -> None:
    folder = tmp_path / "scratch"
    (folder / "a/b/c").mkdir(parents=True)
    (folder / "a/b/c/file").touch()
    for closed in ("a/b/c", "a/b", "a", "."):
        (folder / closed).chmod(0)
    assert remove(str(folder))


@pytest.mark.parametrize(("name", "depth"), [("d" * 200, 60), ("d", 110)])
def test_a_deep_tree_is_removed_and_counts_as_too_much(tmp_path: Path, name: str, depth: int) -> None:
    folder, home = tmp_path / "scratch", Path.cwd()
    folder.mkdir()
    os.chdir(folder)
    try:
        for _ in range(depth):
            os.mkdir(name)  # noqa: PTH102
            os.chdir(name)
    finally:
        os.chdir(home)
    assert holds_more_than(str(folder), 1 << 30)
    assert remove(str(folder))


def test_what_is_not_there_is_removed_already(tmp_path: Path) -> None:
    assert remove(str(tmp_path / "nothing"))


@pytest.mark.parametrize(("files", "size", "too_much"), [(3, 1000, False), (3, 200_000, True)])
def test_size_is_measured(tmp_path: Path, files: int, size: int, too_much: bool) -> None:
    (tmp_path / "inner").mkdir()
    for number in range(files):
        (tmp_path / "inner" / str(number)).write_bytes(b"x" * size)
    assert holds_more_than(str(tmp_path), 300_000) is too_much


def test_files_are_counted(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / str(number)).touch()
    assert not holds_more_than(str(tmp_path), 1 << 30, files=20)
    assert holds_more_than(str(tmp_path), 1 << 30, files=19)
    assert MOST_FILES > 20


def test_no_name_in_it_is_in_the_way(tmp_path: Path) -> None:
    """Folders are moved aside to be removed; names like those once used for that are nothing special."""
    folder = tmp_path / "scratch"
    for number in range(3):
        (folder / f"\n{number}/inner/file").mkdir(parents=True)
    assert remove(str(folder))


def test_what_a_dying_process_leaves_behind_meanwhile_is_removed_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "scratch"
    (folder / "0").mkdir(parents=True)
    listed, calls = os.listdir, []

    def last_call(path: int | str) -> list[str]:
        """The call that a killed judge was in ends just after its folder was found empty."""
        names = listed(path)
        calls.append(names)
        if len(calls) == 2:
            (folder / "0" / "submission").mkdir()
        return names

    monkeypatch.setattr(os, "listdir", last_call)
    assert remove(str(folder))
    assert not folder.exists()
