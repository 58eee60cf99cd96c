"""The click group: commands are imported when they are called, and every known failure becomes one line."""

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

import grader
from grader.errors import ExitCode, GradeError, did_you_mean

if TYPE_CHECKING:
    from grader.sandbox.launch import WarmProcess

COMMANDS = {
    "run": "Grade a submission and say what is wrong, why and where.",
    "batch": "Grade every submission in a folder.",
    "view": "Show a report or a batch in the browser.",
    "validate": "Prove an assignment: its reference, checks, examples and misconceptions.",
    "init": "Write an assignment's starter and handout.",
    "assignments": "List the assignments of the course.",
    "plugins": "List the hooks and the plugins that implement them.",
    "doctor": "Try what this machine can do to keep students' code in.",
}
INTERNAL = "the grader failed, which is not your fault: {}; set GRADE_DEBUG=1 to see where, and report it"


class Commands(click.Group):
    """Knows its commands by name, and loads the module of the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"grader.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            known = ", ".join(COMMANDS)
            raise click.UsageError(f'no command "{args[0]}"{did_you_mean(args[0], COMMANDS)} (commands: {known})', ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(grader.__version__, prog_name="grade")
def group() -> None:
    """Grade PyTorch coursework: what is wrong, why, and on which line."""


def run(arguments: Sequence[str], warm: "WarmProcess | None" = None) -> int:
    """Run a command; its exit code. Nothing it started outlives it."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return int(group.main(list(arguments), "grade", standalone_mode=False, obj=warm) or ExitCode.DONE)
    except (KeyboardInterrupt, click.Abort):
        return _fail(ExitCode.INTERRUPTED, "interrupted; nothing more was written")
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as nothing:
        click.echo(nothing.format_message())
        return ExitCode.DONE
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "grade"
        return _fail(ExitCode.USAGE, f"{error.format_message().rstrip('.')}; see {where} --help")
    except click.ClickException as error:
        return _fail(ExitCode.USAGE, error.format_message())
    except GradeError as error:
        return _fail(error.exit_code, *error.problems)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read our output is gone
        return ExitCode.DONE
    except Exception as error:
        if os.environ.get("GRADE_DEBUG"):
            raise
        return _fail(ExitCode.GRADER, INTERNAL.format(f"{type(error).__name__}: {error}"))
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # a second one must not cut the clean-up short
            signal.signal(number, signal.SIG_IGN)
        if warm is not None:
            warm.interrupt()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _fail(code: ExitCode, *problems: str) -> int:
    from grader.report.plain import plain

    for problem in problems:
        click.echo(f"grade: {plain(problem)}", err=True)
    return code
