"""The confusion matrix: what each wrong piece of work was, against what it was called."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from grader.model import Result
from grader.validate.examples import Example
from grader.validate.outcomes import BY_VALUE, TOGETHER, Outcome, names_given
from grader.validate.proof import NONE, Cell, Finding, Matrix, Naming

PLACE = "misconceptions.py"
OF_TRAINING = "let its Loop take other gradients in its first six steps than all others (CANDIDATES plays no part)"


@dataclass(frozen=True)
class Diagnosed:
    """A submission or a stand-in: what it is by declaration, what it was called. ``place`` is where it lies,
    ``said`` all that the checks said of a stand-in, and ``is_caught`` whether any of them failed."""

    name: str
    place: str
    declared: frozenset[str]
    named: frozenset[str]
    said: object = None
    is_caught: bool = True

    @property
    def missed(self) -> list[str]:
        return sorted(self.declared - self.named)

    @property
    def wrongly(self) -> list[str]:
        return sorted(self.named - self.declared)


def confusion(subjects: Sequence[Diagnosed]) -> Matrix:
    """The matrix over the declared misconceptions, simulated, and the examples."""
    cells: Counter[tuple[str, str]] = Counter()
    counts: Counter[tuple[str, str]] = Counter()
    ids = dict.fromkeys(name for subject in subjects for name in sorted(subject.declared | subject.named))
    for subject in subjects:
        cells.update((name, name) for name in subject.declared & subject.named)
        missed, wrongly = subject.missed or [NONE], subject.wrongly or [NONE]
        if subject.missed or subject.wrongly or not subject.declared:
            cells.update((declared, named) for declared in missed for named in wrongly)
        counts.update((name, "declared") for name in subject.declared)
        counts.update((name, "right") for name in subject.declared & subject.named)
        counts.update((name, "wrong") for name in subject.wrongly)
    namings = (Naming(id, *(counts[id, key] for key in ("declared", "right", "wrong"))) for id in ids)
    return Matrix(tuple(Cell(*pair, count) for pair, count in cells.items()), tuple(namings))


def misnamed(subjects: Sequence[Diagnosed], of_training: Collection[str] = ()) -> Iterator[Finding]:
    """What was not called what it is, or was called what it is not; *of_training* are a training's misconceptions."""
    together = list(_merged(subjects))
    for merged in together:
        message = f"{' and '.join(merged)} are not told apart: every check and every name is the same for them"
        more = (
            "let their Loops differ"
            if set(merged) <= set(of_training)
            else "add inputs on which they differ to CANDIDATES"
        )
        yield Finding(message, f"{more}, or remove all but one", PLACE)
    known = {name for merged in together for name in merged}
    for subject in subjects:
        if subject.missed and subject.place == PLACE and (subject.name in known or not subject.is_caught):
            continue
        if subject.missed:
            what = f"is not named {' and '.join(subject.missed)}" if subject.place != PLACE else "is not named"
            instead = f", but {' and '.join(subject.wrongly)}" if subject.wrongly else ""
            yield Finding(f"{subject.name} {what}{instead}", _hint(subject, of_training), subject.place)
        elif subject.wrongly:
            message = f"{subject.name} is named {' and '.join(subject.wrongly)}, which it is not"
            more = (
                ""
                if set(subject.wrongly) <= set(of_training)
                else "add inputs to CANDIDATES on which the two differ, or "
            )
            yield Finding(message, f"{more}declare the misconception in the .toml", subject.place)


def _hint(subject: Diagnosed, of_training: Collection[str]) -> str:
    is_training = set(subject.missed) <= set(of_training)
    hint = OF_TRAINING if is_training else "add inputs to CANDIDATES on which it differs from all others"
    if subject.place != PLACE:
        return f"{hint}; if it makes another mistake besides, declare no name in the .toml"
    return f"{hint}, or take simple=True from one of the two" if TOGETHER in subject.name else hint


def _merged(subjects: Sequence[Diagnosed]) -> Iterator[list[str]]:
    """The misconceptions of which everything was said alike; one that is named is told apart."""
    alike: dict[object, list[str]] = {}
    for subject in subjects:
        if subject.place == PLACE and subject.missed and subject.is_caught:
            alike.setdefault(subject.said, []).append(subject.name)
    return (names for names in alike.values() if len(names) > 1)


def diagnosed(
    variants: Sequence[Outcome], examples: Sequence[tuple[Example, Result]], hidden: Collection[str]
) -> list[Diagnosed]:
    """All that has a declared misconception or might have been given one.

    A student is not told the name by a check that is one of *hidden*; where no other fails, none is expected.
    """
    found = []
    for outcome in variants:
        said = tuple((check.id, check.status, check.message) for check in outcome.checks)
        named = frozenset(name for check in outcome.checks for name in check.named)
        is_caught = any(check.status in BY_VALUE for check in outcome.checks)
        found.append(Diagnosed(outcome.name, PLACE, frozenset(outcome.name.split(TOGETHER)), named, said, is_caught))
    for example, result in examples:
        shown = [check for check in result.checks if check.status != "passed" and check.id not in hidden]
        declared = frozenset(example.misconceptions) if shown else frozenset()
        named = frozenset(name for check in result.checks for name in names_given(check))
        found.append(Diagnosed(example.name, f"examples/{example.name}", declared, named))
    return found
