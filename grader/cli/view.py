"""``grade view``: show a report or a batch in the browser."""

import os
import threading
from pathlib import Path

import click

from grader.cli.outputs import REPORTS
from grader.errors import ExitCode


@click.command("view")
@click.argument("out", metavar="[OUT]", type=click.Path(path_type=Path), default=REPORTS.parent)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def command(out: Path, no_browser: bool) -> int:
    """Show what grade run or grade batch wrote to OUT (default: grade-out) in the browser.

    Served on 127.0.0.1 until Ctrl-C, at an address nobody can guess.
    """
    from grader.view import Viewer

    with Viewer(out) as viewer:
        try:
            click.echo(f"{out}: {viewer.url}\nCtrl-C stops it.")
            if not no_browser:
                _open_browser(viewer.url)
            viewer.serve_forever()
        except KeyboardInterrupt:
            click.echo("\nStopped.")
    return ExitCode.DONE


def _open_browser(url: str) -> None:
    """Open *url* where there is a screen; a browser for terminals would take this one over."""
    if any(os.environ.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")):
        import webbrowser

        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
