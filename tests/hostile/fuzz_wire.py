#!/usr/bin/env python
"""Fuzz what the judge does with a student's bytes: ``python tests/hostile/fuzz_wire.py CORPUS -max_total_time=3600``.

Needs ``pip install atheris``. Half of the mutations change one value inside a well-formed message; ``-merge=1`` keeps
a corpus small. What it found is replayed by test_wire_fuzz.py.
"""

import random
import struct
import sys
from pathlib import Path
from typing import Any

import atheris
import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))
with atheris.instrument_imports(include=["grader"]):
    from hostile.wire_target import take

STRANGE = (
    None, True, 0, -1, 2**31, 2**63 - 1, -(2**63), 2**64 - 1, 0.0, float("nan"), float("inf"), 1e308, "", "x" * 9_000,
    "\ud7ff", "../../etc/passwd", "hw.py", "model", "value", "loaded", "failure", b"", b"\x02", b"\0" * 64, [], {},
    [0] * 70, ["float32", [0, 2**40], b""], {"model": None}, "bool", "float64", "complex128",
)  # fmt: skip


def mutate(data: bytes, most: int, seed: int) -> bytes:
    """Change, repeat or drop one value in the message, or leave it to libFuzzer."""
    chance = random.Random(seed)
    if chance.random() < 0.5:
        return bytes(atheris.Mutate(data, most))
    try:
        message = msgspec.msgpack.decode(data[4:])
        body = msgspec.msgpack.encode(_changed(message, chance, 0))
    except (ValueError, TypeError, OverflowError, RecursionError, msgspec.MsgspecError):
        return bytes(atheris.Mutate(data, most))
    return (struct.pack(">I", len(body)) + body)[:most]


def _changed(value: Any, chance: random.Random, depth: int) -> Any:
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        return value | {key: _changed(value[key], chance, depth + 1)}
    if isinstance(value, list) and value and chance.random() < 0.85:
        at = chance.randrange(len(value))
        done = list(value)
        done[at : at + 1] = [_changed(value[at], chance, depth + 1)] * chance.choice((0, 1, 1, 1, 2, 70))
        return done
    return chance.choice(STRANGE)


def main() -> None:
    atheris.Setup(sys.argv, lambda data: take(bytes(data)) and None, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
