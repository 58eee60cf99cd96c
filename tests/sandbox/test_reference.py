"""A student's process holds no answer: everything it can open, its own memory included, is searched for them.

What is searched for reaches the process disguised (every byte XOR 0x55), and what is searched is disguised in one fixed
buffer before it is compared; so the search finds neither itself nor its question.
"""

import json
import re
import shutil
import struct
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from grader.course import Course
from grader.testing import write_files

ASSIGNMENT = Path(__file__).parents[2] / "assignments" / "logistic_regression"
SOLUTION = (ASSIGNMENT / "examples/right/functions_plain.py").read_text()
PLUGIN = ASSIGNMENT.parents[1] / "plugins" / "logistic_regression.py"
MASK = 0x55

RECORD = """
import json

_right, _train, _trains = bce_loss, train, False


def train(x, y):
    global _trains
    _trains = True
    return _train(x, y)


def bce_loss(y_pred, y):
    if not _trains:
        print(json.dumps([y_pred.flatten().tolist(), y.flatten().tolist()]))
    return _right(y_pred, y)
"""

SEARCH = """
import ctypes, json, mmap, os, re, sys
import numpy

WANTED = [bytes.fromhex(text) for text in {wanted!r}]
SIZE = 1 << 20
OVERLAP = 256
_buffer = numpy.zeros(SIZE + OVERLAP, dtype=numpy.uint8)
_view = memoryview(_buffer)
_own = (_buffer.ctypes.data, _buffer.ctypes.data + _buffer.nbytes)
found = set()
seen = {{"files": 0, "file bytes": 0, "memory bytes": 0}}
_right, _train, _asked = bce_loss, train, 0


def train(x, y):  # in processes of their own: there nothing is searched
    global _asked
    _asked = -(10**9)
    return _train(x, y)


def bce_loss(y_pred, y):
    global _asked
    _asked += 1
    if _asked == {at}:
        search_memory()
        search_files({roots!r} or [*sys.path])
        print(json.dumps([sorted(found), seen]))
    return _right(y_pred, y)


def search_memory():  # by way of a file: what cannot be read is then an error, not the end of the process
    try:
        lines = open("/proc/self/maps").read().splitlines()
    except OSError:
        return
    through = os.open("through", os.O_RDWR | os.O_CREAT)
    for line in lines:
        span, mode = line.split()[:2]
        if mode.startswith("r"):
            start, end = (int(part, 16) for part in span.split("-"))
            try:
                search_stretch(through, start, end)
            except OSError:
                pass
    os.remove("through")


def search_stretch(through, start, end):
    while start < end:
        if _own[0] <= start < _own[1]:
            start = _own[1]
            continue
        most = min(end - start, SIZE, _own[0] - start if start < _own[0] else SIZE)
        count = os.pwrite(through, (ctypes.c_char * most).from_address(start), 0)
        os.preadv(through, [_view[:count]], 0)
        seen["memory bytes"] += count
        numpy.bitwise_xor(_buffer[:count], {mask}, out=_buffer[:count])
        if any(re.search(re.escape(wanted), _view[:count]) for wanted in WANTED):
            found.add("memory")
        start += count if count <= OVERLAP or start + count >= end else count - OVERLAP


def search_files(roots):
    plain = [bytes(byte ^ {mask} for byte in wanted) for wanted in WANTED]
    for root in roots:
        for folder, _, names in os.walk(root):
            for name in names:
                search_file(folder + "/" + name, plain)


def search_file(path, plain):
    try:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            if any(content.find(each) >= 0 for each in plain):
                found.add(path)
            seen["files"] += 1
            seen["file bytes"] += len(content)
    except (OSError, ValueError):
        pass
"""


def disguised(text: bytes) -> str:
    return bytes(byte ^ MASK for byte in text).hex()


def patient_course(folder: Path) -> Path:
    """This course, with a call that may take long, as searching does, and room to print every batch."""
    shutil.copytree(ASSIGNMENT.parents[1] / "plugins", folder / "plugins")
    copy = folder / "assignments" / "logistic_regression"
    shutil.copytree(ASSIGNMENT, copy, ignore=shutil.ignore_patterns("examples"))
    manifest = copy / "assignment.toml"
    changes = {"call_s": "95\noutput_kb = 4096", "submission_s": 100, "memory_mb": 4096}
    for key, value in changes.items():
        manifest.write_text(re.sub(f"^{key} = .*", f"{key} = {value}", manifest.read_text(), flags=re.MULTILINE))
    return folder


def graded(machine: Any, code: str, **options: Any) -> dict[str, Any]:
    write_files(machine.home, {"work/hw.py": code})
    course = machine.home / "course"
    if not course.exists():
        patient_course(course)
    done = machine.grade("run", "work/hw.py", "--json", "result.json", "--course", str(course), **options)
    result: dict[str, Any] = json.loads((machine.home / "result.json").read_text())
    assert result["sandbox"]["level"] == "strict"
    assert result["score"] == 10, done.stdout
    return result


def searched(machine: Any, wanted: list[bytes], at: int, roots: list[str], **options: Any) -> tuple[set[str], Any]:
    """Where a submission finds *wanted* when it is asked for its loss the time *at*, and how much it looked at."""
    code = SEARCH.format(wanted=[disguised(each) for each in wanted], at=at, roots=roots, mask=MASK)
    found, seen = json.loads(graded(machine, SOLUTION + code, **options)["output"]["stdout"])
    return set(found), seen


def secrets() -> list[bytes]:
    """The longest line of the reference, of the checks and of the manifest."""
    files = (ASSIGNMENT / "reference.py", ASSIGNMENT / "assignment.toml", PLUGIN)
    return [max(file.read_text().splitlines(), key=len).strip().encode() for file in files]


EVERYWHERE = ["/submission", "/proc", "/dev", "/etc", "/usr", "/lib", "/tmp", "/home", "/root", "/opt", "/var"]


@pytest.mark.parametrize("missing", [(), ("clone:NEW", "unshare", "mount")], ids=["all layers", "no namespaces"])
def test_the_source_of_the_reference_is_nowhere(anyone: Any, missing: tuple[str, ...]) -> None:
    roots = [*EVERYWHERE, *sys.path, str(anyone.home / "course")]
    found, seen = searched(anyone, secrets(), 1, roots, missing=missing)
    assert found == set()
    assert seen["files"] > 5000, "the search opened hardly anything"
    assert seen["memory bytes"] > 50_000_000 or missing, "without a /proc of its own, it cannot even read itself"


def test_the_search_finds_what_is_there(me: Any) -> None:
    """Its own solution, in its file and in memory: a search that could not find would prove nothing."""
    line = max(SOLUTION.splitlines(), key=len).encode()
    found, _ = searched(me, [line], 1, ["/submission"])
    assert found == {"/submission/hw.py", "memory"}


def test_the_expected_losses_are_not_in_memory_when_they_are_asked_for(me: Any) -> None:
    """The generated batches are the same in every run; what the reference says of them is looked for as it is asked."""
    printed = graded(me, SOLUTION + RECORD)["output"]["stdout"].splitlines()
    batches = [json.loads(line) for line in printed if line.endswith("]]")]
    last = max(place for place, batch in enumerate(batches) if len(batch[0]) > 2)
    asked = [batch for batch in batches[: last + 1] if len(batch[0]) > 2]
    assert len(asked) > 5
    found, seen = searched(me, expected_losses(asked[-6:]), last + 1, ["/submission"])
    assert found == set()
    assert seen["memory bytes"] > 50_000_000


def expected_losses(batches: list[Any]) -> list[bytes]:
    """What the reference says of each batch, as the judge's memory would hold it: in float64."""
    reference = Course(ASSIGNMENT.parents[1]).load("assignments/logistic_regression/reference.py")
    columns = [[torch.tensor(part).reshape(-1, 1) for part in batch] for batch in batches]
    return [struct.pack("=d", float(reference.loss(p, y))) for p, y in columns]
