import ast

import pytest

from grader.judge.expressions import find, nodes_of, source_of
from grader.judge.old_spellings import old_spellings

pytestmark = pytest.mark.fast


def found(pattern: str, code: str) -> list[str]:
    return [ast.unparse(node) for node in find(pattern, nodes_of(ast.parse(code)))]


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("BCELoss(size_average=False)", "c = torch.nn.BCELoss(size_average=False)"),
        ("BCELoss(size_average=False)", "BCELoss(weight=None, size_average=False)"),
        ("_.sum()", "rows.sum(dim=0)"),
        ("sum(_)", "torch.sum(a * b, 0)"),
        ("log2(_)", "self.log2(p)"),
        ("_[:, 0]", "p[:, 0]"),
        ("1 - _", "loss(p, 1 - y)"),
        ("1 - _", "loss(p, 1.0 - y)"),
        ("_ += _ * _.grad", "w += lr * w.grad"),
        ("return _", "def f(x):\n    return x"),
        ("(-_).backward()", "(-loss).backward()"),
        ("_ = -_", "loss = -loss"),
    ],
)
def test_what_a_pattern_describes_is_found(pattern: str, code: str) -> None:
    assert len(found(pattern, code)) == 1


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("BCELoss(size_average=False)", "BCELoss(); BCELoss(size_average=True); MSELoss(size_average=False)"),
        ("BCELoss(size_average=False)", "BCELoss(size_average=0)"),
        ("_.sum()", "torch.mean(x)"),
        ("1 - _", "y - 1; True - y"),
        ("_ += _ * _.grad", "w -= lr * w.grad; w += lr * g"),
        ("log2(_)", "log(p); log2"),
    ],
)
def test_nothing_else_is(pattern: str, code: str) -> None:
    assert found(pattern, code) == []


def test_only_the_lines_asked_for_are_searched() -> None:
    code = nodes_of(ast.parse("a.sum()\nb.sum()\nc.sum()"))
    assert [node.lineno for node in find("_.sum()", code)] == [1, 2, 3]
    assert [node.lineno for node in find("_.sum()", code, 2, 2)] == [2]


def test_an_expression_is_told_in_one_line_as_it_was_written() -> None:
    lines = ["c = nn.BCELoss(", "    size_average = False,", ")"]
    (node,) = find("BCELoss()", nodes_of(ast.parse("\n".join(lines))))
    assert source_of(node, lines) == "nn.BCELoss( size_average = False, )"
    assert source_of(node, lines, most=12) == "nn.BCELoss(…"


def test_old_spellings_come_with_the_modern_one() -> None:
    code = "import torch.nn.functional as F\nc = BCELoss(size_average=False)\ny = F.sigmoid(F.sigmoid(z))\n"
    told = list(old_spellings(nodes_of(ast.parse(code))))
    assert [line for line, _ in told] == [2, 3]
    assert "reduction='sum'" in told[0][1]
    assert "torch.sigmoid" in told[1][1]
    assert not list(old_spellings(nodes_of(ast.parse("torch.sigmoid(z); BCELoss(reduction='sum')"))))
