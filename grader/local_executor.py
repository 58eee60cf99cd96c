"""The executor ``local``: grades in processes of this machine."""

import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from grader import wire
from grader.course import Course
from grader.errors import CourseError, ExitCode, GradeError, GraderError, UsageError
from grader.hookspecs import hookimpl
from grader.model import Result

if TYPE_CHECKING:
    from grader.sandbox.launch import WarmProcess

SLACK_S = 60.0
ERRORS: dict[int, type[GradeError]] = {ExitCode.USAGE: UsageError, ExitCode.COURSE: CourseError}


class LocalExecutor:
    """One warm process and one judge."""

    def __init__(self, warm: "WarmProcess") -> None:
        self._warm = warm
        self._judge: socket.socket = warm.judge()
        self._longest_s: dict[bytes, float] = {}

    @property
    def scratch(self) -> str:
        return self._warm.scratch

    def grade(self, job: wire.Job) -> Result:
        """The Result of *job*; raises a GradeError when there is none."""
        name = os.fsdecode(job.submission)
        try:
            self._judge.settimeout(self._patience_s(job))
            with suppress(BrokenPipeError):
                wire.send(self._judge, job)
            answer = wire.receive(self._judge, wire.JobAnswer)  # type: ignore[arg-type]
        except TimeoutError:
            raise GraderError(f"the judge of {name} gave no result in time; run it again") from None
        except OSError:  # it died, or ``close`` was called meanwhile
            answer = None
        if isinstance(answer, wire.JobDone):
            return answer.result
        if isinstance(answer, wire.JobFailed):
            raise ERRORS.get(answer.exit_code, GraderError)(*answer.problems, *answer.trace.splitlines())
        status = self._warm.wait_gone(0.5)
        told = f"its process ended with status {status}" if status is not None else "its judge was killed"
        raise GraderError(f"the grader failed while grading {name}: {told}; run it again")

    def close(self) -> None:
        """Let go of the processes; they end while the command writes its reports. A waiting ``grade`` ends at once."""
        with suppress(OSError):
            self._judge.shutdown(socket.SHUT_RDWR)
        self._judge.close()
        self._warm.hang_up()

    def _patience_s(self, job: wire.Job) -> float:
        """When a judge that has not answered is given up: long after every limit it keeps itself."""
        if job.course not in self._longest_s:
            course = Course(Path(os.fsdecode(job.course)))
            limits = [course.assignment(name).limits for name in course.names]
            self._longest_s[job.course] = max((limit.submission_s for limit in limits), default=0.0)
        return SLACK_S + (self._longest_s[job.course] if job.time_limit_s is None else job.time_limit_s)


@hookimpl
def grader_executor(name: str, warm: "WarmProcess") -> LocalExecutor | None:
    return LocalExecutor(warm) if name == "local" else None
