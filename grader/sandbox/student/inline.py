"""A loss that has no name: the statements of the training loop that compute it, as a function of (y_pred, y)."""

import ast
import copy
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from grader.sandbox.student.inspection import has_trainable, is_a
from grader.sandbox.student.models import Chosen
from grader.sandbox.student.sources import Source
from grader.sandbox.student.traces import Traces

PREDICTION = "__grade_y_pred__"
LABELS = "__grade_y__"
FUNCTION = "__grade_inline_loss__"
Blocks = tuple[list[ast.stmt], ...]


@dataclass(frozen=True)
class _Scope:
    """Where a block stands: in which function, the earlier statements of the loop around it, the loop's names."""

    function: str = ""
    before: tuple[ast.stmt, ...] = ()
    targets: tuple[str, ...] = ()
    is_repeated: bool = False


@dataclass(frozen=True)
class _Backward:
    """A ``loss.backward()``: its statement, and the expression it is called on."""

    source: Source
    statement: ast.stmt
    loss: ast.expr
    scope: _Scope


def find_inline_loss(traces: Traces) -> Chosen | None:
    """The first loss computed in a training loop that can be cut out of it."""
    for source in traces.sources:
        for backward in _backwards(source):
            chosen = _cut_out(traces, backward)
            if chosen is not None:
                return chosen
    return None


# ---------------------------------------------------------------- where backward is called


def _backwards(source: Source) -> list[_Backward]:
    return list(_search(source, source.tree.body, _Scope())) if source.tree else []


def _search(source: Source, block: list[ast.stmt], scope: _Scope) -> Iterator[_Backward]:
    for index, statement in enumerate(block):
        here = replace(scope, before=(*scope.before, *block[:index]))
        loss = _backward_of(statement)
        if loss is not None:
            yield _Backward(source, statement, loss, here)
        for inner in _blocks(statement):
            yield from _search(source, inner, _inside(statement, here))


def _inside(statement: ast.stmt, scope: _Scope) -> _Scope:
    """The scope of the blocks of *statement*. What comes before the outermost loop is no part of it."""
    if isinstance(statement, ast.FunctionDef):
        return _Scope(statement.name, (), tuple(argument.arg for argument in statement.args.args))
    before = scope.before if scope.is_repeated else ()
    if isinstance(statement, ast.For):
        return replace(scope, before=before, targets=(*scope.targets, *_bound(statement.target)), is_repeated=True)
    return replace(scope, before=before, is_repeated=scope.is_repeated or isinstance(statement, ast.While))


def _blocks(statement: ast.stmt) -> Blocks:
    fields = (getattr(statement, name, None) for name in ("body", "orelse", "finalbody"))
    return tuple(block for block in fields if isinstance(block, list))


def _backward_of(statement: ast.stmt) -> ast.expr | None:
    call = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "backward":
        return call.func.value
    return None


# ---------------------------------------------------------------- cutting it out


def _cut_out(traces: Traces, backward: _Backward) -> Chosen | None:
    names = _environment(traces, backward)
    labels = _labels(traces, backward, names) - _predicted(backward, _Cutter(names, set()))
    cutter = _Cutter(names, labels)
    loss = cutter.visit(copy.deepcopy(backward.loss))
    needed, chosen = _loaded(loss), []
    for statement in reversed(backward.scope.before):
        bound = _bound_by(statement)
        if bound & needed and not isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
            cut = cutter.visit(copy.deepcopy(statement))
            chosen.append((statement, cut))
            is_rebound = isinstance(statement, ast.Assign | ast.AnnAssign)
            needed = (needed - bound if is_rebound else needed) | _loaded(cut)
    if not {PREDICTION, LABELS} <= needed:
        return None
    chosen.reverse()
    place = [statement for statement, _ in chosen] or [backward.statement]
    found = traces.node_place(backward.source, place, ast.unparse(backward.loss)[:80], "inline")
    function = _function([cut for _, cut in chosen], loss, backward.source, names)
    is_flat = any(getattr(names.get(name), "ndim", None) == 1 for name in labels)
    return Chosen(found, _with_flat_labels(function) if is_flat else function)


def _with_flat_labels(function: Callable[..., Any]) -> Callable[..., Any]:
    """For a script whose labels are (N,): it is given labels in the shape it was written for."""

    def called(y_pred: Any, y: Any) -> Any:
        return function(y_pred, y.reshape(-1))

    return called


def _function(body: Sequence[ast.stmt], loss: ast.expr, source: Source, names: dict[str, Any]) -> Callable[..., Any]:
    arguments = ast.arguments(
        posonlyargs=[], args=[ast.arg(PREDICTION), ast.arg(LABELS)], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    returned = ast.Return(loss)
    ast.copy_location(returned, loss)
    definition = ast.FunctionDef(FUNCTION, arguments, [*body, returned], [])
    tree = ast.fix_missing_locations(ast.Module([ast.copy_location(definition, body[0] if body else returned)], []))
    exec(compile(tree, source.file, "exec", dont_inherit=True), names)
    function: types.FunctionType = names[FUNCTION]
    return function


def _environment(traces: Traces, backward: _Backward) -> dict[str, Any]:
    """The names the loop saw: the module's, and the function's own when it is in one."""
    own = [space for space in traces.spaces if space.source.path == backward.source.path]
    names: dict[str, Any] = {}
    for space in own:
        if not space.function:
            names |= space.names
    for space in own:
        if space.function:
            names = space.names | names if space.function != backward.scope.function else names | space.names
    return names


def _labels(traces: Traces, backward: _Backward, names: dict[str, Any]) -> set[str]:
    """The names that hold labels in the loop: known ones, those with the labels' values, else the loop's second."""
    used = {part.id for statement in (*backward.scope.before, backward.statement) for part in _names(statement)}
    known = {name for name in used if name in traces.data.y_names}
    flat = [number for row in traces.data.y for number in row]
    same = {name for name in used if _flat(names.get(name)) == flat}
    looped = backward.scope.targets[-1:] if len(backward.scope.targets) > 1 else ()
    return known | same or set(looped)


def _predicted(backward: _Backward, cutter: "_Cutter") -> set[str]:
    """The names that predictions get in the loop, whatever they sound like: ``y = model(x)``."""
    predicted = {PREDICTION}
    for statement in backward.scope.before:
        if _loaded(cutter.visit(copy.deepcopy(statement))) & predicted:
            predicted |= _bound_by(statement)
    return predicted


def _flat(value: object) -> list[Any] | None:
    if type(value) is torch.Tensor and value.numel() < 1_000 and value.grad_fn is None:
        return list(value.detach().reshape(-1).tolist())
    return None


class _Cutter(ast.NodeTransformer):
    """Puts parameters in place of the model's calls and of the labels."""

    def __init__(self, names: dict[str, Any], labels: set[str]) -> None:
        self._names = names
        self._labels = labels

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if self._is_model(node.func):
            return ast.copy_location(ast.Name(PREDICTION, ast.Load()), node)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self._labels and isinstance(node.ctx, ast.Load):
            return ast.copy_location(ast.Name(LABELS, ast.Load()), node)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if node.attr in self._labels and isinstance(node.ctx, ast.Load):
            return ast.copy_location(ast.Name(LABELS, ast.Load()), node)
        return self.generic_visit(node)

    def _is_model(self, function: ast.expr) -> bool:
        if isinstance(function, ast.Attribute) and function.attr in ("forward", "__call__"):
            function = function.value
        value = self._value(function)
        return is_a(value, torch.nn.Module) and has_trainable(value)

    def _value(self, node: ast.expr) -> Any:
        """What a name, or attributes of one, holds; found without running the student's code."""
        if isinstance(node, ast.Name):
            return self._names.get(node.id)
        if not isinstance(node, ast.Attribute):
            return None
        held = getattr(self._value(node.value), "__dict__", {})
        return held.get(node.attr, held.get("_modules", {}).get(node.attr))


def _names(node: ast.AST) -> list[ast.Name]:
    return [part for part in ast.walk(node) if isinstance(part, ast.Name)]


def _loaded(node: ast.AST) -> set[str]:
    return {part.id for part in _names(node) if isinstance(part.ctx, ast.Load)}


def _bound(node: ast.AST) -> tuple[str, ...]:
    return tuple(part.id for part in _names(node))


def _bound_by(statement: ast.stmt) -> set[str]:
    bound = {part.id for part in _names(statement) if isinstance(part.ctx, ast.Store)}
    return bound | {
        part.value.id
        for part in ast.walk(statement)
        if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Store) and isinstance(part.value, ast.Name)
    }
