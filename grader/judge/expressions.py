"""Find expressions in a student's code by pattern: Python in which ``_`` stands for any expression.

``BCELoss(size_average=False)`` is found in ``torch.nn.BCELoss(size_average=False)``: what a call is reached through
does not matter, and arguments that the pattern does not name may be there as well.
"""

import ast
from collections.abc import Mapping, Sequence
from functools import lru_cache

ANYTHING = "_"
Nodes = Mapping[type[ast.AST], Sequence[ast.expr | ast.stmt]]
NOT_COMPARED = frozenset({"ctx", "type_comment", "kind"})


def nodes_of(tree: ast.AST) -> Nodes:
    """The expressions and statements of *tree* by their kind: walked once, however many patterns are looked for."""
    nodes: dict[type[ast.AST], list[ast.expr | ast.stmt]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.stmt):
            nodes.setdefault(type(node), []).append(node)
    return nodes


def find(pattern: str, nodes: Nodes, first: int = 1, last: int | None = None) -> list[ast.expr | ast.stmt]:
    """What matches *pattern* on the lines from *first* to *last*, in the order of the text."""
    wanted = _parsed(pattern)
    kinds = list(nodes) if _is_anything(wanted) else [type(wanted)]
    near = (node for kind in kinds for node in nodes.get(kind, ()) if first <= node.lineno <= (last or node.lineno))
    return sorted((node for node in near if matches(wanted, node)), key=lambda node: (node.lineno, node.col_offset))


def source_of(node: ast.expr | ast.stmt, lines: Sequence[str], most: int = 100) -> str:
    """The text of *node* in one line, cut where it is too long to be read."""
    text = " ".join((ast.get_source_segment("\n".join(lines), node) or ast.unparse(node)).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


@lru_cache(maxsize=512)
def _parsed(pattern: str) -> ast.expr | ast.stmt:
    (statement,) = ast.parse(pattern).body
    return statement.value if isinstance(statement, ast.Expr) else statement


def _is_anything(pattern: ast.AST) -> bool:
    return isinstance(pattern, ast.Name) and pattern.id == ANYTHING


def matches(pattern: ast.AST, node: ast.AST) -> bool:
    """Whether *node* is what *pattern* describes."""
    if _is_anything(pattern):
        return True
    if isinstance(pattern, ast.Call):
        return isinstance(node, ast.Call) and _is_call(pattern, node)
    if isinstance(pattern, ast.Constant):
        return isinstance(node, ast.Constant) and _is_value(pattern.value, node.value)
    if type(pattern) is not type(node):
        return False
    fields = (name for name in pattern._fields if name not in NOT_COMPARED)
    return all(_matches_field(getattr(pattern, name, None), getattr(node, name, None)) for name in fields)


def _matches_field(pattern: object, found: object) -> bool:
    if isinstance(pattern, ast.AST):
        return isinstance(found, ast.AST) and matches(pattern, found)
    if isinstance(pattern, list) and isinstance(found, list):
        pairs = zip(pattern, found, strict=False)
        return len(pattern) == len(found) and all(_matches_field(*pair) for pair in pairs)
    return pattern == found


def _is_call(pattern: ast.Call, node: ast.Call) -> bool:
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    return (
        _is_function(pattern.func, node.func)
        and len(pattern.args) <= len(node.args)
        and all(matches(*pair) for pair in zip(pattern.args, node.args, strict=False))
        and all(each.arg in given and matches(each.value, given[each.arg]) for each in pattern.keywords)
    )


def _is_function(pattern: ast.expr, function: ast.expr) -> bool:
    """A plain name is found wherever it is reached: ``log``, ``torch.log``, ``self.log``."""
    if isinstance(pattern, ast.Name) and pattern.id != ANYTHING and isinstance(function, ast.Attribute):
        return function.attr == pattern.id
    return matches(pattern, function)


def _is_value(pattern: object, value: object) -> bool:
    return pattern == value and isinstance(pattern, bool) == isinstance(value, bool)
