"""Mutants: the reference's source with one thing changed, so that a check can show that it would notice.

Changed is the code that the reference's functions for the entry points lead to, without annotations and decorators.
The same source always gives the same mutants, in the order of their lines.
"""

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from grader.validate.mutators import is_neutral, variants

_LONG, _AROUND = 72, 16


@dataclass(frozen=True)
class Mutant:
    """``name`` tells the change (``loss: row_loss(p, y).mean() -> row_loss(p, y).sum()``); no two have the same.

    ``line`` and ``before`` are of the reference as it is, ``after`` its lines changed; ``source`` is the whole.
    """

    name: str
    line: int
    before: str
    after: str
    source: str


def mutants(source: str, roots: Sequence[str]) -> list[Mutant]:
    """The mutants of *source*, a module, in what its names *roots* lead to. Raises SyntaxError."""
    tree = ast.parse(source)
    modules = _imported(tree)
    made: dict[str, Mutant] = {}
    seen = {ast.dump(tree)}
    for top in reached(tree, roots):
        for node, parent in _changeable(top, tree):
            for variant in variants(node, modules):
                text = _changed(source, tree, node, variant, seen)
                if text is not None:
                    name = _unique(f"{_names_of(top)[0]}: {_told(node, variant, parent)}", made)
                    made[name] = _mutant(name, node, source, text)
    return sorted(made.values(), key=lambda mutant: mutant.line)


# ---------------------------------------------------------------- where


def _imported(tree: ast.Module) -> frozenset[str]:
    """The names of modules: ``torch`` in ``torch.log(x)`` is none of its arguments."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return frozenset((alias.asname or alias.name).partition(".")[0] for node in nodes for alias in node.names)


def reached(tree: ast.Module, roots: Sequence[str]) -> Iterator[ast.stmt]:
    """The statements at the top of *tree* that define *roots*, or something those use, however far away."""
    defined = {name: statement for statement in tree.body for name in _names_of(statement)}
    todo, reached = list(roots), set()
    while todo:
        name = todo.pop()
        if name in defined and name not in reached:
            reached.add(name)
            todo += [node.id for node in ast.walk(defined[name]) if isinstance(node, ast.Name)]
    wanted = {id(defined[name]) for name in reached}
    yield from (statement for statement in tree.body if id(statement) in wanted)


def _names_of(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _changeable(node: ast.AST, parent: ast.AST) -> Iterator[tuple[ast.stmt | ast.expr, ast.AST]]:
    """*node* and what is below it, each with what it stands in; without annotations, decorators and texts."""
    if isinstance(node, ast.stmt | ast.expr):
        yield node, parent
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_params") or isinstance(value, ast.JoinedStr):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not is_neutral(child):
                yield from _changeable(child, node)


# ---------------------------------------------------------------- the changed text


def _changed(source: str, tree: ast.Module, node: ast.stmt | ast.expr, variant: ast.AST, seen: set[str]) -> str | None:
    """The text in which *variant* stands for *node*; None when one like it was made before (it is in *seen*)."""
    changed = _with(tree, node, variant)
    wanted = ast.dump(changed)
    if wanted in seen:
        return None
    seen.add(wanted)
    return _replaced(source, node, variant, wanted) or ast.unparse(changed)


def _mutant(name: str, node: ast.stmt | ast.expr, source: str, text: str) -> Mutant:
    old, new = source.splitlines(), text.splitlines()
    last = node.end_lineno or node.lineno
    before, after = old[node.lineno - 1 : last], new[node.lineno - 1 : last + len(new) - len(old)]
    return Mutant(name, node.lineno, "\n".join(before), "\n".join(after), text)


def _with(tree: ast.AST, node: ast.AST, variant: ast.AST) -> ast.AST:
    """A copy of *tree* with *variant* in place of *node*; what does not lead there is shared."""
    if tree is node:
        return variant
    copied = copy.copy(tree)
    for field, value in ast.iter_fields(tree):
        if isinstance(value, list):
            parts = [_with(part, node, variant) if isinstance(part, ast.AST) else part for part in value]
            setattr(copied, field, parts)
        elif isinstance(value, ast.AST):
            setattr(copied, field, _with(value, node, variant))
    return copied


def _replaced(source: str, node: ast.stmt | ast.expr, variant: ast.AST, wanted: str) -> str | None:
    """*source* with the text of *variant* in place of that of *node*, in parentheses where it needs them."""
    lines = source.encode().splitlines(keepends=True)
    start, end = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    head = b"".join(lines[:start]) + lines[start][: node.col_offset]
    tail = lines[end][node.end_col_offset :] + b"".join(lines[end + 1 :])
    text = ast.unparse(variant).replace("\n", "\n" + " " * node.col_offset)
    for each in (text, f"({text})"):
        candidate = (head + each.encode() + tail).decode()
        try:
            if ast.dump(ast.parse(candidate)) == wanted:
                return candidate
        except SyntaxError:
            continue
    return None


def _told(node: ast.AST, variant: ast.AST, parent: ast.AST) -> str:
    """``mean() -> sum()``; a number or a name with what stands around it."""
    if isinstance(node, ast.Constant | ast.Name) and isinstance(parent, ast.expr):
        node, variant = parent, _with(parent, node, variant)
    before, after = _in_one_line(node), _in_one_line(variant)
    if max(len(before), len(after)) > _LONG:
        before, after = _where_they_differ(before, after)
    return f"{before} -> {after}"


def _in_one_line(node: ast.AST) -> str:
    """*node* as text; of a statement with a body, its first line."""
    if isinstance(node, ast.Pass):
        return "(left out)"
    text = ast.unparse(node).partition("\n")[0]
    return f"{text} (once)" if isinstance(node, ast.For | ast.While) and isinstance(node.body[-1], ast.Break) else text


def _where_they_differ(before: str, after: str) -> tuple[str, str]:
    """Both without most of what they begin and end with alike."""
    start = max(0, _alike(before, after) - _AROUND)
    end = max(0, min(_alike(before[::-1], after[::-1]), min(len(before), len(after)) - start) - _AROUND)
    return _cut(before, start, end), _cut(after, start, end)


def _alike(one: str, other: str) -> int:
    """How many letters they begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _cut(text: str, start: int, end: int) -> str:
    return f"{'...' * bool(start)}{text[start : len(text) - end]}{'...' * bool(end)}"


def _unique(name: str, taken: Mapping[str, object]) -> str:
    if name not in taken:
        return name
    number = next(number for number in range(2, len(taken) + 3) if f"{name} ({number})" not in taken)
    return f"{name} ({number})"
