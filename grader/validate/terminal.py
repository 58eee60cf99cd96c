"""A proof in the terminal: a table of claims, then what does not hold and what to do next."""

from collections.abc import Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from grader.report.plain import inert
from grader.validate.proof import Claim, Finding, Proof

if TYPE_CHECKING:
    from rich.console import RenderableType

SHOWN = 12
LIMIT = 4_000


def told(proof: Proof, *, color: bool, verbosity: int, width: int, page: str | None) -> str:
    """*proof* for a terminal of *width* columns, without a last line feed.

    *verbosity*: -1 tells what does not hold, 0 all claims, 1 every check, misconception and mutant as well.
    """
    from rich.console import Console

    proof = inert(proof, limit=LIMIT)
    text = StringIO()
    console = Console(
        file=text, width=width, force_terminal=color, no_color=not color, highlight=False, emoji=False, soft_wrap=False
    )
    if verbosity >= 0:
        console.print(_claims(proof))
    if verbosity > 0:
        for table in (_checks(proof), _namings(proof), _mutants(proof), _usage(proof)):
            console.print(table)
    for part in _findings(proof, everything=verbosity > 0):
        console.print(part)
    console.print(_ending(proof, page))
    return "\n".join(line.rstrip() for line in text.getvalue().rstrip("\n").split("\n"))


def _claims(proof: Proof) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    title = Text(f"{proof.title} ({proof.assignment})", style="bold")
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("", no_wrap=True)
    table.add_column("Claim", no_wrap=True)
    table.add_column("How it stands")
    for claim in proof.claims:
        mark, style = _mark(claim)
        table.add_row(Text(mark, style=style), Text(claim.title), Text(claim.told, style="dim"))
    return table


def _mark(claim: Claim) -> tuple[str, str]:
    if not claim.holds:
        return "✗", "bold red"
    return ("!", "yellow") if claim.notes else ("✓", "green")


def _checks(proof: Proof) -> "RenderableType":
    rows = [(power.id, power.examples, power.misconceptions, power.mutants) for power in proof.checks]
    return _table("How often each check failed", ("Check", "Examples", "Misconceptions", "Mutants"), rows)


def _namings(proof: Proof) -> "RenderableType":
    namings = proof.matrix.namings
    rows = [(each.id, each.declared, each.right, each.declared - each.right, each.wrong) for each in namings]
    return _table("Misconceptions", ("Misconception", "Declared", "Named", "Missed", "Named elsewhere"), rows)


def _mutants(proof: Proof) -> "RenderableType":
    rows = [(fate.line, fate.name, fate.status, fate.reason or ", ".join(fate.by[:3])) for fate in proof.mutants]
    return _table("Mutants of the reference", ("Line", "Change", "", "By, or why not"), rows)


def _usage(proof: Proof) -> "RenderableType":
    rows = [(used.limit, f"{used.limit_s:g} s", f"{used.used_s:.2f} s", used.example) for used in proof.usage]
    return _table("Time of the slowest right example", ("Limit", "", "At most", "Example"), rows)


def _table(title: str, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(f"\n{title}"), title_justify="left", box=None, padding=(0, 2, 0, 0))
    for position, name in enumerate(columns):
        numeric = bool(rows) and isinstance(rows[0][position], int)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    return table


def _findings(proof: Proof, *, everything: bool) -> "Iterator[RenderableType]":
    from rich.text import Text

    for claim in proof.claims:
        if claim.holds and not claim.notes:
            continue
        yield Text(f"\n{claim.title}", style="bold")
        yield from (Text(f"  ! {note}", style="yellow") for note in claim.notes)
        shown = claim.findings if everything else claim.findings[:SHOWN]
        for finding in shown:
            yield from _finding(finding)
        left = len(claim.findings) - len(shown)
        if left:
            yield Text(f"  and {left} more; -v tells all of them, and so does the page", style="dim")


def _finding(finding: Finding) -> "Iterator[RenderableType]":
    from rich.padding import Padding
    from rich.text import Text

    yield Padding(Text(f"✗ {finding.message}"), (0, 0, 0, 2))
    if finding.place:
        yield Padding(Text(finding.place, style="dim"), (0, 0, 0, 4))
    for line in finding.diff:
        yield Padding(Text(line, style="red" if line.startswith("-") else "green"), (0, 0, 0, 6))
    yield Padding(Text(f"→ {finding.hint}", style="cyan"), (0, 0, 0, 4))


def _ending(proof: Proof, page: str | None) -> "RenderableType":
    from rich.text import Text

    open_claims = [claim for claim in proof.claims if not claim.holds]
    count = sum(len(claim.findings) for claim in open_claims)
    ending = Text("\n")
    if proof.holds:
        ending.append("All of it holds.", style="bold green")
    else:
        claims = f"{len(open_claims)} of {len(proof.claims)} claims do not hold"
        ending.append(f"{claims}: {count} {'finding' if count == 1 else 'findings'}.", style="bold red")
    ending.append(f" {proof.duration_s:g} s.")
    return ending + Text(f"\nPage: {page}") if page else ending
