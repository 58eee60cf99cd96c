"""Which submissions a folder holds: every folder, archive, ``.py`` and ``.ipynb`` at its top."""

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course import refuse_course_files
from grader.errors import UsageError
from grader.intake.left_out import junk_folder
from grader.intake.names import printable
from grader.intake.unpack import is_archive
from grader.report.files import file_name

_CODE = (".py", ".ipynb")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}


@dataclass(frozen=True)
class Entry:
    """A submission: ``name`` is the entry's own, ``file`` the one its result and report go by."""

    name: str
    path: Path
    file: str


@dataclass(frozen=True)
class Entries:
    """What a folder holds: ``submissions`` by name, and what was passed over, each with why."""

    submissions: tuple[Entry, ...]
    passed_over: tuple[tuple[str, str], ...]


def find_entries(folder: Path, out: Path) -> Entries:
    """The submissions at the top of *folder*; *out*, where results go, is none of them.

    Raises UsageError when *folder* is no folder, belongs to an assignment, or holds no submission.
    """
    _refuse(folder)
    found: list[Path] = []
    passed_over: list[tuple[str, str]] = []
    for path in sorted(folder.iterdir()):
        if path.resolve() == out.resolve():
            continue
        why = _why_not(path)
        if why:
            passed_over.append((printable(path.name), why))
        else:
            found.append(path)
    if not found:
        raise UsageError(f"{folder} holds no submissions: no folder, archive, .py or .ipynb file lies in it")
    names = file_names([path.name for path in found])
    return Entries(tuple(Entry(printable(path.name), path, names[path.name]) for path in found), tuple(passed_over))


def file_names(names: Sequence[str]) -> dict[str, str]:
    """A name for the files of each of *names*: safe on any file system, and no two alike where case is ignored.

    One that had to change, or that another would be taken for, ends with a digest of its own name.
    """
    plain = {name: file_name(name) for name in names}
    alike = Counter(safe.casefold() for safe in plain.values())
    marked = {name: _marked(name) for name, safe in plain.items() if safe != name or _is_taken(safe, alike)}
    taken = {file.casefold() for file in marked.values()}
    return {name: marked.get(name) or (_marked(name) if name.casefold() in taken else name) for name in names}


def _is_taken(safe: str, alike: Counter[str]) -> bool:
    return alike[safe.casefold()] > 1 or safe.partition(".")[0].casefold() in _RESERVED


def _marked(name: str) -> str:
    return f"{file_name(name)}-{hashlib.sha256(os.fsencode(name)).hexdigest()[:10]}"


def _refuse(folder: Path) -> None:
    if folder.is_file():
        raise UsageError(f"{folder} is a file; `grade run {folder}` grades one submission, a batch needs a folder")
    refuse_course_files(folder)


def _why_not(path: Path) -> str:
    """Why the entry *path* is no submission, or ""."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return "a link, which is never followed"
    if path.name.startswith(".") or junk_folder(path.name):
        return "left by a tool or the system"
    if stat.S_ISDIR(mode):
        return _why_no_folder(path)
    if not stat.S_ISREG(mode):
        return "neither a file nor a folder"
    is_one = path.suffix.lower() in _CODE or is_archive(path.name)
    return "" if is_one else "not a folder, archive, .py or .ipynb file"


def _why_no_folder(path: Path) -> str:
    try:
        refuse_course_files(path)
    except UsageError as error:
        return str(error).removeprefix(f"{path} ")
    return ""


def told(passed_over: Iterable[tuple[str, str]], named: int = 3) -> list[str]:
    """What was passed over: one line for each reason, with the first *named* names."""
    by_reason: dict[str, list[str]] = {}
    for name, why in passed_over:
        by_reason.setdefault(why, []).append(name)
    return [f"passed over {_some(names, named)}: {why}" for why, names in by_reason.items()]


def _some(names: Sequence[str], named: int) -> str:
    more = len(names) - named
    return ", ".join(names[:named]) + (f" and {more} more" if more > 0 else "")
