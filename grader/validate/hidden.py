"""What a student must not be able to read: what hidden checks compare with, and the reference's own code."""

import ast
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.model import CheckResult
from grader.validate.mutants import reached
from grader.validate.mutators import is_neutral

_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+\.\d+(?:[eE][-+]?\d+)?(?!\w)")
_DIGITS = 3  # 0.5 stands in every handout; 0.848 gives something away
_OWN = 30  # letters of a line of code that two authors do not write alike


def secrets_of(full: CheckResult) -> tuple[float, ...]:
    """The numbers a failed check compared with, as far as its evidence tells them and they are telling."""
    evidence = full.evidence or {}
    found = [number for key in ("expected", "counterexample") for number in _numbers(evidence.get(key))]
    given = set(_numbers(evidence.get("inputs")))
    return tuple(number for number in dict.fromkeys(found) if is_telling(number) and number not in given)


def is_telling(number: float) -> bool:
    """Whether *number* has so many digits that it is not found by chance."""
    return math.isfinite(number) and len(_digits(f"{number:.6g}")) >= _DIGITS and number != int(number)


def told_in(text: str, secrets: Sequence[float]) -> tuple[str, ...]:
    """The numbers in *text* that are one of *secrets*, as precisely as they are written there."""
    written = (found[0] for found in _NUMBER.finditer(text))
    return tuple(dict.fromkeys(word for word in written if any(_same(word, secret) for secret in secrets)))


def leaked(told: CheckResult, secrets: Sequence[float]) -> tuple[str, ...]:
    """What a hidden check gives away in what the student is shown of it, beside the student's own answer."""
    evidence = {key: value for key, value in (told.evidence or {}).items() if key != "actual"}
    own = set(_numbers((told.evidence or {}).get("actual")))
    others = [secret for secret in secrets if secret not in own]
    shown = " ".join((told.message, told.hint, *(str(number) for number in _numbers(evidence))))
    return told_in(shown, others)


def own_lines(source: str, roots: Sequence[str]) -> Iterator[str]:
    """The lines of code behind the reference's functions *roots* that are long enough to be nobody else's."""
    lines = source.splitlines()
    for statement in reached(ast.parse(source), roots):
        for part in getattr(statement, "body", ()):
            if not is_neutral(part):
                found = (line.strip() for line in lines[part.lineno - 1 : part.end_lineno])
                yield from (line for line in found if len(line) >= _OWN)


def _same(word: str, secret: float) -> bool:
    digits = len(_digits(word))
    if digits < _DIGITS:
        return False
    places = len(word.partition(".")[2].lower().partition("e")[0])
    value = float(word)
    return "e" not in word.lower() and math.isclose(value, round(secret, places), abs_tol=1e-12)


def _digits(text: str) -> str:
    """The digits of a number that count."""
    return re.sub(r"[eE].*|[-+.]", "", text).lstrip("0")


def _numbers(value: Any) -> Iterator[float]:
    """Every number inside *value*, which is a check's evidence."""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield float(value)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _numbers(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _numbers(part)
    elif isinstance(value, str):
        yield from (float(found[0]) for found in _NUMBER.finditer(value))
