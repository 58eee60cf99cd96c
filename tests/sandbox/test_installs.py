"""However it is installed, code reads Python, torch and its own copy, and nothing of the course that judges it.

Packages are linked, not copied, into each environment; what matters, where the course lies, is real.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.testing import write_files

ROOT = Path(__file__).parents[2]
COURSE = ("assignments", "plugins", "reports")
NOBODY = 65534
SOLUTION = (ROOT / "assignments/logistic_regression/examples/right/functions_plain.py").read_text()
LOOK = """
import importlib, json, os

said = {{}}
for path in {paths!r}:
    try:
        said[path] = open(path).read(20) if os.path.isfile(path) or not os.path.isdir(path) else os.listdir(path)
    except OSError as error:
        said[path] = type(error).__name__
for module in ("csv", "sqlite3", "sympy", "torch._dynamo", "torch._inductor"):
    importlib.import_module(module)
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that an ordinary user can reach."""
    folder = Path("/tmp", tmp_path_factory.mktemp("x").name + os.urandom(6).hex())
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(folder)


# ---------------------------------------------------------------- environments


def environment(place: Path) -> tuple[Path, Path]:
    """A virtual environment with links to this one's packages, but no grader: its Python and its site-packages."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    return place / "bin" / "python", link_packages(next(place.glob("lib/python*/site-packages")))


def prefix(place: Path) -> tuple[Path, Path]:
    """A Python installed for the whole system: the standard library with site-packages in it."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    library = place / "lib" / version
    (library / "site-packages").mkdir(parents=True)
    for entry in Path(sysconfig.get_path("stdlib")).iterdir():
        if entry.name not in ("site-packages", "dist-packages"):
            (library / entry.name).symlink_to(entry)
    (place / "bin").mkdir()
    shutil.copy2(Path(sys.executable).resolve(), place / "bin" / version)
    return place / "bin" / version, link_packages(library / "site-packages")


def link_packages(site: Path) -> Path:
    source = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    for entry in source.iterdir():
        if not entry.name.startswith(("torch_grader", "_torch_grader", "grader", "__pycache__")):
            (site / entry.name).symlink_to(entry)
    return site


def install_wheel(wheel: Path, site: Path) -> Path:
    zipfile.ZipFile(wheel).extractall(site)
    return site / "grader" / "_bundled" / "assignments" / "logistic_regression" / "reference.py"


def checkout(place: Path) -> Path:
    """A copy of this course with the engine, as in a clone."""
    for name in ("grader", *COURSE):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    return place / "assignments" / "logistic_regression" / "reference.py"


# ---------------------------------------------------------------- what is seen from there


def assert_locked_out(python: Path, folder: Path, hidden: list[Path], prefix: tuple[str, ...] = ()) -> None:
    """A right submission in *folder*, graded with *python*, gets full marks and reads none of *hidden*."""
    assert all(path.exists() for path in hidden), hidden
    write_files(folder, {"hw.py": SOLUTION + LOOK.format(paths=[str(path) for path in hidden])})
    command = [*prefix, str(python), "-P", "-c", "from grader.cli import main; main()"]
    done = subprocess.run(
        [*command, "run", "hw.py", "--json", "result.json"], cwd=folder, capture_output=True, text=True, check=False,
        env={"PATH": os.defpath, "HOME": str(folder), "GRADE_COURSE": "", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    result: dict[str, Any] = json.loads((folder / "result.json").read_text())
    assert (result["score"], result["sandbox"]["level"]) == (10, "strict")
    said = json.loads(result["output"]["stdout"])
    assert set(said.values()) <= {"PermissionError", "FileNotFoundError"}, said


@pytest.fixture(params=[environment, prefix], ids=["virtual environment", "system"])
def python_at(request: pytest.FixtureRequest) -> Callable[[Path], tuple[Path, Path]]:
    made: Callable[[Path], tuple[Path, Path]] = request.param
    return made


def test_a_wheel_whose_course_lies_beside_torch(place: Path, wheel: Path, python_at: Any) -> None:
    python, site = python_at(place / "python")
    reference = install_wheel(wheel, site)
    folder = write_files(place / "work", {"other.py": "secret"})
    hidden = [reference, site / "grader" / "api.py", site / "pytest" / "__init__.py", folder / "other.py"]
    assert_locked_out(python, folder, hidden)


def test_a_home_closed_to_others(place: Path, wheel: Path) -> None:
    home = place / "home"
    python, site = environment(home / "venv")
    reference = install_wheel(wheel, site)
    write_files(home, {".ssh/id": "secret", "work/other.py": "secret"})
    home.chmod(0o700)
    assert_locked_out(python, home / "work", [reference, home / ".ssh/id", home / "work/other.py"])


def test_a_home_closed_to_others_that_is_an_ordinary_users(place: Path, wheel: Path, nobody: Any) -> None:
    home = place / "home"
    shutil.copytree(nobody.home / "venv", home / "venv", symlinks=True)
    site = next((home / "venv").glob("lib/python*/site-packages"))
    (site / "shared.pth").unlink()
    reference = install_wheel(wheel, link_packages(site))
    write_files(home, {".ssh/id": "secret", "work/other.py": "secret"})
    for path in (home, *home.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    home.chmod(0o700)
    hidden = [reference, home / ".ssh/id", home / "work/other.py"]
    assert_locked_out(home / "venv/bin/python", home / "work", hidden, nobody.prefix)


def test_an_editable_install_with_the_environment_inside_the_course(place: Path) -> None:
    course = place / "course"
    reference = checkout(course)
    python, site = environment(course / ".venv")
    write_files(site, {"course.pth": f"{course}\n"})
    hidden = [reference, course / "grader/api.py", course / "plugins", course / "plugins/logistic_regression.py"]
    assert_locked_out(python, write_files(place / "work", {}), hidden)


def test_an_environment_inside_the_submission(place: Path, wheel: Path) -> None:
    folder = place / "hw"
    python, site = environment(folder / ".venv")
    reference = install_wheel(wheel, site)
    assert_locked_out(python, folder, [reference, site / "grader/api.py"])


def test_this_install(tmp_path: Path) -> None:
    """The tests' own: in a clone, an editable one."""
    hidden = [ROOT / "assignments/logistic_regression/reference.py", ROOT / "pyproject.toml", ROOT / "plugins"]
    assert_locked_out(Path(sys.executable), tmp_path, hidden)
