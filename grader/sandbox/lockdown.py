"""Lock the calling process in, as far as this version goes, and say what holds.

Called in the student's process after the fork and before the first student file is opened.
"""

import resource
from contextlib import suppress

from grader.errors import UsageError
from grader.model import Layer
from grader.sandbox import linux
from grader.wire import ChildLimits

LEVELS = ("strict", "basic", "off")
MIB = 1024 * 1024
OPEN_FILES = 256

PROMISE_OF_BASIC = (
    "this code runs with your own rights: it can read your files and use the network. "
    "Grade only code you would run yourself."
)


def available_level(asked: str | None) -> str:
    """The level to use: *asked*, or the best there is. UsageError when *asked* cannot be kept here."""
    if asked == "strict":
        raise UsageError(
            "--sandbox strict: this version cannot keep students' code from your files and the network; "
            "use --sandbox basic for code you would run yourself"
        )
    return asked or "basic"


def lock_down(level: str, limits: ChildLimits) -> tuple[Layer, ...]:
    """Apply every layer of *level* to this process."""
    if level == "off":
        return (Layer("separate process", True), Layer("limits", False, "switched off by --sandbox off"))
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    set_limits(limits)
    return (
        Layer("separate process", True),
        Layer("no new privileges", True),
        Layer("limits", True, f"{limits.memory_mb} MiB of memory, {limits.file_mb} MiB a file"),
        Layer("files kept apart", False, "not in this version"),
        Layer("network kept apart", False, "not in this version"),
    )


def set_limits(limits: ChildLimits) -> None:
    """Resource limits of this process. Memory counts from what the warm process had mapped already."""
    memory = linux.address_space() + limits.memory_mb * MIB
    for what, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.file_mb * MIB),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (ceiling, ceiling))
