"""What people install: a light command, and a wheel with one top-level name and no answers in reach of a student."""

import statistics
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHON = sys.executable
ALLOWED_MS = 150


def test_help_imports_neither_torch_nor_rich() -> None:
    code = (
        "import sys; sys.argv = ['grade', '--help']\n"
        "from grader.cli import main\n"
        "try: main()\n"
        "except SystemExit as done: assert not done.code\n"
        "print(sorted({'torch', 'rich', 'numpy', 'hypothesis', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_costs_little_more_than_python_itself() -> None:
    """Medians of interleaved runs; processor time, so that a busy machine does not decide."""
    grade = str(Path(PYTHON).with_name("grade"))
    bare = [PYTHON, "-c", "pass"]
    pairs = [(_cpu_ms([grade, "--help"]), _cpu_ms(bare)) for _ in range(7)]
    extra = statistics.median(helped - nothing for helped, nothing in pairs)
    assert extra < ALLOWED_MS, f"grade --help takes {extra:.0f} ms more than python -c pass"


def _cpu_ms(command: list[str]) -> float:
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [PYTHON, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_has_one_top_level_name(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"grader"}


def test_the_wheel_carries_the_course(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "assignments/logistic_regression/assignment.toml",
        "assignments/logistic_regression/handout.md",
        "assignments/logistic_regression/misconceptions.py",
        "assignments/logistic_regression/reference.py",
        "assignments/logistic_regression/starter/logistic_regression.py",
        "plugins/logistic_regression.py",
        "reports/report.html",
    ):
        assert f"grader/_bundled/{name}" in names
    assert {"grader/py.typed", "grader/report/result.schema.json"} <= names


def test_the_wheel_holds_no_examples_and_no_reports(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names if "/examples/" in name or "grade-out" in name or "__pycache__" in name]


def test_the_wheel_passes_check_wheel_contents(wheel: Path) -> None:
    command = [PYTHON, "-m", "check_wheel_contents", str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_installed_wheel_grades_as_the_checkout_does(wheel: Path, tmp_path: Path) -> None:
    """The wheel, unpacked beside nothing of the checkout, finds its own course."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = "from grader.course import bundled_course; print(bundled_course().root, *bundled_course().names)"
    done = subprocess.run(
        [PYTHON, "-c", code],
        cwd=tmp_path / "site",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(tmp_path / "site" / "grader" / "_bundled"), "logistic_regression"]


def test_commands_of_the_readme_are_those_of_ci() -> None:
    """The README's two commands are what ``.ci/run`` runs, word for word."""
    readme, ci = (ROOT / "README.md").read_text(), (ROOT / ".ci" / "run").read_text()
    for command in ("grade run", "pytest"):
        line = next(line for line in readme.splitlines() if line.startswith("pip install") and command in line)
        assert line in ci
