"""Python lines in colour: the words of the student's code, each with its kind, for the page to draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String

_Token = tuple[str, ...]  # a kind of token is the path to it: ("Name", "Function")
_KINDS: tuple[tuple[_Token, str], ...] = (
    (Keyword, "keyword"),
    (Operator.Word, "keyword"),
    (Comment, "comment"),
    (String, "string"),
    (Number, "number"),
    (Name.Function, "name"),
    (Name.Class, "name"),
    (Name.Decorator, "name"),
)


@dataclass(frozen=True)
class Word:
    """Some letters of a line. ``kind``: keyword, comment, string, number, name (of what is defined), or ""."""

    kind: str
    text: str


def highlighted(lines: Sequence[str]) -> list[tuple[Word, ...]]:
    """*lines* of Python, each as its words; joined, they are the line again."""
    found: list[list[Word]] = [[]]
    for token, text in _lexer().get_tokens("\n".join(lines)):
        first, *further = text.split("\n")
        _add(found[-1], token, first)
        for part in further:
            found.append([])
            _add(found[-1], token, part)
    if ["".join(word.text for word in words) for words in found] != list(lines):
        return [(Word("", line),) for line in lines]  # the lexer took a letter for a line break
    return [tuple(words) for words in found]


def _add(words: list[Word], token: _Token, text: str) -> None:
    """Put *text* to *words*, joined to a last word of its own kind."""
    kind = next((kind for family, kind in _KINDS if token[: len(family)] == family), "")
    if text and words and words[-1].kind == kind:
        words[-1] = Word(kind, words[-1].text + text)
    elif text:
        words.append(Word(kind, text))


@cache
def _lexer() -> PythonLexer:
    return PythonLexer(stripnl=False, ensurenl=False)
