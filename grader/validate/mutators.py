"""What can be changed in one place of a program: each mutator gives other nodes for a node of its syntax tree.

Left alone is what does not touch a value: casts (``.to(torch.float64)``, ``.tolist()``), and keywords like ``dtype``
and ``strict``.
"""

import ast
import copy
from collections.abc import Callable, Iterator, Mapping

_CASTS = frozenset({
    "to", "float", "double", "half", "long", "int", "bool", "type", "cpu", "contiguous", "clone",
    "tolist", "item"})  # fmt: skip
_NEUTRAL_KEYWORDS = frozenset({"dtype", "device", "strict", "generator", "memory_format"})
_OPERATORS: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.MatMult: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
_COMPARISONS: Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
# Another function or method in place of the one called: first how rows become one number, then what is applied.
_CALLS = {
    "mean": "sum", "sum": "mean", "nanmean": "nansum", "nansum": "nanmean", "max": "min", "min": "max",
    "amax": "amin", "amin": "amax", "argmax": "argmin", "argmin": "argmax", "any": "all", "all": "any",
    "prod": "sum", "median": "mean", "fsum": "prod", "cumsum": "cumprod", "cumprod": "cumsum",
    "sigmoid": "tanh", "tanh": "sigmoid", "relu": "sigmoid", "softmax": "log_softmax", "log_softmax": "softmax",
    "exp": "expm1", "expm1": "exp", "log": "log2", "log2": "log", "log10": "log", "log1p": "log",
    "abs": "neg", "sqrt": "square", "square": "sqrt", "sin": "cos", "cos": "sin", "floor": "ceil", "ceil": "floor",
    "ones": "zeros", "zeros": "ones", "ones_like": "zeros_like", "zeros_like": "ones_like",
    "mse_loss": "l1_loss", "l1_loss": "mse_loss", "relu_": "sigmoid_",
}  # fmt: skip
_BUILTINS = {"sum": "max", "max": "min", "min": "max", "any": "all", "all": "any"}
_KEYWORDS = {"min": "max", "max": "min"}

Variants = Iterator[ast.AST]
Mutator = Callable[[ast.AST, frozenset[str]], Variants]


def variants(node: ast.AST, modules: frozenset[str]) -> Variants:
    """What may stand in place of *node*, one change each. *modules* are the names of imported modules."""
    for mutator in MUTATORS:
        yield from mutator(node, modules)


def _operators(node: ast.AST, _: frozenset[str]) -> Variants:
    """``a + b`` becomes ``a - b``, ``w -= g`` becomes ``w += g``, ``-a`` becomes ``a``."""
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        yield ast.BinOp(node.left, _OPERATORS[type(node.op)](), node.right)
    elif isinstance(node, ast.AugAssign) and type(node.op) in _OPERATORS:
        yield ast.AugAssign(node.target, _OPERATORS[type(node.op)](), node.value)
        yield ast.Assign([node.target], node.value, lineno=node.lineno)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield node.operand
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)


def _operands(node: ast.AST, _: frozenset[str]) -> Variants:
    """``a + b`` becomes ``a``, and ``b``."""
    if isinstance(node, ast.BinOp):
        yield from (node.left, node.right)


def _constants(node: ast.AST, _: frozenset[str]) -> Variants:
    """``2`` becomes ``3``, and ``0``; True becomes False."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield ast.Constant(node.value + 1)
        if node.value:
            yield ast.Constant(type(node.value)(0))


def _comparisons(node: ast.AST, _: frozenset[str]) -> Variants:
    """``a < b`` becomes ``a <= b``, and ``a > b``."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in _COMPARISONS[type(node.ops[0])]:
            yield ast.Compare(node.left, [other()], node.comparators)


def _functions(node: ast.AST, modules: frozenset[str]) -> Variants:
    """``x.mean()`` becomes ``x.sum()``; ``torch.sigmoid(z)`` becomes ``torch.tanh(z)``, and ``z``."""
    if not isinstance(node, ast.Call) or _is_cast(node):
        return
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in _CALLS:
        yield ast.Call(ast.Attribute(function.value, _CALLS[function.attr], ast.Load()), node.args, node.keywords)
    elif isinstance(function, ast.Name) and function.id in _BUILTINS:
        yield ast.Call(ast.Name(_BUILTINS[function.id], ast.Load()), node.args, node.keywords)
    inside = _receiver(function, modules) or (node.args[0] if node.args else None)
    if inside is not None and not isinstance(inside, ast.Starred | ast.GeneratorExp):
        yield inside


def _receiver(function: ast.expr, modules: frozenset[str]) -> ast.expr | None:
    """The ``x`` of ``x.mean()``; None for ``torch.mean(x)``."""
    if not isinstance(function, ast.Attribute):
        return None
    base: ast.expr = function.value
    while isinstance(base, ast.Attribute):
        base = base.value
    return None if isinstance(base, ast.Name) and base.id in modules else function.value


def _arguments(node: ast.AST, _: frozenset[str]) -> Variants:
    """``f(a, b, c=1)`` becomes ``f(b, c=1)``, ``f(a, c=1)``, ``f(b, a, c=1)`` and ``f(a, b)``."""
    if not isinstance(node, ast.Call) or _is_cast(node):
        return
    if len(node.args) > 1:
        for position in range(len(node.args)):
            yield ast.Call(node.func, node.args[:position] + node.args[position + 1 :], node.keywords)
        yield ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)
    for keyword in node.keywords:
        others = [other for other in node.keywords if other is not keyword]
        if keyword.arg in _NEUTRAL_KEYWORDS:
            continue
        yield ast.Call(node.func, node.args, others)
        if keyword.arg in _KEYWORDS:
            yield ast.Call(node.func, node.args, [*others, ast.keyword(_KEYWORDS[keyword.arg], keyword.value)])


def _statements(node: ast.AST, _: frozenset[str]) -> Variants:
    """A statement is left out."""
    if isinstance(node, ast.AugAssign | ast.Assign | ast.Expr | ast.Raise | ast.Assert):
        yield ast.Pass()


def _loops(node: ast.AST, _: frozenset[str]) -> Variants:
    """A loop goes round once; a filter of a comprehension is left out."""
    if isinstance(node, ast.For | ast.While):
        once = copy.copy(node)
        once.body = [*node.body, ast.Break()]
        yield once
    elif isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp) and any(part.ifs for part in node.generators):
        unfiltered = copy.copy(node)
        unfiltered.generators = [
            ast.comprehension(part.target, part.iter, [], part.is_async) for part in node.generators
        ]
        yield unfiltered


def _conditions(node: ast.AST, _: frozenset[str]) -> Variants:
    """``a if c else b`` becomes ``a if not c else b``."""
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        turned = copy.copy(node)
        turned.test = ast.UnaryOp(ast.Not(), node.test)
        yield turned


def _is_cast(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in _CASTS


MUTATORS: tuple[Mutator, ...] = (
    _operators, _operands, _constants, _comparisons, _functions, _arguments, _statements, _loops, _conditions,
)  # fmt: skip


def is_neutral(node: ast.AST) -> bool:
    """Whether *node* changes no value: a keyword like ``dtype``, a text that stands alone."""
    if isinstance(node, ast.keyword):
        return node.arg in _NEUTRAL_KEYWORDS
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
