"""The bench: a process that holds torch and the course, and judges what stands in for a submission.

No student's code runs here. The command starts it, asks once, and reads what comes until it has finished.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from grader import wire
from grader.errors import CourseError, ExitCode, GradeError, GraderError
from grader.sandbox import linux
from grader.sandbox.launch import THREADS
from grader.validate.outcomes import (
    Ask,
    BenchFailed,
    Finished,
    FromBench,
    Outcome,
    Subject,
    Total,
)

ERRORS: Mapping[int, type[GradeError]] = {ExitCode.COURSE: CourseError}
REPEATS = 20
LEAST_S, TIMES_REFERENCE = 10.0, 20.0


# ---------------------------------------------------------------- the command's side


class Bench:
    """A bench at work; to be closed."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        start = f"from grader.validate.bench import main; main({theirs.fileno()})"
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", start],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=dict(os.environ) | THREADS | {"PYTHONHASHSEED": "0", "CUDA_VISIBLE_DEVICES": ""},
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
        )
        theirs.close()

    def answers(self, ask: Ask) -> Iterator[Subject | Total | Outcome]:
        """The subject, then how many outcomes will come, then those. Raises CourseError when the course is broken."""
        wire.send(self._socket, ask)
        while True:
            answer: Any = wire.receive(self._socket, FromBench)  # type: ignore[arg-type]
            if isinstance(answer, Finished):
                return
            if isinstance(answer, BenchFailed):
                raise ERRORS.get(answer.exit_code, GraderError)(*answer.problems, *answer.trace.splitlines())
            if answer is None:
                raise GraderError("the process that judges the reference ended unexpectedly; run the command again")
            yield answer

    def close(self) -> None:
        """End it with all its children."""
        self._socket.close()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


# ---------------------------------------------------------------- the bench's side


def main(descriptor: int) -> None:
    """Answer one question of the command's."""
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    command = socket.socket(fileno=descriptor)
    ask = wire.receive(command, Ask)
    if ask is None:
        return
    with suppress(BrokenPipeError, ConnectionResetError):
        try:
            for answer in _answers(ask):
                wire.send(command, answer)
            wire.send(command, Finished())
        except GradeError as error:
            wire.send(command, BenchFailed(int(error.exit_code), tuple(error.problems)))
        except Exception as error:
            problem = f"the grader failed while it judged the reference: {type(error).__name__}: {error}"
            wire.send(command, BenchFailed(int(ExitCode.GRADER), (problem,), traceback.format_exc()))


def _answers(ask: Ask) -> Iterator[Subject | Total | Outcome]:
    from grader.validate.forks import forked
    from grader.validate.judging import Trial, load_trial

    trial: Trial = load_trial(Path(os.fsdecode(ask.course)), ask.assignment)
    yield trial.facts()
    tasks = trial.tasks(REPEATS)
    (first,) = forked([trial.reference_task()], 1, trial.longest_s)
    reference = wire.unpack(first, Outcome)
    if reference.ended:  # so would every judge that asks it
        raise CourseError(
            f"assignments/{ask.assignment}/reference.py: asked by the checks, {reference.ended}; correct it"
        )
    yield from (Total(len(tasks) + 1), reference)
    began = time.monotonic()
    trial.warm_up()
    limit_s = LEAST_S + TIMES_REFERENCE * (time.monotonic() - began)
    for data in forked(tasks, ask.jobs, limit_s):
        yield wire.unpack(data, Outcome)
