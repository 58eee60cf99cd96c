"""Every misconception, alone and two together, made by an imagined student, is told from all others."""

from functools import cache
from typing import Any

import pytest
import torch

from grader.course import bundled_course
from grader.judge.diagnosis import Diagnosis
from grader.judge.grading import Subject, load_subject
from grader.judge.imagined import ImaginedStudent
from grader.judge.probes import choose
from grader.misconceptions import Hypothesis, Loop, hypotheses
from grader.plugins_host import load_host


@cache
def subject() -> Subject:
    course = bundled_course()
    return load_subject(load_host(course), course, "logistic_regression")


def every_hypothesis() -> list[Hypothesis]:
    suspects = subject().suspects
    return [each for entry in ("model", "loss", "train") for each in hypotheses(suspects.misconceptions, entry)]


def names_given(student: Any) -> dict[str, list[str]]:
    """The misconceptions named for every check that fails."""
    diagnosis = Diagnosis(student, subject().suspects, subject().checks)
    named = {}
    for check in subject().checks:
        failed = None
        try:
            check.run(student, subject().reference)
        except Exception as error:
            failed = error
        if failed is not None:
            found = diagnosis.named(check, failed)  # type: ignore[arg-type]
            named[check.id] = [each.id for each in found.misconceptions] if found else []
    return named


@pytest.mark.parametrize("hypothesis", every_hypothesis(), ids=lambda each: "+".join(each.ids))
def test_a_student_who_makes_known_mistakes_hears_of_exactly_these(hypothesis: Hypothesis) -> None:
    named = names_given(ImaginedStudent(subject().suspects.world, hypothesis))
    assert named
    assert all(named.values())
    assert {each for names in named.values() for each in names} == set(hypothesis.ids)


class Wrong(ImaginedStudent):
    """A student who is wrong in a way nobody has a name for."""

    def __init__(self, entry: str, variant: Any) -> None:
        super().__init__(subject().suspects.world, Hypothesis((), variant))
        self._entry = entry


UNKNOWN = {
    "scaled loss": ("loss", lambda p, y: 1.07 * subject().reference.loss(p, y)),
    "shifted loss": ("loss", lambda p, y: subject().reference.loss(p, y) + 0.1),
    "weighted loss": ("loss", lambda p, y: -(2 * y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()),
    "absolute error": ("loss", lambda p, y: (p - y).abs().mean()),
    "constant loss": ("loss", lambda p, y: torch.tensor(0.8483)),
    "loss of the first row": ("loss", lambda p, y: subject().reference.loss(p[:1], y[:1])),
    "scaled logit": ("model", lambda x, w, b: torch.sigmoid(2 * (x * w + b))),
    "no weight": ("model", lambda x, w, b: torch.sigmoid(x + w + b)),
    "squared input": ("model", lambda x, w, b: torch.sigmoid(x * x * w + b)),
    "three numbers": ("model", lambda x, w, b, c: torch.sigmoid(x * w + b + c)),
    "constant model": ("model", lambda x, w, b: torch.full_like(x, 0.5)),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_a_mistake_without_a_name_gets_none(case: str) -> None:
    named = names_given(Wrong(*UNKNOWN[case]))
    assert named
    assert not any(named.values())


def test_one_input_tells_all_hypotheses_about_the_model_apart_and_two_all_about_the_loss() -> None:
    suspects = subject().suspects
    for entry in subject().entry_points[:2]:
        groups = suspects.groups(entry)
        assert all(not group.probes.merged for group in groups)
        assert sum(len(group.hypotheses) for group in groups) == len(suspects.of(entry.name)) + 1
        assert [len(group.probes.inputs) for group in groups] == [1] * len(groups)


def test_inputs_that_tell_nothing_apart_are_not_chosen() -> None:
    same = (torch.tensor([[0.5]]), torch.tensor([[1.0]]))
    telling = (torch.tensor([[0.9], [0.2]]), torch.tensor([[1.0], [1.0]]))
    mean, total = (Hypothesis((), variant) for variant in (lambda p, y: p.mean(), lambda p, y: p.sum()))
    assert choose((mean, total), "loss", (same, telling)).inputs == (telling,)
    assert choose((mean, total), "loss", (same,)).merged == ((mean, total),)


def test_two_loops_are_merged_only_where_they_change_different_parts() -> None:
    pairs = {each.ids for each in every_hypothesis() if isinstance(each.variant, Loop) and len(each.ids) == 2}
    assert ("labels_flipped", "no_zero_grad") in pairs
    assert not any("too_few_steps" in pair for pair in pairs)


def test_what_told_is_evidence() -> None:
    suspects = subject().suspects
    hypothesis = next(each for each in every_hypothesis() if each.ids == ("missing_minus", "sum_reduction"))
    student = ImaginedStudent(suspects.world, hypothesis)
    check = next(check for check in subject().checks if check.id == "loss.mini_batch")
    failed = suspects.failure(hypothesis, check)
    assert failed is not None
    named = Diagnosis(student, suspects, subject().checks).named(check, failed)
    assert named is not None
    evidence = named.evidence()
    assert evidence["misconceptions"] == ["missing_minus", "sum_reduction"]
    assert evidence["compared_on"][0]["y_pred"] == [0.1, 0.35, 0.6, 0.85, 0.7]
