"""What a grade depends on, as one digest: when it is the same, so is the grade."""

import hashlib
import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import grader
from grader.course import Course
from grader.intake.left_out import junk_folder
from grader.manifest import digest, files_below
from grader.model import IntakeLimits

_LIMITS = IntakeLimits()


@dataclass(frozen=True)
class Conditions:
    """Digests of all but the submission: ``common`` to every grade, and of each of the course's assignments."""

    common: str
    assignments: Mapping[str, str]

    def key(self, submission: str, assignment: str) -> str:
        """What identifies a grade of the submission with that digest against that assignment."""
        return _joined(self.common, self.assignments.get(assignment, ""), submission)


def conditions(course: Course, options: Mapping[str, str]) -> Conditions:
    """The grader, its libraries, the course, and what the command line asks for (*options*)."""
    assignments = {name: digest(course.folder(name)) for name in course.names}
    return Conditions(_common(course, options), assignments)


def submission_digest(path: Path) -> str:
    """SHA-256 over what is handed in at *path*: names, kinds and contents, as far as the intake would read.

    Links are not followed. Of a file larger than the intake takes, size and time stand for the content.
    """
    found = hashlib.sha256()
    for name, file in _files(path):
        found.update(_part(os.fsencode(name)))
        found.update(_part(_content(file)))
    return found.hexdigest()


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    if not path.is_dir():
        yield path.name, path
        return
    left = 2 * _LIMITS.files
    for parent, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not junk_folder(name))
        # Links to folders are listed as folders, but not walked into.
        for name in sorted([*names, *folders]):
            yield os.path.relpath(Path(parent, name), path), Path(parent, name)
            left -= 1
            if not left:
                return


def _content(file: Path) -> bytes:
    """What stands for the file: a digest of its content, or what it is when it is no plain file."""
    if file.is_symlink():
        return b"link " + os.fsencode(file.readlink())
    if not file.is_file():
        return b"folder" if file.is_dir() else b"special"
    status = file.stat()
    if status.st_size > _LIMITS.total_bytes:
        return f"large {status.st_size} {status.st_mtime_ns}".encode()
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    except OSError as error:
        return f"unreadable {error.errno}".encode()  # the intake says so, to whom it concerns


def _common(course: Course, options: Mapping[str, str]) -> str:
    plugins = course.root / "plugins"
    return _joined(
        _tree(Path(grader.__file__).parent, ".py"),
        _tree(plugins, "") if plugins.is_dir() else "",
        platform.python_version(),
        *(f"{name} {metadata.version(name)}" for name in ("torch", "numpy", "hypothesis")),
        *sorted(f"{point.name} {point.value} {_version(point)}" for point in metadata.entry_points(group="grader")),
        *(f"{name}={value}" for name, value in sorted(options.items())),
        os.environ.get("GRADE_PLUGINS", ""),
    )


def _version(point: metadata.EntryPoint) -> str:
    return point.dist.version if point.dist else ""


def _tree(folder: Path, suffix: str) -> str:
    """SHA-256 over the names and contents of the files below *folder* that end with *suffix*."""
    found = hashlib.sha256()
    for file in files_below(folder):
        if file.name.endswith(suffix):
            found.update(_part(file.relative_to(folder).as_posix().encode()) + _part(file.read_bytes()))
    return found.hexdigest()


def _joined(*parts: str) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(_part(part.encode("utf-8", "surrogateescape")))
    return found.hexdigest()


def _part(content: bytes) -> bytes:
    return len(content).to_bytes(8, "big") + content
