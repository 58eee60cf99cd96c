"""Which level results where layers are missing, and what the user is told. The kernel itself refuses the layers."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.testing import write_files

HOMEWORK = {"all/hw.py": "import torch\n", "hw.py": "import torch\n"}
NO_LANDLOCK = ("landlock_create_ruleset=ENOSYS",)
NO_NAMESPACES = ("clone:NEW", "unshare", "mount")


def sandbox_of(folder: Path) -> Any:
    sandbox = json.loads((folder / "result.json").read_text())["sandbox"]
    return sandbox["level"], {layer["name"]: layer["active"] for layer in sandbox["layers"]}


def test_with_every_layer_the_level_is_strict_and_nothing_is_said(anyone: Any) -> None:
    write_files(anyone.home, HOMEWORK)
    done = anyone.grade("run", "hw.py", "--json", "result.json")
    level, layers = sandbox_of(anyone.home)
    assert level == "strict"
    assert {name for name, active in layers.items() if not active} <= {"own user id"}
    assert "this code can" not in done.stderr


def test_without_namespaces_the_level_is_strict_all_the_same(anyone: Any) -> None:
    """As in a container engine's default profile, and where a kernel gives users no namespaces."""
    write_files(anyone.home, HOMEWORK)
    done = anyone.grade("run", "hw.py", "--json", "result.json", missing=NO_NAMESPACES)
    level, layers = sandbox_of(anyone.home)
    assert level == "strict"
    assert layers["Landlock"]
    assert layers["seccomp"]
    assert not layers["own root"]
    assert "this code can" not in done.stderr


def test_root_in_a_container_gives_each_process_a_user_id_where_others_can_read_python(nobody: Any) -> None:
    """The copy on disk then belongs to that user, and is let through to it alone."""
    root = replace(nobody, prefix=())
    solution = Path(__file__).parents[2] / "assignments/logistic_regression/examples/right/save_and_load.py"
    write_files(root.home, {"hw.py": solution.read_text()})
    done = root.grade("run", "hw.py", "--json", "result.json", missing=NO_NAMESPACES)
    level, layers = sandbox_of(root.home)
    assert (done.exit_code, level, layers["own user id"]) == (0, "strict", True), done.stdout


@pytest.mark.parametrize(
    ("missing", "said"),
    [(NO_LANDLOCK, "read every package"), ((*NO_LANDLOCK, *NO_NAMESPACES), "read your files")],
    ids=["Landlock", "Landlock and namespaces"],
)
def test_below_strict_a_student_is_told_in_one_line(anyone: Any, missing: tuple[str, ...], said: str) -> None:
    write_files(anyone.home, HOMEWORK)
    done = anyone.grade("run", "hw.py", "--json", "result.json", missing=missing)
    level, layers = sandbox_of(anyone.home)
    assert level == "basic"
    assert not layers["Landlock"]
    assert [line for line in done.stderr.splitlines() if said in line and "grade doctor" in line]


@pytest.mark.parametrize("command_line", [["run", "hw.py", "--sandbox", "strict"], ["batch", "all"]])
def test_below_strict_is_refused_where_strict_is_asked_for(me: Any, command_line: list[str]) -> None:
    write_files(me.home, HOMEWORK)
    done = me.grade(*command_line, missing=NO_LANDLOCK)
    assert done.exit_code == 2
    assert "--sandbox basic" in done.stderr
    assert not (me.home / "grade-out").exists()


def test_batch_grades_below_strict_when_told_to(me: Any) -> None:
    write_files(me.home, HOMEWORK)
    done = me.grade("batch", "all", "--sandbox", "basic", missing=NO_LANDLOCK)
    assert done.exit_code == 0, done.stderr
    assert "read every package" in done.stderr


def test_off_is_said_as_well(me: Any) -> None:
    write_files(me.home, HOMEWORK)
    done = me.grade("run", "hw.py", "--sandbox", "off", "--json", "result.json")
    assert sandbox_of(me.home)[0] == "off"
    assert "sandbox off" in done.stderr
