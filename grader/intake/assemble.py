"""From files in the room to an Intake: which are code, what they are called, what is worth saying."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import count

from grader.intake.left_out import Parts
from grader.intake.names import NAME_BYTES, printable, size_text
from grader.intake.room import SETTINGS, LeftOut, Room
from grader.model import CodeFile, FileReport, Intake

_CODE = (".py", ".ipynb")
_NAMED = 5


def is_code(name: str) -> bool:
    """Whether a file of this *name* holds code."""
    return name.lower().endswith(_CODE)


def assemble(room: Room, name: str) -> Intake:
    """The Intake of all that is in *room*, handed in as *name*."""
    digest = _digest(room)
    assignment, code = _assignment(room), _code_files(room)
    data = [FileReport(path, "used", "data") for path in room.kept if not is_code(path)]
    used = [FileReport(file.path, "used") for file in code]
    files = sorted([*room.reports, *data, *used], key=_by_path)
    _note_missing_code(room, code, files)
    junk = room.junk_reports()
    return Intake(name, digest, tuple(sorted(files + junk, key=_by_path)), tuple(code), assignment, tuple(room.notes))


def _by_path(report: FileReport) -> tuple[str, str, str]:
    return report.path, report.status, report.why


def _digest(room: Room) -> str:
    whole = hashlib.sha256()
    for kept in sorted(room.kept.values(), key=lambda kept: kept.raw):
        # A path holds no zero byte, so what is hashed reads in one way only.
        whole.update(kept.raw + b"\0" + kept.content)
    return whole.hexdigest()


# ---------------------------------------------------------------- code


def _code_files(room: Room) -> list[CodeFile]:
    files = [file for path in sorted(room.kept) if is_code(path) for file in _code_file(room, path)]
    return sorted(_parsable(room, files), key=lambda file: file.path)


def _parsable(room: Room, files: Sequence[CodeFile]) -> Iterator[CodeFile]:
    """Those of *files* that together are not too much to parse, the smallest first: what people write is small."""
    left = room.limits.code_bytes
    sizes = {file.path: (room.destination / file.code).stat().st_size for file in files}
    for file in sorted(files, key=lambda file: sizes[file.path]):
        left -= (size := sizes[file.path])
        if left >= 0:
            yield file
        else:
            most = size_text(room.limits.code_bytes)
            why = f"too much code: {size_text(size)}; up to {most} of Python text are read in all"
            room.report(file.path, "failed", why)


def _code_file(room: Room, path: str) -> Iterator[CodeFile]:
    if path.lower().endswith(".py"):
        yield CodeFile(path, path)
        return
    from grader.intake.notebook import BadNotebook, notebook_code  # brings json and some heavy patterns

    code = _free_path(room, path)
    try:
        text, cells = notebook_code((room.destination / path).read_bytes())
        # Half a surrogate pair is valid in JSON and nowhere else.
        room.write_generated(code, text.encode(errors="replace"))
    except (BadNotebook, LeftOut) as bad:
        room.report(path, "failed", str(bad))
        return
    yield CodeFile(path, code, cells)


def _free_path(room: Room, path: str) -> str:
    """A path beside *path* that nothing in the room has."""
    folder = path[: path.rindex("/") + 1] if "/" in path else ""
    names = (f"{path}.py", *(f"{path}.{number}.py" for number in range(1, 10)))
    for candidate in names:
        if len(candidate.rpartition("/")[2].encode()) <= NAME_BYTES and not room.has(candidate):
            return candidate
    return next(p for p in (f"{folder}_notebook_{number}.py" for number in count(1)) if not room.has(p))


# ---------------------------------------------------------------- what to say


def _note_missing_code(room: Room, code: Sequence[CodeFile], files: Sequence[FileReport]) -> None:
    if code:
        return
    lost = [file for file in files if file.status == "failed" or (file.status == "ignored" and is_code(file.path))]
    if lost:
        told = (f"{file.path}: {file.why}" for file in lost[:_NAMED])
        room.notes.extend(note for note in told if note not in room.notes)
        return
    room.notes.append(f"no Python file found: looked for .py and .ipynb; found {_listing(files)}")


def _listing(files: Sequence[FileReport]) -> str:
    if not files:
        return "nothing"
    names = ", ".join(file.path for file in files[:_NAMED])
    more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
    return f"{len(files)} file{'s' if len(files) > 1 else ''}: {names}{more}"


# ---------------------------------------------------------------- grade.toml


def _assignment(room: Room) -> str | None:
    """What the top ``grade.toml`` asks for. The top is the submission's own, or that of the one folder in it."""
    at = min((parts for parts in room.settings if _is_top(room, parts)), key=len, default=None)
    return _read_settings(room, room.settings[at]) if at else None


def _is_top(room: Room, parts: Parts) -> bool:
    others = {kept.raw.partition(b"/")[0] for kept in room.kept.values()} | {
        p[0].encode(errors="surrogateescape") for p in room.settings
    }
    return len(parts) == 1 or (len(parts) == 2 and len(others) == 1)


def _read_settings(room: Room, text: bytes) -> str | None:
    import tomllib

    try:
        found = tomllib.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        room.notes.append(f"{SETTINGS} is not read: not TOML ({printable(str(error))})")
        return None
    if others := sorted(printable(key) for key in found if key != "assignment"):
        room.notes.append(f"{SETTINGS}: only assignment counts; ignored: {', '.join(others[:_NAMED])}")
    return _named(room, found.get("assignment"))


def _named(room: Room, assignment: object) -> str | None:
    if assignment is None:
        return None
    if isinstance(assignment, str) and 0 < len(assignment) <= 100 and assignment.isprintable():
        return assignment
    room.notes.append(f"{SETTINGS}: assignment is ignored: it is not a name")
    return None
