"""``--course``, the same for every command that has it."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from grader.course import Course, find_course, passed_over_courses

Command = TypeVar("Command", bound=Callable[..., Any])


def course_option(command: Command) -> Command:
    """Adds ``--course DIR`` to *command*."""
    text = "The folder that holds assignments/. Default: $GRADE_COURSE, else one this folder lies in, else ours."
    return click.option("--course", metavar="DIR", help=text)(command)


def course_in_use(explicit: str | None, submissions: Sequence[Path] = ()) -> Course:
    """The course for *explicit* (what ``--course`` got), said on stderr because it decides the grade."""
    course = find_course(explicit, submissions, os.environ, Path.cwd())
    for passed_over in passed_over_courses(explicit, course, os.environ, Path.cwd()):
        click.echo(f"passed over the course {passed_over}: it and the submission overlap; move one of them", err=True)
    click.echo(f"course: {course.root}", err=True)
    return course
