"""What it costs to lock one student's process in: medians, in one run, of a fork that is

    off      copied its submission and is ready for questions, not locked in at all
    strict   the same, in every layer this machine gives

each from the fork to its first message, and from there to its end. The two are interleaved, so that a busy machine
slows both alike. Usage: python tests/benchmarks/lockdown.py [--rounds 60] [--huge-pages]
"""

import argparse
import os
import signal
import socket
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from grader.sandbox.launch import THREADS

WANTED_MS = 15.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--huge-pages", action="store_true", help="as in a batch")
    options = parser.parse_args()
    os.environ.update(THREADS)  # before torch is imported
    start, layers = prepared(options.huge_pages)
    taken: dict[str, list[tuple[float, float]]] = {"off": [], "strict": []}
    for _ in range(options.rounds):
        for level, times in taken.items():
            times.append(start(level))
    for level, times in taken.items():
        ready, ended = (statistics.median(part) * 1000 for part in zip(*times, strict=True))
        print(f"{level:7} ready after {ready:6.1f} ms   ended after {ended:6.1f} ms more   (medians)")
    print("layers:", ", ".join(layers))
    extra = [sum(locked) - sum(free) for locked, free in zip(taken["strict"], taken["off"], strict=True)]
    print(f"the lock-down costs {statistics.median(extra) * 1000:.1f} ms a process (wanted: under {WANTED_MS:g})")


def prepared(huge_pages: bool) -> tuple[Callable[[str], tuple[float, float]], list[str]]:
    """A warm process in this one: a function that times a child at a level, and the names of the layers."""
    from grader.sandbox import linux, warm
    from grader.sandbox.lockdown import Cage
    from grader.sandbox.probe import probe

    cage = Cage(probe())
    warm.warm_up()
    if huge_pages:
        linux.collapse_memory()
    cage.allow(())
    folder = Path(tempfile.mkdtemp(prefix="grade-benchmark-"))
    (folder / "submission").mkdir()
    (folder / "submission" / "hw.py").write_text("import torch\n")
    return (lambda level: timed(cage, folder, level)), [layer.name for layer in cage.machine.layers() if layer.active]


def timed(cage: object, folder: Path, level: str) -> tuple[float, float]:
    """Seconds from the fork of a child to its first message, and from there until it is reaped."""
    from grader import wire
    from grader.sandbox import linux
    from grader.sandbox.child import become_student
    from grader.sandbox.memory_file import MemoryFile
    from grader.sandbox.scratch import remove

    spawn = wire.Spawn(str(folder / "submission"), str(folder / "copy"), wire.ChildLimits(1024, 60, 64), level)
    files = [MemoryFile(name, 65536) for name in ("out", "err", "crash")]
    ours, theirs = socket.socketpair()
    namespaces = cage.namespaces(level)
    began = time.perf_counter()
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
    os.waitpid(pid, 0)
    ended = time.perf_counter()
    ours.close()
    for file in files:
        file.close()
    remove(str(folder / "copy"))
    return ready - began, ended - ready


if __name__ == "__main__":
    main()
