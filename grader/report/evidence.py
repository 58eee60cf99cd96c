"""Evidence made readable: expected beside actual, inputs as small tables, everything else as short facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.report.numbers import number
from grader.report.plain import cut

_ROWS = 8
_ITEMS = 12
_TEXT = 300
_LABELS = {"inputs": "For these inputs", "counterexample": "The smallest example that shows it"}


@dataclass(frozen=True)
class Table:
    """Some rows under named columns; ``left_out`` says how many more there are, or nothing."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: str


@dataclass(frozen=True)
class Fact:
    """One thing of the evidence, in a few words."""

    label: str
    text: str


@dataclass(frozen=True)
class EvidenceView:
    """Evidence as the page shows it. ``expected`` and ``actual`` are None when not told. ``compared`` are the answers
    by which a known mistake was recognised."""

    expected: str | None = None
    actual: str | None = None
    tables: tuple[Table, ...] = ()
    facts: tuple[Fact, ...] = ()
    compared: tuple[Table, ...] = ()


def view_evidence(evidence: Mapping[str, Any] | None) -> EvidenceView:
    """*evidence* (already inert) for the page."""
    rest = dict(evidence or {})
    if rest.get("inputs") == rest.get("counterexample"):
        rest.pop("inputs", None)
    expected, actual = _beside(rest.pop("expected", None), rest.pop("actual", None))
    compared, _ = _entry("", rest.pop("compared_on", ()))
    tables, facts = [], []
    columns = {key: value for key, value in rest.items() if _is_rows(value)}
    if _share_a_length(columns):
        tables.append(_table("", columns))
        rest = {key: value for key, value in rest.items() if key not in columns}
    for key, value in rest.items():
        more_tables, more_facts = _entry(_label(key), value)
        tables += more_tables
        facts += more_facts
    return EvidenceView(expected, actual, tuple(tables), tuple(facts), tuple(compared))


def show(value: Any) -> str:
    """A value in a few words."""
    return cut(_show(value), _TEXT)


def _show(value: Any) -> str:
    if isinstance(value, float):
        return number(value)
    if _is_rows(value):
        return _show_list(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {_show(item)}" for key, item in value.items())
    return str(value)


def _show_list(items: Sequence[Any]) -> str:
    if len(items) <= _ITEMS:
        return f"[{', '.join(_show(item) for item in items)}]"
    ends = [_show(item) for item in (*items[: _ITEMS // 2], *items[-2:])]
    return f"[{', '.join(ends[:-2])}, …, {', '.join(ends[-2:])}] ({len(items):,} in all)"


def _beside(expected: Any, actual: Any) -> tuple[str | None, str | None]:
    """Both as text, with enough digits to differ where they differ."""
    texts = None if expected is None else show(expected), None if actual is None else show(actual)
    if texts[0] == texts[1] and isinstance(expected, float) and isinstance(actual, float) and expected != actual:
        return f"{expected:.9g}", f"{actual:.9g}"
    return texts


def _entry(label: str, value: Any) -> tuple[list[Table], list[Fact]]:
    if isinstance(value, Mapping):
        columns = {str(key): item for key, item in value.items() if _is_rows(item)}
        if _share_a_length(columns, at_least=1) and not _is_short(value):
            rest = {key: item for key, item in value.items() if key not in columns}
            return [_table(label, columns)], [Fact(str(key), show(item)) for key, item in rest.items()]
    if _are_records(value):
        return [_table(label, {str(key): [row[key] for row in value] for key in value[0]})], []
    return [], [Fact(label, show(value))]


def _table(caption: str, columns: Mapping[str, Sequence[Any]]) -> Table:
    length = len(next(iter(columns.values())))
    rows = tuple(tuple(_cell(column[row]) for column in columns.values()) for row in range(min(length, _ROWS)))
    names = tuple(name.replace("_", " ") if not caption else name for name in columns)
    return Table(caption, names, rows, f"and {length - _ROWS:,} more rows" if length > _ROWS else "")


def _cell(value: Any) -> str:
    """A cell; a row of one number, as in a column of shape (N, 1), is that number."""
    return show(value[0] if _is_rows(value) and len(value) == 1 else value)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _are_records(value: Any) -> bool:
    """Whether this is a list of mappings that all have the same keys."""
    if not _is_rows(value) or not all(isinstance(row, Mapping) and row for row in value):
        return False
    return len({tuple(row) for row in value}) == 1


def _share_a_length(columns: Mapping[str, Sequence[Any]], at_least: int = 2) -> bool:
    lengths = {len(column) for column in columns.values()}
    return len(columns) >= at_least and len(lengths) == 1 and lengths != {0}


def _is_short(value: Mapping[str, Any]) -> bool:
    """Whether *value* is one short list, which reads better on a line than as a column."""
    return len(value) == 1 and len(next(iter(value.values()))) <= _ROWS


def _label(key: str) -> str:
    return _LABELS.get(key) or key.replace("_", " ").capitalize()
