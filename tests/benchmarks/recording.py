"""Keeps what the judge asks of the students' processes, and asks it again without any protection."""

import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def install(folder: str) -> None:
    """In the warm process, before it forks judges: every question that was answered goes to a file in *folder*."""
    from grader.sandbox import session

    take = session.Session._take

    def take_and_keep(self: Any, frame: bytes) -> None:
        task = self.current.task
        take(self, frame)
        kept = Path(folder, f"{os.getpid()}-{'-'.join(Path(self._spawn.copy).parts[-3:-1])}")
        if not kept.is_dir():
            shutil.copytree(self._spawn.folder, kept / "submission")
        with (kept / "tasks").open("ab") as file:
            pickle.dump(task, file)

    session.Session._take = take_and_keep


def record(grade: Callable[[], None], folder: Path) -> None:
    """Run *grade*, which starts warm processes, with every one of them keeping its questions in *folder*."""
    popen = subprocess.Popen

    def recording(command: list[str], **options: Any) -> Any:
        start = f"import sys; sys.path.append({str(HERE)!r}); import recording; recording.install({str(folder)!r}); "
        return popen([*command[:-1], start + command[-1]], **options)

    subprocess.Popen = recording
    try:
        grade()
    finally:
        subprocess.Popen = popen


def replayed_s(recorded: Path) -> float:
    """Seconds the students' code takes to answer all questions in *recorded*, one after another.

    In forks of one warm process, because the grader's side patches torch; forking is not counted, and there is
    neither lock-down nor limit nor judge.
    """
    start = f"import sys; sys.path.append({str(HERE)!r}); import recording; recording.replay({str(recorded)!r})"
    done = subprocess.run(
        [sys.executable, "-P", "-c", start],
        capture_output=True, text=True, check=False, cwd="/", env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"the replay failed: {done.stderr[-2000:]}")
    return float(done.stdout.split()[-1])


def replay(recorded: str) -> None:
    """Print the seconds; see ``replayed_s``."""
    from grader.sandbox.warm import warm_up

    warm_up()
    sys.stdout.write(f"{sum(_session_s(kept) for kept in sorted(Path(recorded).iterdir()))}\n")


def _session_s(kept: Path) -> float:
    """One student's process: its questions asked again in a fork; the seconds spent in answers."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _answer_all(kept, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(pid, 0)
    return float(told or 0)


def _answer_all(kept: Path, writing: int) -> None:
    import gc

    from grader.sandbox.student import Student

    gc.enable()
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    tasks = list(_tasks(kept / "tasks"))
    os.chdir(kept / "submission")
    student = Student()
    began = time.perf_counter()
    for task in tasks:
        student.answer(task)
    os.write(writing, str(time.perf_counter() - began).encode())
    os._exit(0)


def _tasks(file: Path) -> Iterator[Any]:
    with file.open("rb") as stream:
        while stream.peek(1):
            yield pickle.load(stream)
