"""Submissions that no file can stand for: archives, links, special files, names, sizes. Made when they are used."""

import gzip
import io
import json
import os
import socket
import stat
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from hostile.cases import UNTRAINED as RIGHT
from hostile.cases import Case, lost, missing_training

Filled = Callable[[str], str]
Make = Callable[[Path, Filled], None]
NOTHING = ("* error missing",)
_cases: list[Case] = []


def arrival(
    name: str, *expected: str, statuses: tuple[str, ...] = ("graded",), placed: bool = False
) -> Callable[[Make], Make]:
    """Declare what makes the submission *name*, and the ``lost`` lines it must get."""

    def declare(make: Make) -> Make:
        _cases.append(Case(name, make, (*missing_training(RIGHT), *map(lost, expected)), statuses, placed))
        return make

    return declare


def arrivals() -> Iterator[Case]:
    """All of them."""
    yield from _cases


# ---------------------------------------------------------------- archives


def zip_of(target: Path, members: Iterable[tuple[str, bytes]], mode: int = 0o100644) -> None:
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo("x")
            info.filename = info.orig_filename = name
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, mode << 16
            archive.writestr(info, content)


def tar_of(target: Path, members: Iterable[tuple[str, bytes, str]]) -> None:
    """Members are (name, kind, content or link target)."""
    with tarfile.open(target, "w:gz") as archive:
        for name, kind, content in members:
            info = tarfile.TarInfo(name)
            info.type = kind
            data = content.encode() if kind == tarfile.REGTYPE else b""
            info.linkname = "" if kind == tarfile.REGTYPE else content
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


CODE = ("hw.py", RIGHT.encode())


@arrival("door-zip-slip.zip")
def zip_slip(target: Path, filled: Filled) -> None:
    """Members whose names lead out of the archive, upwards and by a drive."""
    names = ["../@MARK@.py", "a/../../../@MARK@.py", "..\\..\\@MARK@.py", "C:\\@MARK@.py", "C:/@MARK@.py"]
    zip_of(target, [CODE, *((filled(name), b"x = 1") for name in names)])


@arrival("door-zip-absolute.zip")
def zip_absolute(target: Path, filled: Filled) -> None:
    """Members with absolute names."""
    names = ["@WORLD@/@MARK@.py", "/tmp/@MARK@.py", "//@MARK@.py", "\\@MARK@.py", "@HOME@/.bashrc"]
    zip_of(target, [CODE, *((filled(name), b"x = 1") for name in names)])


@arrival("door-zip-of-links.zip")
def zip_of_links(target: Path, filled: Filled) -> None:
    """A member that says it is a link into the teacher's home, and one that would be written through it."""
    zip_of(target, [CODE, ("home", filled("@HOME@").encode())], mode=stat.S_IFLNK | 0o777)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("home/" + filled("@MARK@") + ".txt", "written through a link")
        archive.writestr("main.py", RIGHT)


@arrival("door-zip-bomb.zip")
def zip_bomb(target: Path, filled: Filled) -> None:
    """256 MiB of zeros in 256 KiB, beside the homework."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr(*CODE)
        with archive.open("big.csv", "w") as member:
            for _ in range(32):
                member.write(bytes(1 << 23))


@arrival("door-zip-of-zips.zip", *NOTHING, statuses=("ungradable",))
def zip_of_zips(target: Path, filled: Filled) -> None:
    """Archives in archives, eight deep: one level is opened."""
    data = b"x = 1"
    for depth in range(8):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("hw.py" if depth == 0 else "inner.zip", data)
        data = out.getvalue()
    target.write_bytes(data)


@arrival("door-zip-of-100000.zip", "* error|passed")
def zip_of_many(target: Path, filled: Filled) -> None:
    """100,000 entries."""
    zip_of(target, [CODE, ("d/00000.txt", b"")])
    whole = target.read_bytes()
    entry = whole[whole.index(b"PK\1\2", whole.index(b"PK\1\2") + 4) : whole.index(b"PK\5\6")]
    start = whole.index(b"PK\1\2")
    listed = [entry.replace(b"00000", b"%05d" % number) for number in range(100_000)]
    directory = whole[start : whole.index(entry)] + b"".join(listed)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(directory), start, 0)
    zip64 = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 100_001, 100_001, len(directory), start)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, start + len(directory), 1)
    target.write_bytes(whole[:start] + directory + zip64 + locator + end)


@arrival("door-zip-twice-the-same.zip")
def zip_twice(target: Path, filled: Filled) -> None:
    """The same name twice: the last one counts, and the result says so."""
    zip_of(target, [("hw.py", b"print('the first')"), CODE])


@arrival("door-zip-encrypted.zip", *NOTHING, statuses=("ungradable",))
def zip_encrypted(target: Path, filled: Filled) -> None:
    """Every member says it is encrypted."""
    zip_of(target, [CODE])
    data = bytearray(target.read_bytes())
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(signature) + offset] |= 1
    target.write_bytes(data)


@arrival("door-zip-truncated.zip", *NOTHING, statuses=("ungradable",))
def zip_truncated(target: Path, filled: Filled) -> None:
    """The upload broke off."""
    zip_of(target, [CODE, ("data.csv", os.urandom(5000))])
    target.write_bytes(target.read_bytes()[:-3000])


@arrival("door-zip-of-odd-names.zip")
def zip_of_odd_names(target: Path, filled: Filled) -> None:
    """Newlines, zero bytes, bidi marks, reserved names, markup, and two names that differ in case."""
    names = [
        "a\nb.txt",
        "a\0b.txt",
        "\u202egnp.exe",
        "CON",
        "nul.txt",
        "<script>alert(1)</script>.txt",
        "A.TXT",
        "a.txt",
    ]
    names += ["-rf", "~", "$(id).txt", "`id`.txt", "=1+1.csv", "::error::x.txt", "\x1b[2J.txt", "x" * 300, ".."]
    zip_of(target, [CODE, *((name, b"1") for name in names)])


@arrival("door-tar-of-links.tar.gz")
def tar_of_links(target: Path, filled: Filled) -> None:
    """Symbolic and hard links out and in circles, and files below them."""
    tar_of(
        target,
        [
            ("hw.py", tarfile.REGTYPE, RIGHT),
            ("home", tarfile.SYMTYPE, filled("@HOME@")),
            ("home/" + filled("@MARK@") + ".txt", tarfile.REGTYPE, "through a link"),
            ("hard.py", tarfile.LNKTYPE, filled("@HOME@/token.txt")),
            ("one", tarfile.SYMTYPE, "two"),
            ("two", tarfile.SYMTYPE, "one"),
        ],
    )


@arrival("door-tar-of-devices.tar.gz")
def tar_of_devices(target: Path, filled: Filled) -> None:
    """A disk, a terminal and a pipe."""
    members = [("hw.py", tarfile.REGTYPE, RIGHT)]
    members += [
        (name, kind, "")
        for name, kind in (("disk", tarfile.BLKTYPE), ("tty", tarfile.CHRTYPE), ("p", tarfile.FIFOTYPE))
    ]
    tar_of(target, members)


@arrival("door-tar-slip.tar.gz")
def tar_slip(target: Path, filled: Filled) -> None:
    """Members above the archive and with absolute names."""
    names = ["../@MARK@.py", "@WORLD@/@MARK@.py", "a/../../@MARK@.py"]
    tar_of(target, [("hw.py", tarfile.REGTYPE, RIGHT), *((filled(name), tarfile.REGTYPE, "x = 1") for name in names)])


@arrival("door-gzip-bomb.tar.gz", *NOTHING, statuses=("ungradable",))
def gzip_bomb(target: Path, filled: Filled) -> None:
    """256 MiB of nothing, called an archive."""
    with gzip.open(target, "wb", compresslevel=6) as file:
        for _ in range(32):
            file.write(bytes(1 << 23))


@arrival("door-no-archive.zip", *NOTHING, statuses=("ungradable",))
def no_archive(target: Path, filled: Filled) -> None:
    """Bytes that are no archive."""
    target.write_bytes(b"PK\3\4" + os.urandom(4000))


# ---------------------------------------------------------------- folders


def folder_of(target: Path, files: dict[str, str | bytes]) -> None:
    target.mkdir()
    for name, content in {"hw.py": RIGHT, **files}.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


@arrival("door-links-out")
def links_out(target: Path, filled: Filled) -> None:
    """Links to the teacher's files, to the neighbour's code, in a circle and to a device."""
    folder_of(target, {})
    for name, to in (
        ("token.txt", "@HOME@/token.txt"), ("home", "@HOME@"), ("stolen.py", "@SUBMISSIONS@/neighbour/main.py"),
        ("circle", "circle"), ("up", ".."), ("zero.py", "/dev/zero"), ("dangling.py", "/nowhere"),
    ):  # fmt: skip
        (target / name).symlink_to(filled(to))


@arrival("door-hard-link")
def hard_link(target: Path, filled: Filled) -> None:
    """A hard link cannot be told from a copy; who could make it could read the file."""
    folder_of(target, {})
    os.link(target / "hw.py", target / "again.txt")


@arrival("door-special-files")
def special_files(target: Path, filled: Filled) -> None:
    """A pipe nobody writes to and a socket, with names of code."""
    folder_of(target, {})
    os.mkfifo(target / "pipe.py")
    here = os.open(target, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"/proc/self/fd/{here}/s.py")
    finally:
        os.close(here)


@arrival("door-configures-python")
def configures_python(target: Path, filled: Filled) -> None:
    """Every file that would configure Python, pytest or the grader."""
    code = "print('REACHED: a file that configures was run')\nimport os\nos._exit(0)\n"
    names = [
        "conftest.py",
        "sitecustomize.py",
        "usercustomize.py",
        "x.pth",
        "x.dist-info/entry_points.txt",
        "__pycache__/hw.cpython-311.pyc",
    ]
    folder_of(
        target,
        dict.fromkeys(names, code)
        | {
            "pytest.ini": "[pytest]\naddopts = -p no",
            "pyproject.toml": "[tool.pytest.ini_options]\n",
            "setup.cfg": "[tool:pytest]\n",
            ".env": "PYTHONPATH=/tmp",
            "pyvenv.cfg": "home = /tmp\n",
        },
    )


@arrival("door-shadows-the-grader")
def shadows_the_grader(target: Path, filled: Filled) -> None:
    """Folders and files called as what the grader imports."""
    code = "print('REACHED: shadowed')\nraise SystemExit\n"
    names = ["grader/__init__.py", "grader/wire.py", "msgspec.py", "json.py", "hypothesis/__init__.py"]
    folder_of(target, dict.fromkeys(names, "def bce_loss(y_pred, y):\n    return 0\n") | {"numpy/__init__.py": code})


@arrival("door-brings-a-course", *NOTHING, statuses=("graded", "ungradable"))
def brings_a_course(target: Path, filled: Filled) -> None:
    """Its own checks, plugins and assignment, in the folders a course keeps them in."""
    checks = "raise SystemExit('plugins of a submission')\n"
    folder_of(
        target,
        {
            "plugins/logistic_regression.py": checks,
            "assignments/logistic_regression/reference.py": checks,
            "reports/report.html": "x",
        },
    )
    (target / "hw.py").write_text("import plugins\n")


@arrival("door-settings")
def settings(target: Path, filled: Filled) -> None:
    """A grade.toml that asks for more than an assignment."""
    folder_of(
        target, {"grade.toml": 'assignment = "logistic_regression"\nsandbox = "off"\ncourse = "."\npoints = 100\n'}
    )


@arrival("door-many-files", "* error|passed")
def many_files(target: Path, filled: Filled) -> None:
    """5,000 files; after a limit no more are read."""
    folder_of(target, {f"d{number % 50}/{number}.txt": b"" for number in range(5000)})


@arrival("door-deep-folders")
def deep_folders(target: Path, filled: Filled) -> None:
    """Folders 400 deep."""
    folder_of(target, {})
    at = os.open(target, os.O_RDONLY)
    for _ in range(400):
        os.mkdir("d", dir_fd=at)
        deeper = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = deeper
    os.close(at)


@arrival("door-locked-folder")
def locked_folder(target: Path, filled: Filled) -> None:
    """A folder and a file that may not be read (except by root)."""
    folder_of(target, {"locked/x.txt": "1", "secret.txt": "1"})
    (target / "secret.txt").chmod(0)
    (target / "locked").chmod(0)


# ---------------------------------------------------------------- names of whole submissions


def named(name: str, **options: object) -> None:
    arrival(name, placed=True, **options)(lambda target, _: target.write_text(RIGHT) and None)  # type: ignore[arg-type]


for odd in (
    "=cmd|' 'C!A0.py", "+1+1.py", "@SUM(1).py", "-rf.py", "<script>alert(1)<script>.py", "{{ 7 * 7 }}.py", "a\nb.py",
    "\x1b[2Jred.py", "\u202egpj.py", "x\u2066y.py", "::error::owned.py", "javascript:alert(1).py", "CON.py",
    "Twin.py", "twin.py",
    "back\\slash.py", "quote\"'`$(id).py", "dots...py", "%2e%2e%2f.py", "&amp;.py", "n" * 250 + ".py",
):  # fmt: skip
    named(odd)


@arrival("name-not-utf8-\udcff\udcfe.py", placed=True)
def name_not_utf8(target: Path, filled: Filled) -> None:
    """A name that is no text."""
    target.write_text(RIGHT)


# ---------------------------------------------------------------- code that is hard to read


def code(
    name: str, *expected: str, statuses: tuple[str, ...] = ("graded", "ungradable")
) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Declare a file of code given as bytes."""

    def declare(text: Callable[[], bytes]) -> Callable[[], bytes]:
        arrival(name, *expected, statuses=statuses)(lambda target, _: target.write_bytes(text()) and None)
        return text

    return declare


ALL_LOST = "* error"
code("door-line-of-5-mb.py", *NOTHING)(lambda: RIGHT.encode() + b"x = '" + b"y" * 5_000_000 + b"'\n")
code("door-many-statements.py", "* error|passed")(lambda: RIGHT.encode() + b"a=0;" * 60_000)
code("door-fifteen-megabytes.py", *NOTHING)(lambda: RIGHT.encode() + b"a;" * 7_500_000)
code("door-brackets.py", ALL_LOST)(lambda: RIGHT.encode() + b"x = " + b"(" * 10_000 + b")" * 10_000)
code("door-lists.py", ALL_LOST)(lambda: RIGHT.encode() + b"x = " + b"[" * 100_000)
code("door-minus.py", ALL_LOST)(lambda: RIGHT.encode() + b"x = " + b"-" * 100_000 + b"1")
code("door-dots.py", "* error|passed")(lambda: RIGHT.encode() + b"x = a" + b".a" * 100_000)
code("door-calls.py", "* error|passed")(lambda: RIGHT.encode() + b"x = a" + b"()" * 100_000)
code("door-additions.py", "* error|passed")(lambda: RIGHT.encode() + b"x = 1" + b"+1" * 100_000)
code("door-else-if.py", "* error|passed")(lambda: RIGHT.encode() + b"if 0:\n  pass\n" + b"elif 0:\n  pass\n" * 50_000)
code("door-nested-ifs.py", "* error|passed")(
    lambda: RIGHT.encode() + b"".join(b" " * depth + b"if 1:\n" for depth in range(99)) + b" " * 99 + b"pass\n"
)
code("door-lambdas.py", "* error|passed")(lambda: RIGHT.encode() + b"x = " + b"lambda:" * 50_000 + b"0")
code("door-f-strings.py", "* error|passed")(lambda: RIGHT.encode() + b"x = " + b"f'{" * 2000 + b"1" + b"}'" * 2000)
code("door-powers.py", "* error|passed")(lambda: RIGHT.encode() + b"x = 9" + b"**9" * 5000)
code("door-huge-number.py", "* error|passed")(lambda: RIGHT.encode() + b"x = " + b"9" * 200_000)
code("door-folded-constant.py", "* error|passed")(lambda: RIGHT.encode() + b"x = 1 << (1 << 40)\ny = 'a' * 10**18\n")
code("door-zero-bytes.py", ALL_LOST)(lambda: RIGHT.encode() + b"\0" * 1000)
code("door-invalid-utf8.py", ALL_LOST)(lambda: RIGHT.encode() + b"x = '\xff\xfe\xed\xa0\x80'\n")
code("door-unknown-coding.py", ALL_LOST)(lambda: b"# coding: klingon\n" + RIGHT.encode())
code("door-coding-that-runs.py", "* error|passed")(
    lambda: b"# coding: unicode_escape\n" + RIGHT.encode() + rb"x = 1\nprint('escaped')"
)
code("door-utf16.py", ALL_LOST)(lambda: RIGHT.encode("utf-16"))
code("door-bidi-code.py")(lambda: RIGHT.encode() + "x = 'user\u202e \u2066# admin\u2069 \u2066'\n".encode())
code("door-form-feeds.py")(lambda: RIGHT.encode() + b"\x0c\n\x0c\nx = 1\r" + b"\n" * 100_000)


# ---------------------------------------------------------------- notebooks


def notebook(cells: list[dict[str, object]]) -> bytes:
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode()


def cell(source: object, **more: object) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "outputs": [], "metadata": {}, **more}


code("door-no-json.ipynb", *NOTHING)(lambda: b"this is no notebook")
code("door-deep-json.ipynb", *NOTHING)(lambda: b'{"cells": ' + b"[" * 1_000_000)
code("door-json-bomb.ipynb", *NOTHING)(lambda: b'{"cells": [' + b"[]," * 3_000_000 + b"[]]}")
code("door-100000-cells.ipynb", *NOTHING)(lambda: notebook([cell("x = 1")] * 100_000))
code("door-huge-output.ipynb", *NOTHING)(lambda: notebook([cell(RIGHT, outputs=[{"text": "x" * 40_000_000}])]))
code("door-large-output.ipynb")(lambda: notebook([cell(RIGHT, outputs=[{"text": "x" * 9_000_000}])]))
code("door-cells-of-no-text.ipynb", *NOTHING)(lambda: notebook([cell({"a": [1, 2]}), cell(5)]))
code("door-shell-cells.ipynb")(
    lambda: notebook(
        [cell("!touch /tmp/x\n%rm -rf ~"), cell("%%bash\nrm -rf ~"), cell(RIGHT), cell("%run -i /etc/passwd")]
    )
)
code("door-lone-surrogates.ipynb")(lambda: notebook([cell(RIGHT), cell("x = '\ud800'  # \udfff")]))
code("door-infinite-numbers.ipynb")(
    lambda: notebook([cell(RIGHT)]).replace(b'"metadata": {}', b'"metadata": {"x": NaN, "y": 1e999}')
)
