"""The hooks: everything the grader does that a course might do otherwise.

Each is a contract: when it is called, what it gets, what it may return, who wins. What we ship goes through the
same hooks. Where a hook says "first answer wins", plugins of the course are asked before installed ones, and
those before ours. The order of one grading::

    grader_read_submission · grader_entry_points · grader_checks · grader_submission_started ·
    (the checks run) · grader_figures · grader_adjust_result · grader_report_sections · grader_submission_finished
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

from grader.model import Assignment, EntryPoint, Executor, Exporter, Figure, Intake, IntakeLimits, Result, Section

if TYPE_CHECKING:
    from types import ModuleType

    from grader.api import Check, Submission
    from grader.sandbox.launch import WarmProcess

PROJECT = "grader"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec(firstresult=True)
def grader_executor(name: str, warm: "WarmProcess") -> "Executor | None":
    """Provide the executor called *name*.

    Called in the command before anything is graded, once (in a batch: once a worker, and again for one that
    broke), of ours and installed plugins (a course is loaded by its judge alone). Return an Executor, or None when
    *name* is not yours; *warm* is a warm process already started, which the command ends. First answer wins.
    ``local``, ours, grades in processes of this machine.
    """


@hookspec(firstresult=True)
def grader_read_submission(path: Path, destination: Path, limits: IntakeLimits) -> "Intake | None":
    """Turn what was handed in at *path* into plain files below *destination*, an empty private folder.

    Called once a submission, before anything else, in the judge. Return what was found, used and left out; None
    when the format is not yours. First answer wins. Nothing of the submission may be executed, and links and
    special files must never be followed. Ours read folders, ``.py``, ``.ipynb``, ``.zip`` and ``.tar.gz``.
    """


@hookspec
def grader_entry_points(assignment: Assignment) -> "Sequence[EntryPoint]":
    """Add to how the student's code is found: entry points with further names.

    Called once an assignment, before a submission's code runs. An entry point with the name of a declared one adds
    its ``variables`` behind those already known; one with a new name is added. All answers count, in order.
    """


@hookspec
def grader_checks(assignment: Assignment) -> "Sequence[Check]":
    """The checks of *assignment*, in the order a report shows them.

    Called once an assignment. Return an empty list for an assignment that is not yours. All answers are joined;
    two checks with one id are an error of the course. Declared checks are the denominator of every score.
    """


@hookspec
def grader_submission_started(path: Path, assignment: Assignment) -> None:
    """Observe that the checks of a submission are about to run. What is returned is ignored."""


@hookspec
def grader_figures(student: "Submission", reference: "ModuleType", assignment: Assignment) -> "Sequence[Figure]":
    """Curves for the report, drawn from the student's answers.

    Called once a submission, after its checks, while its code can still be asked. All answers are joined. A
    question the student's code does not answer ends the hook quietly: a figure is never a reason for a lost point.
    """


@hookspec
def grader_adjust_result(result: Result, assignment: Assignment) -> "Result | None":
    """Change a finished result: late days, a cap, a note.

    Called once a submission. Each plugin gets the result as the one before left it (ours, installed, the
    course's: the course has the last word) and returns a new one, or None to leave it.
    """


@hookspec
def grader_report_sections(result: Result, assignment: Assignment) -> "Sequence[Section]":
    """Sections to add to the student's report, as markdown. Called after ``grader_adjust_result``; all joined."""


@hookspec
def grader_submission_finished(result: Result) -> None:
    """Observe a finished result, the very one that will be written. What is returned is ignored."""


@hookspec
def grader_exporters() -> "Sequence[Exporter]":
    """Formats a result can be written in.

    Called once, in the command, of ours and installed plugins (a course is loaded by its judge alone). All answers
    are joined; of two with one name the installed one wins over ours (``json``, ``junit``, ``html``).
    """
