"""What a beginner is told to do about an exception."""

import builtins

import pytest

from grader.judge.remedies import STEPS, remedy

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("error", "message", "step"),
    [
        ("NotImplementedError", "the loss is not written yet", "Write this part now"),
        ("NotImplementedError", 'Module [Net] is missing the required "forward" function', "def forward(self, x)"),
        ("NameError", "name 'y_perd' is not defined. Did you mean 'y_pred'?", "did you mean y_pred?"),
        ("NameError", "name 'net' is not defined. It is defined further down", "Move the line"),
        ("NameError", "name 'np' is not defined", "Give np a value (or import it)"),
        ("AttributeError", "cannot assign module before Module.__init__() call", "super().__init__()"),
        ("AttributeError", "'Net' object has no attribute 'linear'", "set self.linear in __init__"),
        ("AttributeError", "'float' object has no attribute 'backward'", "torch operations only"),
        ("AttributeError", "'NoneType' object has no attribute 'size'", "without a return"),
        ("TypeError", "Net.forward() takes 1 positional argument but 2 were given", "def forward(self, x)"),
        ("TypeError", "Net.__init__() takes 0 positional arguments but 1 was given", "def __init__(self)"),
        ("TypeError", "Net.__init__() missing 1 required positional argument: 'hidden'", "Give hidden a value"),
        ("ValueError", "only one element tensors can be converted to Python scalars", "torch.log"),
        ("SyntaxError", "'(' was never closed", "Close the bracket ("),
        ("SyntaxError", "'{' was never closed", "Close the bracket {"),
        ("SyntaxError", "invalid syntax", "the one above"),
        ("TabError", "inconsistent use of tabs and spaces in indentation", "Use spaces only"),
        ("IndentationError", "expected an indented block after 'for' statement on line 3", "four spaces"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'C:/hours.csv'", "C:/hours.csv was not handed in"),
    ],
)  # fmt: skip
def test_a_beginner_s_mistake_has_a_step_of_its_own(error: str, message: str, step: str) -> None:
    assert step in remedy(error, message)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("ZeroDivisionError", "division by zero"),
        ("MyError", "name 'x' is not defined"),
        ("TypeError", "bce_loss() takes 1 positional argument but 2 were given"),
        ("TypeError", "Net.forward() takes 2 positional arguments but 3 were given"),
        ("ModuleNotFoundError", "something a student raised"),
    ],
)
def test_where_no_step_is_known_none_is_made_up(error: str, message: str) -> None:
    assert remedy(error, message) == ""


def test_a_library_that_the_course_allows_is_the_teacher_s_to_install() -> None:
    step = remedy("ModuleNotFoundError", "No module named 'sklearn.linear_model'", ("pandas", "sklearn"))
    assert "allows sklearn" in step
    assert "teacher" in step
    assert "do without" in remedy("ModuleNotFoundError", "No module named 'kears'", ("pandas",))


def test_every_step_is_for_exceptions_that_there_are() -> None:
    assert all(hasattr(builtins, kind) for kinds, _, _ in STEPS for kind in kinds.split())
