"""Which level results where layers are missing, and what the user is told. The kernel itself refuses the layers."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.testing import Done, command, write_files

FORBID = Path(__file__).with_name("forbid.py")
NO_LANDLOCK = "landlock_create_ruleset=ENOSYS"
HOMEWORK = "import torch\n"


def grade_without(missing: list[str], *arguments: str, cwd: Path) -> Done:
    """``grade`` where the kernel refuses the system calls *missing*."""
    write_files(cwd, {"all/hw.py": HOMEWORK, "hw.py": HOMEWORK})
    whole = [sys.executable, str(FORBID), *missing, "--", *command(*arguments)]
    done = subprocess.run(whole, cwd=cwd, capture_output=True, text=True, timeout=100, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


def sandbox_of(cwd: Path) -> Any:
    return json.loads((cwd / "result.json").read_text())["sandbox"]


def test_with_every_layer_the_level_is_strict_and_nothing_is_said(tmp_path: Path) -> None:
    done = grade_without([], "run", "hw.py", "--json", "result.json", cwd=tmp_path)
    assert sandbox_of(tmp_path)["level"] == "strict"
    assert "sandbox strict" not in done.stderr
    assert "your files" not in done.stderr


def test_without_landlock_the_level_is_basic_and_a_student_is_told_in_one_line(tmp_path: Path) -> None:
    done = grade_without([NO_LANDLOCK], "run", "hw.py", "--json", "result.json", cwd=tmp_path)
    sandbox = sandbox_of(tmp_path)
    assert sandbox["level"] == "basic"
    assert {layer["name"]: layer["active"] for layer in sandbox["layers"]}["Landlock"] is False
    assert [line for line in done.stderr.splitlines() if "read your files" in line]


@pytest.mark.parametrize("command_line", [["run", "hw.py", "--sandbox", "strict"], ["batch", "all"]])
def test_below_strict_is_refused_where_strict_is_asked_for(tmp_path: Path, command_line: list[str]) -> None:
    done = grade_without([NO_LANDLOCK], *command_line, cwd=tmp_path)
    assert done.exit_code == 2
    assert "--sandbox basic" in done.stderr
    assert not (tmp_path / "grade-out").exists()


def test_batch_grades_below_strict_when_told_to(tmp_path: Path) -> None:
    done = grade_without([NO_LANDLOCK], "batch", "all", "--sandbox", "basic", cwd=tmp_path)
    assert done.exit_code == 0, done.stderr
    assert "read your files" in done.stderr
