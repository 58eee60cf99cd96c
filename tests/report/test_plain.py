import sys
import unicodedata
from dataclasses import replace

import pytest

from grader.model import Result
from grader.report.plain import LINE_LIMIT, cut, inert, plain, plain_line

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b2J", "\\x9b2J"),
        ("a\x00b\x07c\x7f", "a\\x00b\\x07c\\x7f"),
        ("exe.\u202egpj", "exe.\\u202egpj"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("name\udcff", "name\\udcff"),
        ("one\r\ntwo\rthree", "one\ntwo\\x0dthree"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("Zoë 李 π → ✓ 👍🏽", "Zoë 李 π → ✓ 👍🏽"),
    ],
)
def test_shows_what_is_invisible_and_keeps_what_is_not(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_escapes_every_control_and_every_invisible_format_character() -> None:
    visible = {0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    visible |= set(range(0x13430, 0x13440))
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and code not in visible and char not in "\n\t":
            assert char not in plain(char), hex(code)


def test_accents_cannot_pile_up_over_the_lines_above() -> None:
    assert plain("e" + "\u0301" * 3) == "e\u0301\u0301\u0301"
    assert plain("e" + "\u0301" * 500).count("\u0301") == 4


def test_a_line_stays_one_line() -> None:
    assert plain_line("a\nb.py") == "a\\nb.py"


def test_cut_says_how_much_is_missing_and_keeps_both_ends() -> None:
    assert cut("abc", 3) == "abc"
    assert cut("a" * 50 + "z" * 51, 10) == "aaaaa [... 91 characters left out ...] zzzzz"


def test_no_text_of_a_result_is_forgotten(hostile: Result) -> None:
    shown = repr(inert(hostile, limit=1000))
    assert not [char for char in shown if char != plain(char)]


def test_names_are_kept_on_one_line_and_short(perfect: Result) -> None:
    long = replace(perfect, submission=replace(perfect.submission, name="a\n" * 5000), message="a\nb")
    safe = inert(long, limit=1000)
    assert "\n" not in safe.submission.name
    assert len(safe.submission.name) < LINE_LIMIT + 50
    assert safe.message == "a\nb"
