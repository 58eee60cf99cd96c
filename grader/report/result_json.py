"""A result as JSON: schema 1, described by ``result.schema.json`` beside this file."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

from grader.model import Result
from grader.report.numbers import json_safe
from grader.report.plain import INVISIBLE

_HIDDEN = re.compile(f"[{INVISIBLE}]")


def to_json(results: Sequence[Result]) -> str:
    """One object for one result, a list for several; UTF-8 text without NaN, keys in the order of the model.

    What is invisible or would steer a terminal is escaped as JSON escapes it, so a program reads back the very
    same text. (A lone surrogate, which is no text, becomes the visible ``\\udc80``.)
    """
    plain = [json_safe(asdict(result)) for result in results]
    text = json.dumps(plain[0] if len(plain) == 1 else plain, indent=2, ensure_ascii=False, allow_nan=False)
    # "##[" anywhere in a line is a command to GitHub's runner, which reads whatever is printed.
    return _HIDDEN.sub(_escape, text).replace("##[", "##\\u005b") + "\n"


def from_json(text: str | bytes) -> list[Result]:
    """The results ``to_json`` wrote. Raises ``msgspec.ValidationError`` for anything else."""
    import msgspec

    # Not strict, so that "nan" in a figure becomes a number again.
    data = msgspec.json.decode(text)
    return msgspec.convert(data if isinstance(data, list) else [data], list[Result], strict=False)


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one result."""
    text = files("grader.report").joinpath("result.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xD800 <= code < 0xE000:
        return f"\\\\u{code:04x}"
    return json.dumps(match[0])[1:-1] if code != 0x7F else "\\u007f"
