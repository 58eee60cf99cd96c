"""What is changed in a reference, and what is left alone."""

import ast
from textwrap import dedent

import pytest

from grader.validate.mutants import Mutant, mutants

pytestmark = pytest.mark.fast


def of(source: str, *roots: str) -> dict[str, Mutant]:
    return {mutant.name: mutant for mutant in mutants(dedent(source), roots or ("f",))}


def changes(body: str) -> set[str]:
    """What becomes of the expression *body*, as text, for every mutant."""
    source = f"import torch\n\ndef f(a, b, c, x, y):\n    return {body}\n"
    return {mutant.after.strip().removeprefix("return ") for mutant in mutants(source, ["f"])}


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("a + b", {"a - b", "a", "b"}),
        ("a * b", {"a / b", "a", "b"}),
        ("-a", {"a"}),
        ("a ** 2", {"a * 2", "a", "2", "a ** 3", "a ** 0"}),
        ("a < b", {"a <= b", "a > b"}),
        ("a == b", {"a != b"}),
        ("a and b", {"a or b"}),
        ("a if b else c", {"a if not b else c"}),
        ("0.5", {"1.5", "0.0"}),
        ("0", {"1"}),
        ("x.mean()", {"x.sum()", "x"}),
        ("torch.mean(x)", {"torch.sum(x)", "x"}),
        ("x.mean(dim=0)", {"x.sum(dim=0)", "x", "x.mean()", "x.mean(dim=1)"}),
        ("torch.sigmoid(x)", {"torch.tanh(x)", "x"}),
        ("torch.nn.functional.relu(x)", {"torch.nn.functional.sigmoid(x)", "x"}),
        ("torch.log(x)", {"torch.log2(x)", "x"}),
        ("sum(x)", {"max(x)", "x"}),
        ("x.clamp(min=a)", {"x", "x.clamp()", "x.clamp(max=a)"}),
        ("g(x, y)", {"g(y)", "g(x)", "g(y, x)", "x"}),
        ("[a for a in x if a]", {"[a for a in x]"}),
    ],
)
def test_one_thing_is_changed_at_a_time(body: str, wanted: set[str]) -> None:
    assert changes(body) == wanted


@pytest.mark.parametrize(
    "body", ["x.to(torch.float64)", "x.float()", "'text'", "f'{a + b}'", "x.tolist()", "g(dtype=a)", "g(strict=True)"]
)
def test_casts_texts_and_neutral_keywords_are_left_alone(body: str) -> None:
    assert changes(body) == set()


def test_statements_loops_and_what_is_added_up_are_changed() -> None:
    found = of(
        """
        def f(x):
            '''Left alone.'''
            w: float = 2.0
            for value in x:
                w -= value
            return w
        """
    )
    assert list(found) == [
        "f: 2.0 -> 3.0",
        "f: 2.0 -> 0.0",
        "f: for value in x: -> for value in x: (once)",
        "f: w -= value -> w += value",
        "f: w -= value -> w = value",
        "f: w -= value -> (left out)",
    ]
    assert found["f: w -= value -> (left out)"].after == "        pass"
    assert found["f: w -= value -> (left out)"].line == 6


def test_parentheses_keep_the_meaning() -> None:
    assert changes("(a + b) * c") >= {"(a - b) * c", "(a + b) / c"}
    assert changes("a - (b if c else x)") >= {"a - (b if not c else x)"}


def test_what_the_entry_points_lead_to_is_changed_and_nothing_else() -> None:
    found = of(
        """
        FLOOR = -100.0
        UNUSED = 5

        def model(x, w):
            return helper(x) * w

        def helper(x):
            return max(x, FLOOR)

        def other(x):
            return x + 1
        """,
        "model",
    )
    assert {name.partition(":")[0] for name in found} == {"FLOOR", "model", "helper"}
    assert "FLOOR: -100.0 -> 100.0" in found


def test_the_rest_of_the_text_stays_as_it_was() -> None:
    source = "# a comment: é\ndef f(a, b):\n    return (a\n            + b)  # why\n\n\nNUMBER = 1\n"
    (mutant,) = (mutant for mutant in mutants(source, ["f"]) if mutant.name == "f: a + b -> a - b")
    assert mutant.source == "# a comment: é\ndef f(a, b):\n    return (a - b)  # why\n\n\nNUMBER = 1\n"
    assert (mutant.line, mutant.before, mutant.after) == (
        3,
        "    return (a\n            + b)  # why",
        "    return (a - b)  # why",
    )


def test_every_mutant_is_a_program_of_its_own_and_has_a_name_of_its_own() -> None:
    source = "def f(a, b):\n    c = [a + 1, b + 1, a + 1]\n    return c[0] * (a + 1) - max(a, b)\n"
    found = mutants(source, ["f"])
    assert (
        len({ast.dump(ast.parse(mutant.source)) for mutant in found} | {ast.dump(ast.parse(source))}) == len(found) + 1
    )
    assert len({mutant.name for mutant in found}) == len(found)
    assert "f: a + 1 -> a - 1 (2)" in {mutant.name for mutant in found}


def test_the_same_source_gives_the_same_mutants() -> None:
    source = "def f(a, b):\n    return a * b + max(a, 2) if a < b else -b\n"
    assert mutants(source, ["f"]) == mutants(source, ["f"])


def test_a_long_change_is_named_by_where_it_is() -> None:
    long = " + ".join(f"some_function(argument_{number})" for number in range(8))
    names = [mutant.name for mutant in mutants(f"def f():\n    return {long}\n", ["f"])]
    assert "f: ...ion(argument_6) + some_function(a... -> ...ion(argument_6) - some_function(a..." in names
    assert max(map(len, names)) < 400
