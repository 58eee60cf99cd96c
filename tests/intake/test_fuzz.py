"""Whatever is handed in: no exception but ours, nothing outside the private folder, no link (see conftest)."""

import gzip
import io
import json
import tarfile
import tempfile
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from grader.intake.magics import neutral
from grader.intake.names import member_parts, printable
from grader.model import IntakeLimits

pytestmark = pytest.mark.fast

LIMITS = IntakeLimits(total_bytes=1 << 16, file_bytes=1 << 14, files=20, depth=4)
fuzz = settings(
    max_examples=80, derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
awkward = st.sampled_from(
    ["..", ".", "", "/", "\\", "C:", "\0", "\n", "\u202e", "main.py", "a.ipynb", "grade.toml", "conftest.py"]
) | st.sampled_from(["venv", "pyvenv.cfg", "__MACOSX", "._x", "hw.zip", "CON", " ", "x" * 200, "~", "-rf", "a.py/b.py"])
names = st.lists(awkward | text, min_size=1, max_size=6).map("/".join)
contents = st.binary(max_size=40) | st.just(b"x = 1") | st.just(b"0" * 20_000)
files = st.lists(st.tuples(names, contents), max_size=8)


def zip_of(members):
    out = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo("x")
            info.filename = info.orig_filename = name
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def tar_of(members, form=tarfile.PAX_FORMAT, kinds=b"0"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for number, (name, content) in enumerate(members):
            info = tarfile.TarInfo(name)
            info.type = kinds[number % len(kinds) :][:1]
            info.linkname, info.size = "../x", len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def hand_in(reads_into, name, data):
    with tempfile.TemporaryDirectory() as above:
        path, destination = Path(above, name), Path(above, "private", "files")
        destination.mkdir(parents=True)
        path.write_bytes(data)
        got = reads_into(destination, path, LIMITS)
        assert path.read_bytes() == data
        assert [found.name for found in destination.parent.iterdir()] == ["files"]
        assert sum(p.stat().st_size for p in destination.rglob("*") if p.is_file()) <= 2 * LIMITS.total_bytes
        return got


@fuzz
@given(files)
def test_a_zip_with_any_names(reads_into, members):
    hand_in(reads_into, "a.zip", zip_of(members))


@fuzz
@given(files, st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]))
def test_a_tar_with_any_names_and_kinds(reads_into, members, form):
    hand_in(reads_into, "a.tar", tar_of(members, form, kinds=b"0010025346"))


@fuzz
@given(st.data(), st.sampled_from(["a.zip", "a.tar", "a.tar.gz"]))
def test_an_archive_damaged_anywhere(reads_into, data, name):
    members = [("main.py", b"x = 1"), ("sub/data.csv", b"1,2" * 300), ("y" * 120, b"z"), ("hw.ipynb", b"{}")]
    whole = bytearray(zip_of(members) if name == "a.zip" else tar_of(members))
    if name == "a.tar.gz":
        whole = bytearray(gzip.compress(whole, mtime=0))
    for _ in range(data.draw(st.integers(0, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    hand_in(reads_into, name, bytes(whole[: data.draw(st.integers(0, len(whole)))]))


@fuzz
@given(st.binary(max_size=2000), st.sampled_from(["a.zip", "a.tar", "a.tar.gz", "a.ipynb", "a.py"]))
def test_any_bytes_under_any_name(reads_into, data, name):
    for start in (b"", b"PK\3\4", b"\x1f\x8b\x08"):
        hand_in(reads_into, name, start + data)


keys = st.sampled_from(["cells", "worksheets", "cell_type", "source", "input"]) | text
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text | st.sampled_from(["code", "%x", "!ls\n"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
cells = st.lists(st.fixed_dictionaries({"cell_type": st.just("code"), "source": json_values}), max_size=4)


@fuzz
@given(json_values | st.fixed_dictionaries({"cells": cells | json_values}))
def test_a_notebook_of_any_shape(reads_into, value):
    hand_in(reads_into, "a.ipynb", json.dumps(value).encode())


pieces = st.sampled_from(
    ["x", " = ", "%", "!ls", "?", "(", ")", "[", "]", "\n", "\n", "    ", '"', "'", '"""', "'''", "\\", "#", "f", "{"]
) | st.sampled_from(["}", "%%time\n", "%%bash\n", "if x:\n", "\\\n", "\t", "install", "pip "])
python_pieces = st.sampled_from(
    ["x", "x", " = ", " % ", "'!ls'", "# ?\n", "(", ")", "\n", "\n", "\nif x:\n    ", "\n% x", "'''", '"""', "\\\n"]
) | st.sampled_from(["'\\'%'", '"#"', "f'{x!r}'", "x += 1\n", "[x,\n", "]", "!= x", "x == x\n"])


@settings(fuzz, max_examples=400)
@given(st.lists(pieces, max_size=25).map("".join))
@example("x = '\\\n!ls'")
def test_no_line_is_added_or_lost(source):
    assert neutral(source).count("\n") == source.count("\n")


@settings(fuzz, max_examples=400)
@given(st.lists(python_pieces, max_size=12).map(lambda parts: "".join(parts).lstrip() + "\n"))
def test_what_python_accepts_is_left_as_it_is(source):
    with warnings.catch_warnings(action="ignore"):
        try:
            compile(source, "cell", "exec")
        except (SyntaxError, ValueError):
            return
    assert neutral(source) == source


@fuzz
@given(text, text)
def test_two_names_are_never_shown_alike(one, other):
    assert printable(one).isprintable()
    assert (printable(one) == printable(other)) == (one == other)


@fuzz
@given(names)
def test_a_members_parts_never_lead_out(name):
    try:
        parts = member_parts(name)
    except ValueError:
        return
    assert all(part not in ("", ".", "..") and "/" not in part and "\0" not in part for part in parts)
