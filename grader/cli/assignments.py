"""``grade assignments``: what can be graded."""

import click

from grader.cli.course import course_in_use, course_option


@click.command("assignments")
@course_option
def command(course: str | None) -> None:
    """List the assignments of the course."""
    from grader.errors import CourseError

    used = course_in_use(course)
    width = max((len(name) for name in used.names), default=0)
    problems: list[str] = []
    for name in used.names:
        try:
            assignment = used.assignment(name)
        except CourseError as error:
            problems += error.problems
        else:
            click.echo(f"{name:{width}}  {assignment.points:>5g} points  {assignment.title}")
    if problems:
        raise CourseError(*problems)
    if not used.names:
        click.echo("no assignments: none of its assignments/*/ holds an assignment.toml", err=True)
