"""For the tests of courses and plugins: a course from a dict of files, graded for real through the command line.

::

    def test_my_check(tmp_path):
        course = write_files(tmp_path / "course", {"assignments/hw/assignment.toml": "...", "plugins/hw.py": "..."})
        done = grade("run", "hw.py", "--course", str(course), cwd=tmp_path)
        assert done.exit_code == 0, done.stderr
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SECONDS = 100.0


@dataclass(frozen=True)
class Done:
    """What a ``grade`` command left: its exit code and what it printed."""

    exit_code: int
    stdout: str
    stderr: str


def grade(*arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None, seconds: float = SECONDS) -> Done:
    """Run ``grade`` as a user would, in the folder *cwd*. ``CI`` and ``GRADE_*`` are unset unless *env* sets them."""
    own = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("GRADE_")}
    done = subprocess.run(
        command(*arguments),
        cwd=cwd,
        env=own | dict(env or {}),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def command(*arguments: str | Path) -> list[str]:
    """The command line of ``grade`` in this interpreter's environment; no folder of a user's is on its path."""
    return [sys.executable, "-P", "-c", "from grader.cli import main; main()", *map(str, arguments)]


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write *files* (relative path: content) below *folder*, and return it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
