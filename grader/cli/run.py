"""``grade run``: grade one or a few submissions."""

import math
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.course import course_in_use, course_option
from grader.cli.executor import new_executor
from grader.cli.outputs import REPORTS, Outputs, exporters_of, tell, write
from grader.errors import ExitCode, UsageError
from grader.report.numbers import points

if TYPE_CHECKING:
    from grader.model import Executor, Result

LIKE_A_CLASS = 4  # entries at the top of a folder that each could be a submission


@dataclass(frozen=True)
class Asked:
    """What the command line asks for, beside what to grade."""

    assignment: str | None
    course: str
    outputs: Outputs
    min_score: float | None
    time_limit: float | None
    memory_limit: int | None
    sandbox: str
    warning: str


@click.command("run")
@click.argument("submissions", metavar="SUBMISSION...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-a", "--assignment", metavar="NAME", help="Default: what the submission's grade.toml or code says.")
@course_option
@click.option("--json", "json", metavar="FILE", help="Write the result as JSON; - is stdout.")
@click.option("--html", metavar="FILE", type=click.Path(path_type=Path), help=f"Default: {REPORTS}/NAME.html.")
@click.option("--junit", metavar="FILE", type=click.Path(path_type=Path), help="Write the checks as JUnit XML.")
@click.option("--min-score", metavar="X", type=float, help="Points needed for exit code 0. Default: all.")
@click.option(
    "--time-limit", metavar="SECONDS", type=click.FloatRange(min=0.1), help="Wall time a submission may take."
)
@click.option("--memory-limit", metavar="MIB", type=click.IntRange(min=16), help="Memory a submission may take.")
@click.option("--sandbox", type=click.Choice(["strict", "basic", "off"]), help="Default: the best there is.")
@click.option("-q", "--quiet", is_flag=True, help="One line a submission.")
@click.option("-v", "--verbose", is_flag=True, help="Every check, and what the code printed.")
@click.option("--no-color", is_flag=True, help="No colour, as with NO_COLOR.")
@click.pass_context
def command(ctx: click.Context, /, submissions: Sequence[Path], **options: Any) -> int:
    """Grade SUBMISSION: a folder, .py, .ipynb, .zip or .tar.gz.

    Prints what is wrong, why and where, and writes a report. Exit code 0 when the points suffice, 1 when not.
    """
    from grader.course import Course
    from grader.plugins_host import load_host
    from grader.report.html import prepare

    asked = _asked(submissions, options)
    asked.outputs.check()
    host = load_host(None)
    exporters = exporters_of(host)
    templates = Course(Path(asked.course)).template_folders()
    prepare(templates)  # now, while torch is still loading elsewhere
    executor = new_executor(host, ctx.obj)
    results = [_grade(path, number, executor, asked) for number, path in enumerate(submissions)]
    executor.close()
    _refuse_more_than_there_is(results, asked.min_score)
    reports = write(results, asked.outputs, exporters, templates)
    tell(results, reports, asked.outputs, submissions)
    if asked.outputs.verbosity >= 0:
        for line in (asked.warning, *_for_a_class(submissions, results)):
            click.echo(line, err=True, nl=bool(line))
    return _exit_code(results, asked.min_score)


def _asked(submissions: Sequence[Path], options: dict[str, Any]) -> Asked:
    """Everything that can be wrong before a submission is opened is wrong here."""
    from grader.course import refuse_course_files
    from grader.sandbox.levels import level_for, warning
    from grader.sandbox.probe import probe

    for path in submissions:
        refuse_course_files(path)
    if options["html"] and len(submissions) > 1:
        raise UsageError(f"--html names one file, but there are {len(submissions)} submissions; leave it out")
    course = course_in_use(options["course"], submissions)
    if options["assignment"]:
        course.assignment(options["assignment"])
    machine = probe()
    level = level_for(options["sandbox"], "basic", machine)
    no_color = options["no_color"] or bool(os.environ.get("NO_COLOR")) or not sys.stdout.isatty()
    return Asked(
        assignment=options["assignment"],
        course=str(course.root),
        outputs=Outputs(
            json=options["json"],
            html=options["html"],
            junit=options["junit"],
            verbosity=options["verbose"] - options["quiet"],
            color=not no_color,
        ),
        min_score=options["min_score"],
        time_limit=options["time_limit"],
        memory_limit=options["memory_limit"],
        sandbox=level,
        warning=warning(level, machine),
    )


def _grade(path: Path, number: int, executor: "Executor", asked: Asked) -> "Result":
    from grader.wire import Job

    return executor.grade(
        Job(
            course=os.fsencode(asked.course),
            assignment=asked.assignment,
            submission=os.fsencode(path.absolute()),
            scratch=os.fsencode(Path(executor.scratch) / str(number)),
            sandbox=asked.sandbox,
            time_limit_s=asked.time_limit,
            memory_limit_mb=asked.memory_limit,
        )
    )


def _refuse_more_than_there_is(results: "Sequence[Result]", min_score: float | None) -> None:
    most = min((result.max_score for result in results if result.status != "internal_error"), default=math.inf)
    if min_score is not None and not min_score <= most:
        raise UsageError(f"--min-score {min_score:g} cannot be reached: there are {points(most)} points; ask for less")


def _for_a_class(submissions: Sequence[Path], results: "Sequence[Result]") -> Iterator[str]:
    """For a folder that did not get all points and looks like the work of many: how to grade each by itself."""
    from grader.batch.entries import find_entries

    for path, result in zip(submissions, results, strict=True):
        if result.score >= result.max_score or not path.is_dir() or (path / "grade.toml").exists():
            continue
        with suppress(UsageError):
            count = len(find_entries(path, Path("grade-out")).submissions)
            if count >= LIKE_A_CLASS:
                folder = shlex.quote(str(path))
                yield (
                    f"{path} was graded as one submission. "
                    f"If its {count} files and folders are one each: grade batch {folder}"
                )


def _exit_code(results: "Sequence[Result]", min_score: float | None) -> ExitCode:
    if any(result.status == "internal_error" for result in results):
        return ExitCode.COURSE
    needed = [result.max_score if min_score is None else min_score for result in results]
    enough = all(result.score >= points - 1e-9 for result, points in zip(results, needed, strict=True))
    return ExitCode.DONE if enough else ExitCode.NOT_ENOUGH
