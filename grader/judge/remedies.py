"""One concrete step for an exception, by its kind and what it says: the mistakes that beginners make."""

import re
from collections.abc import Sequence

TORCH_ONLY = "Compute the loss with torch operations only: no .item(), .detach(), .numpy() or float() on the way."

# (kinds of exceptions, what the message says, the step). Groups of the pattern fill {0}, {1}; the first match counts.
STEPS = (
    (
        "NotImplementedError",
        r'missing the required "forward"',
        "Give the class a method def forward(self, x) that ends with a return.",
    ),
    (
        "NotImplementedError",
        "",
        "Write this part now: put your own code in place of the line with NotImplementedError.",
    ),
    ("NameError AttributeError", r"Did you mean '(\w+)'\?$", "Look at the spelling: did you mean {0}?"),
    (
        "NameError",
        r"name '(\w+)' is not defined\. It is defined further down",
        "Move the line (in a notebook, the cell) that defines {0} above this one: code runs from top to bottom.",
    ),
    (
        "NameError",
        r"name '(\w+)' is not defined",
        "Give {0} a value (or import it) above this line, or mend its spelling.",
    ),
    (
        "UnboundLocalError",
        r"variable '(\w+)'",
        "Give {0} a value inside this function before it is used, or hand it in as a parameter.",
    ),
    (
        "AttributeError TypeError",
        r"before Module\.__init__\(\) call|super\(\)\.__init__\(\)",
        "Write super().__init__() as the first line of your __init__.",
    ),
    ("AttributeError", r"'(?:float|int|numpy\.\w+|ndarray)' object has no attribute 'backward'", TORCH_ONLY),
    (
        "AttributeError TypeError",
        r"'?NoneType'?",
        "Find what is None in this line: a function without a return gives None, and .grad is None at first.",
    ),
    (
        "AttributeError",
        r"object has no attribute '(\w+)'",
        "Look at the spelling of {0}. If it is your own, set self.{0} in __init__ (two underscores on each side).",
    ),
    (
        "TypeError",
        r"\w\.__init__\(\) takes 0 positional",
        "Write self as the first parameter: def __init__(self).",
    ),
    (
        "TypeError",
        r"\w\.(\w+)\(\) takes [01] positional arguments? but [12] w",
        "A method's first parameter is self, then comes what it is given: def {0}(self, x).",
    ),
    (
        "TypeError",
        r"missing \d+ required positional arguments?: '(\w+)'",
        "Give {0} a value where this is called, or a default value in the line with def.",
    ),
    (
        "ValueError TypeError RuntimeError",
        r"only one element tensors|cannot be converted to Scalar",
        "math works on one number only: use torch.log, torch.exp and so on, which work on whole tensors.",
    ),
    (
        "ValueError",
        r"math domain error",
        "log(0) does not exist: use torch.log, and keep its input a little away from 0 and 1 (torch.clamp).",
    ),
    (
        "RuntimeError",
        r"does not require grad|Can't call numpy\(\)",
        TORCH_ONLY,
    ),
    (
        "RuntimeError",
        r"between 0 and 1",
        "This loss takes probabilities from 0 to 1: let your model end with a sigmoid.",
    ),
    (
        "RuntimeError",
        r"shapes cannot be multiplied",
        "Look at the two shapes: the first number of torch.nn.Linear is the number of columns of its input.",
    ),
    ("RuntimeError", r"type.*(?:Double|Float|Long)", "Make all numbers one type: .float() behind the other tensor."),
    ("TabError", "", "Use spaces only: put four spaces in place of every tab."),
    ("IndentationError", r"expected an indented block", "Put four spaces before the lines that belong inside."),
    ("IndentationError", "", "Make this line start below its neighbours, with spaces only."),
    ("SyntaxError", r"'(.)' was never closed", "Close the bracket {0} that this line opens."),
    ("SyntaxError", r"unmatched '(.)'", "Remove the bracket {0}, or open it further to the left."),
    ("SyntaxError", r"closing parenthesis '(.)'", "Look at the brackets up to this {0}: another kind is open."),
    ("SyntaxError", r"expected ':'", "Put a colon at the end of this line."),
    ("SyntaxError", r"unterminated", "Close the text in this line with the same quotation mark that opened it."),
    ("SyntaxError", r"Maybe you meant '=='", "Compare with two signs: ==."),
    ("SyntaxError", "", "Look at this line and the one above: is a bracket, a comma or a quotation mark missing?"),
    (
        "FileNotFoundError",
        r"'([^']+)'$",
        "The file {0} was not handed in with your code: hand it in too, or write the data into your code.",
    ),
    ("EOFError", "", "Remove input(): nobody is there to type. Write the value into your code."),
)  # fmt: skip


def remedy(error: str, message: str, libraries: Sequence[str] = ()) -> str:
    """The step for an exception of the class *error*; empty when none is known.

    ``libraries`` are those that the course allows.
    """
    if error == "ModuleNotFoundError":
        return _install(message, libraries)
    for kinds, pattern, step in STEPS:
        said = re.search(pattern, message) if error in kinds.split() else None
        if said:
            return step.format(*said.groups())
    return ""


def _install(message: str, libraries: Sequence[str]) -> str:
    named = re.search(r"No module named '([\w.]+)'", message)
    if not named:
        return ""
    top = named[1].partition(".")[0]
    if top in {library.partition(".")[0] for library in libraries}:
        return f"The course allows {top}, but this machine lacks it: not your fault. Ask your teacher to install it."
    return (
        f"There is no {top} where this is graded: look at the spelling, hand in the file if it is yours, or do without."
    )
