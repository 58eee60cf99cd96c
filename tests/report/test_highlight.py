"""Student's lines in colour, and never other lines than the student's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report.highlight import Word, highlighted

pytestmark = pytest.mark.fast


def test_the_words_of_a_line_have_their_kinds() -> None:
    (words,) = highlighted(["def loss(y):  # mean"])
    assert words == (
        Word("keyword", "def"),
        Word("", " "),
        Word("name", "loss"),
        Word("", "(y):  "),
        Word("comment", "# mean"),
    )


def test_a_text_over_several_lines_is_a_string_on_each() -> None:
    kinds = [[word.kind for word in words] for words in highlighted(["x = '''a", "b", "'''"])]
    assert kinds == [["", "string"], ["string"], ["string"]]


def test_code_that_is_no_python_is_shown_all_the_same() -> None:
    assert "".join(word.text for word in highlighted(["{% if %} ¿ ( '"])[0]) == "{% if %} ¿ ( '"


@given(st.lists(st.text(st.characters(exclude_characters="\n"), max_size=40), max_size=6))
def test_no_letter_is_lost_and_no_line_moves(lines: list[str]) -> None:
    assert ["".join(word.text for word in words) for words in highlighted(lines)] == (lines)
