"""The judge's process: takes jobs from the command, one after another, and answers each with a Result."""

import gc
import os
import socket
import traceback
from contextlib import suppress

from grader import wire
from grader.errors import ExitCode, GradeError
from grader.judge.grading import Judge
from grader.report.plain import plain
from grader.sandbox import linux
from grader.sandbox.session import WarmClient


def main(command: socket.socket, warm: socket.socket) -> None:
    """Serve the command until it hangs up."""
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    gc.enable()
    judge = Judge(WarmClient(warm))
    with suppress(BrokenPipeError, ConnectionResetError):
        while (job := wire.receive(command, wire.Job)) is not None:
            command.sendall(_answered(judge, job))


def _answered(judge: Judge, job: wire.Job) -> bytes:
    answer = _answer(judge, job)
    try:
        return wire.pack(answer)
    except wire.WireError as error:
        problem = f"the result of {_name(job)} is too large to hand on: {error}"
        return wire.pack(wire.JobFailed(int(ExitCode.GRADER), (problem,)))


def _answer(judge: Judge, job: wire.Job) -> wire.JobAnswer:
    try:
        return wire.JobDone(judge.grade(job))
    except GradeError as error:
        return wire.JobFailed(int(error.exit_code), tuple(map(plain, error.problems)))
    except Exception as error:
        problem = f"the grader failed while grading {_name(job)}: {type(error).__name__}: {error}"
        return wire.JobFailed(int(ExitCode.GRADER), (problem,), traceback.format_exc())


def _name(job: wire.Job) -> str:
    return plain(os.fsdecode(job.submission))
