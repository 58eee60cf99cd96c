"""``grade batch``: grade every submission in a folder."""

import os
import shlex
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from grader.cli.course import course_in_use, course_option
from grader.errors import ExitCode, UsageError
from grader.model import Row

if TYPE_CHECKING:
    from grader.batch.entries import Entries, Entry
    from grader.batch.fingerprints import Conditions
    from grader.batch.plan import Plan
    from grader.batch.store import Store
    from grader.batch.workers import Workers
    from grader.course import Course
    from grader.wire import Job

NOT_YET = "not graded yet; run the same command again to go on"


@dataclass(frozen=True)
class Asked:
    """What the command line asks for. ``jobs`` workers share the machine's cores; ``again`` is the command, without
    --force."""

    folder: Path
    out: Path
    course: "Course"
    assignment: str | None
    jobs: int
    force: bool
    sandbox: str
    warning: str
    again: str
    time_limit: float | None
    memory_limit: int | None
    quiet: bool
    live: bool

    @property
    def options(self) -> Mapping[str, str]:
        """What of it a grade depends on."""
        asked = self.assignment or f"one of {' '.join(self.course.names)}"
        limits = f"{self.time_limit} s, {self.memory_limit} MiB"
        return {"assignment": asked, "sandbox": self.sandbox, "limits": limits}


@click.command("batch")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True))
@click.option("-o", "--out", metavar="OUT", type=click.Path(path_type=Path), default="grade-out", show_default=True)
@click.option("-j", "--jobs", metavar="N", type=click.IntRange(1, 256), help="Submissions at once. Default: the cores.")
@click.option("-a", "--assignment", metavar="NAME", help="Default: the only one, else as each submission says.")
@course_option
@click.option("--force", is_flag=True, help="Grade all again, not only what changed.")
@click.option(
    "--time-limit", metavar="SECONDS", type=click.FloatRange(min=0.1), help="Wall time a submission may take."
)
@click.option("--memory-limit", metavar="MIB", type=click.IntRange(min=16), help="Memory a submission may take.")
@click.option("--sandbox", type=click.Choice(["strict", "basic", "off"]), help="Default: strict, or nothing is graded.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, only what came of it.")
@click.option("--no-color", is_flag=True, help="No live display and no colour, as with NO_COLOR.")
def command(folder: Path, **options: Any) -> int:
    """Grade every submission in DIR: its folders, archives, .py and .ipynb files.

    Writes OUT/index.html, OUT/grades.csv, a report and a result for each. Run again, it grades only what changed.
    Exit code 0 when every submission has a result.
    """
    from grader.batch.entries import find_entries, told
    from grader.batch.store import opened

    asked = _asked(folder, options)
    entries = find_entries(folder, asked.out)
    for line in told(entries.passed_over):
        click.echo(line, err=True)
    with opened(asked.out, asked.course.template_folders()) as store:
        return _Batch(asked, entries, store).run()


def _asked(folder: Path, options: Mapping[str, Any]) -> Asked:
    from grader.sandbox.levels import level_for, warning
    from grader.sandbox.probe import probe

    course = course_in_use(options["course"], [folder])
    assignment = options["assignment"] or (course.names[0] if len(course.names) == 1 else None)
    if assignment:
        course.assignment(assignment)
    machine = probe()
    level = level_for(options["sandbox"], "strict", machine)
    plain = options["no_color"] or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return Asked(
        folder=folder,
        out=options["out"],
        course=course,
        assignment=assignment,
        jobs=options["jobs"] or len(os.sched_getaffinity(0)),
        force=options["force"],
        sandbox=level,
        warning=warning(level, machine),
        again=_command_line(click.get_current_context()),
        time_limit=options["time_limit"],
        memory_limit=options["memory_limit"],
        quiet=options["quiet"],
        live=sys.stdout.isatty() and not plain,
    )


def _command_line(ctx: click.Context) -> str:
    """What was typed, without --force. A grade depends on other options, so going on takes them, too."""
    words = ["grade", "batch"]
    for parameter in ctx.command.params:
        name = parameter.name or ""
        if name == "force" or ctx.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        is_flag = isinstance(parameter, click.Option) and parameter.is_flag
        words += parameter.opts[:1] if isinstance(parameter, click.Option) else []
        words += [] if is_flag else [str(ctx.params[name])]
    return shlex.join(words)


class _Batch:
    """One run over a folder."""

    def __init__(self, asked: Asked, entries: "Entries", store: "Store") -> None:
        from grader.batch.fingerprints import conditions
        from grader.batch.plan import plan_batch
        from grader.cli.progress import Tally

        self._asked = asked
        self._entries = entries.submissions
        self._store = store
        self._conditions: Conditions = conditions(asked.course, asked.options)
        self._plan: Plan = plan_batch(self._entries, store, self._conditions, force=asked.force)
        self._rows = {entry: Row(entry.name, entry.file, result) for entry, result in self._plan.kept.items()}
        self._tally = Tally(len(self._entries))
        self._began_ns = time.time_ns()
        for row in self._rows.values():
            self._tally.add(row, now=False)

    def run(self) -> int:
        """Grade what is to be graded; whatever ends that, write what is known."""
        try:
            self._grade()
        except KeyboardInterrupt:
            _let_nothing_interrupt()
            self._find_finished()
            self._summarise()
            return self._interrupted()
        except BaseException:
            self._summarise()
            raise
        self._summarise()
        return self._done()

    # ------------------------------------------------------------ grading

    def _grade(self) -> None:
        from grader.batch.workers import Workers
        from grader.cli.executor import WarmExecutors
        from grader.plugins_host import load_host

        if not self._plan.todo:
            return
        count = min(self._asked.jobs, len(self._plan.todo))
        executors = WarmExecutors(load_host(None), count)
        workers = Workers(self._plan.todo, count, executors.new, self._job)
        try:
            self._follow(workers)
        finally:
            previous = _let_nothing_interrupt()
            workers.stop()
            executors.close()
            _restore(previous)

    def _follow(self, workers: "Workers") -> None:
        from grader.batch.workers import Started
        from grader.cli.progress import shown

        with shown(self._tally, live=self._asked.live, quiet=self._asked.quiet) as progress:
            for event in workers.events():
                if isinstance(event, Started):
                    progress.started(event.worker, event.entry.name)
                else:
                    row = self._kept(event.entry, event.result, event.problem)
                    self._tally.add(row, now=True)
                    progress.finished(event.worker, row)

    def _kept(self, entry: "Entry", result: Any, problem: str) -> Row:
        """The row of a finished entry, its result written first."""
        from grader.batch.store import slim

        if result is not None:
            key = self._conditions.key(self._plan.digests[entry], result.assignment.name)
            result = replace(result, key=key)
            self._store.keep(entry, result)
            result = slim(result)
        self._rows[entry] = Row(entry.name, entry.file, result, problem)
        return self._rows[entry]

    def _job(self, entry: "Entry", scratch: Path, gave_up: str) -> "Job":
        from grader.wire import Job

        cores = len(os.sched_getaffinity(0))
        return Job(
            course=os.fsencode(self._asked.course.root),
            assignment=self._asked.assignment,
            submission=os.fsencode(entry.path.absolute()),
            scratch=os.fsencode(scratch),
            sandbox=self._asked.sandbox,
            time_limit_s=self._asked.time_limit,
            memory_limit_mb=self._asked.memory_limit,
            places=max(1, cores // self._asked.jobs),
            gave_up=gave_up,
        )

    # ------------------------------------------------------------ what came of it

    def _summarise(self) -> None:
        rows = [self._rows.get(entry) or Row(entry.name, entry.file, None, NOT_YET) for entry in self._entries]
        self._store.summarise(rows)

    def _find_finished(self) -> None:
        """Take in results that were written, but not counted, when the interruption came."""
        from grader.batch.plan import still_holding
        from grader.batch.store import slim

        for entry in self._plan.todo:
            digest = self._plan.digests[entry]
            found = None if entry in self._rows else still_holding(entry, digest, self._store, self._conditions)
            if found is not None:
                self._rows[entry] = Row(entry.name, entry.file, slim(found))
                self._tally.add(self._rows[entry], now=self._store.kept_at(entry) >= self._began_ns)

    def _done(self) -> int:
        tally, out = self._tally, self._asked.out
        kept = len(self._plan.kept)
        click.echo(f"{tally.total} submissions: {tally.words()}")
        if kept:
            click.echo(f"{tally.graded_now} graded now, {kept} unchanged (--force grades all again)")
        self._tell_strangers()
        click.echo(f"Overview: {out / 'index.html'}   Grades: {out / 'grades.csv'}")
        if self._asked.warning:
            click.echo(self._asked.warning, err=True)
        without = [row for row in self._rows.values() if row.result is None]
        if without:
            raise UsageError(*(f"no result for {row.name}: {row.problem}" for row in without[:10]))
        return ExitCode.DONE

    def _interrupted(self) -> int:
        asked, tally = self._asked, self._tally
        if asked.force:
            told = (
                f"{tally.graded_now} of {tally.total} were graded again, {tally.done - tally.graded_now} still have "
                f"their earlier grade. --force would begin anew; to grade what has no grade yet: {asked.again}"
            )
        else:
            told = (
                f"{tally.done} of {tally.total} are done and kept in {asked.out}. "
                f"To go on, give the same command again: {asked.again}"
            )
        click.echo(f"grade: stopped; {told}", err=True)
        return ExitCode.INTERRUPTED

    def _tell_strangers(self) -> None:
        others = self._store.strangers(self._entries)
        if others:
            count = f"{len(others)} results" if len(others) > 1 else "a result"
            click.echo(f"{self._asked.out} also holds {count} of submissions that are not in {self._asked.folder}")


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _let_nothing_interrupt() -> list[Any]:
    """Ignore signals while processes are ended and files written: a second Ctrl-C must not cut that short."""
    return [signal.signal(number, signal.SIG_IGN) for number in _SIGNALS]


def _restore(handlers: list[Any]) -> None:
    for number, handler in zip(_SIGNALS, handlers, strict=True):
        signal.signal(number, handler)
