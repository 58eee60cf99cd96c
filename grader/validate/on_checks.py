"""Claims about the checks: that misconceptions are named, that every check can fail, that mutants are noticed."""

from collections.abc import Iterable, Iterator, Sequence

from grader.errors import did_you_mean
from grader.manifest import MANIFEST
from grader.model import CheckResult
from grader.validate.evidence import REFERENCE, Evidence
from grader.validate.matrix import PLACE, Diagnosed, misnamed
from grader.validate.outcomes import BY_VALUE, Judged
from grader.validate.proof import CheckPower, Claim, Finding, Matrix, MutantFate, MutantStatus


def misconceptions_claim(evidence: Evidence, subjects: Sequence[Diagnosed], matrix: Matrix) -> Claim:
    declared = evidence.subject.misconceptions
    findings = []
    for outcome in evidence.of("misconception"):
        place = evidence.file(PLACE)
        if outcome.ended:
            findings.append(Finding(f"{outcome.name}: {outcome.ended}", "correct the variant", place))
        elif not any(check.status in BY_VALUE for check in outcome.checks):
            message = f"{outcome.name} loses no points: no check notices it"
            findings.append(Finding(message, "add a check, or an input to one, on which it differs", place))
    kinds = {entry.name: entry.kind for entry in evidence.assignment.entry_points}
    of_training = [id for id, entry in declared.items() if kinds.get(entry) == "training"]
    misnamings = misnamed(subjects, of_training)
    findings += [Finding(each.message, each.hint, evidence.file(each.place)) for each in misnamings]
    told = f"{len(declared)} declared" if declared else "none declared"
    if matrix.precision is not None and matrix.recall is not None:
        told += f": precision {matrix.precision:.3g}, recall {matrix.recall:.3g}"
    return Claim("misconceptions", "Misconceptions are caught and named right", told, tuple(findings))


def powers_of(evidence: Evidence) -> Iterator[CheckPower]:
    for check in evidence.subject.checks:
        yield CheckPower(
            check.id,
            examples=sum(_fails(result.checks, check.id) for _, result in evidence.at_home),
            misconceptions=sum(_fails(outcome.checks, check.id) for outcome in evidence.of("misconception")),
            mutants=sum(_fails(outcome.checks, check.id) for outcome in evidence.of("mutant")),
        )


def _fails(checks: Iterable[Judged] | Iterable[CheckResult], id: str) -> bool:
    """Whether the check *id* failed by a value; a crash of what it asks says nothing about a check."""
    return any(check.id == id and check.status in BY_VALUE for check in checks)


def checks_claim(evidence: Evidence, powers: Sequence[CheckPower]) -> Claim:
    idle = [power.id for power in powers if not power.examples + power.misconceptions + power.mutants]
    findings = [
        Finding(
            f"{id} never fails: no example, misconception or changed reference makes it",
            "add a wrong example that it should catch; if it does not, the check tests nothing",
            evidence.code_of(id),
        )
        for id in idle
    ]
    findings += _breaking(evidence)
    told = f"{len(powers) - len(idle)} of {len(powers)} seen to fail"
    return Claim("checks", "Every check can fail", told, tuple(findings))


def _breaking(evidence: Evidence) -> Iterator[Finding]:
    """Checks that themselves fail on some wrong answer, each with the first that did it."""
    first: dict[str, Finding] = {}
    for outcome in (*evidence.of("misconception"), *evidence.of("mutant")):
        for check in outcome.checks:
            if check.status == "internal_error":
                message = f"{check.id} itself fails on {outcome.name}: {check.message}"
                hint = "let it expect any answer: expect_numbers and expect_shape before numbers are taken apart"
                first.setdefault(check.id, Finding(message, hint, evidence.code_of(check.id)))
    yield from first.values()


def fates_of(evidence: Evidence) -> Iterator[MutantFate]:
    """What became of each mutant, in the order of their lines."""
    outcomes = {outcome.name: outcome for outcome in evidence.of("mutant")}
    equivalent = evidence.assignment.validate.equivalent
    for mutant in evidence.subject.mutants:
        checks = outcomes[mutant.name].checks if mutant.name in outcomes else ()
        by = tuple(check.id for check in checks if check.status in BY_VALUE)
        status = _status(checks, mutant.name in equivalent)
        reason = equivalent[mutant.name] if status == "equivalent" else ""
        yield MutantFate(mutant.name, mutant.line, mutant.before, mutant.after, status, by, reason)


def _status(checks: Sequence[Judged], is_declared: bool) -> MutantStatus:
    statuses = {check.status for check in checks}
    if statuses & set(BY_VALUE):
        return "killed"
    if statuses != {"passed"}:
        return "no answer"
    return "equivalent" if is_declared else "survived"


def mutants_claim(evidence: Evidence, fates: Sequence[MutantFate]) -> Claim:
    title = "A changed reference is noticed"
    survivors = [fate for fate in fates if fate.status == "survived"]
    findings = [
        Finding(
            f"no check notices {fate.name}",
            "make a check notice it; or, if it makes no difference, declare it with a reason under "
            f'[validate.equivalent]: {_quoted(fate.name)} = "..."',
            f"{evidence.file(REFERENCE)}:{fate.line}",
            (*(f"- {line}" for line in fate.before.splitlines()), *(f"+ {line}" for line in fate.after.splitlines())),
        )
        for fate in survivors
    ]
    findings += _stale(evidence, fates)
    if not fates:
        return Claim("mutants", title, "the reference has nothing to change", tuple(findings))
    count = {status: sum(fate.status == status for fate in fates) for status in ("killed", "equivalent", "no answer")}
    judged = count["killed"] + len(survivors)
    share = f" ({100 * count['killed'] / judged:.4g}%)" if judged else ""
    told = f"{count['killed']} of {judged} noticed{share}, {count['equivalent']} equivalent"
    told += f", {count['no answer']} gave no answer" if count["no answer"] else ""
    return Claim("mutants", title, told, tuple(findings))


def _stale(evidence: Evidence, fates: Sequence[MutantFate]) -> Iterator[Finding]:
    """Declarations that are no longer true."""
    known = {fate.name: fate for fate in fates}
    for name in evidence.assignment.validate.equivalent:
        place = evidence.file(MANIFEST)
        if name not in known:
            message = f"[validate.equivalent] names a change the reference does not have: {name}"
            yield Finding(message + did_you_mean(name, known), "correct the line, or remove it", place)
        elif known[name].status == "killed":
            message = f"{name} is declared equivalent, but {', '.join(known[name].by)} notices it"
            yield Finding(message, "remove the line", place)
        elif known[name].status == "no answer":
            yield Finding(f"{name} is declared equivalent, but gives no answer at all", "remove the line", place)


def _quoted(name: str) -> str:
    """*name* as a key of TOML."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
