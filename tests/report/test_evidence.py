from typing import Any

import pytest

from grader.report.evidence import show, view_evidence

pytestmark = pytest.mark.fast


def test_nothing_told_is_nothing_shown() -> None:
    view = view_evidence(None)
    assert (view.expected, view.actual, view.tables, view.facts) == (None, None, (), ())


def test_expected_and_actual_get_the_digits_they_need_to_differ() -> None:
    view = view_evidence({"expected": 0.84830001, "actual": 0.84830002})
    assert (view.expected, view.actual) == ("0.84830001", "0.84830002")
    assert view_evidence({"expected": 0.8483, "actual": "nan"}).actual == "nan"


def test_inputs_of_equal_length_become_one_table() -> None:
    table = view_evidence({"inputs": {"y_pred": [[0.2], [0.8]], "y": [1, 0]}}).tables[0]
    assert table.columns == ("y_pred", "y")
    assert table.rows == (("0.2", "1"), ("0.8", "0"))
    assert table.left_out == ""


def test_a_long_table_is_cut_and_says_so() -> None:
    table = view_evidence({"counterexample": {"p": [0.5] * 4096, "y": [1.0] * 4096}}).tables[0]
    assert len(table.rows) == 8
    assert table.left_out == "and 4,088 more rows"


def test_lists_beside_one_another_become_a_table() -> None:
    view = view_evidence({"hours": [1, 2], "probability": [0.1, 0.2], "rows_tried": 7})
    assert view.tables[0].rows == (("1", "0.1"), ("2", "0.2"))
    assert [(fact.label, fact.text) for fact in view.facts] == [("Rows tried", "7")]


def test_rows_given_one_by_one_become_a_table() -> None:
    table = view_evidence({"rows": [{"h": 1, "p": 0.3}, {"h": 4, "p": 0.7}]}).tables[0]
    assert (table.columns, table.rows) == (("h", "p"), (("1", "0.3"), ("4", "0.7")))


def test_a_short_list_alone_is_a_line_and_no_table() -> None:
    view = view_evidence({"inputs": {"labels": [1, 1, 0]}})
    assert [(fact.label, fact.text) for fact in view.facts] == [("For these inputs", "labels = [1, 1, 0]")]
    assert len(view_evidence({"inputs": {"x": list(range(9))}}).tables) == 1


def test_the_answers_a_mistake_was_recognised_by_stand_apart() -> None:
    view = view_evidence({"compared_on": [{"y_pred": [0.5], "answer": [0.7]}, {"y_pred": [0.1], "answer": [2.3]}]})
    assert (view.tables, view.facts) == ((), ())
    assert view.compared[0].rows == (("0.5", "0.7"), ("0.1", "2.3"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ([4, 1], "[4, 1]"),
        (list(range(100)), "[0, 1, 2, 3, 4, 5, …, 98, 99] (100 in all)"),
        ({"w": 1.0, "b": [0.25]}, "w = 1, b = [0.25]"),
        ([], "[]"),
        (None, "None"),
        (True, "True"),
        ("float16", "float16"),
    ],
)
def test_a_value_is_shown_in_a_few_words(value: Any, shown: str) -> None:
    assert show(value) == shown


@pytest.mark.parametrize("value", [[[[]]], {"a": {"b": {}}}, [{}, []], [{}], {"a": [], "b": []}, "x" * 10_000, [None]])
def test_no_evidence_is_too_odd(value: Any) -> None:
    for key in ("expected", "inputs", "counterexample", "compared_on", "other"):
        view = view_evidence({key: value})
        assert all(len(fact.text) < 400 for fact in view.facts)
