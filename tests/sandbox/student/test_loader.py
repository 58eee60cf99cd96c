"""Files run as Python would run them: order, imports, surroundings, and how each of them ends."""

from typing import Any

import pytest

from grader import wire
from grader.model import DataSet

from .conftest import Ask

MODEL = """\
import torch
class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)
    def forward(self, x):
        return torch.sigmoid(self.linear(x))
"""
FUNCTIONS = """\
def bce_loss(y_pred, y):
    return torch.nn.functional.binary_cross_entropy(y_pred, y)
def train(x_data, y_data):
    model = LogisticRegressionModel()
    for _ in range(2):
        model.zero_grad()
        bce_loss(model(x_data), y_data).backward()
    return model
"""
LOG = "open('log.txt', 'a').write(__name__ + ' ')\n"


def outcomes(loaded: wire.Loaded) -> dict[str, str]:
    return {outcome.path: outcome.status for outcome in loaded.files}


def said(loaded: wire.Loaded, path: str) -> str:
    """What a file said by ending with SystemExit(text)."""
    (failure,) = [outcome.failure for outcome in loaded.files if outcome.path == path]
    assert failure is not None
    assert failure.reason == "exit", failure
    return failure.message


def failed(loaded: wire.Loaded, path: str = "hw.py") -> Any:
    (failure,) = [outcome.failure for outcome in loaded.files if outcome.path == path]
    return failure


# ---------------------------------------------------------------- which files run


def test_an_imported_file_is_no_script_of_its_own(ask: Ask) -> None:
    files = {"a_model.py": LOG, "hw.py": LOG + "import a_model\n", "z.py": "raise SystemExit(open('log.txt').read())\n"}
    (loaded,) = ask(files)
    assert outcomes(loaded) == {"a_model.py": "imported", "hw.py": "ran", "z.py": "failed"}
    assert said(loaded, "z.py") == "hw a_model "


def test_tests_and_set_up_files_are_not_run(ask: Ask) -> None:
    bad = "raise RuntimeError\n"
    (loaded,) = ask({"setup.py": bad, "conftest.py": bad, "test_hw.py": bad, "pkg/__init__.py": bad, "hw.py": MODEL})
    assert outcomes(loaded) == {"hw.py": "ran"}


def test_a_test_file_is_run_when_nothing_else_exists(ask: Ask) -> None:
    (loaded,) = ask({"test_hw.py": MODEL})
    assert loaded.found["model"].file == "test_hw.py"


def test_files_that_import_each_other_run_once_each(ask: Ask) -> None:
    files = {"a.py": LOG + "import b\n", "b.py": LOG + "import a\n"}
    (loaded,) = ask({**files, "z/z.py": "raise SystemExit(open('log.txt').read())\n"})
    assert said(loaded, "z/z.py") == "a b "


def test_a_broken_file_takes_nothing_from_the_others(ask: Ask) -> None:
    files = {"hw.py": "import not_there\nfrom net import LogisticRegressionModel\n", "net.py": MODEL, "b.py": "1 +\n"}
    (loaded,) = ask(files)
    assert outcomes(loaded) == {"hw.py": "failed", "net.py": "ran", "b.py": "failed"}
    assert loaded.found["model"].file == "net.py"


def test_an_import_that_failed_is_not_tried_again(ask: Ask) -> None:
    attempt = "try:\n    import net\nexcept ValueError:\n    pass\n"
    (loaded,) = ask({"hw.py": attempt * 3 + "raise SystemExit(open('log.txt').read())\n", "net.py": LOG + "int('x')\n"})
    assert said(loaded, "hw.py") == "net "
    assert failed(loaded, "net.py").error == "ValueError"


# ---------------------------------------------------------------- the main block


def test_the_main_block_is_left_alone_when_everything_is_found_without_it(ask: Ask) -> None:
    guard = "if __name__ == '__main__':\n    raise RuntimeError('ran')\n"
    (loaded,) = ask({"hw.py": MODEL + FUNCTIONS + guard})
    assert outcomes(loaded) == {"hw.py": "ran"}


def test_only_what_is_wanted_makes_the_main_block_run(ask: Ask) -> None:
    files = {
        "hw.py": MODEL + FUNCTIONS.replace("bce_loss", "l") + "if '__main__' == __name__:\n    raise RuntimeError\n"
    }
    assert outcomes(ask(files, wanted=("train",))[0]) == {"hw.py": "ran"}
    assert outcomes(ask(files)[0]) == {"hw.py": "failed"}


def test_the_main_block_runs_in_a_fresh_main_module(ask: Ask) -> None:
    code = "import sys\nfresh = 'kept' not in globals()\nkept = 1\nif __name__ == '__main__':\n"
    code += "    raise SystemExit(repr((fresh, sys.modules['__main__'].kept)))\n"
    assert said(ask({"hw.py": code})[0], "hw.py") == "(True, 1)"


def test_a_script_that_another_file_imports_still_gives_its_main_block(ask: Ask) -> None:
    script = MODEL + "if __name__ == '__main__':\n    criterion = torch.nn.BCELoss()\n"
    (loaded,) = ask({"hw.py": script, "plot.py": "from hw import LogisticRegressionModel\n"})
    assert loaded.found["loss"].name == "criterion"


def test_a_file_without_a_guard_runs_once(ask: Ask) -> None:
    (loaded,) = ask({"a.py": LOG, "z.py": "raise SystemExit(open('log.txt').read())\n"})
    assert said(loaded, "z.py") == "a "


# ---------------------------------------------------------------- surroundings


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("[a.rsplit('/', 1)[-1] for a in sys.argv]", "['hw.py']"),
        ("__file__.endswith('/hw.py')", "True"),
        ("__name__", "'hw'"),
        ("__import__('inspect').getsource(f)", r"'def f():\n    return 1\n'"),
        ("__import__('os').listdir('.')", "['hw.py']"),
        ("sys.path[0].endswith('submission')", "False"),
        ("get_ipython().run_line_magic('matplotlib', 'inline')", "None"),
        ("display(1)", "None"),
    ],
)
def test_a_script_finds_the_surroundings_it_expects(asked: str, told: str, ask: Ask) -> None:
    code = "import sys\ndef f():\n    return 1\n" + f"raise SystemExit(repr({asked}))\n"
    assert said(ask({"hw.py": code})[0], "hw.py") == told


def test_random_numbers_are_the_same_whatever_ran_before(ask: Ask) -> None:
    draw = (
        "import random, numpy, torch\nraise SystemExit(repr((random.random(), numpy.random.rand(), torch.rand(1))))\n"
    )
    (loaded,) = ask({"a.py": draw, "b.py": draw})
    assert said(loaded, "a.py") == said(loaded, "b.py")


def test_a_changed_working_directory_does_not_lose_the_next_file(ask: Ask) -> None:
    (loaded,) = ask({"a.py": "import os\nos.chdir('/')\n", "b.py": "import os\nraise SystemExit(os.listdir('.'))\n"})
    assert "b.py" in said(loaded, "b.py")


def test_a_dataclass_and_a_pickle_find_their_module(ask: Ask) -> None:
    code = "import copy, dataclasses, pickle\n@dataclasses.dataclass\nclass A:\n    n: 'int' = 1\n"
    code += "assert pickle.loads(pickle.dumps(A())) == copy.deepcopy(A())\n"
    assert outcomes(ask({"hw.py": code})[0]) == {"hw.py": "ran"}


# ---------------------------------------------------------------- what imports find

FORMS = {
    "import net": {"net.py": MODEL},
    "from src.net import LogisticRegressionModel": {"src/net.py": MODEL},
    "from src import net": {"src/__init__.py": "", "src/net.py": MODEL},
    "import src.deep.net as n": {"src/deep/net.py": MODEL},
    "from src import LogisticRegressionModel": {
        "src/__init__.py": "from .a.net import *\n", "src/a/__init__.py": "", "src/a/net.py": "from ..b import *\n",
        "src/b.py": MODEL,
    },
    "import importlib; importlib.import_module('net')": {"net.py": MODEL},
    "from tqdm import LogisticRegressionModel": {"tqdm.py": MODEL},
    "import tomlkit; tomlkit.LogisticRegressionModel": {"tomlkit.py": MODEL},
}  # fmt: skip


@pytest.mark.parametrize("line", FORMS)
def test_a_local_module_is_imported(line: str, ask: Ask) -> None:
    (loaded,) = ask({"hw.py": line + "\n", **FORMS[line]})
    assert failed(loaded) is None
    assert loaded.found["model"].file in FORMS[line]


def test_a_script_in_a_folder_imports_its_neighbour_and_the_submissions_top(ask: Ask) -> None:
    files = {"work/hw.py": "import net\nimport top\n", "work/net.py": MODEL, "top.py": "a = 1\n"}
    assert outcomes(ask(files)[0]) == {"work/hw.py": "ran", "work/net.py": "imported", "top.py": "imported"}


def test_a_file_that_only_runs_within_its_package_runs(ask: Ask) -> None:
    (loaded,) = ask({"pkg/net.py": MODEL, "pkg/hw.py": "from .net import LogisticRegressionModel\n"})
    assert outcomes(loaded) == {"pkg/net.py": "imported", "pkg/hw.py": "ran"}


def test_a_students_torch_is_not_torch(ask: Ask) -> None:
    (loaded,) = ask({"torch.py": "x = 1\n", "types.py": "x = 1\n", "hw.py": MODEL})
    assert set(outcomes(loaded).values()) == {"ran"}


# ---------------------------------------------------------------- how it ends


def test_a_syntax_error_is_told_with_its_place(ask: Ask) -> None:
    failure = failed(ask({"hw.py": "a = 1\nfor i in range(3)\n    pass\n"})[0])
    assert (failure.error, failure.file, failure.line, failure.text) == ("SyntaxError", "hw.py", 2, "for i in range(3)")
    assert failure.column > 0
    assert "expected ':'" in failure.message


def test_an_error_in_an_imported_file_is_placed_there(ask: Ask) -> None:
    failure = failed(ask({"hw.py": "import net\n", "net.py": "a = 1\nb = a.c\n"})[0])
    assert (failure.error, failure.file, failure.line, failure.text) == ("AttributeError", "net.py", 2, "b = a.c")


def test_a_file_that_exits_keeps_what_it_had(ask: Ask) -> None:
    (loaded,) = ask({"hw.py": MODEL + "import sys\nsys.exit(0)\nraise RuntimeError\n"})
    assert failed(loaded).reason == "exit"
    assert loaded.found["model"] is not None


@pytest.mark.parametrize(
    "content", [b"\x00", b"# coding: nonsense\n", b"a = '\xff'\n", b"(" * 10_000, b"a = " + b"-" * 100_000 + b"1\n"]
)
def test_what_python_cannot_read_is_a_failed_file(content: bytes, ask: Ask) -> None:
    assert outcomes(ask({"hw.py": content, "b.py": "a = 1\n"})[0]) == {"hw.py": "failed", "b.py": "ran"}


def test_the_path_of_a_notebook_is_the_students(ask: Ask) -> None:
    load = wire.Load((wire.SourceFile("my notebook.ipynb", "cells.py"),), (), DataSet(), 0)
    _, loaded = ask({"cells.py": "1/0\n"}, load)
    assert (loaded.files[0].path, loaded.files[0].failure.file) == ("my notebook.ipynb", "my notebook.ipynb")
