"""Grades every case of a kind of machine in one batch and collects all that came of it."""

import csv
import json
import os
import random
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.intake.names import printable
from grader.sandbox.scratch import remove
from hostile.cases import HERE, Case, Kind
from hostile.ordinary import NOBODY
from hostile.world import World

JOBS = "3"
# What Docker leaves to root, and of what it refuses without --security-opt all that the grader would use.
CONTAINER_CAPABILITIES = (
    "chown", "dac_override", "fsetid", "fowner", "mknod", "net_raw", "setgid", "setuid", "setfcap", "setpcap",
    "net_bind_service", "sys_chroot", "kill", "audit_write",
)  # fmt: skip
CONTAINER_REFUSES = ("unshare", "mount", "umount2", "pivot_root", "mount_setattr", "clone:NEW")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")
FORMULA = re.compile(r"[=+\-@\t\r]")


@dataclass(frozen=True)
class Graded:
    """What came of a batch: results by case, what the command said, and everything that should not be there."""

    results: Mapping[str, Mapping[str, Any]]
    exit_code: int
    stdout: str
    stderr: str
    order: Sequence[str]
    processes: Sequence[int]
    changed: Sequence[str]
    marked: Sequence[str]
    sockets: Sequence[str]
    victim_lives: bool
    secret_in: Sequence[str]
    markup_in: Sequence[str]
    controls_in: Sequence[str]
    formulas: Sequence[str]


def grade(kind: Kind) -> Graded:
    world = World(Path(tempfile.mkdtemp(prefix="hostile-")), user=NOBODY if kind.ordinary else None)
    try:
        world.build()
        names = _hand_in(world, kind.cases())
        world.hand_over()
        done = world.grade(
            "batch", world.root / "submissions", "--course", world.root / "course", "-o", world.root / "out",
            "-j", JOBS, "--sandbox", "strict", prefix=_prefix(kind),
        )  # fmt: skip
        return Graded(
            results={names[name]: result for name, result in _results(world) if name in names},
            exit_code=done.returncode,
            stdout=done.stdout,
            stderr=done.stderr,
            order=list(names.values()),
            processes=world.left_processes(),
            changed=world.changed_files(),
            marked=world.marked_files(),
            sockets=world.reached_sockets(),
            victim_lives=world.victim_lives(),
            **_read_what_was_written(world, done.stdout + done.stderr),
        )
    finally:
        world.close()
        remove(str(world.root))


def _prefix(kind: Kind) -> list[str]:
    """What the command is started with: as another user, and as a container engine starts one unless told otherwise."""
    ordinary = [sys.executable, str(HERE / "ordinary.py")] if kind.ordinary else []
    if not kind.in_a_container:
        return ordinary
    kept = ",".join(f"+{name}" for name in CONTAINER_CAPABILITIES)
    caps = ["setpriv", "--inh-caps=-all", f"--bounding-set=-all,{kept}"] if os.getuid() == 0 else []
    refused = [f"{name}=EPERM" for name in CONTAINER_REFUSES]
    return [*caps, *ordinary, sys.executable, str(HERE.parent / "sandbox/forbid.py"), *refused, "--"]


def _hand_in(world: World, cases: Sequence[Case]) -> dict[str, str]:
    """Make every submission, in a random order of names; the cases' names by what results call them."""
    names = {}
    for number, case in enumerate(random.sample(cases, len(cases))):
        name = case.name if case.is_placed else f"{number:04d}-{case.name}"
        case.make(world.root / "submissions" / name, world.filled)
        names[printable(name)] = case.name
    return names


def _results(world: World) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for file in (world.root / "out/results").glob("*.json"):
        result = json.loads(file.read_text())
        yield result["submission"]["name"], result


def _read_what_was_written(world: World, said: str) -> dict[str, list[str]]:
    """Where in what people will read there is the secret, markup or controls of a submission's, or a formula."""
    texts = {str(file.relative_to(world.root)): file.read_text(errors="surrogateescape") for file in _written(world)}
    texts["what the command said"] = said
    inside_a_tag = re.compile(
        rf"<(?:script|img|svg|iframe|a|b)\b[^<>]*{world.mark}|<script>\s*alert|onerror=alert[^&]*<"
    )
    return {
        "secret_in": [name for name, text in texts.items() if world.secret in text],
        "markup_in": [name for name, text in texts.items() if name.endswith(".html") and inside_a_tag.search(text)],
        "controls_in": [name for name, text in texts.items() if CONTROLS.search(text)],
        "formulas": [cell for row in _rows(world) for cell in row if FORMULA.match(cell)],
    }


def _written(world: World) -> list[Path]:
    return [file for file in (world.root / "out").rglob("*") if file.is_file()]


def _rows(world: World) -> list[list[str]]:
    with (world.root / "out/grades.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))
