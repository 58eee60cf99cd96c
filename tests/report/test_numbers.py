import math

import pytest

from grader.report.numbers import json_safe, number, points, score_of

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("value", "shown"),
    [(10.0, "10"), (100, "100"), (8.75, "8.75"), (0.5, "0.5"), (0, "0"), (-0.0, "0"), (0.1 + 0.2, "0.3"),
     (1 / 3, "0.3333"), (9.999999999, "10"), (-0.5, "-0.5")],
)  # fmt: skip
def test_points_have_no_trailing_zeros(value: float, shown: str) -> None:
    assert points(value) == shown


def test_a_score_is_written_one_way() -> None:
    assert score_of(8.75, 10.0) == "8.75 / 10"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.84831, "0.8483"),
        (1.0, "1"),
        (1e-7, "1e-07"),
        (123456789.5, "1.235e+08"),
        (math.nan, "nan"),
        (1e300, "1e+300"),
    ],
)
def test_a_measured_value_is_short(value: float, shown: str) -> None:
    assert number(value) == shown


def test_numbers_json_lacks_become_words_at_every_depth() -> None:
    value = {"a": (math.nan, [math.inf, {"b": -math.inf}]), 3: (1, True, None, "x", 0.5)}
    assert json_safe(value) == {"a": ["nan", ["inf", {"b": "-inf"}]], "3": [1, True, None, "x", 0.5]}


def test_what_is_no_data_is_shown_as_python_shows_it() -> None:
    assert json_safe({"x": {1}, "y": 1j}) == {"x": "{1}", "y": "1j"}
