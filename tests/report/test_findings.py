from dataclasses import replace
from typing import Any

import pytest

from grader.model import Location, Result
from grader.report.findings import findings, next_step, place, right, status_words

pytestmark = pytest.mark.fast


def test_the_largest_loss_comes_first(partial: Result) -> None:
    assert [(finding.first.id, finding.lost) for finding in findings(partial)] == [
        ("train.converges", 2.0),
        ("loss.mini_batch", 1.0),
        ("loss.random_batches", 0.25),
    ]


def test_checks_with_one_reason_are_one_finding(notebook: Result) -> None:
    assert [len(finding.checks) for finding in findings(notebook)] == [5, 3]


def test_a_consequence_comes_behind_its_cause_however_large(notebook: Result, changed: Any) -> None:
    fixed = {check.id: {"status": "passed", "score": check.max_score} for check in notebook.checks[4:8]}
    small_cause = changed(notebook, fixed)
    assert [finding.first.status for finding in findings(small_cause)] == ["error", "skipped"]
    assert findings(small_cause)[0].lost < findings(small_cause)[1].lost


def test_a_known_mistake_comes_before_what_it_most_often_explains(partial: Result, changed: Any) -> None:
    unnamed = changed(partial, {"train.converges": {"misconception": None}})
    assert [finding.first.id for finding in findings(unnamed)] == [
        "loss.mini_batch", "loss.random_batches", "train.converges",
    ]  # fmt: skip
    raised = changed(unnamed, {"train.converges": {"status": "error", "reason": "exception"}})
    assert findings(raised)[-1].first.id == "train.converges"
    hung = changed(unnamed, {"train.converges": {"status": "error", "reason": "timeout"}})
    assert findings(hung)[0].first.id == "train.converges"
    wrong_model = {"model.sigmoid": {"status": "failed", "score": 0.0, "message": "wrong"}}
    assert findings(changed(unnamed, wrong_model))[0].first.id == "model.sigmoid"


def test_a_model_that_cannot_run_comes_before_the_training_that_suffers_from_it(perfect: Result, changed: Any) -> None:
    stopped = {"status": "error", "reason": "exception", "score": 0.0}
    both = {"model.batch": stopped | {"message": "no return"}, "train.converges": stopped | {"message": "None"}}
    assert [each.first.id for each in findings(changed(perfect, both))] == ["model.batch", "train.converges"]


def test_nothing_written_yet_begins_with_the_first_step_however_little_it_is_worth(
    perfect: Result, changed: Any
) -> None:
    missing = {"status": "error", "reason": "missing", "score": 0.0}
    changes = {check.id: missing | {"message": check.step} for check in perfect.checks}
    steps = dict.fromkeys(check.step for check in perfect.checks)
    assert findings(changed(perfect, changes))[0].first.step == next(iter(steps))


def test_a_known_mistake_comes_before_a_wrong_number_of_its_own_step(perfect: Result, changed: Any) -> None:
    wrong = {"status": "failed", "score": 0.0}
    both = {
        "loss.mini_batch": wrong | {"message": "inf"},
        "loss.differentiable": wrong | {"message": "cut off", "misconception": "cut_off"},
    }
    assert [each.first.id for each in findings(changed(perfect, both))] == ["loss.differentiable", "loss.mini_batch"]


def test_checks_without_a_message_are_not_lumped_together(perfect: Result, changed: Any) -> None:
    silent = {"status": "failed", "score": 0.0}
    assert len(findings(changed(perfect, {"model.batch": silent, "loss.saturated": silent}))) == 2


def test_right_and_wrong_make_all(any_result: Result) -> None:
    told = len(right(any_result)) + sum(len(finding.checks) for finding in findings(any_result))
    assert told == len(any_result.checks)


def test_a_place_in_a_notebook_names_the_cell() -> None:
    assert place(Location("hw.py", 21)) == "hw.py:21"
    assert place(Location("hw.ipynb", 2, 3)) == "hw.ipynb cell 3, line 2"


def test_the_next_step_is_the_hint_of_the_largest_loss(partial: Result) -> None:
    assert next_step(partial).startswith("In hw.py:33: Train for longer")


def test_the_next_step_without_a_hint_names_the_check(partial: Result, changed: Any) -> None:
    silent = changed(partial, {"train.converges": {"hint": "", "location": None}})
    assert next_step(silent) == "Make this true first: After training, 4 hours pass and 1 hour fails."


def test_the_next_step_for_a_broken_file_names_it(ungradable: Result) -> None:
    assert "Repair hw.py" in next_step(ungradable)
    nothing = replace(ungradable, submission=replace(ungradable.submission, files=()))
    assert ".py or .ipynb" in next_step(nothing)


def test_the_grader_s_fault_is_never_the_student_s_work(broken_grader: Result) -> None:
    assert "not your fault" in next_step(broken_grader)
    assert "grader's fault" in next_step(replace(broken_grader, status="graded"))


def test_a_reason_has_its_own_words(partial: Result) -> None:
    check = replace(partial.checks[9], status="error", reason="timeout")
    assert status_words(check) == "took too long"
    assert status_words(replace(check, reason="exception")) == "stopped with an error"
