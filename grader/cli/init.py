"""``grade init``: a copy of an assignment to work in."""

import os
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

import grader
from grader.cli.course import course_in_use, course_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.course import Course

GRADE_TOML = "grade.toml"
WORKFLOWS = {"github": ".github/workflows/grade.yml", "gitlab": ".gitlab-ci.yml"}


@click.command("init")
@click.argument("assignment")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@course_option
@click.option("--ci", type=click.Choice(list(WORKFLOWS)), help="Write a workflow that grades every push, too.")
def command(assignment: str, folder: Path | None, course: str | None, ci: str | None) -> None:
    """Write the starter and the handout of ASSIGNMENT to DIR (default: its name).

    A file that is already there is never overwritten: then nothing is written at all. Where an earlier
    grade init wrote, --ci adds the workflow alone.
    """
    target = folder or Path(assignment)
    files = _files(course_in_use(course), assignment)
    if ci and (target / GRADE_TOML).is_file():
        files = _workflow(ci, assignment)
    elif ci:
        files |= _workflow(ci, assignment)
    _refuse(target, files)
    _write(target, files)
    for name in files:
        click.echo(f"wrote {target / name}")
    click.echo(f"\n{_next(target, files)}")


def _next(target: Path, files: "Mapping[str, bytes]") -> str:
    if GRADE_TOML not in files:
        return "Next: commit this file and push. Every push is then graded."
    return f"Next: edit the code, then\n\n    grade run {shlex.quote(str(target))}"


def _files(course: "Course", name: str) -> dict[str, bytes]:
    """What a student gets, by the name it is written to; ``grade.toml`` says what it is an answer to."""
    from grader.errors import CourseError
    from grader.manifest import files_below

    folder = course.assignment(name).folder
    starter = Path(folder, "starter")
    given = {file.relative_to(starter).as_posix(): file for file in files_below(starter)}
    if not given:
        raise CourseError(f"{starter}: the assignment has no starter, so there is nothing to write")
    handout = Path(folder, "handout.md")
    if handout.is_file():
        given.setdefault("handout.md", handout)
    return {GRADE_TOML: f'assignment = "{name}"\n'.encode()} | {key: file.read_bytes() for key, file in given.items()}


def _workflow(ci: str, assignment: str) -> dict[str, bytes]:
    """The workflow for *ci*, by the name it is written to. It installs this very grader and torch."""
    from importlib.metadata import version
    from importlib.resources import files

    text = files("grader.cli").joinpath("workflows", f"{ci}.yml").read_text(encoding="utf-8")
    for word, value in (
        ("ASSIGNMENT_NAME", shlex.quote(assignment)),
        ("GRADER_VERSION", grader.__version__),
        ("TORCH_VERSION", version("torch").partition("+")[0]),
    ):
        text = text.replace(word, value)
    return {WORKFLOWS[ci]: text.encode()}


def _refuse(target: Path, files: "Mapping[str, bytes]") -> None:
    from grader.course import refuse_course_files
    from grader.errors import UsageError

    nearest_folder = next(folder for folder in (target, *target.absolute().parents) if folder.exists())
    if not nearest_folder.is_dir():
        raise UsageError(f"{nearest_folder} is a file; name a folder to write to")
    refuse_course_files(nearest_folder)
    taken = [name for name in files if (target / name).exists() or (target / name).is_symlink()]
    if taken:
        raise UsageError(f"{target} already has {', '.join(taken)}; nothing was written. Name another folder")


def _write(target: Path, files: "Mapping[str, bytes]") -> None:
    from grader.errors import UsageError

    try:
        if target.exists():
            _write_beside(target, files)
        else:
            _write_new(target, files)
    except OSError as error:
        raise UsageError(f"{error.filename or target} cannot be written: {error.strerror}") from error


def _write_new(target: Path, files: "Mapping[str, bytes]") -> None:
    """All or nothing: written under another name, which then becomes *target*."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.parent / f".{target.name}.{os.getpid()}"
    unfinished.mkdir()
    try:
        _write_beside(unfinished, files)
        unfinished.rename(target)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _write_beside(folder: Path, files: "Mapping[str, bytes]") -> None:
    """All or nothing; mode "x", so that a file that appeared meanwhile is not overwritten either."""
    written: list[Path] = []
    try:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            with (folder / name).open("xb") as stream:
                written.append(folder / name)
                stream.write(content)
    except BaseException:
        for file in written:
            file.unlink()
        raise
