"""From what the bench and the workers found to a Proof: a pure function, one claim after another."""

import grader
from grader.validate.evidence import Evidence
from grader.validate.matrix import confusion, diagnosed
from grader.validate.on_checks import checks_claim, fates_of, misconceptions_claim, mutants_claim, powers_of
from grader.validate.on_conditions import hidden_claim, stable_claim, time_claim, usage_of
from grader.validate.on_submissions import examples_claim, points_claim, reference_claim, starter_claim
from grader.validate.proof import Proof


def assess(evidence: Evidence) -> Proof:
    """Whether the assignment holds, claim by claim."""
    powers, fates = tuple(powers_of(evidence)), tuple(fates_of(evidence))
    usage = tuple(usage_of(evidence))
    hidden = [check.id for check in evidence.subject.checks if check.detail != "full"]
    subjects = diagnosed(evidence.of("misconception"), evidence.at_home, hidden)
    matrix = confusion(subjects)
    claims = (
        points_claim(evidence),
        reference_claim(evidence),
        starter_claim(evidence),
        examples_claim(evidence),
        misconceptions_claim(evidence, subjects, matrix),
        checks_claim(evidence, powers),
        mutants_claim(evidence, fates),
        stable_claim(evidence),
        time_claim(evidence, usage),
        hidden_claim(evidence),
    )
    return Proof(
        assignment=evidence.assignment.name,
        title=evidence.assignment.title,
        grader=grader.__version__,
        claims=claims,
        checks=powers,
        matrix=matrix,
        mutants=fates,
        usage=usage,
        is_broken=_is_broken(evidence),
    )


def _is_broken(evidence: Evidence) -> bool:
    graded = [check.status for one in evidence.graded if one.result for check in one.result.checks]
    judged = [check.status for outcome in evidence.outcomes for check in outcome.checks]
    return "internal_error" in graded or "internal_error" in judged
