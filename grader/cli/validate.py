"""``grade validate``: prove an assignment."""

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from grader.cli.course import course_in_use, course_option
from grader.errors import ExitCode
from grader.report.files import check_writable, write_whole

if TYPE_CHECKING:
    from grader.batch.entries import Entry
    from grader.course import Course
    from grader.model import Assignment
    from grader.validate.evidence import Evidence, Graded
    from grader.validate.outcomes import Outcome, Subject
    from grader.validate.plan import Planned
    from grader.validate.proof import Proof
    from grader.wire import Job

PAGES = Path("grade-out") / "validate"
STDOUT = "-"


@dataclass(frozen=True)
class Asked:
    """What the command line asks for."""

    course: "Course"
    assignment: "Assignment"
    jobs: int
    json: str | None
    html: Path | None
    sandbox: str
    verbosity: int
    color: bool
    live: bool


@click.command("validate")
@click.argument("assignment", metavar="ASSIGNMENT")
@course_option
@click.option("-j", "--jobs", metavar="N", type=click.IntRange(1, 256), help="How much at once. Default: the cores.")
@click.option("--json", "json", metavar="FILE", help="Write what was found as JSON; - is stdout.")
@click.option("--html", metavar="FILE", type=click.Path(path_type=Path), help=f"Default: {PAGES}/ASSIGNMENT.html.")
@click.option("--sandbox", type=click.Choice(["strict", "basic", "off"]), help="Default: the best there is.")
@click.option("-q", "--quiet", is_flag=True, help="Only what does not hold.")
@click.option("-v", "--verbose", is_flag=True, help="Every check, misconception and mutant.")
@click.option("--no-color", is_flag=True, help="No live display and no colour, as with NO_COLOR.")
def command(assignment: str, **options: Any) -> int:
    """Prove ASSIGNMENT, by its name: what holds, what does not, and what to do next.

    The reference gets full marks, the starter none, every example its declared outcome; misconceptions are named,
    checks can fail, are stable, in time, and give nothing away. Exit code 0 when all of it holds, 1 when not.
    """
    from grader.validate.page import prepare

    asked = _asked(assignment, options)
    prepare(asked.course.template_folders())
    proof = _Validation(asked).proof()
    page = _write(proof, asked)
    _tell(proof, page, asked)
    if proof.is_broken:
        return ExitCode.COURSE
    return ExitCode.DONE if proof.holds else ExitCode.NOT_ENOUGH


def _asked(assignment: str, options: Mapping[str, Any]) -> Asked:
    from grader.sandbox.levels import level_for
    from grader.sandbox.probe import probe

    course = course_in_use(options["course"])
    for file in (options["html"], Path(options["json"]) if options["json"] not in (None, STDOUT) else None):
        if file is not None:
            check_writable(file)
    plain = options["no_color"] or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return Asked(
        course=course,
        assignment=course.assignment(assignment),
        jobs=options["jobs"] or len(os.sched_getaffinity(0)),
        json=options["json"],
        html=options["html"],
        sandbox=level_for(options["sandbox"], "basic", probe()),
        verbosity=options["verbose"] - options["quiet"],
        color=sys.stdout.isatty() and not plain,
        live=sys.stderr.isatty() and not plain and not options["quiet"],
    )


# ---------------------------------------------------------------- the work


class _Validation:
    """One assignment under proof: first on the bench, then its examples in the sandbox."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._began = time.monotonic()
        self._planned: dict[Entry, Planned] = {}

    def proof(self) -> "Proof":
        from grader.validate.assess import assess

        with _progress(live=self._asked.live, quiet=self._asked.verbosity < 0) as progress:
            evidence = self._evidence(progress)
        return replace(assess(evidence), duration_s=round(time.monotonic() - self._began, 1))

    def _evidence(self, progress: "Progress") -> "Evidence":
        from grader.validate.evidence import Evidence, handed_out
        from grader.validate.examples import find_examples
        from grader.validate.plan import plan

        assignment = self._asked.assignment
        folder = Path(assignment.folder)
        subject, outcomes = self._judged(progress)
        examples = find_examples(folder, [check.id for check in subject.checks], list(subject.misconceptions))
        self._planned = {one.entry: one for one in plan(assignment, examples.found)}
        graded = self._graded(progress)
        return Evidence(assignment, subject, outcomes, examples, graded, handed_out(folder))

    def _judged(self, progress: "Progress") -> "tuple[Subject, list[Outcome]]":
        from grader.validate.bench import Bench
        from grader.validate.outcomes import Ask, Outcome, Subject, Total

        asked = self._asked
        subjects: list[Subject] = []
        outcomes: list[Outcome] = []
        bench = Bench()
        try:
            for answer in bench.answers(Ask(os.fsencode(asked.course.root), asked.assignment.name, asked.jobs)):
                if isinstance(answer, Subject):
                    subjects.append(answer)
                elif isinstance(answer, Total):
                    progress.begin("variants of the reference judged", answer.outcomes)
                else:
                    outcomes.append(answer)
                    progress.step(answer.name)
        finally:
            bench.close()
        progress.end()
        return subjects[0], outcomes

    def _graded(self, progress: "Progress") -> "list[Graded]":
        from grader.batch.workers import Finished, Workers
        from grader.cli.executor import WarmExecutors
        from grader.plugins_host import load_host
        from grader.validate.evidence import Graded

        graded: dict[Entry, Graded] = {}
        progress.begin("submissions graded", len(self._planned))
        count = max(1, min(self._asked.jobs, len(self._planned)))
        executors = WarmExecutors(load_host(None), count)
        workers = Workers(self._planned, count, executors.new, self._job)
        try:
            for event in workers.events():
                if isinstance(event, Finished):
                    planned = self._planned[event.entry]
                    graded[event.entry] = Graded(planned.example, event.result, event.problem, planned.seed)
                    progress.step(event.entry.name)
        finally:
            handlers = _let_nothing_interrupt()
            workers.stop()
            executors.close()
            _restore(handlers)
        progress.end()
        return [graded[entry] for entry in self._planned]

    def _job(self, entry: "Entry", scratch: Path, gave_up: str) -> "Job":
        from grader.wire import Job

        return Job(
            course=os.fsencode(self._asked.course.root),
            assignment=self._asked.assignment.name,
            submission=os.fsencode(entry.path.absolute()),
            scratch=os.fsencode(scratch),
            sandbox=self._asked.sandbox,
            places=max(1, len(os.sched_getaffinity(0)) // self._asked.jobs),
            gave_up=gave_up,
            seed=self._planned[entry].seed,
        )


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _let_nothing_interrupt() -> list[Any]:
    """Ignore signals while processes are ended: a second Ctrl-C must not cut that short."""
    return [signal.signal(number, signal.SIG_IGN) for number in _SIGNALS]


def _restore(handlers: list[Any]) -> None:
    for number, handler in zip(_SIGNALS, handlers, strict=True):
        signal.signal(number, handler)


# ---------------------------------------------------------------- what is seen of it


class Progress(Protocol):
    """Told what is done; shows it on stderr."""

    def begin(self, what: str, total: int) -> None: ...

    def step(self, name: str) -> None: ...

    def end(self) -> None: ...


@contextmanager
def _progress(*, live: bool, quiet: bool) -> Iterator[Progress]:
    """A bar on a terminal, else a line when something is done; *quiet*: nothing."""
    if not live:
        yield _Lines(quiet=quiet)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TextColumn("{task.fields[name]}", style="cyan"))  # fmt: skip
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _Bars(bars)


class _Lines:
    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._what = ""
        self._done = 0

    def begin(self, what: str, total: int) -> None:
        self._what, self._done = what, 0

    def step(self, name: str) -> None:
        self._done += 1

    def end(self) -> None:
        if not self._quiet and self._done:
            click.echo(f"{self._done} {self._what}", err=True)


class _Bars:
    def __init__(self, bars: Any) -> None:
        self._bars = bars

    def begin(self, what: str, total: int) -> None:
        self._task = self._bars.add_task(what, total=total, name="")

    def step(self, name: str) -> None:
        self._bars.update(self._task, advance=1, name=name[:40])

    def end(self) -> None:
        self._bars.update(self._task, name="")


# ---------------------------------------------------------------- what is written


def _write(proof: "Proof", asked: Asked) -> str | None:
    """Write the page and the JSON; the page's path, None when its default place cannot be written."""
    from grader.errors import GradeError
    from grader.validate.page import render_proof
    from grader.validate.proof_json import to_json

    if asked.json == STDOUT:
        click.echo(to_json(proof), nl=False)
    elif asked.json:
        write_whole(Path(asked.json), to_json(proof))
    path = asked.html or PAGES / f"{proof.assignment}.html"
    text = render_proof(proof, asked.course.template_folders())
    try:
        if asked.html is None:
            path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except (OSError, GradeError) as error:
        if asked.html is not None:
            raise
        why = error.strerror if isinstance(error, OSError) else error
        click.echo(f"grade: no page was written to {path}: {why}; name a place with --html", err=True)
        return None
    return str(path)


def _tell(proof: "Proof", page: str | None, asked: Asked) -> None:
    from grader.validate.terminal import told

    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    text = told(proof, color=asked.color, verbosity=asked.verbosity, width=width, page=page)
    click.echo(text, err=asked.json == STDOUT)
