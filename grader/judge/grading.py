"""Grade one submission against one assignment.

    read the submission → find the assignment → start its processes → run the checks → Result

Whatever happens, every declared check is in the Result, and what the grader or a plugin got wrong is never the
student's fault.
"""

import math
import os
import platform
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import ModuleType

import torch

import grader
from grader import wire
from grader.api import Check, CheckFailed
from grader.course import Course
from grader.errors import UsageError
from grader.handout import sections_of_steps
from grader.intake.arrival import submission_name
from grader.judge import matching
from grader.judge.diagnosis import Diagnosis
from grader.judge.imagined import World
from grader.judge.places import Places
from grader.judge.report_parts import entry_points_found, file_reports, line_in_words, status_of, troubles_of
from grader.judge.suspects import Suspects
from grader.judge.verdict import Verdict, grader_failed, judge_check, not_run
from grader.model import (
    Assignment,
    AssignmentRef,
    CheckResult,
    EntryPoint,
    Environment,
    Figure,
    Intake,
    IntakeLimits,
    Limits,
    Output,
    Result,
    SandboxReport,
    Section,
    SubmissionRef,
)
from grader.plugins_host import Host, PluginFailure, checks_of, entry_points_of, load_host
from grader.sandbox.failed import StudentFailed
from grader.sandbox.pool import Pool
from grader.sandbox.scratch import remove
from grader.sandbox.session import WarmClient
from grader.sandbox.submission import StudentSubmission, Terms

SCHEMA = 1
MISCONCEPTIONS = "misconceptions.py"
MOST_NOTES = 3


@dataclass(frozen=True)
class Subject:
    """One assignment, ready to grade with: what is loaded once and serves every submission."""

    assignment: Assignment
    entry_points: tuple[EntryPoint, ...]
    checks: tuple[Check, ...]
    reference: ModuleType
    suspects: Suspects
    handout: Mapping[str, Section]


def load_subject(host: Host, course: Course, name: str) -> Subject:
    """The assignment called *name*. Raises CourseError for everything that does not fit together."""
    assignment = course.assignment(name)
    reference = course.load(f"assignments/{name}/reference.py")
    entry_points = entry_points_of(host, assignment)
    checks = checks_of(host, assignment, entry_points)
    suspects = suspects_of(course, World(assignment, entry_points, reference))
    handout = sections_of_steps(course.folder(name), assignment.steps)
    return Subject(assignment, entry_points, checks, reference, suspects, handout)


class Judge:
    """Grades jobs one after another. Courses are loaded once; nothing else passes from one job to the next."""

    def __init__(self, warm: WarmClient) -> None:
        self._warm = warm
        self._hosts: dict[str, Host] = {}
        self._subjects: dict[tuple[str, str], Subject] = {}

    def grade(self, job: wire.Job) -> Result:
        """The Result of *job*; raises a GradeError when there can be none."""
        return _Grading(self, job).result()

    def host(self, course: Course) -> Host:
        key = str(course.root)
        if key not in self._hosts:
            self._hosts[key] = load_host(course)
        return self._hosts[key]

    def subject(self, course: Course, name: str) -> Subject:
        key = (str(course.root), name)
        if key not in self._subjects:
            self._subjects[key] = load_subject(self.host(course), course, name)
        return self._subjects[key]

    @property
    def warm(self) -> WarmClient:
        return self._warm


class _Grading:
    """One job under way."""

    def __init__(self, judge: Judge, job: wire.Job) -> None:
        self._began = time.monotonic()
        self._started_at = datetime.now(UTC).isoformat(timespec="seconds")
        self._judge = judge
        self._job = job
        self._course = Course(_path(job.course))
        self._host = judge.host(self._course)
        self._folder = _path(job.scratch) / "submission"
        self._failures: list[PluginFailure] = []
        self._intake = self._read()
        self._reading = matching.read(self._intake, self._folder)
        name = matching.choose(self._course, job.assignment, self._intake, self._reading)
        self._subject = _seeded(judge.subject(self._course, name), job.seed)
        self._limits = limits_of(self._subject.assignment.limits, job)
        self._places = Places(self._intake, self._folder)

    def result(self) -> Result:
        if self._job.gave_up:
            return self._given_up()
        self._tell_started()
        places = self._job.places or (os.cpu_count() or 1) + 1
        pool = Pool(places, self._limits.submission_s, self._began)
        student = StudentSubmission(self._judge.warm, pool, self._intake, self._folder, self._terms())
        try:
            result = self._graded(student) if self._reading.has_code else self._without_code()
            student.close()
            left = student.left_behind()
            if not remove(os.fsdecode(self._job.scratch)):
                left += (f"Files of this code could not be removed: {os.fsdecode(self._job.scratch)}",)
            return self._finish(replace(result, notes=(*result.notes, *left)))
        finally:
            student.close()
            remove(os.fsdecode(self._job.scratch))

    # ------------------------------------------------------------ reading what was handed in

    def _read(self) -> Intake:
        path = _path(self._job.submission)
        if self._job.gave_up:
            return Intake(submission_name(path), "", (), ())
        self._folder.mkdir(parents=True, mode=0o700)
        intake, failures = self._host.first(
            "grader_read_submission", Intake, path=path, destination=self._folder, limits=IntakeLimits()
        )
        self._failures += failures
        if intake is None:
            raise UsageError(f"{path}: not a submission; hand in a folder, a .py, .ipynb, .zip or .tar.gz file")
        return intake

    def _terms(self) -> Terms:
        subject = self._subject
        preload = matching.libraries_used(subject.assignment.libraries, self._reading)
        return Terms(subject.assignment, subject.entry_points, self._limits, self._job.sandbox, preload)

    def _tell_started(self) -> None:
        path = _path(self._job.submission)
        arguments = {"path": path, "assignment": self._subject.assignment}
        self._failures += self._host.notify("grader_submission_started", **arguments)

    # ------------------------------------------------------------ with and without code

    def _graded(self, student: StudentSubmission) -> Result:
        student.start([run for check in self._subject.checks for run in check.runs])
        diagnosis = Diagnosis(student, self._subject.suspects, self._subject.checks)
        loaded, failure = self._load(student)
        troubles = troubles_of(loaded, self._places, self._subject.assignment.libraries)
        verdicts = [judge_check(check, self._subject, student, diagnosis, troubles) for check in self._subject.checks]
        checks = tuple(self._placed(verdict, loaded) for verdict in verdicts)
        status, message = status_of(checks, loaded, failure, troubles)
        figures = self._figures(student) if loaded else ()
        return replace(
            self._empty(),
            status=status,
            message=message,
            score=_sum(check.score for check in checks),
            checks=checks,
            entry_points=entry_points_found(self._subject.entry_points, loaded, self._places),
            submission=self._submission(loaded.files if loaded else ()),
            excerpts=self._places.excerpts(checks),
            figures=figures,
            output=student.output(is_whole=not any(is_hidden(self._subject.assignment, check.id) for check in checks)),
            notes=(*self._intake.notes, *self._old_spellings()),
            sandbox=SandboxReport(self._job.sandbox, student.layers),
        )

    def _load(self, student: StudentSubmission) -> tuple[wire.Loaded | None, StudentFailed | None]:
        try:
            return student.loaded(), None
        except StudentFailed as failure:
            return None, failure

    def _without_code(self) -> Result:
        message = "There is no Python code in this submission: no .py and no .ipynb file was found in it."
        hint = "Hand in the folder or file that holds your code."
        broken = [file for file in self._intake.files if file.status == "failed"]
        if self._intake.code:
            message = f"There is no Python code in this submission: {self._intake.code[0].path} is empty."
        elif broken:
            message = f"{broken[0].path} could not be read: {broken[0].why}"
            hint = f"Make {broken[0].path} again, open it once yourself to be sure, and hand it in."
        checks = tuple(not_run(check, "missing", message, hint) for check in self._subject.checks)
        return replace(self._empty(), status="ungradable", message=message, checks=checks)

    def _given_up(self) -> Result:
        """Nothing of the submission is opened, and no plugin is asked: either may be what broke the grader."""
        message = f"The grader failed while grading this submission; no points are lost for that. {self._job.gave_up}"
        checks = tuple(grader_failed(check, message) for check in self._subject.checks)
        return replace(self._empty(), status="internal_error", message=message, checks=checks)

    def _placed(self, verdict: Verdict, loaded: wire.Loaded | None) -> CheckResult:
        """The check's result with its place: where the error was, the very expression behind a misconception, else
        where the entry point is. A hidden check has none."""
        result = verdict.result
        if verdict.detail == "none":
            return result
        place = self._places.of_frames(verdict.frames, in_loop=result.reason == "timeout")
        found = loaded.found.get(verdict.check.entry) if loaded and place is None else None
        if found is None or result.status == "passed":
            return replace(result, location=place)
        spot = self._places.spot(verdict.patterns, found) if verdict.detail == "full" else None
        if spot is None:
            return replace(result, location=self._places.location(found.file, found.line))
        told = f"{spot.text}: {spot.old_spelling}" if spot.old_spelling else f"{spot.text}."
        return replace(result, message=f"{result.message} The likely place is {told}", location=spot.location)

    def _old_spellings(self) -> list[str]:
        """A note for every name of PyTorch's that is written as it no longer is."""
        found = islice(self._places.old_spellings(), MOST_NOTES)
        return [f"{place.file}, {line_in_words(place)}: {sentence}" for place, sentence in found]

    def _figures(self, student: StudentSubmission) -> tuple[Figure, ...]:
        """The curves; none where a check of a training is not told in full, since they show what is expected."""
        subject = self._subject
        settings = [subject.assignment.checks.get(check.id) for check in subject.checks if check.runs]
        if any(each and each.detail != "full" for each in settings):
            return ()
        figures, failures = self._host.joined(
            "grader_figures", Figure, student=student, reference=subject.reference, assignment=subject.assignment
        )
        self._failures += [failure for failure in failures if not _is_students(failure)]
        return tuple(figures)

    # ------------------------------------------------------------ the result

    def _empty(self) -> Result:
        subject, job = self._subject, self._job
        assignment = subject.assignment
        return Result(
            schema=SCHEMA,
            grader=grader.__version__,
            assignment=AssignmentRef(
                assignment.name,
                assignment.title,
                assignment.digest,
                dict(assignment.steps),
                dict(subject.handout),
                tuple(check.id for check in subject.checks if is_hidden(assignment, check.id)),
            ),
            submission=self._submission(()),
            status="ungradable",
            message="",
            score=0.0,
            max_score=_sum(check.points for check in subject.checks),
            checks=(),
            entry_points={point.name: None for point in subject.entry_points},
            notes=self._intake.notes,
            excerpts=(),
            figures=(),
            sections=(),
            output=Output(),
            sandbox=SandboxReport(job.sandbox),
            environment=Environment(
                platform.python_version(), str(torch.__version__), platform.platform(), assignment.seed
            ),
            started_at=self._started_at,
            duration_s=0.0,
            key="",
        )

    def _submission(self, outcomes: Sequence[wire.FileOutcome]) -> SubmissionRef:
        return SubmissionRef(self._intake.name, self._intake.digest, file_reports(self._intake, outcomes, self._places))

    def _finish(self, result: Result) -> Result:
        """Let plugins adjust and add to the result, name those that failed, and tell all who watch."""
        assignment = self._subject.assignment
        result, failures = self._host.adjusted("grader_adjust_result", result, assignment=assignment)
        self._failures += failures
        sections, failures = self._host.joined("grader_report_sections", Section, result=result, assignment=assignment)
        self._failures += failures
        notes = tuple(f"A plugin of the course failed; this is not your fault: {failure}" for failure in self._failures)
        result = replace(
            result,
            sections=(*result.sections, *sections),
            notes=(*result.notes, *notes),
            duration_s=round(time.monotonic() - self._began, 3),
        )
        self._host.notify("grader_submission_finished", result=result)
        return result


def suspects_of(course: Course, world: World) -> Suspects:
    """What may be wrong with an assignment: the ``misconceptions.py`` beside its reference, where there is one."""
    file = f"assignments/{world.assignment.name}/{MISCONCEPTIONS}"
    return Suspects(world, course.load(file) if (course.root / file).is_file() else None)


def is_hidden(assignment: Assignment, check: str) -> bool:
    """Whether a student is told no more than the points of *check*."""
    settings = assignment.checks.get(check)
    return settings is not None and settings.detail == "none"


def limits_of(limits: Limits, job: wire.Job) -> Limits:
    """The assignment's limits under what the command line asks for."""
    if job.memory_limit_mb is not None:
        limits = replace(limits, memory_mb=job.memory_limit_mb)
    if job.time_limit_s is None:
        return limits
    whole = job.time_limit_s
    return replace(limits, submission_s=whole, call_s=min(limits.call_s, whole), train_s=min(limits.train_s, whole))


def _seeded(subject: Subject, seed: int | None) -> Subject:
    return subject if seed is None else replace(subject, assignment=replace(subject.assignment, seed=seed))


def _path(name: bytes) -> Path:
    return Path(os.fsdecode(name))


def _is_students(failure: PluginFailure) -> bool:
    """Whether a figure could not be drawn because the student's code did not answer as it should."""
    return isinstance(failure.error, StudentFailed | CheckFailed)


def _sum(points: Iterable[float]) -> float:
    return round(math.fsum(points), 6)
