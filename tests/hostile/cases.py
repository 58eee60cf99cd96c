"""Submissions and the verdict each must get.

A file below ``submissions/`` opens with a docstring that says what it tries, and a header of comments::

    # alone                                      nothing is put before it (else: right.py, a whole right homework; of
                                                 the groups WITHOUT_TRAINING, its model and its loss where no lost
                                                 line speaks of the training)
    # status: ungradable                         of the submission; default: graded
    # lost: loss.* error timeout|crash           checks (a pattern), their status and, when it matters, their reason

What no ``lost`` line names must pass. A later line wins over an earlier one.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "assignments" / "logistic_regression" / "examples"
RIGHT = (HERE / "submissions" / "right.py").read_text()
UNTRAINED = RIGHT.partition("\n\ndef train")[0]  # model and loss: a training takes most of a grading's time
WITHOUT_TRAINING = ("answers", "spying", "others", "kernel", "reader")
HONEST = 40
_LINE = re.compile(r"# (alone|status|lost)(?:: (.*))?")

# Writes a submission to the path it is given; texts have their @NAMES@ filled in by the function.
Make = Callable[[Path, Callable[[str], str]], None]


@dataclass(frozen=True)
class Lost:
    """Checks that do not pass: their statuses and reasons, as many as there are ways to end."""

    checks: str
    statuses: tuple[str, ...]
    reasons: tuple[str, ...] = ()

    def agrees(self, check: Mapping[str, Any]) -> bool:
        reason = check["reason"] or "none"
        return check["status"] in self.statuses and (not self.reasons or reason in self.reasons)


@dataclass(frozen=True)
class Case:
    """A submission: ``name`` is its entry's, ``statuses`` what its result may be.

    Most get a random place in the order of the batch by a number before their names; ``is_placed``: not this one.
    """

    name: str
    make: Make
    lost: tuple[Lost, ...] = ()
    statuses: tuple[str, ...] = ("graded",)
    is_placed: bool = False

    def of(self, check: str) -> Lost:
        """What must come of *check*."""
        named = [lost for lost in self.lost if fnmatchcase(check, lost.checks)]
        return named[-1] if named else Lost(check, ("passed",))


def lost(line: str) -> Lost:
    """``<checks> <statuses> [<reasons>]``, several of a kind separated by a bar."""
    checks, statuses, *reasons = line.split()
    return Lost(checks, tuple(statuses.split("|")), tuple(reasons[0].split("|")) if reasons else ())


def missing_training(code: str) -> tuple[Lost, ...]:
    """What *code* loses because nobody wrote its training."""
    return () if "def train(" in code else (Lost("train.*", ("error", "skipped"), ("missing", "prerequisite")),)


def attacks() -> Iterator[Case]:
    """Every file below ``submissions/``."""
    for path in sorted((HERE / "submissions").glob("*/*.py")):
        yield _attack(path)


def _attack(path: Path) -> Case:
    text = path.read_text()
    header = [found.groups() for line in text.splitlines() if (found := _LINE.fullmatch(line))]
    said = {key: value or "yes" for key, value in header if key != "lost"}
    losses = tuple(lost(value) for key, value in header if key == "lost")
    trains = path.parent.name not in WITHOUT_TRAINING or any(
        fnmatchcase("train.converges", one.checks) for one in losses
    )
    before = RIGHT if trains else UNTRAINED
    whole = text if "alone" in said else before + "\n\n" + text
    return Case(
        name=f"{path.parent.name}-{path.stem}.py",
        make=lambda target, filled: _write(target, filled(whole)),
        lost=(*missing_training(whole), *losses),
        statuses=tuple(said.get("status", "graded").split("|")),
    )


def _write(target: Path, text: str) -> None:
    target.write_text(text)


def honest() -> Iterator[Case]:
    """Examples of the assignment, right and wrong, with what each gets when it is graded alone."""
    declared = sorted(EXAMPLES.glob("right/*.toml")) + sorted(EXAMPLES.glob("wrong/*.toml"))
    quick = [toml for toml in declared if toml.stem not in SLOW]
    for toml in quick[:: max(1, len(quick) // HONEST)][:HONEST]:
        yield _honest(toml)


SLOW = frozenset({"endless_training", "prints_a_lot", "unused_torchvision"})


def _honest(toml: Path) -> Case:
    path = next(
        path for path in toml.parent.iterdir() if path.name.removesuffix(path.suffix) == toml.stem and path != toml
    )
    declared = tomllib.loads(toml.read_text())
    none = declared.get("status", "graded")
    return Case(
        name=f"honest-{toml.parent.name}-{path.name}",
        make=lambda target, _: _copy(path, target),
        lost=tuple(Lost(check, (status,)) for check, status in declared.get("lost", {}).items()),
        statuses=(none, "graded", "ungradable"),
    )


def _copy(path: Path, target: Path) -> None:
    import shutil

    if path.is_dir():
        shutil.copytree(path, target)
    else:
        shutil.copyfile(path, target)


# ---------------------------------------------------------------- kinds of machines


@dataclass(frozen=True)
class Kind:
    """A machine to grade on: ``groups`` are those of the cases whose end may depend on it; all when there are none."""

    name: str
    groups: tuple[str, ...] = ()
    ordinary: bool = False
    in_a_container: bool = False

    def cases(self) -> list[Case]:
        """What is graded there."""
        from hostile.arrivals import arrivals

        everything = [*attacks(), *arrivals(), *honest()]
        return [case for case in everything if not self.groups or case.name.startswith(self.groups)]


KERNEL_DECIDES = (
    "spying-", "others-", "kernel-", "forging-results_file", "door-locked", "honest-wrong-n", "machine-closes",
    "machine-deep", "machine-exec", "machine-file", "machine-folder", "machine-fork", "machine-limits", "machine-links",
    "machine-long", "machine-memory", "machine-removes", "machine-shared", "machine-subprocess", "machine-thread",
)  # fmt: skip
AS_WE_ARE = Kind("as_we_are")
KINDS = (
    AS_WE_ARE,
    Kind("as_an_ordinary_user", KERNEL_DECIDES, ordinary=True),
    Kind("in_a_container", KERNEL_DECIDES, in_a_container=True),
)
