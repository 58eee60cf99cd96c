"""Which assignment a submission is for, and which libraries its code uses, found by reading it, not running it."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.course import Course
from grader.errors import UsageError
from grader.model import Assignment, Intake


def choose(course: Course, asked: str | None, intake: Intake, folder: Path) -> str:
    """The assignment's name: asked for, else the submission's ``grade.toml``, else the only one that fits."""
    name = asked or intake.assignment
    if name:
        return course.folder(name).name
    if len(course.names) == 1:
        return course.names[0]
    defined = set(_defined_names(intake, folder))
    fitting = [name for name in course.names if defined & _symbols(course.assignment(name))]
    if len(fitting) == 1:
        return fitting[0]
    known = ", ".join(course.names) or "none"
    found = f"{' and '.join(fitting)} both fit" if fitting else "none has the names this code defines"
    raise UsageError(
        f"{intake.name}: which assignment is it for? {found}; say so with --assignment (assignments: {known})"
    )


def has_code(intake: Intake, folder: Path) -> bool:
    """Whether any file holds a statement beside a docstring; one that cannot be parsed counts as code."""
    trees = list(_trees(intake, folder))
    statements = (node for tree in trees if isinstance(tree, ast.Module) for node in tree.body)
    return len(trees) < len(intake.code) or any(not _is_docstring(node) for node in statements)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def libraries_used(allowed: Sequence[str], intake: Intake, folder: Path) -> tuple[str, ...]:
    """Those of the course's *allowed* libraries that the code imports."""
    used = {name for tree in _trees(intake, folder) for name in _imports(tree)}
    return tuple(name for name in allowed if name.partition(".")[0] in used)


def _symbols(assignment: Assignment) -> set[str]:
    return {name for point in assignment.entry_points for name in (point.symbol, *point.variables)}


def _defined_names(intake: Intake, folder: Path) -> Iterator[str]:
    for tree in _trees(intake, folder):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                yield node.name
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _trees(intake: Intake, folder: Path) -> Iterator[ast.AST]:
    """The files that can be parsed. A parser that gives up on hostile nesting is no reason to stop."""
    for file in intake.code:
        try:
            yield ast.parse((folder / file.code).read_bytes())
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
