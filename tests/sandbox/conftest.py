"""Other machines and other users: a kernel that refuses layers, and an ordinary user with a Python of their own."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

import grader
from grader.testing import Done

FORBID = Path(__file__).with_name("forbid.py")
MAIN = "from grader.cli import main; main()"
NOBODY = 65534


@dataclass(frozen=True)
class Machine:
    """Runs Python as a user, on a kernel that refuses what is ``missing``."""

    python: str
    home: Path
    prefix: tuple[str, ...] = ()

    def run(self, *arguments: str, missing: Sequence[str] = (), env: Mapping[str, str] | None = None) -> Done:
        forbid = [self.python, str(FORBID), *missing, "--"] if missing else []
        own = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("GRADE_")}
        done = subprocess.run(
            [*self.prefix, *forbid, self.python, "-P", *arguments],
            cwd=self.home, env=own | {"HOME": str(self.home)} | dict(env or {}),
            capture_output=True, text=True, timeout=110, check=False,
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    def grade(self, *arguments: str, missing: Sequence[str] = (), env: Mapping[str, str] | None = None) -> Done:
        return self.run("-c", MAIN, *arguments, missing=missing, env=env)


@pytest.fixture
def me(tmp_path: Path) -> Machine:
    """Whoever runs the tests, with this Python."""
    return Machine(sys.executable, tmp_path)


@pytest.fixture
def nobody() -> Iterator[Machine]:
    """An ordinary user, with a Python that such a user can read."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user; run as an ordinary user, the other tests are this one")
    home = Path(tempfile.mkdtemp(prefix="grade-nobody-"))
    try:
        home.chmod(0o755)
        python = _python_for_all(home)
        os.chown(home, NOBODY, NOBODY)
        yield Machine(python, home, ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"))
    finally:
        shutil.rmtree(home)


@pytest.fixture(params=["me", "nobody"])
def anyone(request: pytest.FixtureRequest) -> Machine:
    """Root (or whoever runs the tests), and an ordinary user."""
    machine: Machine = request.getfixturevalue(request.param)
    return machine


def _python_for_all(home: Path) -> str:
    """A virtual environment anyone can read, over a Python anyone can read, with the packages of this one."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    packages = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    for base in (sys.executable, f"/usr/bin/python{version}", f"/usr/local/bin/python{version}"):
        if all(map(_can_all_read, (Path(base).resolve(), packages, Path(grader.__file__)))):
            subprocess.run([base, "-m", "venv", "--without-pip", str(home / "venv")], check=True)
            paths = home / "venv" / "lib" / f"python{version}" / "site-packages" / "shared.pth"
            paths.write_text(f"{packages}\n{Path(grader.__file__).parents[1]}\n")
            return str(home / "venv" / "bin" / "python")
    pytest.skip(f"no Python {version} that another user can read")


def _can_all_read(path: Path) -> bool:
    return bool(path.exists() and path.stat().st_mode & 0o004) and all(
        folder.stat().st_mode & 0o001 for folder in path.parents
    )
