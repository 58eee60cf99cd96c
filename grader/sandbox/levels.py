"""What a machine gives to isolate students' code, and the level that makes.

strict   no new privileges, Landlock (ABI 4 or newer; before ABI 6, which covers signals, only with process ids or a
         user id of its own), a seccomp filter and limits: nothing can be read, reached or left behind
basic    anything less: the result and the command say which promise falls
off      the user's explicit word: a process of its own, and nothing else
"""

from dataclasses import dataclass

from grader.errors import UsageError
from grader.model import Layer

LANDLOCK_NEEDED = 4
LANDLOCK_WITH_SIGNALS = 6
DOCTOR = "grade doctor says what this machine lacks"
OFF = "run with all your rights: read and change your files, use the network"
READS = "read your files"
READS_PACKAGES = "read every package that is installed beside torch"
OLD = "do what this kernel's Landlock (ABI {}) is too old to refuse"
KILLS = "end your programs"
KILLS_BY_A_HOLE = "end your programs, should the list of system calls, alone here to prevent it, have a hole"
TALKS = "use the network and start programs"

NO_NAMESPACES = "the kernel gives this user no namespaces"


@dataclass(frozen=True)
class Machine:
    """What works here, each tried in a process of its own. ``landlock`` is the ABI, 0 for none; ``namespaces`` the
    flags a student's process is forked with, 0 for none."""

    landlock: int = 0
    seccomp: bool = False
    namespaces: int = 0
    own_user: bool = False

    @property
    def best(self) -> str:
        """The strictest level that holds here."""
        return "basic" if self.fallen() else "strict"

    def fallen(self) -> tuple[str, ...]:
        """What code can still do here that ``strict`` would keep it from."""
        signals = self.landlock >= LANDLOCK_WITH_SIGNALS or self.namespaces or self.own_user
        signalled = "" if signals else KILLS_BY_A_HOLE if self.seccomp else KILLS
        return tuple(filter(None, (self._readable(), "" if self.seccomp else TALKS, signalled)))

    def _readable(self) -> str:
        if self.landlock >= LANDLOCK_NEEDED:
            return ""
        if self.landlock:
            return OLD.format(self.landlock)
        return READS_PACKAGES if self.namespaces else READS

    def layers(self) -> tuple[Layer, ...]:
        """Every layer of a lock-down here, in words."""
        scopes = ", signals, abstract sockets" if self.landlock >= LANDLOCK_WITH_SIGNALS else ""
        tcp = ", TCP" if self.landlock >= LANDLOCK_NEEDED else ""
        spaces = bool(self.namespaces)
        return (
            Layer("no new privileges", True),
            Layer("no capabilities", True),
            _layer("own root", spaces, "nothing in it but Python, its libraries and the submission", NO_NAMESPACES),
            _layer("own process ids", spaces, "no other process is there to be named", NO_NAMESPACES),
            _layer("own network", spaces, "an empty one; the same for IPC and the host's name", NO_NAMESPACES),
            _layer("own user id", self.own_user, "nobody else's", "only root can give one away"),
            _layer("Landlock", self.landlock > 0, f"ABI {self.landlock}: files{tcp}{scopes}", "the kernel has none"),
            _layer("seccomp", self.seccomp, "a list of the system calls it may make", "the kernel takes no filter"),
        )


def _layer(name: str, active: bool, note: str, why_not: str) -> Layer:
    return Layer(name, active, note if active else why_not)


def level_for(asked: str | None, least: str, machine: Machine) -> str:
    """The level to grade at: *asked*, else the best there is. UsageError when that is less than asked or *least*."""
    if asked in ("off", "basic"):
        return asked
    if (asked or least) == "strict" and machine.best != "strict":
        said = "--sandbox strict: " if asked else ""
        raise UsageError(
            f"{said}students' code cannot be locked in on this machine, it could {_all(machine)}; {DOCTOR}; "
            "--sandbox basic grades all the same, for code you would run yourself"
        )
    return machine.best


def warning(level: str, machine: Machine) -> str:
    """One line on what is not kept at *level*; "" when everything is."""
    if level == "off":
        return f"sandbox off: this code can {OFF}. Grade only code you would run yourself."
    if machine.best == "strict":
        return ""
    return f"sandbox basic: this code can {_all(machine)}. Grade only code you would run yourself; {DOCTOR}."


def _all(machine: Machine) -> str:
    return " and ".join(machine.fallen())
