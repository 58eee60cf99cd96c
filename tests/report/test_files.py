import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from grader.errors import ExitCode, GraderError, UsageError
from grader.report.files import check_writable, write_whole

pytestmark = pytest.mark.fast


def test_a_file_is_written_and_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    write_whole(path, "old")
    write_whole(path, "naïve ✓\n")
    assert path.read_bytes() == "naïve ✓\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_others_may_read_it_as_far_as_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_whole(tmp_path / "r.html", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "r.html").stat().st_mode) == 0o644


def test_text_that_is_no_text_is_written_escaped(tmp_path: Path) -> None:
    write_whole(tmp_path / "r", "a\udcffb")
    assert (tmp_path / "r").read_text() == "a\\udcffb"


@pytest.mark.parametrize("ask", [check_writable, lambda path: write_whole(path, "x")])
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("no/such/r.html", "there is no folder"),
        ("file/r.html", "is a file, not a folder"),
        ("file/deeper/r.html", "is a file, not a folder"),
        ("folder", "it is a folder"),
    ],
)
def test_a_place_that_cannot_be_is_a_usage_error_in_one_line(tmp_path: Path, name: str, told: str, ask: Any) -> None:
    (tmp_path / "file").write_text("kept")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match=told) as caught:
        ask(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert (tmp_path / "file").read_text() == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_the_nearest_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"the nearest there is: {tmp_path}\\)"):
        check_writable(tmp_path / "no" / "such" / "r.html")


def test_a_relative_place_is_named_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=f"the nearest there is: {tmp_path}\\)"):
        check_writable(Path("no/r.html"))
    check_writable(Path("r.html"))


def test_a_name_that_is_too_long_or_impossible_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too long"):
        write_whole(tmp_path / ("x" * 300), "x")
    with pytest.raises(UsageError, match="no name a file can have"):
        write_whole(tmp_path / "a\0b", "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "error", "told"),
    [
        (errno.ENOSPC, GraderError, "the disk is full; free some space"),
        (errno.EDQUOT, GraderError, "quota"),
        (errno.EIO, GraderError, "Input/output error"),
        (errno.EACCES, UsageError, "no permission"),
        (errno.EROFS, UsageError, "read-only"),
    ],
)
def test_a_disk_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, error: type[Exception], told: str
) -> None:
    path = tmp_path / "r.json"
    path.write_text("old")

    def fail(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(error, match=told):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interruption_leaves_nothing_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "r", "new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_a_usage_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="no permission"):
        check_writable(tmp_path / "r.html")
    tmp_path.chmod(0o700)


def test_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("kept")
    (tmp_path / "report.html").symlink_to(target)
    write_whole(tmp_path / "report.html", "new")
    assert target.read_text() == "kept"
    assert not (tmp_path / "report.html").is_symlink()


def test_a_device_is_written_to_and_stays_a_device() -> None:
    check_writable(Path(os.devnull))
    write_whole(Path(os.devnull), "x")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_exit_codes_tell_who_is_to_blame(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        check_writable(tmp_path / "no" / "r")
    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize("ask", [check_writable, lambda path: write_whole(path, "x")])
def test_a_folder_that_takes_no_files_even_from_root_is_a_usage_error(ask: Any) -> None:
    with pytest.raises(UsageError, match=r"cannot write /proc/r\.html: (no file can be made in /proc|no permission)"):
        ask(Path("/proc/r.html"))


def test_asking_whether_a_place_can_be_written_leaves_nothing(tmp_path: Path) -> None:
    check_writable(tmp_path / "r.html")
    assert list(tmp_path.iterdir()) == []
