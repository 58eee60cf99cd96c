"""Numbers as people and JSON can take them."""

import math
from collections.abc import Mapping
from typing import Any


def points(value: float) -> str:
    """Points without trailing zeros: 10, 8.75, 0.5."""
    return _trimmed(value)


def score_of(score: float, max_score: float) -> str:
    """``8.75 / 10``: the one way a score is written."""
    return f"{points(score)} / {points(max_score)}"


def number(value: float) -> str:
    """A measured value, four places behind the point where that makes sense."""
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return _trimmed(value) if 1e-3 <= abs(value) < 1e6 else f"{value:.4g}"


def json_safe(value: Any) -> Any:
    """*value* as JSON can hold it: ``"nan"``, ``"inf"``, ``"-inf"`` for such numbers, lists for tuples.

    What is no plain data (a check's author may put anything into evidence) is shown as Python shows it.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, Mapping):
        return {str(key): json_safe(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_safe(item) for item in value]
    return repr(value)


def _trimmed(value: float) -> str:
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
