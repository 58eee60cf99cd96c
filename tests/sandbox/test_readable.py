"""Of site-packages, what allowed distributions installed may be read, and nothing that lies beside them."""

import sys
from pathlib import Path

import pytest

from grader.sandbox.readable import distributions, readable
from grader.testing import write_files

pytestmark = pytest.mark.fast


def install(site: Path, name: str, record: list[str], requires: tuple[str, ...] = (), points: str = "") -> None:
    """What pip leaves of a distribution: its files, and a folder of metadata."""
    folder = f"{name.replace('-', '_')}-1.0.dist-info"
    lines = [*record, f"{folder}/METADATA", f"{folder}/RECORD"]
    head = "".join(f"Requires-Dist: {requirement}\n" for requirement in requires)
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{head}\nRequires-Dist: nothing-of-this-text\n"
    files = {line: "" for line in record if not line.startswith("..")}
    files |= {f"{folder}/METADATA": metadata, f"{folder}/RECORD": "".join(f"{line},sha256=x,1\n" for line in lines)}
    if points:
        files[f"{folder}/entry_points.txt"] = points
    write_files(site, files)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site-packages"
    install(folder, "Drawing-Kit", ["drawing/__init__.py", "drawing/lines.py", "../../bin/draw"], ("pens>=2", "inks"))
    install(folder, "pens", ["pens.py", "__pycache__/pens.cpython-311.pyc"], ("rulers ; extra == 'all'", "pens"))
    install(folder, "inks", ["inks/__init__.py"], ("course-plugin",))
    install(folder, "rulers", ["rulers.py"])
    install(folder, "course-plugin", ["secret_checks.py"], points="[grader]\nmine = secret_checks\n")
    write_files(folder, {"__pycache__/secret_checks.cpython-311.pyc": "", "neighbour.py": ""})
    monkeypatch.syspath_prepend(str(folder))
    return folder


def names_in(site: Path, *libraries: str) -> set[str]:
    found = readable(libraries)
    return {path.removeprefix(f"{site}/") for path in found.files if path.startswith(f"{site}/")}


def test_a_library_comes_with_all_it_requires(site: Path) -> None:
    assert names_in(site, "drawing.lines") == {
        "drawing", "Drawing_Kit-1.0.dist-info", "pens.py", "__pycache__/pens.cpython-311.pyc", "pens-1.0.dist-info",
        "inks", "inks-1.0.dist-info",
    }  # fmt: skip
    assert str(site) in readable(["drawing"]).listed


def test_a_module_is_found_whatever_its_distribution_is_called(site: Path) -> None:
    assert {each.name for each in distributions(["drawing"])} == {"Drawing-Kit", "pens", "inks"}


def test_a_plugin_that_grades_is_never_readable_even_when_a_library_requires_it(site: Path) -> None:
    assert "secret_checks.py" not in names_in(site, "drawing", "inks", "secret_checks")


def test_a_library_that_is_not_installed_is_passed_over(site: Path) -> None:
    assert names_in(site, "no_such_library_here") == set()


def test_torch_and_what_it_needs_are_readable_and_this_program_is_not() -> None:
    files = readable().files
    names = {Path(path).name for path in files}
    assert {"torch", "numpy", "sympy", "json", "lib-dynload"} <= names
    assert not [path for path in files if Path(path).name in ("grader", "site-packages", "pytest")]
    assert sys.executable in files
