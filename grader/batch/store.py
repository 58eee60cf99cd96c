"""The folder a batch writes to: results that are whole or not there, and the pages and tables made of them."""

import contextlib
import fcntl
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from grader.batch.entries import Entry
from grader.errors import GraderError, UsageError
from grader.model import Output, Result, Row
from grader.report.files import write_whole
from grader.report.grades_csv import grades_csv
from grader.report.html import prepare, render_report
from grader.report.overview import render_overview
from grader.report.result_json import from_json, to_json

RESULTS, REPORTS, GRADES, OVERVIEW = "results", "reports", "grades.csv", "index.html"
_LOCK = ".lock"


class Store:
    """``OUT``. *templates* are the folders in which the course's own templates lie.

    Raises CourseError when a template is broken: before anything is graded, not after.
    """

    def __init__(self, out: Path, templates: Sequence[Path]) -> None:
        prepare(templates)
        render_overview([], templates)
        self._out = out
        self._templates = templates
        # A folder changes when a template is taken out of it.
        files = (file for folder in templates for file in (folder, *folder.iterdir()))
        self._templates_changed = max(map(_changed, files), default=0)

    def result(self, entry: Entry) -> Result | None:
        """What an earlier batch found for *entry*; None when there is nothing whole."""
        try:
            (result,) = from_json(self._result_file(entry).read_bytes())
        except (OSError, ValueError, msgspec.MsgspecError):
            return None
        return result

    def kept_at(self, entry: Entry) -> int:
        """When the result of *entry* was written, in ns; 0 when there is none."""
        return _changed(self._result_file(entry))

    def keep(self, entry: Entry, result: Result) -> None:
        """Write *result* and its report. The result comes first: it is what the next run looks for."""
        write_whole(self._result_file(entry), to_json([result]))
        self._write_report(entry, result)

    def refresh(self, entry: Entry, result: Result) -> None:
        """Write the report of a kept *result* again if it is missing or older than the result or the templates."""
        newest = max(_changed(self._result_file(entry)), self._templates_changed)
        if _changed(self._report_file(entry)) < newest:
            self._write_report(entry, result)

    def summarise(self, rows: Sequence[Row]) -> None:
        """Write the table of grades and the overview."""
        write_whole(self._out / GRADES, grades_csv(rows))
        write_whole(self._out / OVERVIEW, render_overview(rows, self._templates))

    def strangers(self, entries: Sequence[Entry]) -> list[str]:
        """The results here that belong to none of *entries*: of submissions that are gone, or of another folder."""
        known = {self._result_file(entry).name for entry in entries}
        return sorted(file.name for file in (self._out / RESULTS).glob("*.json") if file.name not in known)

    def _write_report(self, entry: Entry, result: Result) -> None:
        write_whole(self._report_file(entry), render_report(result, self._templates))

    def _result_file(self, entry: Entry) -> Path:
        return self._out / RESULTS / f"{entry.file}.json"

    def _report_file(self, entry: Entry) -> Path:
        return self._out / REPORTS / f"{entry.file}.html"


@contextlib.contextmanager
def opened(out: Path, templates: Sequence[Path]) -> Iterator[Store]:
    """The store in the folder *out*, made if need be, for this process alone.

    Raises UsageError when *out* cannot be written or another batch is writing to it.
    """
    try:
        for folder in (out / RESULTS, out / REPORTS):
            folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(out / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        place = error.filename or out
        raise UsageError(f"cannot write to {place}: {error.strerror}; choose another folder with -o") from error
    try:
        _take(lock, out)
        for unfinished in out.glob("**/.grade-*.tmp"):
            unfinished.unlink(missing_ok=True)
        yield Store(out, templates)
    finally:
        os.close(lock)


def _take(lock: int, out: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(f"another grade batch is writing to {out}; wait for it, or choose another with -o") from None
    except OSError as error:
        raise GraderError(f"cannot lock {out}: {error.strerror}; choose a folder on a local disk with -o") from error


def slim(result: Result) -> Result:
    """*result* without what only its own report shows: a thousand of them are held at once."""
    checks = tuple(replace(check, evidence=None) for check in result.checks)
    assignment = replace(result.assignment, handout={})
    return replace(
        result, assignment=assignment, checks=checks, excerpts=(), figures=(), sections=(), notes=(), output=Output()
    )


def _changed(file: Path) -> int:
    """When *file* was written, in ns; 0 when it is not there."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
