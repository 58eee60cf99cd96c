"""Claims about the conditions of a grade: that it is stable, in time, and gives nothing hidden away."""

from collections.abc import Iterator, Mapping, Sequence

from grader.model import Result
from grader.validate import hidden
from grader.validate.evidence import Evidence, Graded
from grader.validate.outcomes import CheckFacts, Outcome
from grader.validate.proof import Claim, Finding, Usage

NEAR = 0.5


def stable_claim(evidence: Evidence) -> Claim:
    """The reference under other seeds and orders of the checks, and right examples under other seeds."""
    repeats = evidence.of("repeat")
    seeded = [one for one in evidence.graded if one.seed is not None]
    findings: list[Finding] = []
    for check in evidence.subject.checks:
        lost = [outcome for outcome in repeats if _lost(outcome, check.id)]
        always = any(_lost(outcome, check.id) for outcome in evidence.of("reference"))
        if lost and not (always and len(lost) == len(repeats)):
            message = f"{check.id} is not passed by the reference in {len(lost)} of {len(repeats)} runs"
            hint = "take chance and the order of checks out of it: fixed inputs, for_every, or a wider tolerance"
            findings.append(Finding(message, hint, check.place))
        findings += _under_other_seeds(evidence, check, seeded)
    told = f"{len(repeats)} times the reference, {len(seeded)} right examples under other seeds"
    return Claim("stable", "No check is flaky", told, tuple(findings))


def _under_other_seeds(evidence: Evidence, check: CheckFacts, seeded: Sequence[Graded]) -> Iterator[Finding]:
    """A check that right examples lose under another seed, and pass under the assignment's own."""
    passed = {example.name for example, result in evidence.at_home if not _loses(result, check.id)}
    lost = [one for one in seeded if one.name in passed and (one.result is None or _loses(one.result, check.id))]
    if lost:
        message = f"{check.id} is lost by {lost[0].name} under the seed {lost[0].seed}"
        message += f" ({len(lost)} of {len(seeded)} such gradings)" if len(lost) > 1 else ""
        hint = "it depends on numbers that are drawn: pin them, fix the inputs, or widen the tolerance"
        yield Finding(message, hint, check.place)


def _loses(result: Result, id: str) -> bool:
    return any(each.id == id and each.status != "passed" for each in result.checks)


def _lost(outcome: Outcome, id: str) -> bool:
    return bool(outcome.ended) or any(check.id == id and check.status != "passed" for check in outcome.checks)


def usage_of(evidence: Evidence) -> Iterator[Usage]:
    """For each limit the right example that came nearest, by what bounds it: a call takes no longer than its check
    (the first waits for the files to run, others for a training), a training no longer than the whole."""
    limits = evidence.assignment.limits
    right = [(example.name, result) for example, result in evidence.at_home if example.is_right]
    if not right:
        return
    waiting = {check.id for check in evidence.subject.checks[1:] if not check.trains}
    calls = [(check.duration_s, name) for name, result in right for check in result.checks if check.id in waiting]
    whole = max((result.duration_s, name) for name, result in right)
    if calls:
        yield Usage("call_s", limits.call_s, *max(calls))
    if any(entry.kind == "training" for entry in evidence.assignment.entry_points):
        yield Usage("train_s", limits.train_s, *whole)
    yield Usage("submission_s", limits.submission_s, *whole)


def time_claim(evidence: Evidence, usage: Sequence[Usage]) -> Claim:
    """One that exceeds a limit fails as an example; here a busy machine is no reason for a finding."""
    notes = [
        f"{used.example} needed up to {used.used_s:.3g} s of {used.limit} = {used.limit_s:g}; if the machine was not "
        f"busy with other things, raise {used.limit} under [limits]"
        for used in usage
        if used.share > NEAR
    ]
    worst = max(usage, key=lambda used: used.share, default=None)
    told = f"at most {100 * worst.share:.0f}% of {worst.limit} ({worst.example})" if worst else "no right example"
    return Claim("time", "Right work stays well below the limits", told, (), tuple(notes))


def hidden_claim(evidence: Evidence) -> Claim:
    """A hidden check gives nothing away, in what it says or in what is handed out; nor is the reference handed out."""
    details = {check.id: check for check in evidence.subject.checks if check.detail != "full"}
    findings = (*_said(evidence), *_handed_out(evidence, details), *_own_code(evidence))
    told = f"{len(details)} hidden checks" if details else "no check is hidden"
    return Claim("hidden", "What is hidden stays hidden", told, findings)


def _said(evidence: Evidence) -> list[Finding]:
    """What hidden checks told the stand-ins; for each check its first."""
    found: dict[str, Finding] = {}
    for outcome in evidence.outcomes:
        for judged in outcome.checks:
            if judged.leaked:
                numbers = ", ".join(judged.leaked)
                message = f"{judged.id} is hidden, but a student is shown {numbers} (seen with: {outcome.name})"
                hint = "hand what was expected over as expected=..., and keep it out of the text and other evidence"
                found.setdefault(judged.id, Finding(message, hint, evidence.code_of(judged.id)))
    return list(found.values())


def _handed_out(evidence: Evidence, details: Mapping[str, CheckFacts]) -> Iterator[Finding]:
    secrets: dict[str, list[float]] = {}
    for outcome in evidence.outcomes:
        for judged in outcome.checks:
            secrets.setdefault(judged.id, []).extend(judged.secrets)
    for id, check in details.items():
        for where, text in {"its title": check.title, **evidence.handed_out}.items():
            for word in hidden.told_in(text, secrets.get(id, ())):
                message = f"{id} is hidden, but {where} tells a number it compares with: {word}"
                yield Finding(message, "take it out, or compare with another number", evidence.code_of(id))


def _own_code(evidence: Evidence) -> Iterator[Finding]:
    for where, text in evidence.handed_out.items():
        for line in evidence.subject.own_lines:
            if line in text:
                message = f"{where} holds a line of the reference: {line}"
                yield Finding(message, "take it out", evidence.file(where))
