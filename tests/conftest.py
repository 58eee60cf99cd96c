"""What several folders of tests share: a small course, results of every kind a report must tell, and a proof."""

import math
import signal
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from grader.model import (
    AssignmentRef,
    CheckResult,
    Environment,
    Excerpt,
    Figure,
    FileReport,
    FoundEntryPoint,
    Layer,
    Location,
    Output,
    Result,
    SandboxReport,
    Section,
    Series,
    SubmissionRef,
)
from grader.testing import write_files
from grader.validate.proof import NONE, Cell, CheckPower, Claim, Finding, Matrix, MutantFate, Naming, Proof, Usage

# A run in the background ignores Ctrl-C, and so would every command a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# ---------------------------------------------------------------- a course

MANIFEST = """
title = "Doubling"
points = 3

[steps]
double = "Double a number"

[entry_points.double]
kind = "function"
symbol = "double"
arguments = ["x"]

[limits]
call_s = 2
submission_s = 6
"""
CHECKS = """
import torch
from grader.api import check, expect_close
from grader.hookspecs import hookimpl

@check("double.one", points=1, title="double(1) is 2", step="double")
def one(student, reference):
    expect_close(student.double(torch.ones(1)), 2.0, atol=1e-6, what="double(1)")

@check("double.many", points=2, title="double([1, 2, 3]) is [2, 4, 6]", step="double")
def many(student, reference):
    x = torch.tensor([1.0, 2.0, 3.0])
    expect_close(student.double(x), reference.double(x), atol=1e-6, what="double([1, 2, 3])")

@hookimpl
def grader_checks(assignment):
    return (one, many) if assignment.name == "doubling" else ()
"""
COURSE = {
    "assignments/doubling/assignment.toml": MANIFEST,
    "assignments/doubling/reference.py": "def double(x):\n    return 2 * x\n",
    "plugins/doubling.py": CHECKS,
}


@pytest.fixture(scope="session")
def course_files() -> Mapping[str, str]:
    return COURSE


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write_files(tmp_path / "course", COURSE)


# ---------------------------------------------------------------- results, as the judge makes them

HOSTILE = (
    "<script>alert(1)</script>{{ 7*7 }}{% raw %}<img src=x onerror=alert(1)>"
    "[click](javascript:alert(1)) ![i](https://evil.example/i.png) https://evil.example "
    "<svg onload=alert(1)><a href='javascript:alert(1)'>x</a></style></title></pre>\"'`"
    "\x1b[31mred\x1b]0;title\x07\x9b2J\x00\x08\u202egpj.exe\u2066\u200b\ufeff\U000e0041\udcff"
    "\r\n::error file=x::owned\n##[add-mask]x =cmd|' /C calc'!A0 " + "e" + "\u0301" * 60
)

DECLARED = (
    ("model.parameters", "Exactly two trainable numbers", "model", 0.5),
    ("model.sigmoid", "The output is sigmoid(x*w + b)", "model", 2),
    ("model.batch", "One row out for every row in", "model", 0.5),
    ("loss.lecture_rows", "The loss of each of the lecture's four rows", "loss", 0.5),
    ("loss.mini_batch", "Mini-batch loss of the lecture's table is 0.8483", "loss", 2),
    ("loss.random_batches", "The loss of batches you have not seen", "loss", 0.5),
    ("loss.saturated", "The loss stays finite when a prediction is 0 or 1", "loss", 0.5),
    ("loss.differentiable", "The loss can be differentiated", "loss", 0.5),
    ("train.loss_decreases", "Training lowers the loss", "train", 0.5),
    ("train.converges", "After training, 4 hours pass and 1 hour fails", "train", 2),
    ("train.other_labels", "Training follows the labels", "train", 0.5),
)
SYNTAX_ERROR = "SyntaxError in line 12: expected ':'\ndef forward(self, x)\n                    ^"
STEPS = {
    "data": "1 · Prepare the data", "model": "2 · Design the model", "loss": "3 · Loss and optimiser",
    "train": "4 · Training cycle", "result": "5 · Result",
}  # fmt: skip
HANDOUT = {
    "loss": Section("Loss", "How bad is a prediction?\n\n| y | loss |\n|---|---|\n| 1 | 1.6094 |\n\n    loss = 0\n"),
    "result": Section("Result", "Draw `p(hours)`, see [Slides](#slides)."),
}
POINTS = {check_id: points for check_id, _, _, points in DECLARED}


def _check(check_id: str, title: str, step: str, points: float) -> CheckResult:
    return CheckResult(check_id, title, step, "passed", None, points, points, "", "", None, None, None, 0.02)


def _sigmoid(x: float, w: float, b: float) -> float:
    return 1 / (1 + math.exp(-(w * x + b)))


def _curve() -> Figure:
    hours = tuple(10 * i / 199 for i in range(200))
    return Figure(
        "result",
        "What your model learned",
        "hours of study",
        "probability of a pass",
        (
            Series("your model", hours, tuple(_sigmoid(h, 1.2, -3.2) for h in hours)),
            Series("the reference", hours, tuple(_sigmoid(h, 1.3, -3.0) for h in hours)),
            Series("training data", (1.0, 2.0, 3.0), (0.0, 0.0, 1.0), "points"),
            Series("0.5", (0.0, 10.0), (0.5, 0.5), "rule"),
        ),
        "The probability rises from 0.04 at no hours and crosses 0.5 at 2.7 hours.",
    )


def perfect_result(name: str = "alice.py") -> Result:
    """Full marks, one file, a curve."""
    return Result(
        schema=1,
        grader="0.1.0",
        assignment=AssignmentRef("logistic_regression", "Logistic regression", "a" * 16, STEPS, HANDOUT),
        submission=SubmissionRef(name, "b" * 16, (FileReport("hw.py", "used"),)),
        status="graded",
        message="",
        score=10.0,
        max_score=10.0,
        checks=tuple(_check(*declared) for declared in DECLARED),
        entry_points={
            "model": FoundEntryPoint("hw.py", 5, "LogisticRegressionModel", "class"),
            "loss": FoundEntryPoint("hw.py", 20, "bce_loss", "function"),
            "train": FoundEntryPoint("hw.py", 30, "train", "function"),
        },
        notes=(),
        excerpts=(),
        figures=(_curve(),),
        sections=(),
        output=Output("0 0.69\n1 0.68\n", "", False),
        sandbox=SandboxReport("strict", (Layer("seccomp", True), Layer("landlock", False, "the kernel is too old"))),
        environment=Environment("3.11.2", "2.13.0", "Linux x86_64", 7),
        started_at="2026-11-24T00:10:00+00:00",
        duration_s=1.25,
        key="",
    )


def change(result: Result, changes: dict[str, dict[str, Any]], **rest: Any) -> Result:
    """*result* with some checks changed and the score added up again."""
    checks = tuple(replace(check, **changes.get(check.id, {})) for check in result.checks)
    return replace(result, checks=checks, **{"score": sum(check.score for check in checks), **rest})


def partial_result() -> Result:
    """A sum instead of a mean, and a model that does not train."""
    at_loss = Location("hw.py", 21)
    wrong_sum = {
        "status": "partial",
        "message": "The loss should be 0.8483, but is 3.3932: the sum over the rows instead of their mean.",
        "hint": "Divide by the number of rows: use torch.mean(...) instead of torch.sum(...).",
        "misconception": "sum_reduction",
        "location": at_loss,
    }
    rows = {"y_pred": [[0.2], [0.8], [0.3], [0.7]], "y": [[1], [1], [0], [0]]}
    return change(
        perfect_result("bob.zip"),
        {
            "loss.mini_batch": {
                **wrong_sum, "score": 1.0, "evidence": {
                    "expected": 0.8483, "actual": 3.3932, "inputs": rows,
                    "compared_on": [{"y_pred": [0.9, 0.4], "y": [1.0, 1.0], "answer": [1.0217]}],
                },
            },
            "loss.random_batches": {
                **wrong_sum,
                "message": "On a batch of 2 rows the loss should be 0.6931, but is 1.3863.",
                "score": 0.25,
                "evidence": {
                    "expected": 0.6931, "actual": 1.3863,
                    "counterexample": {"y_pred": [[0.5], [0.5]], "y": [[0.0], [1.0]]}, "rows_tried": 4096,
                },
            },
            "loss.saturated": {"misconception": "clamped", "hint": "log(0) is -inf; BCELoss cuts it at -100."},
            "train.converges": {
                "status": "failed", "score": 0.0,
                "message": "After training, 4 hours have a probability of 0.4812, but it should be above 0.5.",
                "hint": "Train for longer: 100 epochs are too few at this learning rate. Try 1000.",
                "misconception": "too_few_steps",
                "evidence": {"hours": [1, 2, 3, 4], "probability": [0.31, 0.36, 0.42, 0.4812]},
                "location": Location("hw.py", 33),
            },
        },
        excerpts=(
            Excerpt(
                "hw.py", None, 20,
                ("def bce_loss(y_pred, y):", "    return -(y * y_pred.log() + (1 - y) * (1 - y_pred).log()).sum()", ""),
                (21,), ("loss.mini_batch", "loss.random_batches"),
            ),
            Excerpt("hw.py", None, 32, ("    optimizer = SGD(model.parameters(), lr=0.01)",
                                       "    for epoch in range(100):"), (33,), ("train.converges",)),
        ),
        notes=("grade.toml: only `assignment` counts; `points` was ignored.",),
        sections=(Section("Late days", "You used **1** of 3 late days.\n\n| day | left |\n|---|---|\n| 1 | 2 |"),),
    )  # fmt: skip


def notebook_result() -> Result:
    """A notebook whose loss raises, so four checks fail for one reason; training could not be asked."""
    raised = {
        "status": "error", "reason": "exception", "score": 0.0,
        "message": "bce_loss raised NameError: name 'y_hat' is not defined",
        "hint": "Use the name of the parameter: y_pred.",
        "location": Location("hw.ipynb", 2, 3),
    }  # fmt: skip
    skipped = {
        "status": "skipped", "reason": "prerequisite", "score": 0.0,
        "message": "Not checked: training needs a loss that works.",
    }  # fmt: skip
    changes = {check_id: raised for check_id in POINTS if check_id.startswith("loss.")}
    changes |= {check_id: skipped for check_id in POINTS if check_id.startswith("train.")}
    lines = ("def bce_loss(y_pred, y):", "    return -(y * torch.log(y_hat)).mean()")
    return change(
        perfect_result("carol.ipynb"),
        changes,
        excerpts=(Excerpt("hw.ipynb", 3, 1, lines, (2,), tuple(c for c in POINTS if c.startswith("loss."))),),
        entry_points={
            "model": FoundEntryPoint("hw.ipynb", 1, "LogisticRegressionModel", "class", 2),
            "loss": FoundEntryPoint("hw.ipynb", 1, "bce_loss", "function", 3),
            "train": None,
        },
        figures=(),
    )


def ungradable_result() -> Result:
    """Nothing ran: one file with a syntax error, another that is no code."""
    missing = {
        "status": "failed", "reason": "missing", "score": 0.0,
        "message": "There is no code that runs in this submission.",
    }  # fmt: skip
    files = (
        FileReport(
            "hw.py", "failed", "SyntaxError in line 12: expected ':'\ndef forward(self, x)\n                    ^"
        ),
        FileReport("report.pdf", "ignored", "not a kind of file that holds Python code"),
    )
    return change(
        perfect_result("dave"),
        dict.fromkeys(POINTS, missing),
        status="ungradable",
        message="There is no code that runs in this submission.",
        submission=SubmissionRef("dave", "c" * 16, files),
        entry_points={"model": None, "loss": None, "train": None},
        figures=(),
    )


def broken_grader_result() -> Result:
    """A plugin raised: never the student's fault."""
    fault = {"status": "internal_error", "score": 0.0, "message": "The check itself failed; you lose nothing by it."}
    return change(perfect_result("erin.py"), {"loss.mini_batch": fault}, status="internal_error")


def hostile_result() -> Result:
    """The partial result, and every text in it hostile."""
    return _poison(partial_result(), "")


def _poison(value: Any, name: str) -> Any:
    if isinstance(value, str):
        return value if name in ("status", "reason", "style", "started_at", "step", "level") else HOSTILE
    if is_dataclass(value):
        kept = value.id if isinstance(value, CheckResult | Figure) else None
        parts = {part.name: _poison(getattr(value, part.name), part.name) for part in fields(value)}
        return replace(value, **(parts | ({} if kept is None else {"id": f"{kept}{HOSTILE}"})))
    if isinstance(value, dict):
        return {f"{key}{HOSTILE}": f"{key} {HOSTILE}" if isinstance(item, str) else _poison(item, name)
                for key, item in value.items()}  # fmt: skip
    if isinstance(value, tuple | list):
        poisoned = [f"{item}{HOSTILE}" if name == "checks" and isinstance(item, str) else _poison(item, name)
                    for item in value]  # fmt: skip
        return type(value)(poisoned)
    return value


KINDS = {
    "perfect": perfect_result,
    "partial": partial_result,
    "notebook": notebook_result,
    "ungradable": ungradable_result,
    "broken_grader": broken_grader_result,
    "hostile": hostile_result,
}


@pytest.fixture(scope="session")
def results() -> Mapping[str, Result]:
    """One of every kind, by the name of the kind."""
    return {name: make() for name, make in KINDS.items()}


@pytest.fixture
def perfect() -> Result:
    return perfect_result()


@pytest.fixture
def partial() -> Result:
    return partial_result()


@pytest.fixture
def notebook() -> Result:
    return notebook_result()


@pytest.fixture
def ungradable() -> Result:
    return ungradable_result()


@pytest.fixture
def broken_grader() -> Result:
    return broken_grader_result()


@pytest.fixture
def hostile() -> Result:
    return hostile_result()


@pytest.fixture(params=KINDS)
def any_result(request: pytest.FixtureRequest) -> Result:
    return KINDS[request.param]()


@pytest.fixture
def changed() -> Any:
    """``changed(result, {check_id: {field: value}}, **fields)``."""
    return change


# ---------------------------------------------------------------- a proof


@pytest.fixture
def proof() -> Proof:
    """What a validation finds that holds in part."""
    finding = Finding(
        "no check notices f: a + b -> a - b", "make a check notice it", "assignments/sums/reference.py:3",
        ("- return a + b", "+ return a - b"),
    )  # fmt: skip
    cells = (Cell("log2", "log2", 2), Cell("log2", "log10", 1), Cell("log2", NONE, 1), Cell("log10", "log10", 1))
    mutants = (
        MutantFate("f: a + b -> a", 3, "return a + b", "return a", "killed", ("loss.mean", "loss.sum")),
        MutantFate("f: a + b -> a - b", 3, "return a + b", "return a - b", "survived"),
        MutantFate("f: a + b -> b + a", 3, "return a + b", "return b + a", "equivalent", reason="It is the same."),
        MutantFate("f: g(a) -> a", 4, "return g(a)", "return a", "no answer"),
    )
    return Proof(
        assignment="sums",
        title="Sums",
        grader="1.0",
        claims=(
            Claim("checks", "Every check can fail", "2 of 2 seen to fail"),
            Claim("mutants", "A changed reference is noticed", "1 of 2 noticed", (finding,)),
        ),
        checks=(CheckPower("loss.mean", 3, 2, 1), CheckPower("loss.sum", 1, 0, 1)),
        matrix=Matrix((*cells, Cell(NONE, NONE, 4)), (Naming("log2", 4, 2, 0), Naming("log10", 1, 1, 1))),
        mutants=mutants,
        usage=(Usage("call_s", 5.0, 1.25, "right/slow.py"),),
        duration_s=1.5,
    )
