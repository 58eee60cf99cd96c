"""A proof as one self-contained page: no script, no request to anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from grader.report.plain import inert
from grader.report.templates import context_of, environment, explained, policy, stylesheet
from grader.validate.proof import NONE, CheckPower, Claim, MutantFate, Proof, Usage

_LIMIT = 4_000
_STATUS = ("survived", "equivalent", "no answer", "killed")


@dataclass(frozen=True)
class MatrixRow:
    """A row of the confusion matrix: one count for each column; ``right`` is the column it should be in."""

    name: str
    counts: tuple[int, ...]
    right: int


@dataclass(frozen=True)
class ProofPage:
    """Everything ``proof.html`` can use, by these names. Nothing else is defined there.

    ``title``: of the document · ``style``: the stylesheet, ``policy``: the content security policy that allows it ·
    ``assignment``: its title, ``name``: its folder · ``mood``: done or broken · ``verdict``: one sentence ·
    ``claims``: what holds and what does not, with findings · ``checks``: how often each was seen to fail ·
    ``columns`` and ``rows``: the confusion matrix, ``naming``: precision and recall in words · ``score``: of the
    mutants, in words, ``mutants``: all of them, survivors first · ``usage``: time against limits · ``made``: by
    which grader, in how long.
    """

    title: str
    style: Markup
    policy: str
    assignment: str
    name: str
    mood: str
    verdict: str
    claims: tuple[Claim, ...]
    checks: tuple[CheckPower, ...]
    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    naming: str
    score: str
    mutants: tuple[MutantFate, ...]
    usage: tuple[Usage, ...]
    made: str


def render_proof(proof: Proof, template_folders: Sequence[Path] = ()) -> str:
    """The page of *proof*. Templates are taken from *template_folders* first.

    Raises CourseError when a template is broken.
    """
    templates = environment(template_folders)
    with explained("proof.html", ProofPage):
        style = stylesheet(templates, "report.css", "proof.css")
        return templates.get_template("proof.html").render(context_of(proof_page(proof, style)))


def prepare(template_folders: Sequence[Path] = ()) -> None:
    """Compile the template, so that a broken one is found before anything is graded. Raises CourseError."""
    with explained("proof.html", ProofPage):
        environment(template_folders).get_template("proof.html")


def proof_page(proof: Proof, style: str) -> ProofPage:
    """What the template is given; every text is inert."""
    safe = inert(proof, limit=_LIMIT)
    open_claims = [claim for claim in safe.claims if not claim.holds]
    verdict = f"{len(open_claims)} of {len(safe.claims)} claims do not hold." if open_claims else "All of it holds."
    columns, rows = _matrix(safe)
    return ProofPage(
        title=f"{'holds' if safe.holds else 'does not hold'} · {safe.title}",
        style=Markup(style),
        policy=policy(style),
        assignment=safe.title,
        name=safe.assignment,
        mood="done" if safe.holds else "broken",
        verdict=verdict,
        claims=safe.claims,
        checks=safe.checks,
        columns=columns,
        rows=rows,
        naming=f"Precision {_share(safe.matrix.precision)}, recall {_share(safe.matrix.recall)}.",
        score=f"Mutation score: {_share(safe.mutation_score)}.",
        mutants=tuple(sorted(safe.mutants, key=lambda fate: (_STATUS.index(fate.status), fate.line))),
        usage=safe.usage,
        made=f"grade {safe.grader}, {safe.duration_s:g} s",
    )


def _matrix(proof: Proof) -> tuple[tuple[str, ...], tuple[MatrixRow, ...]]:
    """Its columns and rows: every misconception, then none."""
    names = (*(naming.id for naming in proof.matrix.namings), NONE)
    counts = {(cell.declared, cell.named): cell.count for cell in proof.matrix.cells}
    rows = (MatrixRow(row, tuple(counts.get((row, name), 0) for name in names), names.index(row)) for row in names)
    return names, tuple(rows)


def _share(share: float | None) -> str:
    return "not known" if share is None else f"{100 * share:.4g}%"
