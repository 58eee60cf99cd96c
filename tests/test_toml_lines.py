import tomllib

import pytest

from grader.toml_lines import key_lines, line_of

pytestmark = pytest.mark.fast

TEXT = '''\
# [comment]
title = """a
[not.a.table]
not = "a key" """
"quoted key".x = 1.5 # [no]
rows = [
  [1.0, 2],  # rows[0]
  # rows[nothing]
  [3.0],
]
when = 1979-05-27 07:32:00
[checks."loss.mini_batch"]
detail = 'full # not a comment'
credit = { sum_reduction = 0.5, "a b".c = { d = "}" } }
[ spaced . out ]
last = "\\"="
[[list]]
x = 1
[[list]]
y = """x\\""""
z = -inf
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("quoted key", "x"), 5),
        (("rows",), 6),
        (("rows", 0), 7),
        (("rows", 1), 9),
        (("rows", 1, 0), 9),
        (("when",), 11),
        (("checks", "loss.mini_batch"), 12),
        (("checks", "loss.mini_batch", "detail"), 13),
        (("checks", "loss.mini_batch", "credit", "sum_reduction"), 14),
        (("checks", "loss.mini_batch", "credit", "a b", "c", "d"), 14),
        (("spaced", "out"), 15),
        (("spaced", "out", "last"), 16),
        (("list", "y"), 20),
        (("list", "z"), 21),
    ],
)
def test_a_key_stands_on_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert key_lines(TEXT)[path] == line


def test_nothing_is_taken_for_a_key_that_is_none() -> None:
    def paths(value: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        return {path}.union(*(paths(part, (*path, key)) for key, part in inner))

    tables_of_list = {("list",), ("list", "x"), ("list", "y"), ("list", "z")}
    known = {path for path in paths(tomllib.loads(TEXT)) if path[:1] != ("list",)} | tables_of_list
    assert set(key_lines(TEXT)) | {()} == known


def test_what_has_no_line_is_told_by_what_is_around_it() -> None:
    lines = key_lines("\n[limits]\ncall_s = 5\n")
    assert line_of(lines, ("limits", "call_s")) == 3
    assert line_of(lines, ("limits", "train_s")) == 2
    assert line_of(lines, ("data", "x")) == 1
