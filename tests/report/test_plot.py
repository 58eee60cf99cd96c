import math

import pytest

from grader.model import Figure, Series
from grader.report.plot import LEFT, WIDTH, plot

pytestmark = pytest.mark.fast


def figure(*series: Series) -> Figure:
    return Figure("f", "A title", "hours", "probability", series, "What it shows.")


def test_an_axis_has_a_few_round_ticks() -> None:
    drawn = plot(figure(Series("s", (0.0, 10.0), (0.03, 0.98))), 1)
    assert [tick.label for tick in drawn.x_ticks] == ["0", "2", "4", "6", "8", "10"]
    assert [tick.label for tick in drawn.y_ticks] == ["0", "0.2", "0.4", "0.6", "0.8", "1"]


def test_greater_values_are_higher_up_and_further_right() -> None:
    path = plot(figure(Series("s", (0.0, 1.0), (0.0, 1.0))), 1).strokes[0].path
    assert path == f"M{LEFT}.0 {320 - 44}.0L{WIDTH - 12}.0 12.0"


def test_a_line_breaks_where_a_value_cannot_be_drawn() -> None:
    values = (0.0, math.nan, 1.0, math.inf, 0.5, 0.7)
    path = plot(figure(Series("s", (0.0, 1.0, 2.0, 3.0, 4.0, 5.0), values)), 1).strokes[0].path
    assert path.count("M") == 3
    assert path.count("L") == 1
    assert "nan" not in path


def test_one_value_of_y_makes_a_rule_across_and_takes_no_colour() -> None:
    drawn = plot(figure(Series("0.5", (3.0,), (0.5,), "rule"), Series("s", (0.0, 10.0), (0.0, 1.0))), 1)
    rule, line = drawn.strokes
    assert rule.path == f"M{LEFT} 144.0H{WIDTH - 12}"
    assert (rule.tone, line.tone) == (0, 1)


def test_one_value_of_x_makes_a_rule_upwards() -> None:
    path = plot(figure(Series("now", (5.0, 5.0), (0.0, 1.0), "rule"), Series("s", (0.0, 10.0), (0.0, 1.0))), 1)
    assert path.strokes[0].path == "M342.0 276V12"


@pytest.mark.parametrize(
    "values",
    [(), (math.nan,), (1.0,), (5.0, 5.0), (1e308, -1e308), (1e-300, 2e-300), (0.0, 1e99), (-3.0, 1e-9), (1e9, 1e9 + 1)],
)
def test_any_values_can_be_drawn(values: tuple[float, ...]) -> None:
    drawn = plot(figure(Series("s", tuple(map(float, range(len(values)))), values)), 1)
    text = "".join(stroke.path for stroke in drawn.strokes)
    assert "nan" not in text
    assert "inf" not in text
    assert 1 <= len(drawn.y_ticks) <= 12
    assert all(0 <= tick.at <= 640 for tick in (*drawn.x_ticks, *drawn.y_ticks))


def test_columns_of_unequal_length_are_drawn_as_far_as_both_go() -> None:
    assert plot(figure(Series("s", (0.0, 1.0, 2.0), (0.0, 1.0))), 1).strokes[0].path.count("L") == 1
