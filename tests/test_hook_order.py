"""A plugin that implements every hook, in a real grading: each is called, in the order ``hookspecs`` states."""

import inspect
from pathlib import Path

from grader import hookspecs
from grader.testing import grade, write_files

MANIFEST = """\
title = "One"
points = 1
[steps]
loss = "The loss"
[entry_points.loss]
kind = "loss"
symbol = "loss"
arguments = ["p", "y"]
"""
PLUGIN = """\
from pathlib import Path
import torch
from grader.api import check, expect_close
from grader.hookspecs import hookimpl

def log(name):
    with Path({log!r}).open("a") as stream:
        print(name, file=stream)

@check("loss.zero", points=1, title="It is zero", step="loss")
def zero(student, reference):
    log("(the checks run)")
    expect_close(student.loss(torch.ones(1, 1), torch.ones(1, 1)), 0.0, what="The loss")
"""
IN_THE_COMMAND = ("grader_executor", "grader_exporters")
SPECIFIED = [name for name in vars(hookspecs) if name.startswith("grader_")]


def every_hook(log: Path) -> str:
    return PLUGIN.format(log=str(log)) + "".join(map(implementation, SPECIFIED))


def implementation(hook: str) -> str:
    arguments = ", ".join(inspect.signature(getattr(hookspecs, hook)).parameters)
    answer = "[zero]" if hook == "grader_checks" else "None"
    return f'\n\n@hookimpl\ndef {hook}({arguments}):\n    log("{hook}")\n    return {answer}\n'


def stated_order() -> list[str]:
    """The order in the docstring of ``hookspecs``, behind ``The order of one grading::``."""
    stated = (hookspecs.__doc__ or "").partition("one grading::")[2].split("\n\n")[1]
    return [step.strip() for step in stated.replace("\n", " ").split("·")]


def test_every_hook_of_a_grading_is_called_in_the_stated_order(tmp_path: Path) -> None:
    log = tmp_path / "log"
    files = {
        "course/assignments/one/assignment.toml": MANIFEST,
        "course/assignments/one/reference.py": "",
        "course/plugins/every.py": every_hook(log),
        "work/hw.py": "def loss(p, y):\n    return ((p - y) ** 2).mean()\n",
    }
    write_files(tmp_path, files)
    done = grade("run", "hw.py", "-a", "one", "--course", "../course", cwd=tmp_path / "work")
    assert done.exit_code == 0, done.stderr + done.stdout
    called = list(dict.fromkeys(log.read_text().splitlines()))
    assert called == stated_order()
    assert {*called, *IN_THE_COMMAND} == {*SPECIFIED, "(the checks run)"}
