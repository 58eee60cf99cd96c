"""``grade doctor``: what this machine can isolate, layer by layer, each tried."""

import json
import os
import platform
from typing import TYPE_CHECKING, Any

import click

from grader.errors import ExitCode

if TYPE_CHECKING:
    from grader.sandbox.levels import Machine
    from grader.sandbox.trials import Trial

TOGETHER = "all together"


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(as_json: bool) -> int:
    """Try every layer that keeps students' code in, and say what is missing.

    Exit code 0 when the level is strict, 1 when it is less, 4 when a layer does not hold what it should.
    """
    from grader.sandbox.probe import probe
    from grader.sandbox.trials import run_trials

    machine = probe()
    trials = run_trials(machine)
    click.echo(json.dumps(_document(machine, trials), indent=2) if as_json else _text(machine, trials))
    if machine.best == "strict" and not all(trial.held for trial in trials if trial.layer == TOGETHER):
        return ExitCode.GRADER
    return ExitCode.DONE if machine.best == "strict" else ExitCode.NOT_ENOUGH


def _document(machine: "Machine", trials: "list[Trial]") -> dict[str, Any]:
    return {
        "level": machine.best,
        "fallen": list(machine.fallen()),
        "machine": {
            "kernel": platform.release(),
            "processor": platform.machine(),
            "python": platform.python_version(),
            "user": os.geteuid(),
            "landlock": machine.landlock,
        },
        "trials": [
            {
                "layer": trial.layer,
                "attempt": trial.attempt,
                "held": trial.held,
                "advice": _advice(trial, machine),
            }
            for trial in trials
        ],
    }


def _text(machine: "Machine", trials: "list[Trial]") -> str:
    lines = [f"Tried on this machine ({platform.system()} {platform.release()}), each in a process of its own:", ""]
    told: set[str] = set()
    for trial in trials:
        lines.append(f"{'✓' if trial.held else '✗'} {trial.layer:20} {_outcome(trial)}")
        line = _advice(trial, machine)
        if line and line not in told:
            lines.append(f"    {line}")
            told.add(line)
    return "\n".join([*lines, "", *_conclusion(machine, trials)])


def _advice(trial: "Trial", machine: "Machine") -> str:
    """What to do about *trial*; what all layers together do not hold below strict follows from the layers."""
    from grader.sandbox.advice import advice

    follows = trial.layer == TOGETHER and machine.best != "strict"
    return "" if trial.held or follows else advice(trial.layer, machine)


def _outcome(trial: "Trial") -> str:
    return f"{'could not' if trial.held else 'could'} {trial.attempt}"


def _conclusion(machine: "Machine", trials: "list[Trial]") -> list[str]:
    broken = [trial.attempt for trial in trials if trial.layer == TOGETHER and not trial.held]
    if machine.best == "strict" and not broken:
        missing = not all(trial.held for trial in trials)
        rest = " What is missing would add to that; it is not needed." if missing else ""
        return [f"Level strict: students' code is locked in.{rest}"]
    if machine.best == "strict":
        return [f"The lock-down does not hold here: code could {', '.join(broken)}. Please report this."]
    return [
        f"Level basic: students' code could {' and '.join(machine.fallen())}.",
        "grade batch asks for --sandbox basic here; grade run says this at every run.",
    ]
