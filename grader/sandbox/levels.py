"""What a machine gives to isolate students' code, and the level that makes.

strict   no new privileges, Landlock (files; from ABI 6 on signals, before that only with a process id or user id
         namespace of its own), a seccomp filter and limits: nothing can be read, reached or left behind
basic    anything less: the result and the command say which promise falls
off      the user's explicit word: a process of its own, and nothing else
"""

from dataclasses import dataclass

from grader.errors import UsageError
from grader.model import Layer

LEVELS = ("strict", "basic", "off")
LANDLOCK_NEEDED = 4
LANDLOCK_WITH_SIGNALS = 6
DOCTOR = "grade doctor says what this machine lacks"
OFF = "this code runs with all your rights: it can read and change your files and use the network"
READS = "it can read your files"
KILLS = "it can end your programs"
TALKS = "it can use the network and start programs"


@dataclass(frozen=True)
class Machine:
    """What works here, each tried in a process of its own. ``landlock`` is the ABI, 0 for none."""

    landlock: int = 0
    seccomp: bool = False
    namespaces: int = 0
    own_user: bool = False

    @property
    def best(self) -> str:
        """The strictest level that holds here."""
        return "basic" if self.fallen() else "strict"

    @property
    def _keeps_signals(self) -> bool:
        return self.landlock >= LANDLOCK_WITH_SIGNALS or bool(self.namespaces) or self.own_user

    def fallen(self) -> tuple[str, ...]:
        """What code can still do here that ``strict`` would keep it from."""
        return tuple(
            text
            for holds, text in (
                (self.landlock >= LANDLOCK_NEEDED, READS),
                (self.seccomp, TALKS),
                (self._keeps_signals, KILLS),
            )
            if not holds
        )  # fmt: skip

    def layers(self) -> tuple[Layer, ...]:
        return (
            Layer("no new privileges", True),
            Layer("no capabilities", True),
            _layer("Landlock", self.landlock > 0, f"ABI {self.landlock}: files, TCP, signals", "the kernel has none"),
            _layer("seccomp", self.seccomp, "an allow-list of system calls", "the kernel refuses filters"),
        )


def _layer(name: str, active: bool, note: str, why_not: str) -> Layer:
    return Layer(name, active, note if active else why_not)


def level_for(asked: str | None, least: str, machine: Machine) -> str:
    """The level to grade at: *asked*, else the best there is. UsageError when that is less than asked or *least*."""
    if asked in ("off", "basic"):
        return asked
    wanted = asked or least
    if wanted == "strict" and machine.best != "strict":
        said = "--sandbox strict: " if asked else ""
        fallen = " and ".join(machine.fallen())
        raise UsageError(
            f"{said}this machine cannot lock students' code in ({fallen}); {DOCTOR}; "
            "--sandbox basic grades all the same, for code you would run yourself"
        )
    return machine.best


def warning(level: str, machine: Machine) -> str:
    """One line on what is not kept at *level*; "" when everything is."""
    if level == "off":
        return f"sandbox off: {OFF}. Grade only code you would run yourself."
    if machine.best == "strict":
        return ""
    return f"sandbox basic: {' and '.join(machine.fallen())}. Grade only code you would run yourself; {DOCTOR}."
