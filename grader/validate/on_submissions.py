"""Claims about the points, the reference, the starter and the examples."""

from collections.abc import Iterator

from grader.errors import did_you_mean
from grader.manifest import EXAMPLES, MANIFEST
from grader.model import CheckResult
from grader.report.numbers import points, score_of
from grader.validate.evidence import REFERENCE, Evidence, Graded
from grader.validate.examples import Example
from grader.validate.proof import Claim, Finding


def points_claim(evidence: Evidence) -> Claim:
    """That the checks' points are the manifest's is known: the course would not load. Results must keep to it."""
    declared = evidence.assignment.points
    told = f"{len(evidence.subject.checks)} checks, {points(declared)} points"
    findings = (*_wrong_sums(evidence, declared), *_unknown_credit(evidence))
    return Claim("points", "Points add up to the manifest's", told, findings)


def _wrong_sums(evidence: Evidence, declared: float) -> Iterator[Finding]:
    """Results whose score is not the sum of their checks: one finding, with the first of them."""
    wrong: list[str] = []
    for one in evidence.graded:
        if one.result is not None and one.seed is None:
            total = round(sum(check.score for check in one.result.checks), 6)
            if abs(one.result.max_score - declared) > 1e-6 or abs(total - one.result.score) > 1e-6:
                score = score_of(one.result.score, one.result.max_score)
                wrong.append(f"{one.name}: the result says {score}, its checks add up to {score_of(total, declared)}")
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        hint = "look for a plugin with grader_adjust_result that changes the score, not the checks"
        yield Finding(wrong[0] + more, hint, "plugins/")


def _unknown_credit(evidence: Evidence) -> Iterator[Finding]:
    known = evidence.subject.misconceptions
    for id, settings in evidence.assignment.checks.items():
        for name in settings.credit.keys() - known.keys():
            message = f'"{id}" gives credit for the misconception "{name}", which the reference does not declare'
            yield Finding(
                message + did_you_mean(name, known), "correct the name, or declare it", evidence.file(MANIFEST)
            )


def reference_claim(evidence: Evidence) -> Claim:
    (outcome,) = evidence.of("reference")
    findings = [
        Finding(
            f"there is no function for the entry point {name}, so the reference cannot stand in for a submission",
            f"add a function {name} (docs/assignments.md says what it takes)",
            evidence.file(REFERENCE),
        )
        for name in evidence.subject.missing
    ]
    lost = [check for check in outcome.checks if check.status != "passed"] if not evidence.subject.missing else []
    findings += [
        Finding(
            f"the reference loses points at {check.id}: {check.message}",
            "correct the reference, or the check",
            evidence.code_of(check.id),
        )
        for check in lost
    ]
    passed = len(outcome.checks) - sum(check.status != "passed" for check in outcome.checks)
    told = f"{passed} of {len(evidence.subject.checks)} checks passed"
    return Claim("reference", "The reference gets full marks", told, tuple(findings))


def starter_claim(evidence: Evidence) -> Claim:
    title = "The starter gets nothing"
    wanted = evidence.assignment.validate.starter
    graded = next((one for one in evidence.graded if one.example is None), None)
    if graded is None:
        return Claim("starter", title, "there is no starter/")
    if graded.result is None:
        finding = Finding(f"the starter cannot be graded: {graded.problem}", "correct it", evidence.file("starter/"))
        return Claim("starter", title, "not graded", (finding,))
    result = graded.result
    told = score_of(result.score, result.max_score)
    if abs(result.score - wanted) < 1e-6:
        return Claim("starter", title if not wanted else f"The starter gets {points(wanted)}", told)
    earned = ", ".join(f"{check.id} ({points(check.score)})" for check in result.checks if check.score)
    message = f"the starter earns {points(result.score)} points, not {points(wanted)}: {earned or 'no check passes'}"
    hint = f"take out of it what solves a step, or say starter = {points(result.score)} under [validate]"
    return Claim("starter", title, told, (Finding(message, hint, evidence.file("starter/")),))


def examples_claim(evidence: Evidence) -> Claim:
    where = evidence.file(EXAMPLES)
    hint = "docs/assignments.md says what stands in the .toml of an example"
    findings = [Finding(problem, hint, f"{where}/") for problem in evidence.examples.problems]
    kinds = [example.is_right for example in evidence.examples.found]
    if not kinds.count(True):
        findings.append(Finding("there is no right example", "add a solution, and a .toml beside it", f"{where}/right"))
    if not kinds.count(False):
        findings.append(
            Finding("there is no wrong example", "add a mistake, and a .toml with [lost]", f"{where}/wrong")
        )
    ours = [one for one in evidence.graded if one.example is not None and one.seed is None]
    findings += [finding for one in ours for finding in _outcome(evidence, one)]
    told = f"{kinds.count(True)} right, {kinds.count(False)} wrong"
    return Claim("examples", "Every example comes out as declared", told, tuple(findings))


def _outcome(evidence: Evidence, one: Graded) -> Iterator[Finding]:
    """How an example came out otherwise than declared."""
    example, result = one.example, one.result
    assert example is not None
    place = evidence.file(f"{EXAMPLES}/{example.name}")
    if result is None:
        yield Finding(f"{example.name} cannot be graded: {one.problem}", "correct it, or take it away", place)
        return
    differing = [_told(example, check) for check in result.checks]
    if any(differing):
        broken = [check.id for check in result.checks if check.status == "internal_error"]
        hint = "correct the check or the example; if the outcome is right, declare it in the .toml"
        if broken:
            hint = f"correct the check ({evidence.code_of(broken[0])})"
        yield Finding(f"{example.name}: " + "\n".join(filter(None, differing)), hint, place)


def _told(example: Example, check: CheckResult) -> str:
    """How *check* came out otherwise than declared; "" when it did not."""
    wanted = example.lost.get(check.id, "passed")
    if check.status == "internal_error":
        return f"{check.id} itself failed: {check.message}"
    if check.status == wanted:
        return ""
    why = f": {check.message}" if check.message and check.status != "passed" else ""
    return f"{check.id} is {check.status}, declared {wanted}{why}"
