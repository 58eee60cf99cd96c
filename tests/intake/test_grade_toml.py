"""grade.toml names the assignment and nothing else."""

import pytest

pytestmark = pytest.mark.fast


def test_the_assignment_key_counts_and_the_file_is_not_copied(read, handed_in):
    got = read(handed_in({"grade.toml": 'assignment = "logistic_regression"', "main.py": ""}))
    assert got.intake.assignment == "logistic_regression"
    assert got.stored == ["main.py"]
    assert got.intake.notes == ()


def test_other_keys_are_ignored_and_said(read, handed_in):
    got = read(handed_in({"grade.toml": 'points = 10\nassignment = "a"\n[limits]\nx = 1', "main.py": ""}))
    assert got.intake.assignment == "a"
    assert got.intake.notes == ("grade.toml: only assignment counts; ignored: limits, points",)


@pytest.mark.parametrize(
    "text", ["assignment =", b"\xff", "a = " + "[" * 5000, 'assignment = ["a"]', 'assignment = "a\\nb"']
)
def test_a_broken_one_is_said_and_never_fatal(read, handed_in, text):
    got = read(handed_in({"grade.toml": text, "main.py": ""}))
    assert got.intake.assignment is None
    assert len(got.intake.notes) == 1
    assert got.code == ["main.py"]


def test_the_top_may_be_the_only_folder_in_it(read, handed_in):
    got = read(handed_in({"hw/grade.toml": 'assignment = "a"', "hw/main.py": "", "__MACOSX/x": ""}))
    assert got.intake.assignment == "a"


def test_one_further_down_counts_for_nothing(read, handed_in):
    got = read(handed_in({"sub/grade.toml": 'assignment = "a"', "main.py": ""}))
    assert got.intake.assignment is None
    assert got.stored == ["main.py"]


def test_a_huge_one_is_not_read(read, handed_in):
    got = read(handed_in({"grade.toml": "#" * 100_000, "main.py": ""}))
    assert "not read" in got.report("grade.toml").why
