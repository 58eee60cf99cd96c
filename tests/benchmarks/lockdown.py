"""What it costs to lock one student's process in: medians, in one run, of a fork that is

    off      copied its submission and is ready for questions, not locked in at all
    strict   the same, in every layer this machine gives

The two are interleaved, so that a busy machine slows both alike; there, read the processor time.
Usage: python tests/benchmarks/lockdown.py [--rounds 60]
"""

import argparse
import os
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from grader.sandbox.launch import THREADS

WANTED_MS = 15.0


@dataclass(frozen=True)
class Taken:
    """Milliseconds: from the fork to the child's first message, from there until it is reaped, and of processor time
    in both processes."""

    ready: float
    ended: float
    cpu: float

    @property
    def wall(self) -> float:
        return self.ready + self.ended


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    os.environ.update(THREADS)  # before torch is imported
    with tempfile.TemporaryDirectory(prefix="grade-benchmark-") as folder:
        start, layers = prepared(Path(folder))
        rounds = [(start("off"), start("strict")) for _ in range(options.rounds)]
    for level, times in zip(("off", "strict"), zip(*rounds, strict=True), strict=True):
        ready, ended, cpu = (median(getattr(one, part) for one in times) for part in ("ready", "ended", "cpu"))
        print(f"{level:7} ready after {ready:5.1f} ms, ended in {ended:5.1f} ms more; {cpu:5.1f} ms of CPU  (medians)")
    print("layers:", ", ".join(layers))
    wall = median(locked.wall - free.wall for free, locked in rounds)
    cpu = median(locked.cpu - free.cpu for free, locked in rounds)
    print(f"the lock-down costs {wall:.1f} ms a process, {cpu:.1f} ms of CPU (wanted: under {WANTED_MS:g})")


def prepared(folder: Path) -> tuple[Callable[[str], Taken], list[str]]:
    """A warm process in this one, and a submission in *folder*: a function that times a child at a level, and the names
    of the layers."""
    from grader.sandbox import warm
    from grader.sandbox.lockdown import Cage
    from grader.sandbox.probe import probe

    cage = Cage(probe())
    warm.warm_up()
    cage.allow(())
    (folder / "submission").mkdir()
    (folder / "submission" / "hw.py").write_text("import torch\n")
    return (lambda level: timed(cage, folder, level)), [layer.name for layer in cage.machine.layers() if layer.active]


def timed(cage: Any, folder: Path, level: str) -> Taken:
    """Start a child, wait for its first message, end it."""
    from grader import wire
    from grader.sandbox import linux
    from grader.sandbox.child import become_student
    from grader.sandbox.memory_file import MemoryFile
    from grader.sandbox.scratch import remove

    spawn = wire.Spawn(str(folder / "submission"), str(folder / "copy"), wire.ChildLimits(1024, 60, 64), level)
    files = [MemoryFile(name, 65536) for name in ("out", "err", "crash")]
    ours, theirs = socket.socketpair()
    namespaces = cage.namespaces(level)
    began, own_cpu = time.perf_counter(), time.process_time()
    pid = linux.fork_into(namespaces) if namespaces else os.fork()
    if pid == 0:
        try:
            become_student(spawn, [theirs.fileno(), *(file.descriptor for file in files)], cage)
        finally:
            os._exit(1)
    theirs.close()
    assert wire.receive(ours, wire.Ready), files[1].text()
    ready = time.perf_counter()
    os.kill(pid, signal.SIGKILL)
    _, _, used = os.wait4(pid, 0)
    ended, own_cpu = time.perf_counter(), time.process_time() - own_cpu
    for open_one in (ours, *files):
        open_one.close()
    remove(str(folder / "copy"))
    return Taken((ready - began) * 1e3, (ended - ready) * 1e3, (own_cpu + used.ru_utime + used.ru_stime) * 1e3)


if __name__ == "__main__":
    main()
