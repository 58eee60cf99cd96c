"""What went wrong in a student's code, as data: never more than a few lines, whatever was raised."""

import difflib
import re
import traceback
import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from grader import wire

UNKNOWN = re.compile(r"(?:^name|has no attribute) '(\w+)'(?: is not defined)?$")
WORD = re.compile(r"[^\W\d]\w*")
OWN_ATTRIBUTE = re.compile(r"\bself\.(\w+)\s*=")
TYPE_NAME = type.__dict__["__name__"]


@dataclass(frozen=True)
class Places:
    """Which compiled file names are the student's: ``paths`` maps them to the student's own names."""

    paths: Mapping[str, str]
    lines: Mapping[str, tuple[str, ...]]

    def failure(self, error: BaseException) -> wire.Failure:
        """*error* with the innermost place in the student's own files."""
        failure = wire.Failure(_reason(error), class_name(error), _message(error))
        return self._from_syntax(failure, error) or self._from_frames(failure, error)

    def _from_syntax(self, failure: wire.Failure, error: BaseException) -> wire.Failure | None:
        if not isinstance(error, SyntaxError) or not isinstance(error.filename, str):
            return None
        if error.filename not in self.paths:
            return None
        line, column, text = error.lineno, error.offset, error.text
        return replace_in(
            failure,
            message=plain(error.msg if isinstance(error.msg, str) else failure.message),
            file=self.paths[error.filename],
            line=_place(line),
            column=_place(column),
            text=plain(text.rstrip("\r\n"), 400) if isinstance(text, str) else "",
        )

    def _from_frames(self, failure: wire.Failure, error: BaseException) -> wire.Failure:
        innermost = ("", 0)
        for frame, line in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename in self.paths:
                innermost = (frame.f_code.co_filename, line or 0)
        file, line = innermost
        if not file:
            return failure
        said = plain(failure.message + self._meant(error, failure.message, file, line))
        return replace_in(failure, message=said, file=self.paths[file], line=line, text=self.text(file, line))

    def _meant(self, error: BaseException, message: str, file: str, line: int) -> str:
        """What a name that is not there was probably meant to be, read from the student's text."""
        unknown = UNKNOWN.search(message) if type(error) in (NameError, AttributeError) else None
        if unknown is None:
            return ""
        name, lines = unknown[1], self.lines.get(file, ())
        if type(error) is NameError:
            if any(re.match(rf"(?:(?:def|class) +{name}\b|{name} *=(?!=))", later) for later in lines[line:]):
                return ". It is defined further down"
            known = set(WORD.findall("\n".join(lines)))
        else:
            known = set(OWN_ATTRIBUTE.findall("\n".join(lines))) | _names_of(error.obj)  # type: ignore[attr-defined]
        near = (
            []
            if name in known and type(error) is AttributeError
            else difflib.get_close_matches(name, known - {name}, 1)
        )
        return f". Did you mean '{near[0]}'?" if near else ""

    def text(self, file: str, line: int) -> str:
        """That line of the file compiled as *file*."""
        lines = self.lines.get(file, ())
        return plain(lines[line - 1].strip(), 400) if 0 < line <= len(lines) else ""


def _names_of(value: object) -> set[str]:
    """The names in a real module such as torch."""
    return {name for name in vars(value) if type(name) is str} if type(value) is types.ModuleType else set()


def _place(number: object) -> int:
    """A line or a column as told; 0 for what can be none."""
    return number if type(number) is int and 0 < number <= wire.FARTHEST else 0


def replace_in(failure: wire.Failure, **changes: object) -> wire.Failure:
    """*failure* with some fields changed."""
    changed: wire.Failure = msgspec.structs.replace(failure, **changes)
    return changed


def plain(text: str, limit: int = wire.MAX_TEXT) -> str:
    """*text* as an exact, short string that can be encoded."""
    return wire.shorten(str.encode(text, "utf-8", "backslashreplace").decode(), limit)


def class_name(value: object) -> str:
    """The name of the class of *value*, whatever its metaclass says."""
    return plain(TYPE_NAME.__get__(type(value)), 200)


def _message(error: BaseException) -> str:
    try:
        return plain(str(error))
    except BaseException as second:  # an evil __str__ may raise anything
        return f"(its message could not be read: {class_name(second)})"


def _reason(error: BaseException) -> Literal["exception", "exit", "memory"]:
    if isinstance(error, SystemExit):
        return "exit"
    is_torch = isinstance(error, RuntimeError) and "can't allocate memory" in _message(error)
    return "memory" if isinstance(error, MemoryError) or is_torch else "exception"
