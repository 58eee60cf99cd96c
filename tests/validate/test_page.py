"""A proof as a page: complete, true to its documented context, and nothing but text."""

import base64
import hashlib
import json
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path

import jinja2.meta
import pytest

from grader.errors import CourseError
from grader.report import templates
from grader.report.templates import context_of
from grader.validate.page import ProofPage, prepare, proof_page, render_proof
from grader.validate.proof import Finding, Proof
from grader.validate.proof_json import to_json
from grader.validate.terminal import told

pytestmark = pytest.mark.fast

HOSTILE = "<script>alert(1)</script>{{ 7*7 }}</style>\"'\x1b[31m\u202e https://evil.example"


class Page(HTMLParser):
    """The tags of a page, its texts, and whether every element was closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def test_the_page_tells_every_claim_and_what_to_do(proof: Proof) -> None:
    page = Page(render_proof(proof))
    assert "1 of 2 claims do not hold." in page.text
    for part in ("Every check can fail ✓ holds 2 of 2 seen to fail", "reference.py:3 no check notices f: a + b",
                 "- return a + b + return a - b", "What to do: make a check notice it"):  # fmt: skip
        assert part in page.text, part


def test_the_matrix_has_a_row_and_a_column_for_everything(proof: Proof) -> None:
    text = Page(render_proof(proof)).text
    assert "Precision 75%, recall 60%." in text
    assert "Declared log2 log10 (none) log2 2 1 1 log10 1 (none) 4" in text


def test_mutants_are_listed_survivors_first(proof: Proof) -> None:
    text = Page(render_proof(proof)).text
    order = ["survived", "equivalent It is the same.", "no answer", "killed loss.mean, loss.sum"]
    places = [text.index(part, text.index("All 4 mutants")) for part in order]
    assert places == sorted(places)
    assert "Mutation score: 50%." in text


def test_the_policy_allows_the_stylesheet_and_nothing_else(proof: Proof) -> None:
    text = render_proof(proof)
    style = text[text.index("<style>") + 7 : text.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(
        value for name, value in Page(text).attributes if name == "content" and "default-src" in (value or "")
    )
    assert policy is not None
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'; ")
    assert not {"script", "img", "iframe", "object"} & set(Page(text).tags)
    assert [value for name, value in Page(text).attributes if name in ("href", "src")] == ["data:,", "#main"]


def test_the_context_is_exactly_the_page_and_documented(proof: Proof) -> None:
    environment = templates.environment()
    sources = [templates.source(environment, name) for name in ("page.html", "proof.html")]
    used = set().union(*(jinja2.meta.find_undeclared_variables(environment.parse(source)) for source in sources))
    assert used == {field.name for field in fields(ProofPage)}
    assert set(context_of(proof_page(proof, ""))) == used
    assert [name for name in used if f"``{name}``" not in (ProofPage.__doc__ or "")] == []


def test_what_a_course_says_is_only_text(proof: Proof) -> None:
    claim = replace(
        proof.claims[0], title=HOSTILE, told=HOSTILE, findings=(Finding(HOSTILE, HOSTILE, HOSTILE, (HOSTILE,)),)
    )
    fate = replace(proof.mutants[0], name=HOSTILE, reason=HOSTILE)
    hostile = replace(proof, title=HOSTILE, assignment=HOSTILE, claims=(claim,), mutants=(fate,))
    text = render_proof(hostile)
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    shown = told(hostile, color=False, verbosity=1, width=80, page=None)
    assert not {"\x1b", "\u202e"} & set(shown)
    assert json.loads(to_json(hostile))["title"] == HOSTILE


def test_a_course_can_override_a_block_and_a_broken_template_is_its_error(proof: Proof, tmp_path: Path) -> None:
    file = tmp_path / "proof.html"
    file.write_text('{% extends "grade/proof.html" %}{% block footer %}Room 2.14, {{ name }}{% endblock %}')
    assert "Room 2.14, sums" in render_proof(proof, [tmp_path])
    file.write_text("{{ nothing }}")
    templates._environment.cache_clear()
    with pytest.raises(CourseError, match=r"proof\.html.*ProofPage"):
        render_proof(proof, [tmp_path])
    file.write_text("{% if %}")
    templates._environment.cache_clear()
    with pytest.raises(CourseError, match=r"proof\.html, line 1"):
        prepare([tmp_path])


# ---------------------------------------------------------------- the terminal


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_terminal_keeps_to_its_width(proof: Proof, width: int) -> None:
    lines = told(proof, color=False, verbosity=1, width=width, page=None).split("\n")
    assert max(map(len, lines)) <= width
    assert not any(line != line.rstrip() for line in lines)


def test_quiet_tells_only_what_does_not_hold(proof: Proof) -> None:
    text = told(proof, color=False, verbosity=-1, width=80, page="p.html")
    assert "Every check can fail" not in text
    assert "no check notices f: a + b -> a - b" in text
    assert text.endswith("1 of 2 claims do not hold: 1 finding. 1.5 s.\nPage: p.html")


def test_many_findings_are_told_in_part(proof: Proof) -> None:
    many = replace(proof.claims[1], findings=proof.claims[1].findings * 20)
    text = told(replace(proof, claims=(many,)), color=False, verbosity=0, width=80, page=None)
    assert text.count("✗ no check") == 12
    assert "and 8 more" in text
    assert told(replace(proof, claims=(many,)), color=False, verbosity=1, width=80, page=None).count("✗ no check") == 20


def test_colour_is_only_used_when_asked_for(proof: Proof) -> None:
    assert "\x1b[" in told(proof, color=True, verbosity=0, width=80, page=None)
    assert "\x1b[" not in told(proof, color=False, verbosity=0, width=80, page=None)
