import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.assignments import command
from grader.errors import CourseError


def course(root: Path, **manifests: str) -> Path:
    for name, manifest in manifests.items():
        (root / "assignments" / name).mkdir(parents=True)
        (root / "assignments" / name / "assignment.toml").write_text(manifest)
    return root


@pytest.mark.fast
def test_assignments_are_listed_with_points_and_title(tmp_path: Path) -> None:
    root = course(tmp_path, a='title = "First"\npoints = 2.5', later='title = "Second"\npoints = 10')
    done = CliRunner().invoke(command, ["--course", str(root)], standalone_mode=False)
    assert done.stdout == "a        2.5 points  First\nlater     10 points  Second\n"
    assert done.stderr == f"course: {root}\n"


@pytest.mark.fast
def test_a_broken_manifest_does_not_hide_the_others(tmp_path: Path) -> None:
    root = course(tmp_path, a="points = 1", b='title = "B"\npoints = 1', c='title = "C"')
    done = CliRunner().invoke(command, ["--course", str(root)], standalone_mode=False)
    assert "B" in done.stdout
    assert isinstance(done.exception, CourseError)
    assert [problem.split(":")[0] for problem in done.exception.problems] == [
        "assignments/a/assignment.toml",
        "assignments/c/assignment.toml",
    ]


def test_listing_needs_no_torch(tmp_path: Path) -> None:
    root = course(tmp_path, a='title = "First"\npoints = 2.5')
    code = f"""
import sys
from grader.cli.assignments import command
command(["--course", {str(root)!r}], standalone_mode=False)
print({{"torch", "rich", "numpy", "jinja2"}} & sys.modules.keys())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("set()\n")
