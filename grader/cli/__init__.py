"""The ``grade`` command. Torch starts loading, in a process of its own, before anything else happens here."""

import sys
from typing import NoReturn

NEEDS_TORCH = ("run",)
ONLY_TELLS = ("--help", "--version")


def main() -> NoReturn:
    """Entry point of ``grade``: exits with an ``errors.ExitCode``."""
    arguments = sys.argv[1:]
    try:
        warm = None
        if len(arguments) > 1 and arguments[0] in NEEDS_TORCH and not set(arguments) & set(ONLY_TELLS):
            from grader.sandbox.launch import WarmProcess

            warm = WarmProcess()
        from grader.cli.group import run
    except KeyboardInterrupt:  # what was started ends when its control socket closes with this process
        sys.stderr.write("grade: interrupted; nothing was written\n")
        sys.exit(130)
    sys.exit(run(arguments, warm))
