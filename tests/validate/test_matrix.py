import pytest

from grader.validate.matrix import PLACE, Diagnosed, misnamed

pytestmark = pytest.mark.fast


def test_for_a_misconception_of_a_training_no_candidates_are_asked_for() -> None:
    lost = [Diagnosed(name, PLACE, frozenset({name}), frozenset(), said=name) for name in ("no_zero_grad", "log2")]
    training, loss = misnamed(lost, of_training=["no_zero_grad"])
    assert training.hint.startswith("let its Loop take other gradients in its first six steps")
    assert loss.hint.startswith("add inputs to CANDIDATES")


def test_trainings_that_are_not_told_apart_are_to_differ_in_their_loops() -> None:
    alike = [Diagnosed(name, PLACE, frozenset({name}), frozenset(), said="same") for name in ("one", "two")]
    (finding,) = misnamed(alike, of_training=["one", "two"])
    assert finding.hint == "let their Loops differ, or remove all but one"
