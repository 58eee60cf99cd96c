"""Checks of step 2: the model is sigmoid(x * w + b), on any batch."""

from typing import Any

import torch

from grader.api import Submission, check, expect, expect_close, expect_numbers, expect_shape, fail, number

# (w, b) pairs and inputs whose logits reach +-80, beyond which float32 overflow is forgiven.
SET_VALUES = ((1.0, 0.0), (0.7, -1.3), (-2.5, 3.0), (0.1, 0.4))
INPUTS = torch.tensor([[-30.0], [-8.0], [-2.5], [-1.0], [0.0], [0.3], [1.0], [2.0], [4.0], [7.5], [20.0]])
LARGE = ((8.0, 0.0), (-8.0, 0.0))
LARGE_INPUTS = torch.tensor([[-10.0], [-5.0], [5.0], [10.0]])
SIGMOID_ATOL = 2e-4

MODEL_HINT = "Return sigmoid(x * w + b): one linear unit from one input to one output, then torch.sigmoid."


@check("model.parameters", points=0.5, title="The model has two numbers to learn: w and b", step="model")
def parameters(student: Submission, reference: Any) -> None:
    listed = student.model.parameters(torch.ones(1, 1))
    count = sum(value.numel() for _, value in listed)
    names = ", ".join(f"{name} {tuple(value.shape)}" for name, value in listed) or "none"
    expect(
        count == 2,
        f"Your model should have exactly 2 trainable numbers (a weight and a bias), but has {count}: {names}.",
        hint="Use one torch.nn.Linear(1, 1): it holds the weight and the bias.",
        expected=2,
        actual=count,
    )


@check("model.sigmoid", points=2, title="The model's output is sigmoid(x * w + b)", step="model")
def sigmoid(student: Submission, reference: Any) -> None:
    own = student.model.parameters(INPUTS[:1])
    values = torch.cat([value.reshape(-1).double() for _, value in own]).tolist() if own else []
    if len(values) != 2:
        x = INPUTS[6:8]
        got = expect_numbers(student.model(x), 2, what="The model's output for two inputs", hint=MODEL_HINT)
        fail(
            f"Your model cannot be sigmoid(x * w + b): it has {len(values)} trainable numbers instead of 2 "
            f"(its output for x = 1 and x = 2 is {number(float(got[0]))} and {number(float(got[1]))}).",
            hint=MODEL_HINT,
            expected=2,
            actual=len(values),
        )
    weight_first = _weight_comes_first(student, reference)
    cases: list[tuple[tuple[float, ...] | None, torch.Tensor]] = [(None, INPUTS)]
    cases += [(pair, INPUTS) for pair in SET_VALUES] + [(pair, LARGE_INPUTS) for pair in LARGE]
    for pair, x in cases:
        w, b = pair or (values if weight_first else values[::-1])
        got = student.model(x, values=None if pair is None else (pair if weight_first else pair[::-1]))
        _expect_sigmoid(got, reference, x, float(w), float(b))


def _weight_comes_first(student: Submission, reference: Any) -> bool:
    """Whether w stands before b among the model's numbers; True when neither order explains its output."""
    x = torch.tensor([[1.0], [3.0]])
    pair = (0.8, -0.5)
    swapped = reference.model(x, pair[1], pair[0]).reshape(-1)
    got = student.model(x, values=pair)
    if got.numel() != 2 or not got.is_floating_point():
        return True
    return not bool((got.double().reshape(-1) - swapped).abs().max() < SIGMOID_ATOL)


def _expect_sigmoid(got: torch.Tensor, reference: Any, x: torch.Tensor, w: float, b: float) -> None:
    """Compare row by row; the counterexample is the row with the smallest |x|."""
    wanted = reference.model(x, w, b).reshape(-1)
    answer = expect_numbers(got, len(x), what=f"The model's output for {len(x)} rows", hint=MODEL_HINT)
    off = ~((answer - wanted).abs() <= SIGMOID_ATOL)
    if not bool(off.any()):
        return
    row = min(off.nonzero().flatten().tolist(), key=lambda index: abs(float(x[index])))
    hours, expected, actual = float(x[row]), float(wanted[row]), float(answer[row])
    fail(
        f"With w = {w:.4g} and b = {b:.4g}, your model says {number(actual)} for x = {hours:g}; "
        f"sigmoid(x * w + b) is {number(expected)}.",
        hint=MODEL_HINT,
        expected=expected,
        actual=actual,
        inputs={"x": hours, "w": w, "b": b},
        counterexample={"x": hours, "w": w, "b": b},
    )


@check("model.batch", points=0.5, title="A batch of N rows gives N rows, each by itself", step="model")
def batch(student: Submission, reference: Any) -> None:
    hint = "Keep the first dimension as the batch: (N, 1) in, (N, 1) out, with no sum or mean over the rows."
    together: dict[int, torch.Tensor] = {}
    for rows in (1, 3, 200):
        x = torch.linspace(-3, 5, rows).reshape(-1, 1)
        together[rows] = student.model(x)
        expect_shape(
            together[rows], (rows, 1), what=f"The output for a batch of {rows}", hint=hint, inputs={"rows": rows}
        )
    several = together[200].double().reshape(-1)
    for row in (0, 77, 199):
        x = torch.linspace(-3, 5, 200).reshape(-1, 1)[row : row + 1]
        alone = student.model(x)
        expect_close(
            alone,
            float(several[row]),
            atol=1e-5,
            what=f"The output for x = {float(x):.4g} alone (as in a batch)",
            hint=hint,
        )
