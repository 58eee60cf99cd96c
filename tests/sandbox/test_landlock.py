"""Rulesets of every age, each applied in a process of its own."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.sandbox import landlock, linux

pytestmark = pytest.mark.skipif(landlock.version() < 7, reason="this kernel has no Landlock, or an older one")


def in_child(work: Callable[[], object]) -> str:
    """The name of what *work* raises in a process of its own; "" when it raises nothing."""
    mine, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as error:
            os.write(theirs, type(error).__name__.encode())
        os._exit(0)
    os.close(theirs)
    os.waitpid(pid, 0)
    with open(mine, "rb") as answer:  # noqa: PTH123 - a descriptor, not a path
        return answer.read().decode()


def restricted(abi: int, work: Callable[[], object], *rules: landlock.Rule | None) -> str:
    def restrict_and_work() -> None:
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        landlock.restrict(landlock.ruleset(abi, [rule for rule in rules if rule]), abi)
        work()

    return in_child(restrict_and_work)


@pytest.mark.parametrize("abi", range(1, 8))
def test_a_file_opens_only_where_a_rule_says_so(tmp_path: Path, abi: int) -> None:
    for name in ("open", "closed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x")
    rule = landlock.rule(str(tmp_path / "open"), landlock.READ)
    assert restricted(abi, (tmp_path / "open/file").read_text, rule) == ""
    assert restricted(abi, (tmp_path / "closed/file").read_text, rule) == "PermissionError"
    assert restricted(abi, lambda: (tmp_path / "open/new").write_text("x"), rule) == "PermissionError"


def test_a_rule_for_one_file_is_for_that_file(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).write_text("x")
    rule = landlock.rule(str(tmp_path / "one"), landlock.READ)
    assert restricted(7, (tmp_path / "one").read_text, rule) == ""
    assert restricted(7, (tmp_path / "other").read_text, rule) == "PermissionError"
    assert restricted(7, lambda: os.listdir(tmp_path), rule) == "PermissionError"


def test_names_can_be_listed_without_contents(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    rule = landlock.rule(str(tmp_path), landlock.READ_DIR)
    assert restricted(7, lambda: os.listdir(tmp_path), rule) == ""
    assert restricted(7, (tmp_path / "file").read_text, rule) == "PermissionError"


def test_in_its_own_folder_a_process_does_as_it_likes_but_for_devices(tmp_path: Path) -> None:
    def live() -> None:
        (tmp_path / "a").mkdir()
        (tmp_path / "a/file").write_text("x")
        (tmp_path / "a/file").rename(tmp_path / "moved")
        os.truncate(tmp_path / "moved", 0)
        (tmp_path / "link").symlink_to("moved")
        (tmp_path / "link").unlink()
        (tmp_path / "a").rmdir()

    rule = landlock.rule(str(tmp_path), landlock.OWN_FOLDER)
    assert restricted(7, live, rule) == ""
    assert restricted(7, lambda: os.mkfifo(tmp_path / "fifo"), rule) == "PermissionError"


def test_what_is_not_there_has_no_rule(tmp_path: Path) -> None:
    assert landlock.rule(str(tmp_path / "nothing"), landlock.READ) is None
