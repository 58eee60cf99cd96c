"""``assignment.toml`` -> ``model.Assignment``, with everything that is wrong told at once.

A problem is one line: ``assignments/x/assignment.toml:12: unknown key "memry_mb" in [limits]; did you mean
"memory_mb"?``. The keys of a table are the fields of its dataclass in ``model``, so they are declared once.
"""

import dataclasses
import hashlib
import keyword
import math
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from grader import toml_lines
from grader.errors import CourseError, did_you_mean, nearest
from grader.model import Assignment, CheckSettings, DataSet, EntryPoint, Limits, ValidateSettings

MANIFEST = "assignment.toml"
EXAMPLES = "examples"
JUNK = frozenset({"__pycache__", "__MACOSX", ".DS_Store", ".git", ".ipynb_checkpoints", ".mypy_cache", ".ruff_cache"})

_TOP: dict[str, Any] = {
    "title": str, "points": float, "seed": int, "libraries": tuple[str, ...], "steps": Mapping[str, str],
    "entry_points": dict[str, Any], "data": dict[str, Any], "limits": dict[str, Any], "checks": dict[str, Any],
    "validate": dict[str, Any],
}  # fmt: skip
_RESERVED = frozenset({"again", "drawn", "trained"})  # what api.Submission has besides entry points
_WORDS = {
    "str": "a string", "int": "a whole number", "float": "a number", "bool": "true or false", "array": "a list",
    "object": "a table", "null": "nothing",
}  # fmt: skip


def read_manifest(folder: Path) -> Assignment:
    """The assignment in *folder*. Raises CourseError with every problem of its manifest, by line."""
    text = _text(folder)
    reader = _Reader(_label(folder), toml_lines.key_lines(text))
    assignment = reader.assignment(folder, _parsed(folder, text))
    if reader.problems:
        raise CourseError(*(f"{reader.label}:{line}: {problem}" for line, problem in sorted(reader.problems)))
    return assignment


def place(folder: Path, *keys: str) -> str:
    """Where in the manifest of *folder* the value under *keys* stands: ``assignments/x/assignment.toml:12``."""
    return f"{_label(folder)}:{toml_lines.line_of(toml_lines.key_lines(_text(folder)), keys)}"


def files_below(folder: Path) -> Iterator[Path]:
    """The files below *folder* in a fixed order, without what tools leave behind."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in JUNK)
        yield from (Path(parent, name) for name in sorted(names) if name not in JUNK and not name.endswith(".pyc"))


def digest(folder: Path) -> str:
    """SHA-256 over names and contents of the assignment's files; its examples do not change a grade."""
    found = hashlib.sha256()
    for file in files_below(folder):
        name = file.relative_to(folder)
        if name.parts[0] == EXAMPLES:
            continue
        for part in (name.as_posix().encode(), file.read_bytes()):
            found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()


class _Reader:
    """Collects the problems of one manifest, each with its line."""

    def __init__(self, label: str, lines: Mapping[toml_lines.Path, int]) -> None:
        self.label = label
        self.lines = lines
        self.problems: list[tuple[int, str]] = []

    def problem(self, path: toml_lines.Path, text: str) -> None:
        self.problems.append((toml_lines.line_of(self.lines, path), text))

    def assignment(self, folder: Path, document: dict[str, Any]) -> Assignment:
        top = self.table(document, (), _TOP, required=("title", "points"))
        self._top_rules(folder.resolve().name, top)
        return Assignment(
            name=folder.resolve().name,
            folder=str(folder.resolve()),
            title=top.get("title", ""),
            points=top.get("points", 0.0),
            digest=digest(folder),
            seed=top.get("seed", 0),
            entry_points=self._entry_points(top.get("entry_points", {})),
            data=self._data(top.get("data", {})),
            limits=self._limits(top.get("limits", {})),
            libraries=top.get("libraries", ()),
            steps=top.get("steps", {}),
            checks={id: self._check(id, table) for id, table in top.get("checks", {}).items()},
            validate=self._validate(top.get("validate", {})),
        )

    # ------------------------------------------------------------ any table

    def table(
        self, table: object, path: toml_lines.Path, keys: Mapping[str, Any], required: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """The values of *table* that have the type *keys* gives them; a problem for each of the others."""
        if not isinstance(table, dict):
            self.problem(path, f"{_named(path)} should be a table, but is {_word(table)}")
            return {}
        for key in required:
            if key not in table:
                self.problem(path, f'{_place(path)} lacks the required key "{key}"')
        for key in table.keys() - keys.keys():
            self.problem((*path, key), _unknown(key, table[key], path, keys))
        known = {key: self.value(table[key], (*path, key), keys[key]) for key in keys if key in table}
        return {key: value for key, value in known.items() if value is not None}

    def value(self, value: object, path: toml_lines.Path, kind: Any) -> Any:
        """*value* as *kind*, or None after telling what is wrong with it."""
        if get_origin(kind) is Literal:
            return self._choice(value, path, get_args(kind))
        if get_origin(kind) is Mapping:
            return self.table(value, path, dict.fromkeys(value, get_args(kind)[1]) if isinstance(value, dict) else {})
        try:
            converted = msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            self._wrong_type(path, str(error))
            return None
        if any(not math.isfinite(number) for number in _floats(converted)):
            self.problem(path, f"{_named(path)} must be finite")
            return None
        return converted

    def _choice(self, value: object, path: toml_lines.Path, choices: tuple[str, ...]) -> Any:
        if value in choices:
            return value
        near = did_you_mean(value, choices) if isinstance(value, str) else ""
        shown = f'"{value}"' if isinstance(value, str) else _word(value)
        self.problem(path, f"{_named(path)} is {shown}, not one of {', '.join(choices)}{near}")
        return None

    def _wrong_type(self, path: toml_lines.Path, message: str) -> None:
        """Tell msgspec's *message* in TOML's words, at the element it is about."""
        text, _, inside = message.partition(" - at ")
        text = re.sub(r"`(\w+)`", lambda found: _WORDS.get(found[1], found[1]), text)
        positions = tuple(int(position) for position in re.findall(r"\[(\d+)\]", inside))
        self.problem((*path, *positions), f"{_named((*path, *positions))}: {text[0].lower()}{text[1:]}")

    # ------------------------------------------------------------ the rules of each table

    def _top_rules(self, name: str, top: Mapping[str, Any]) -> None:
        if not re.fullmatch(r"[A-Za-z0-9][\w-]*", name):
            self.problem((), f'an assignment\'s folder is named with letters, digits, "_" and "-", not "{name}"')
        if top.get("points", 1) <= 0:
            self.problem(("points",), f'"points" must be positive, not {top["points"]:g}')
        if not 0 <= top.get("seed", 0) < 2**32:
            self.problem(("seed",), f'"seed" must lie in 0..{2**32 - 1}, not {top["seed"]}')
        parts = [part for library in top.get("libraries", ()) for part in library.split(".")]
        self._names(parts, ("libraries",))

    def _entry_points(self, tables: Mapping[str, Any]) -> tuple[EntryPoint, ...]:
        found = [self._entry_point(name, table) for name, table in tables.items()]
        first: dict[str, str] = {}
        for entry in found:
            other = first.setdefault(entry.symbol, entry.name)
            if entry.symbol and other != entry.name:
                path = ("entry_points", entry.name, "symbol")
                self.problem(path, f'{_named(path)} is "{entry.symbol}", as in {_table((path[0], other))}')
        return tuple(found)

    def _entry_point(self, name: str, table: object) -> EntryPoint:
        path = ("entry_points", name)
        self._names([name], path)
        if name in _RESERVED or name.startswith("_"):
            self.problem(path, f'an entry point cannot be called "{name}": checks use that name for something else')
        values = self.table(table, path, _keys(EntryPoint, without="name"), required=("kind", "symbol"))
        for key in ("symbol", "variables", "arguments"):
            names = values.get(key, ())
            self._names([names] if isinstance(names, str) else names, (*path, key))
        return EntryPoint(**({"kind": "function", "symbol": ""} | values), name=name)

    def _names(self, names: Any, path: toml_lines.Path) -> None:
        for name in names:
            if not name.isidentifier() or keyword.iskeyword(name):
                self.problem(path, f'{_named(path)}: "{name}" is not a name in Python')

    def _data(self, table: Mapping[str, Any]) -> DataSet:
        values = self.table(table, ("data",), _keys(DataSet))
        data = DataSet(**values)
        for key, rows in (("x", data.x), ("y", data.y)):
            for position, row in enumerate(rows):
                if not row or len(row) != len(rows[0]):
                    found = f"holds {len(row)} numbers, not {len(rows[0])}" if row else "is empty"
                    self.problem(("data", key, position), f'row {position + 1} of "{key}" in [data] {found}')
        if len(data.x) != len(data.y) and all(key in values for key in ("x", "y") if key in table):
            self.problem(("data", "y"), f'"x" and "y" in [data] differ in length: {len(data.x)} and {len(data.y)}')
        for key in ("x_names", "y_names"):
            self._names(getattr(data, key), ("data", key))
        return data

    def _limits(self, table: Mapping[str, Any]) -> Limits:
        values = self.table(table, ("limits",), _keys(Limits))
        for key, value in values.items():
            if value <= 0:
                self.problem(("limits", key), f"{_named(('limits', key))} must be positive, not {value:g}")
        return Limits(**values)

    def _check(self, id: str, table: object) -> CheckSettings:
        settings = CheckSettings(**self.table(table, ("checks", id), _keys(CheckSettings)))
        for misconception, credit in settings.credit.items():
            if not 0 <= credit <= 1:
                path = ("checks", id, "credit", misconception)
                self.problem(path, f"{_named(path)} must lie in 0..1, not {credit:g}")
        return settings

    def _validate(self, table: Mapping[str, Any]) -> ValidateSettings:
        settings = ValidateSettings(**self.table(table, ("validate",), _keys(ValidateSettings)))
        for mutant, reason in settings.equivalent.items():
            if not reason.strip():
                path = ("validate", "equivalent", mutant)
                self.problem(path, f"{_named(path)} needs a reason: why does no check have to notice this change?")
        return settings


# ---------------------------------------------------------------- the text


def _label(folder: Path) -> str:
    """The manifest's name for people: relative to the course where there is one."""
    folder = folder.resolve()
    inside = folder.parent.name == "assignments"
    return f"assignments/{folder.name}/{MANIFEST}" if inside else str(folder / MANIFEST)


def _text(folder: Path) -> str:
    file = folder / MANIFEST
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise CourseError(f"{_label(folder)}:{line}: the file must be UTF-8 text") from None
    except OSError as error:
        raise CourseError(f"{_label(folder)}: cannot be read: {error.strerror}") from None


def _parsed(folder: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error), re.DOTALL)
        message, line, column = found.groups() if found else (str(error), None, None)
        where = f"{line}:{column}" if line else str(text.rstrip("\n").count("\n") + 1)
        raise CourseError(f"{_label(folder)}:{where}: not valid TOML: {message}") from None


# ---------------------------------------------------------------- words


def _keys(shape: type, without: str = "") -> dict[str, Any]:
    hints = get_type_hints(shape)
    return {field.name: hints[field.name] for field in dataclasses.fields(shape) if field.name != without}


def _floats(value: object) -> Iterator[float]:
    if isinstance(value, float):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _floats(part)


def _word(value: object) -> str:
    names = {str: "str", bool: "bool", int: "int", float: "float", list: "array", dict: "object"}
    return _WORDS.get(names.get(type(value), ""), "a date")


def _quoted(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else f'"{key}"'


def _table(path: toml_lines.Path) -> str:
    return f"[{'.'.join(_quoted(str(key)) for key in path)}]"


def _place(path: toml_lines.Path) -> str:
    return _table(path) if path else "the manifest"


def _named(path: toml_lines.Path) -> str:
    """``"call_s" in [limits]``, ``number 1 of row 2 of "x" in [data]``, ``item 2 of "libraries"``."""
    keys = tuple(key for key in path if isinstance(key, str))
    positions = [key + 1 for key in path if isinstance(key, int)]
    words = ("number", "row") if len(positions) > 1 else ("item",)
    items = "".join(f"{word} {position} of " for word, position in zip(words, reversed(positions), strict=False))
    inside = f" in {_table(keys[:-1])}" if keys[:-1] else ""
    return f'{items}"{keys[-1]}"{inside}'


def _unknown(key: str, value: object, path: toml_lines.Path, keys: Mapping[str, Any]) -> str:
    text = f'unknown key "{key}" in {_table(path)}' if path else f'unknown key "{key}"'
    if path[:1] == ("checks",) and isinstance(value, dict):
        return f'{text}; did you mean [checks."{path[-1]}.{key}"]?'
    if nearest(key, keys):
        return text + did_you_mean(key, keys)
    return f"{text}; {_place(path)} knows {', '.join(sorted(keys))}"
