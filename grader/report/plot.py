"""The geometry of a figure: numbers to the paths and ticks that the page's macro draws as SVG."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.model import Figure, Series

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 12, 44
TONES = 4
# Beyond this a difference of two values overflows; such a point is no more drawn than nan is.
_HUGE = 1e100

Point = tuple[float, float]


@dataclass(frozen=True)
class Tick:
    """A mark on an axis, at a place in pixels."""

    at: float
    label: str


@dataclass(frozen=True)
class Stroke:
    """One series, ready to draw: ``path`` is an SVG path, ``tone`` counts colours and dashes from 1."""

    name: str
    style: str
    path: str
    tone: int


@dataclass(frozen=True)
class Plot:
    """A figure, ready to draw."""

    id: str
    title: str
    text: str
    x_label: str
    y_label: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    strokes: tuple[Stroke, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True)
class _Axis:
    """Maps values from low..high to pixels from start..end."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def plot(figure: Figure, number: int) -> Plot:
    """*figure*, the page's figure number *number*, as lines to draw."""
    points = [point for series in figure.series for point in zip(series.x, series.y, strict=False) if _drawable(point)]
    x_marks, x = _scaled([x for x, _ in points], LEFT, WIDTH - RIGHT, tight=True)
    y_marks, y = _scaled([y for _, y in points], HEIGHT - BOTTOM, TOP, tight=False)
    tones = _tones(figure.series)
    return Plot(
        f"figure-{number}",
        figure.title,
        figure.text,
        figure.x_label,
        figure.y_label,
        tuple(Tick(round(x.at(mark), 1), label) for mark, label in x_marks),
        tuple(Tick(round(y.at(mark), 1), label) for mark, label in y_marks),
        tuple(_stroke(series, tone, x, y) for series, tone in zip(figure.series, tones, strict=True)),
    )


def _tones(series: Sequence[Series]) -> Iterable[int]:
    """Lines and points take colours in turn; a rule is part of the background and takes none."""
    drawn = 0
    for one in series:
        drawn += one.style != "rule"
        yield 0 if one.style == "rule" else (drawn - 1) % TONES + 1


def _stroke(series: Series, tone: int, x: _Axis, y: _Axis) -> Stroke:
    points = list(zip(series.x, series.y, strict=False))
    if series.style == "points":
        path = "".join(f"M{x.at(a):.1f} {y.at(b):.1f}h0" for a, b in filter(_drawable, points))
    elif series.style == "rule":
        path = _rule(points, x, y)
    else:
        path = _line(points, x, y)
    return Stroke(series.name, series.style, path, tone)


def _line(points: Sequence[Point], x: _Axis, y: _Axis) -> str:
    """A path through the points, broken where one cannot be drawn."""
    parts, pen = [], "M"
    for point in points:
        if _drawable(point):
            parts.append(f"{pen}{x.at(point[0]):.1f} {y.at(point[1]):.1f}")
        pen = "L" if _drawable(point) else "M"
    return "".join(parts)


def _rule(points: Sequence[Point], x: _Axis, y: _Axis) -> str:
    """One value of y makes a rule across the whole figure, one value of x a rule from bottom to top."""
    points = [point for point in points if _drawable(point)]
    if not points:
        return ""
    if len({b for _, b in points}) == 1:
        return f"M{x.start} {y.at(points[0][1]):.1f}H{x.end}"
    if len({a for a, _ in points}) == 1:
        return f"M{x.at(points[0][0]):.1f} {y.start}V{y.end}"
    return _line(points, x, y)


def _drawable(point: Point) -> bool:
    return all(math.isfinite(value) and abs(value) < _HUGE for value in point)


def _scaled(values: Sequence[float], start: float, end: float, *, tight: bool) -> tuple[list[tuple[float, str]], _Axis]:
    """Round tick values over *values*, and the axis; a *tight* one ends with the data, another with a tick."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        low, high = low - 0.5 * (abs(low) or 1), high + 0.5 * (abs(high) or 1)
    step = _step(high - low)
    first, last = math.floor(low / step + 1e-6), math.ceil(high / step - 1e-6)
    axis = _Axis(low, high, start, end) if tight else _Axis(first * step, last * step, start, end)
    slack = 1e-6 * (high - low)
    marks = [i * step for i in range(first, last + 1) if axis.low - slack <= i * step <= axis.high + slack]
    return [(mark, f"{mark:.6g}") for mark in marks], axis


def _step(span: float) -> float:
    """The roundest step that makes about five ticks."""
    power = 10.0 ** math.floor(math.log10(span / 5))
    return next(factor * power for factor in (1, 2, 5, 10) if span / (factor * power) <= 6)
