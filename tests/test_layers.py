"""Imports point down the layers only, and the student's side knows nothing it could give away."""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import grader

pytestmark = pytest.mark.fast

PACKAGE = Path(grader.__file__).parent
LAYERS = (
    ("cli",),
    ("batch", "validate", "view"),
    ("judge",),
    ("sandbox", "intake", "report", "local_executor"),
    ("plugins_host", "declared", "course"),
    ("manifest", "toml_lines", "handout", "hookspecs", "api", "misconceptions"),
    ("wire", "model", "errors"),
)
ANYWHERE = ("testing", "__main__")
# The warm process becomes a judge after its fork; nothing of the judge is loaded before.
EXCEPTIONS = {("sandbox.warm", "judge.process")}
STUDENT = "sandbox.student"
STUDENT_KNOWS = ("wire", "model", "errors", STUDENT)
COURSE_FOLDERS = ("assignments", "plugins", "reports")


@dataclass(frozen=True)
class Import:
    """*module* imports *target* on *line*; modules of the package are named without its name ("" is itself)."""

    module: str
    line: int
    target: str
    is_ours: bool

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def imports(package: Path) -> list[Import]:
    """What the modules below *package* import when they run, wherever in the file that is."""
    files = {_module_name(package, file): file for file in sorted(package.rglob("*.py"))}
    return [found for module, file in files.items() for found in _imports_of(module, file, files)]


def _module_name(package: Path, file: Path) -> str:
    parts = file.relative_to(package).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports_of(module: str, file: Path, modules: Collection[str]) -> Iterator[Import]:
    container = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in _running(ast.parse(file.read_text("utf-8"))):
        for name in _targets(node, container, modules):
            ours = name.split(".")[0] == PACKAGE.name
            yield Import(module, node.lineno, name.partition(".")[2] if ours else name, ours)


def _running(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports below *node*, but not those for type checkers only."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node
    elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return
    for child in ast.iter_child_nodes(node):
        yield from _running(child)


def _targets(node: ast.Import | ast.ImportFrom, container: str, modules: Collection[str]) -> list[str]:
    """Absolute names; ``from package import name`` is ``package.name`` when that is a module."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        above = [PACKAGE.name, *container.split(".")] if container else [PACKAGE.name]
        base = ".".join([*above[: len(above) - node.level + 1], *([base] if base else [])])
    within = base.partition(".")[2]
    return [f"{base}.{alias.name}" if f"{within}.{alias.name}".lstrip(".") in modules else base for alias in node.names]


def layer(module: str) -> int | None:
    """The position of *module* in LAYERS; None when it has none."""
    top = module.split(".")[0]
    return next((position for position, names in enumerate(LAYERS) if top in names), None)


def violations(package: Path) -> list[str]:
    return [f"{each}: {problem}" for each in imports(package) if (problem := _problem(each))]


def _problem(each: Import) -> str:
    if not each.is_ours:
        return "course files are loaded by path" if each.target.split(".")[0] in COURSE_FOLDERS else ""
    if each.module.startswith(STUDENT) and not each.target.startswith(STUDENT_KNOWS):
        return f"the student's side may know {', '.join(STUDENT_KNOWS)} alone"
    if each.module == "hookspecs" and each.target == "api":
        return "hooks must be known without torch"
    if (each.module, each.target) in EXCEPTIONS:
        return ""
    importing, imported = layer(each.module), layer(each.target)
    if importing is None or imported is None:
        return ""
    return "that is a layer further up" if imported < importing else ""


# ---------------------------------------------------------------- the package as it is


def test_every_import_keeps_to_the_layers() -> None:
    assert violations(PACKAGE) == []


def test_no_exception_is_left_over() -> None:
    assert {(each.module, each.target) for each in imports(PACKAGE)} >= EXCEPTIONS


def test_every_module_has_a_layer() -> None:
    modules = {_module_name(PACKAGE, file) for file in PACKAGE.rglob("*.py")} - {""}
    assert [module for module in sorted(modules) if layer(module) is None and module not in ANYWHERE] == []


def test_imports_are_seen_at_all() -> None:
    seen = {(each.module, each.target) for each in imports(PACKAGE)}
    assert {("plugins_host", "course"), ("plugins_host", "hookspecs"), ("plugins_host", "pluggy")} <= seen
    assert ("plugins_host", "api") in seen, "an import inside a function is one too"


# ---------------------------------------------------------------- a planted violation goes red


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("errors.py", "from grader.model import Result; import grader.cli.run"),
        ("course.py", "from grader import judge"),
        ("course.py", "def f():\n    from .judge import grading"),
        ("judge/grading.py", "from ..cli import run"),
        ("judge/grading.py", "from grader.cli import run"),
        ("judge/__init__.py", "from .. import cli"),
        ("intake/folder.py", "try:\n    from grader.judge.grading import Judge\nexcept ImportError: ..."),
        ("hookspecs.py", "from grader.api import Check"),
        ("sandbox/student/loader.py", "import grader.api"),
        ("sandbox/student/loader.py", "from grader.sandbox import session"),
        ("sandbox/student/loader.py", "from .. import session"),
        ("sandbox/student/loader.py", "import grader"),
        ("cli/run.py", "import plugins.late_days"),
        ("cli/run.py", "from assignments import logistic_regression"),
        ("cli/run.py", "def f(): import reports"),
        ("cli/run.py", "if TYPE_CHECKING is None:\n    import reports"),
    ],
)
def test_an_import_that_is_not_allowed_is_seen(tmp_path: Path, file: str, line: str) -> None:
    assert len(violations(planted(tmp_path, {file: line}))) == 1


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("cli/run.py", "from grader import judge, errors\nfrom .judge import x\nimport grader.reports"),
        ("hookspecs.py", "if TYPE_CHECKING:\n    from grader.api import Check"),
        ("sandbox/student/loader.py", "from . import labels\nfrom grader import wire, model\nimport torch"),
        ("judge/grading.py", "from grader.sandbox.session import Session\nfrom . import verdict"),
        ("testing.py", "from grader.cli import run"),
    ],
)
def test_an_import_that_is_allowed_is_not(tmp_path: Path, file: str, line: str) -> None:
    assert violations(planted(tmp_path, {file: line})) == []


def planted(root: Path, files: dict[str, str]) -> Path:
    """A package with the modules of ours that the cases above name, all empty but for *files*."""
    package = root / PACKAGE.name
    names = ["cli/__init__.py", "cli/run.py", "judge/__init__.py", "judge/grading.py", "judge/verdict.py", "course.py",
             "sandbox/__init__.py", "sandbox/session.py", "sandbox/student/__init__.py", "sandbox/student/loader.py",
             "sandbox/student/labels.py", "errors.py", "model.py", "wire.py", "api.py", "__init__.py"]  # fmt: skip
    for name, text in (dict.fromkeys(names, "") | files).items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text)
    return package
