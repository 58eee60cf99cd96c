"""The parts of a Result that say what was handed in, what ran and what was found."""

from collections.abc import Mapping, Sequence

from grader import wire
from grader.judge.explain import Trouble, file_failed
from grader.judge.places import Places
from grader.judge.remedies import remedy
from grader.model import CheckResult, EntryPoint, FileReport, FoundEntryPoint, Intake, Location, SubmissionStatus
from grader.sandbox.failed import StudentFailed


def status_of(
    checks: Sequence[CheckResult],
    loaded: wire.Loaded | None,
    failure: StudentFailed | None,
    troubles: Sequence[Trouble],
) -> tuple[SubmissionStatus, str]:
    """How the whole submission stands, and a sentence when it could not be graded properly."""
    if any(check.status == "internal_error" for check in checks):
        return "internal_error", "A check of the course failed by itself. This is not your fault; tell your teacher."
    if loaded is None:
        said = failure.message if failure else "it could not be run"
        return "ungradable", f"Your code could not be run to its end: {said}."
    nothing = not any(loaded.found.values())
    if nothing and loaded.files and all(outcome.status == "failed" for outcome in loaded.files):
        if len({check.message for check in checks}) == 1 and troubles[0].why in checks[0].message:
            return "ungradable", checks[0].message
        return "ungradable", f"None of your files could be run. {troubles[0].path}: {troubles[0].why}."
    return "graded", ""


def troubles_of(loaded: wire.Loaded | None, places: Places, libraries: Sequence[str] = ()) -> tuple[Trouble, ...]:
    """The files that did not run to their end; *libraries* are those the course allows."""
    failed = [outcome for outcome in (loaded.files if loaded else ()) if outcome.status == "failed"]
    return tuple(_trouble(outcome, places, libraries) for outcome in failed)


def _trouble(outcome: wire.FileOutcome, places: Places, libraries: Sequence[str] = ()) -> Trouble:
    failure = outcome.failure
    file, line = (failure.file or outcome.path, failure.line) if failure else (outcome.path, 0)
    place = places.location(file, line)
    where = "" if place is None else line_in_words(place)
    if place is not None and file != outcome.path:
        where = f"{file}, {where}"
    step = remedy(failure.error, failure.message, libraries) if failure else ""
    return Trouble(outcome.path, file_failed(outcome, where), file, line, step)


def line_in_words(place: Location) -> str:
    """``line 3``, in a notebook ``cell 2, line 3``."""
    return f"line {place.line}" if place.cell is None else f"cell {place.cell}, line {place.line}"


def entry_points_found(
    points: Sequence[EntryPoint], loaded: wire.Loaded | None, places: Places
) -> Mapping[str, FoundEntryPoint | None]:
    """Where each entry point was found."""
    found = loaded.found if loaded else {}
    return {point.name: _found(found.get(point.name), places) for point in points}


def _found(found: wire.Found | None, places: Places) -> FoundEntryPoint | None:
    if found is None:
        return None
    place = places.location(found.file, found.line)
    line, cell = (place.line, place.cell) if place else (found.line, None)
    return FoundEntryPoint(found.file, line, found.name, found.form, cell)


def file_reports(intake: Intake, outcomes: Sequence[wire.FileOutcome], places: Places) -> tuple[FileReport, ...]:
    """What was handed in, with what came of running it."""
    failed = {outcome.path: outcome for outcome in outcomes if outcome.status == "failed"}
    return tuple(
        FileReport(report.path, "failed", _why(failed[report.path], places)) if report.path in failed else report
        for report in intake.files
    )


def _why(outcome: wire.FileOutcome, places: Places) -> str:
    """Why a file stopped; a syntax error with its line and a caret below the place."""
    failure = outcome.failure
    said = _trouble(outcome, places).why
    if failure and failure.text and failure.column:
        line = failure.text.rstrip("\n")
        said += f"\n    {line}\n    {' ' * min(failure.column - 1, len(line))}^"
    return said
