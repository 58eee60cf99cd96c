"""How a batch shows what it is doing: a live display on a terminal, plain lines anywhere else."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import click

from grader.report.numbers import points
from grader.report.plain import plain_line
from grader.report.terminal import in_one_line

if TYPE_CHECKING:
    from rich.console import RenderableType

    from grader.model import Row

NAME_WIDTH = 40


@dataclass
class Tally:
    """What came of the submissions so far. ``graded_now`` are those of this run; the others' grades still held."""

    total: int
    done: int = 0
    graded_now: int = 0
    share: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)

    def add(self, row: "Row", *, now: bool) -> None:
        self.done += 1
        self.graded_now += now
        self.kinds[kind_of(row)] += 1
        if row.result is not None and row.result.max_score:
            self.share += row.result.score / row.result.max_score

    @property
    def rate(self) -> float:
        """Submissions graded a second."""
        return self.graded_now / max(time.monotonic() - self.began, 1e-6)

    @property
    def left_s(self) -> float | None:
        """Seconds to go at this rate; None while nothing is known."""
        return (self.total - self.done) / self.rate if self.graded_now else None

    def words(self) -> str:
        """``40 with full marks, 55 with points lost, 5 ungradable``, without what there is none of."""
        return ", ".join(f"{count} {kind}" for kind, count in self.kinds.most_common())


def kind_of(row: "Row") -> str:
    """What came of a submission, as ``Tally.words`` counts it."""
    if row.result is None:
        return "without a result"
    if row.result.status == "ungradable":
        return "ungradable"
    if row.result.status == "internal_error":
        return "the grader failed at"
    return "with full marks" if row.result.score >= row.result.max_score else "with points lost"


class Progress(Protocol):
    """Told what happens; shows it."""

    def started(self, worker: int, name: str) -> None: ...

    def finished(self, worker: int, row: "Row") -> None: ...


@contextmanager
def shown(tally: Tally, *, live: bool, quiet: bool) -> Iterator[Progress]:
    """The way to show progress: *live* on a terminal, else one line a submission, *quiet*: nothing."""
    if quiet:
        yield _Silent()
    elif live:
        with _live(tally) as progress:
            yield progress
    else:
        yield _Lines(tally)


class _Silent:
    def started(self, worker: int, name: str) -> None: ...

    def finished(self, worker: int, row: "Row") -> None: ...


class _Lines(_Silent):
    """``[ 12/100] 8.75 / 10  alice.py · the first thing that is wrong``."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def finished(self, worker: int, row: "Row") -> None:
        total = self._tally.total
        told = in_one_line(row.result) if row.result else f"no result  {row.name} · {row.problem}"
        click.echo(f"[{self._tally.done:>{len(str(total))}}/{total}] {plain_line(told)}")


class _Live(_Silent):
    """A bar, the counts, and what each worker is on, redrawn in place."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._busy: dict[int, tuple[str, float]] = {}

    def started(self, worker: int, name: str) -> None:
        self._busy[worker] = (plain_line(name), time.monotonic())

    def finished(self, worker: int, row: "Row") -> None:
        self._busy.pop(worker, None)

    def __rich__(self) -> "RenderableType":
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        tally = self._tally
        head = Table.grid(padding=(0, 1))
        head.add_row(
            ProgressBar(total=max(tally.total, 1), completed=tally.done, width=30),
            Text(f"{tally.done} of {tally.total}", style="bold"),
            Text(_pace(tally), style="dim"),
        )
        lines = [Text(f"{tally.words()}{_mean(tally)}", overflow="ellipsis", no_wrap=True)]
        now = time.monotonic()
        for worker, (name, since) in sorted(self._busy.items()):
            lines.append(Text(f"  {worker + 1}  {now - since:4.0f} s  {name[:NAME_WIDTH]}", style="cyan", no_wrap=True))
        return Group(head, *lines)


@contextmanager
def _live(tally: Tally) -> Iterator[_Live]:
    from rich.live import Live

    progress = _Live(tally)
    with Live(progress, refresh_per_second=8, transient=True):
        yield progress


def _mean(tally: Tally) -> str:
    judged = tally.done - tally.kinds["without a result"]
    return f" · mean {points(round(100 * tally.share / judged, 1))}% of the points" if judged else ""


def _pace(tally: Tally) -> str:
    if tally.left_s is None:
        return "starting"
    minutes, seconds = divmod(round(tally.left_s), 60)
    return f"{60 * tally.rate:.0f} a minute, {minutes}:{seconds:02d} left"
