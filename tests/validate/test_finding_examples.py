"""How examples are declared, and what is said of those that are not declared well."""

from pathlib import Path

import pytest

from grader.testing import write_files
from grader.validate.examples import find_examples

pytestmark = pytest.mark.fast

CHECKS = ("loss.mean", "loss.sum")
LOST = '[lost]\n"loss.mean" = "failed"\n'


def problems(tmp_path: Path, toml: str, kind: str = "wrong") -> tuple[str, ...]:
    write_files(tmp_path, {f"examples/{kind}/a.py": "", f"examples/{kind}/a.toml": toml})
    return find_examples(tmp_path, CHECKS, ["log2", "sum_reduction"]).problems


def test_examples_are_files_folders_notebooks_and_archives(tmp_path: Path) -> None:
    names = ("a.py", "b.ipynb", "c/main.py", "d.tar.gz", "e.zip")
    write_files(tmp_path, {f"examples/right/{name}": "" for name in names})
    write_files(tmp_path, {f"examples/right/{letter}.toml": 'about = "Right."' for letter in "abcde"})
    write_files(tmp_path, {"examples/right/__pycache__/x.pyc": "", "examples/right/.DS_Store": ""})
    found = find_examples(tmp_path, CHECKS, [])
    assert found.problems == ()
    assert [example.name for example in found.found] == [
        f"right/{name}" for name in ("a.py", "b.ipynb", "c", "d.tar.gz", "e.zip")
    ]
    assert all(example.is_right and example.path.exists() for example in found.found)


def test_an_outcome_is_what_is_lost_and_what_it_is_called(tmp_path: Path) -> None:
    write_files(tmp_path, {"examples/wrong/a.py": "", "examples/wrong/a.toml": f'misconception = "log2"\n{LOST}'})
    write_files(
        tmp_path,
        {"examples/wrong/b.py": "", "examples/wrong/b.toml": f'misconception = ["log2", "sum_reduction"]\n{LOST}'},
    )
    first, second = find_examples(tmp_path, CHECKS, ["log2", "sum_reduction"]).found
    assert (first.lost, first.misconceptions) == ({"loss.mean": "failed"}, ("log2",))
    assert second.misconceptions == ("log2", "sum_reduction")


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("lost = ", "cannot be read"),
        (f"colour = 1\n{LOST}", 'unknown key "colour"'),
        (f"abuot = ''\n{LOST}", 'unknown key "abuot"; did you mean "about"?'),
        ('lost = "loss.mean"', '"lost" should be a table'),
        ('[lost]\n"loss.maen" = "failed"', 'a check there is not: "loss.maen"; did you mean "loss.mean"?'),
        ('[lost]\n"loss.mean" = "lost"', '"loss.mean" is "lost", not one of partial, failed, error, skipped'),
        ('[lost]\n"loss.mean" = "passed"', "not one of"),
        (f"misconception = 'lgo2'\n{LOST}", 'no misconception "lgo2"; did you mean "log2"?'),
        ("about = 'Loses nothing.'", "a wrong example must lose something"),
    ],
)
def test_what_is_wrong_with_a_declaration_is_told(tmp_path: Path, toml: str, said: str) -> None:
    (problem,) = problems(tmp_path, toml)
    assert problem.startswith("wrong/a.toml")
    assert said in problem


def test_a_right_example_loses_nothing(tmp_path: Path) -> None:
    assert problems(tmp_path, LOST, "right") == (
        "right/a.toml: a right example loses nothing; move it to examples/wrong",
    )


def test_an_example_or_an_outcome_that_stands_alone_is_told(tmp_path: Path) -> None:
    write_files(tmp_path, {"examples/wrong/a.py": "", "examples/wrong/b.toml": LOST})
    assert find_examples(tmp_path, CHECKS, []).problems == (
        "wrong/a.py has no a.toml beside it that says what it must lose",
        "wrong/b.toml stands beside no example of that name",
    )
