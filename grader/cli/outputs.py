"""What ``grade run`` writes and prints of its results."""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.report.files import check_writable, file_name, write_whole

if TYPE_CHECKING:
    from grader.model import Exporter, Result
    from grader.plugins_host import Host

REPORTS = Path("grade-out") / "reports"
STDOUT = "-"


@dataclass(frozen=True)
class Outputs:
    """Where results go: ``json`` may be ``-``, standard output; ``html`` is None for the default place."""

    json: str | None
    html: Path | None
    junit: Path | None
    verbosity: int
    color: bool

    def check(self) -> None:
        """Raise UsageError for what plainly cannot be written, before anything is graded."""
        files = [self.html, self.junit, Path(self.json) if self.json and self.json != STDOUT else None]
        for file in filter(None, files):
            check_writable(file)


def exporters_of(host: "Host") -> "dict[str, Exporter]":
    from grader.model import Exporter

    found, _ = host.joined("grader_exporters", Exporter)
    return {exporter.name: exporter for exporter in reversed(found)}


def write(
    results: "Sequence[Result]", outputs: Outputs, exporters: "Mapping[str, Exporter]", templates: Sequence[Path]
) -> list[str | None]:
    """Write the reports and what else was asked for; the reports' paths, None for one that could not be written."""
    reports = [_write_report(result, outputs, exporters["html"], templates) for result in results]
    if outputs.junit:
        write_whole(outputs.junit, exporters["junit"].render(results, ()))
    if outputs.json and outputs.json != STDOUT:
        write_whole(Path(outputs.json), exporters["json"].render(results, ()))
    elif outputs.json:
        click.echo(exporters["json"].render(results, ()), nl=False)
    return reports


def _write_report(result: "Result", outputs: Outputs, exporter: "Exporter", templates: Sequence[Path]) -> str | None:
    from grader.errors import GradeError

    path = outputs.html or REPORTS / f"{file_name(result.submission.name)}{exporter.suffix}"
    text = exporter.render([result], templates)
    try:
        if outputs.html is None:
            path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except (OSError, GradeError) as error:
        if outputs.html is not None:
            raise
        why = error.strerror if isinstance(error, OSError) else error
        click.echo(f"grade: no report was written to {path}: {why}; name a place with --html", err=True)
        return None
    return str(path)


def tell(
    results: "Sequence[Result]", reports: Sequence[str | None], outputs: Outputs, submissions: Sequence[Path]
) -> None:
    """Print the summaries; under GitHub Actions its annotations, summary and outputs as well."""
    from grader.report.terminal import summary

    width = min(shutil.get_terminal_size().columns, 100)
    texts = [
        summary(result, color=outputs.color, verbosity=outputs.verbosity, width=width, report=report)
        for result, report in zip(results, reports, strict=True)
    ]
    to_stderr = outputs.json == STDOUT
    if os.environ.get("GITHUB_ACTIONS") == "true":
        _tell_github(results, reports, submissions, "\n".join(texts), to_stderr=to_stderr)
    else:
        for text in texts:
            click.echo(text, err=to_stderr)


# ---------------------------------------------------------------- GitHub Actions


def _tell_github(
    results: "Sequence[Result]",
    reports: Sequence[str | None],
    submissions: Sequence[Path],
    text: str,
    *,
    to_stderr: bool,
) -> None:
    from grader.report import github

    graded = [github.Graded(result, _in_repository(path)) for result, path in zip(results, submissions, strict=True)]
    click.echo(github.without_commands(text), err=to_stderr)
    for annotation in github.annotations(graded):
        click.echo(annotation, err=to_stderr)
    _append("GITHUB_STEP_SUMMARY", github.summary(graded))
    _append("GITHUB_OUTPUT", github.outputs(graded, reports))


def _in_repository(submission: Path) -> str | None:
    """The folder a submission's files lie in, below the repository's root; None when they do not lie there."""
    folder = submission if submission.is_dir() else submission.parent
    if not submission.is_dir() and submission.suffix not in (".py", ".ipynb"):
        return None
    root = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()
    try:
        below = folder.resolve().relative_to(root).as_posix()
    except ValueError:
        return None
    return "" if below == "." else below


def _append(variable: str, text: str) -> None:
    """Add *text* to the file the runner names; that it cannot be written is no reason for another grade."""
    path = os.environ.get(variable)
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        click.echo(f"grade: {variable} {path} cannot be written: {error.strerror}; the grade stands", err=True)
