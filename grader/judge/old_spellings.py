"""Names of PyTorch's that lecture slides still use, and how they are written today."""

import ast
from collections.abc import Iterator

from grader.judge.expressions import Nodes, find, nodes_of

# Pattern, what is old in it, and what to write instead.
OLD = (
    ("_(size_average=False)", "size_average=False", "reduction='sum'"),
    ("_(size_average=True)", "size_average=True", "reduction='mean'"),
    ("_(reduce=False)", "reduce=False", "reduction='none'"),
    ("F.sigmoid(_)", "F.sigmoid", "torch.sigmoid"),
    ("functional.sigmoid(_)", "functional.sigmoid", "torch.sigmoid"),
    ("nn.functional.sigmoid(_)", "nn.functional.sigmoid", "torch.sigmoid"),
    ("torch.nn.functional.sigmoid(_)", "torch.nn.functional.sigmoid", "torch.sigmoid"),
    ("F.tanh(_)", "F.tanh", "torch.tanh"),
    ("_.data[0]", ".data[0]", ".item()"),
    ("clip_grad_norm(_, _)", "clip_grad_norm", "clip_grad_norm_"),
)


def may_hold_old_spelling(line: str) -> bool:
    """Whether it is worth the while to parse a text with this *line*."""
    return any(old.rpartition(".")[2].partition("=")[0].partition("[")[0] in line for _, old, _ in OLD)


def old_spellings(nodes: Nodes) -> Iterator[tuple[int, str]]:
    """Line and sentence for every old spelling in *nodes*, each spelling once."""
    for pattern, old, new in OLD:
        for node in find(pattern, nodes)[:1]:
            yield node.lineno, _sentence(old, new)


def old_spelling_in(node: ast.AST) -> str:
    """A sentence about the first old spelling in *node*, "" when there is none."""
    return next((sentence for _, sentence in old_spellings(nodes_of(node))), "")


def _sentence(old: str, new: str) -> str:
    return f"{old} is an old spelling; PyTorch now writes {new}."
