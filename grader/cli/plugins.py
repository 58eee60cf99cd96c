"""``grade plugins``: who answers which hook."""

from typing import TYPE_CHECKING

import click

from grader.cli.course import course_in_use, course_option

if TYPE_CHECKING:
    from grader.plugins_host import Host


@click.command("plugins")
@course_option
def command(course: str | None) -> None:
    """List the plugins in use and which hooks they implement, in the order they are asked."""
    from grader.plugins_host import load_host

    click.echo("\n".join(_table(load_host(course_in_use(course)))))


def _table(host: "Host") -> list[str]:
    hooks = host.hooks()
    width = max(len(name) for name in [*hooks, *(plugin.name for plugin in host.plugins)])
    return [
        "Plugins, in the order they are asked",
        *(f"  {plugin.name:{width}}  {plugin.origin}" for plugin in host.plugins),
        "",
        "Hooks",
        *(f"  {hook:{width}}  {', '.join(plugins) or '-'}" for hook, plugins in hooks.items()),
    ]
