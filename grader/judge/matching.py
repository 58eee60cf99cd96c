"""Which assignment a submission is for, and which libraries its code uses, found by reading it, not running it."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course import Course
from grader.errors import UsageError
from grader.model import Assignment, Intake


@dataclass(frozen=True)
class Reading:
    """What code says before it runs: whether any file holds more than a docstring (one that cannot be parsed does),
    the names it defines, and the packages it imports."""

    has_code: bool
    defined: frozenset[str]
    imported: frozenset[str]


def read(intake: Intake, folder: Path) -> Reading:
    """Parse every file of code once, one after the other: a tree takes a thousand times the room of its text."""
    has_code = False
    defined: set[str] = set()
    imported: set[str] = set()
    for file in intake.code:
        tree = _tree(folder / file.code)
        if tree is None:
            has_code = True
            continue
        has_code = has_code or not all(map(_is_docstring, tree.body))
        for node in ast.walk(tree):
            defined.update(_defined(node))
            imported.update(_imported(node))
    return Reading(has_code, frozenset(defined), frozenset(imported))


def choose(course: Course, asked: str | None, intake: Intake, reading: Reading) -> str:
    """The assignment's name: asked for, else the submission's ``grade.toml``, else the only one that fits."""
    name = asked or intake.assignment
    if name:
        return course.folder(name).name
    if len(course.names) == 1:
        return course.names[0]
    fitting = [name for name in course.names if reading.defined & _symbols(course.assignment(name))]
    if len(fitting) == 1:
        return fitting[0]
    known = ", ".join(course.names) or "none"
    found = f"{' and '.join(fitting)} both fit" if fitting else "none has the names this code defines"
    raise UsageError(
        f"{intake.name}: which assignment is it for? {found}; say so with --assignment (assignments: {known})"
    )


def libraries_used(allowed: Sequence[str], reading: Reading) -> tuple[str, ...]:
    """Those of the course's *allowed* libraries that the code imports."""
    return tuple(name for name in allowed if name.partition(".")[0] in reading.imported)


def _symbols(assignment: Assignment) -> set[str]:
    return {name for point in assignment.entry_points for name in (point.symbol, *point.variables)}


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _defined(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        yield node.name
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module.partition(".")[0]


def _tree(path: Path) -> ast.Module | None:
    """The parsed file; None when it cannot be. A parser that gives up on hostile nesting is no reason to stop."""
    try:
        return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
