"""Changes to a student's syntax tree that a run needs: keeping locals, and putting other labels in.

Line numbers stay, so that failures, ``inspect.getsource`` and reports speak of the student's own lines.
"""

import ast
import sys
import types
from collections.abc import Sequence
from typing import Any, cast

from grader.sandbox.student.labels import Labels, Names
from grader.sandbox.student.sources import Source

KEEP = "__grade_keep__"
ASSIGNED = "__grade_assigned__"
UNPACKED = "__grade_unpacked__"
FILLED = "__grade_filled__"
NO_LABELS = {"color", "c", "size", "shape", "figsize", "dim", "dims", "axis", "edgecolor", "facecolor"}


class Keeper:
    """Keeps the locals of functions as they ended, the latest call of each."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], dict[str, Any]] = {}
        self.is_open = True

    def keep(self, function: str) -> None:
        """Called by instrumented code at the end of *function*."""
        if self.is_open:
            frame = sys._getframe(1)
            key = (frame.f_code.co_filename, function)
            self.kept.pop(key, None)
            self.kept[key] = dict(frame.f_locals)


class Instrument:
    """Compiles sources so that ``keeper`` sees locals and ``labels``, if any, replaces labels."""

    def __init__(self, keeper: Keeper, labels: Labels | None) -> None:
        self._labels = labels
        self.given: dict[str, Any] = {KEEP: keeper.keep}
        if labels is not None:
            self.given |= {ASSIGNED: labels.assigned, UNPACKED: labels.unpacked, FILLED: labels.filled}

    def compile(self, source: Source) -> types.CodeType:
        """The code of *source*, parsed anew because the kept tree must stay as the student wrote it."""
        try:
            return self._compile(ast.parse(source.text, source.file), source.file)
        except RecursionError:  # nested too deep to be walked, not too deep to be run
            return compile(source.text, source.file, "exec", dont_inherit=True)

    def _compile(self, tree: ast.Module, file: str) -> types.CodeType:
        if self._labels is not None:
            tree = _ReplaceLabels(self._labels).visit(tree)
        tree = _KeepLocals().visit(tree)
        return compile(ast.fix_missing_locations(tree), file, "exec", dont_inherit=True)


def calls_backward(node: ast.AST) -> bool:
    """Whether a ``.backward(...)`` is called somewhere in *node*."""
    return any(
        isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr == "backward"
        for part in ast.walk(node)
    )


class _KeepLocals(ast.NodeTransformer):
    """Functions that may train record their locals when they end, be it by an exception."""

    def __init__(self) -> None:
        self._is_inner = False

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._inside(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        is_kept = calls_backward(node) or (not self._is_inner and _needs_nothing(node.args))
        self._inside(node)
        if is_kept and not any(isinstance(part, ast.Yield | ast.YieldFrom) for part in ast.walk(node)):
            _wrap(node)
        return node

    def _inside(self, node: ast.AST) -> ast.AST:
        before, self._is_inner = self._is_inner, True
        self.generic_visit(node)
        self._is_inner = before
        return node


def _needs_nothing(arguments: ast.arguments) -> bool:
    by_place = len(arguments.posonlyargs) + len(arguments.args)
    return by_place == len(arguments.defaults) and all(arguments.kw_defaults)


def _wrap(node: ast.FunctionDef) -> None:
    has_docstring = ast.get_docstring(node, clean=False) is not None
    kept = node.body[: int(has_docstring)]
    body = node.body[int(has_docstring) :]
    if not body:
        return
    last = ast.Expr(_call(KEEP, [ast.Constant(node.name)]))
    attempt = ast.Try(body=body, handlers=[], orelse=[], finalbody=[_placed(last, body[-1])])
    node.body = [*kept, _placed(attempt, body[0])]


class _ReplaceLabels(ast.NodeTransformer):
    """Literals that are the labels, and every value on its way to a name."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels

    # ------------------------------------------------------------ literals

    def visit_List(self, node: ast.List) -> ast.AST:
        return self._literal(node)

    def visit_Tuple(self, node: ast.Tuple) -> ast.AST:
        return self._literal(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        node.value = self.visit(node.value)
        return node  # an index is no label: t[0, 0, 1]

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        if node.arg in NO_LABELS:
            return node
        return self.generic_visit(node)

    def _literal(self, node: ast.List | ast.Tuple) -> ast.AST:
        if isinstance(node.ctx, ast.Load) and 0 < len(node.elts) <= self._labels.most:
            try:
                value = ast.literal_eval(node)
            except (ValueError, TypeError, RecursionError):
                return self.generic_visit(node)
            new = self._labels.replaced(value)
            if new is not value:
                literal: ast.expr = ast.parse(repr(new), mode="eval").body
                return _anew(literal, node)
        return self.generic_visit(node)

    # ------------------------------------------------------------ assignments

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        node.value = self.visit(node.value)
        tuples = [target for target in node.targets if isinstance(target, ast.Tuple | ast.List)]
        if tuples and len(node.targets) == 1:
            node.value = self._unpacked(tuples[0], node.value)
            return node
        names = [name for target in node.targets if (name := _name(target))]
        if names:
            best = next((name for name in names if name in self._labels.names), names[0])
            node.value = _placed(_call(ASSIGNED, [ast.Constant(best), node.value]), node.value)
        return [node, *self._fills(node.targets)]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        name = _name(node.target)
        if node.value is not None and name:
            node.value = self.visit(node.value)
            node.value = _placed(_call(ASSIGNED, [ast.Constant(name), node.value]), node.target)
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.AST:
        node.value = _placed(_call(ASSIGNED, [ast.Constant(node.target.id), self.visit(node.value)]), node.value)
        return node

    def _unpacked(self, target: ast.Tuple | ast.List, value: ast.expr) -> ast.expr:
        names = _structure(target)
        return value if names is None else _placed(_call(UNPACKED, [ast.Constant(cast(Any, names)), value]), value)

    def _fills(self, targets: Sequence[ast.expr]) -> list[ast.stmt]:
        """After ``y[2] = 1``: the element just set must not outlive the labels put in."""
        held = [target.value for target in targets if isinstance(target, ast.Subscript)]
        named = [value for value in held if isinstance(value, ast.Name) and value.id in self._labels.names]
        return [
            _placed(ast.Expr(_call(FILLED, [ast.Name(value.id, ast.Load())])), value)
            for value in named
        ]  # fmt: skip


def _name(target: ast.expr) -> str:
    if isinstance(target, ast.Name):
        return target.id
    return target.attr if isinstance(target, ast.Attribute) else ""


def _structure(target: ast.expr) -> Names:
    """The names in a target, nested as it is; None when it cannot be followed (a star)."""
    if isinstance(target, ast.Tuple | ast.List):
        if any(isinstance(part, ast.Starred) for part in target.elts):
            return None
        return tuple(_structure(part) for part in target.elts)
    return _name(target) or None


def _call(function: str, arguments: list[ast.expr]) -> ast.Call:
    return ast.Call(ast.Name(function, ast.Load()), arguments, [])


def _anew(node: ast.expr, like: ast.AST) -> ast.expr:
    """*node*, parsed from elsewhere, with all its parts at the place of *like*."""
    for part in ast.walk(node):
        ast.copy_location(part, like)
    return node


def _placed(node: Any, like: ast.AST) -> Any:
    """*node* and what in it has no place yet, at the place of *like*."""
    for part in ast.walk(node):
        if not hasattr(part, "lineno") and "lineno" in part._attributes:
            ast.copy_location(part, like)
    return node
