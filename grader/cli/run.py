"""``grade run``: grade one or a few submissions."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.course import course_in_use, course_option
from grader.errors import ExitCode, GraderError, UsageError
from grader.report.files import check_writable, file_name, write_whole

if TYPE_CHECKING:
    from grader.model import Executor, Exporter, Result
    from grader.plugins_host import Host
    from grader.sandbox.launch import WarmProcess

REPORTS = Path("grade-out") / "reports"
STDOUT = "-"


@dataclass(frozen=True)
class Asked:
    """What the command line asks for, beside what to grade."""

    assignment: str | None
    course: str
    json: str | None
    html: Path | None
    min_score: float | None
    time_limit: float | None
    memory_limit: int | None
    sandbox: str
    verbosity: int
    color: bool


@click.command("run")
@click.argument("submissions", metavar="SUBMISSION...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-a", "--assignment", metavar="NAME", help="Default: what the submission's grade.toml or code says.")
@course_option
@click.option("--json", "json", metavar="FILE", help="Write the result as JSON; - is stdout.")
@click.option("--html", metavar="FILE", type=click.Path(path_type=Path), help=f"Default: {REPORTS}/NAME.html.")
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
    _check_outputs(asked, submissions)
    host = load_host(None)
    exporters = _exporters(host)
    templates = Course(Path(asked.course)).template_folders()
    prepare(templates)  # now, while torch is still loading elsewhere
    executor = _executor(host, ctx.obj)
    results = [_grade(path, number, executor, asked) for number, path in enumerate(submissions)]
    executor.close()
    reports = [_write_report(result, asked, exporters["html"], templates) for result in results]
    if asked.json:
        _write_json(results, asked.json, exporters["json"])
    _print(results, reports, asked)
    return _exit_code(results, asked.min_score)


def _asked(submissions: Sequence[Path], options: dict[str, Any]) -> Asked:
    """Everything that can be wrong before a submission is opened is wrong here."""
    from grader.course import refuse_course_files
    from grader.sandbox.lockdown import available_level

    for path in submissions:
        refuse_course_files(path)
    course = course_in_use(options["course"], submissions)
    if options["assignment"]:
        course.assignment(options["assignment"])
    no_color = options["no_color"] or bool(os.environ.get("NO_COLOR")) or not sys.stdout.isatty()
    return Asked(
        assignment=options["assignment"],
        course=str(course.root),
        json=options["json"],
        html=options["html"],
        min_score=options["min_score"],
        time_limit=options["time_limit"],
        memory_limit=options["memory_limit"],
        sandbox=available_level(options["sandbox"]),
        verbosity=options["verbose"] - options["quiet"],
        color=not no_color,
    )


def _check_outputs(asked: Asked, submissions: Sequence[Path]) -> None:
    if asked.html and len(submissions) > 1:
        raise UsageError(f"--html names one file, but there are {len(submissions)} submissions; leave it out")
    if asked.html:
        check_writable(asked.html)
    if asked.json and asked.json != STDOUT:
        check_writable(Path(asked.json))


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


def _executor(host: "Host", warm: "WarmProcess | None") -> "Executor":
    from grader.model import Executor

    executor, failures = host.first("grader_executor", Executor, name="local", warm=warm)  # type: ignore[type-abstract]
    if executor is None:
        raise GraderError(*(str(failure) for failure in failures), "no plugin provides the executor local")
    return executor


def _exporters(host: "Host") -> "dict[str, Exporter]":
    from grader.model import Exporter

    found, _ = host.joined("grader_exporters", Exporter)
    return {exporter.name: exporter for exporter in reversed(found)}


# ---------------------------------------------------------------- what is written


def _write_report(result: "Result", asked: Asked, exporter: "Exporter", templates: Sequence[Path]) -> str | None:
    """The report's path; None, with a word why, when the default place cannot be written."""
    from grader.errors import GradeError

    path = asked.html or REPORTS / f"{file_name(result.submission.name)}{exporter.suffix}"
    text = exporter.render([result], templates)
    try:
        if asked.html is None:
            path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except (OSError, GradeError) as error:
        if asked.html is not None:
            raise
        why = error.strerror if isinstance(error, OSError) else error
        click.echo(f"grade: no report was written to {path}: {why}; name a place with --html", err=True)
        return None
    return str(path)


def _write_json(results: "Sequence[Result]", target: str, exporter: "Exporter") -> None:
    text = exporter.render(results, ())
    if target == STDOUT:
        click.echo(text, nl=False)
    else:
        write_whole(Path(target), text)


def _print(results: "Sequence[Result]", reports: Sequence[str | None], asked: Asked) -> None:
    import shutil

    from grader.report.terminal import summary
    from grader.sandbox.lockdown import PROMISE_OF_BASIC

    width = min(shutil.get_terminal_size().columns, 100)
    for result, report in zip(results, reports, strict=True):
        text = summary(result, color=asked.color, verbosity=asked.verbosity, width=width, report=report)
        click.echo(text, err=asked.json == STDOUT)
    if asked.sandbox != "strict" and asked.verbosity >= 0:
        click.echo(f"sandbox {asked.sandbox}: {PROMISE_OF_BASIC}", err=True)


def _exit_code(results: "Sequence[Result]", min_score: float | None) -> ExitCode:
    if any(result.status == "internal_error" for result in results):
        return ExitCode.COURSE
    needed = [result.max_score if min_score is None else min_score for result in results]
    enough = all(result.score >= points - 1e-9 for result, points in zip(results, needed, strict=True))
    return ExitCode.DONE if enough else ExitCode.NOT_ENOUGH
