"""``grade doctor`` tells the truth on machines that lack a layer, and its exit code follows the level."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from grader.errors import ExitCode
from grader.testing import Done, command, grade

FORBID = Path(__file__).parents[1] / "sandbox" / "forbid.py"
NO_LANDLOCK = ("landlock_create_ruleset=ENOSYS",)
NO_NAMESPACES = ("clone:NEW", "unshare", "mount")
NO_SECCOMP = ("prctl:22=EINVAL",)


def doctor(folder: Path, *missing: str) -> tuple[Done, dict[str, list[dict[str, Any]]]]:
    """What it says as JSON on a kernel that refuses what is *missing*, by layer."""
    whole = [sys.executable, str(FORBID), *missing, "--", *command("doctor", "--json")]
    ended = subprocess.run(whole, cwd=folder, capture_output=True, text=True, timeout=110, check=False)
    by_layer: dict[str, list[dict[str, Any]]] = {}
    for trial in json.loads(ended.stdout)["trials"]:
        by_layer.setdefault(trial["layer"], []).append(trial)
    return Done(ended.returncode, ended.stdout, ended.stderr), by_layer


def test_where_everything_is_there_every_attempt_is_prevented(tmp_path: Path) -> None:
    done, layers = doctor(tmp_path)
    assert (done.exit_code, json.loads(done.stdout)["level"]) == (ExitCode.DONE, "strict")
    failed = {layer for layer, trials in layers.items() if not all(trial["held"] for trial in trials)}
    assert failed <= {"own user id"}


def test_without_namespaces_strict_holds_and_the_missing_layers_are_named_with_advice(tmp_path: Path) -> None:
    done, layers = doctor(tmp_path, *NO_NAMESPACES)
    assert (done.exit_code, json.loads(done.stdout)["level"]) == (ExitCode.DONE, "strict")
    assert all(trial["held"] for trial in layers["all together"])
    assert not layers["own root"][0]["held"]
    assert "namespaces" in layers["own root"][0]["advice"] or "docker" in layers["own root"][0]["advice"]


def test_without_landlock_the_level_is_basic_and_the_kernel_to_use_is_named(tmp_path: Path) -> None:
    done, layers = doctor(tmp_path, *NO_LANDLOCK)
    assert (done.exit_code, json.loads(done.stdout)["level"]) == (ExitCode.NOT_ENOUGH, "basic")
    assert not layers["Landlock: files"][0]["held"]
    assert "6.7" in layers["Landlock: files"][0]["advice"]


def test_without_seccomp_it_is_told_that_programs_can_be_started(tmp_path: Path) -> None:
    done, layers = doctor(tmp_path, *NO_SECCOMP)
    assert done.exit_code == ExitCode.NOT_ENOUGH
    assert "start programs" in json.loads(done.stdout)["fallen"][0]
    assert not layers["seccomp: processes"][0]["held"]


def test_with_almost_nothing_what_can_be_done_is_seen_to_be_possible(tmp_path: Path) -> None:
    """A trial that could not fail would prove nothing."""
    _, layers = doctor(tmp_path, *NO_LANDLOCK, *NO_NAMESPACES, *NO_SECCOMP)
    held = {trial["attempt"]: trial["held"] for trial in layers["all together"]}
    assert not held["read a file nobody allowed"]
    assert not held["connect to a TCP port"]
    assert not held["start a process"]


def test_for_people_it_ends_with_the_level(tmp_path: Path) -> None:
    done = grade("doctor", cwd=tmp_path)
    assert done.stdout.splitlines()[-1].startswith("Level strict")
    assert list(tmp_path.iterdir()) == []
