"""The formats that are always there, offered through the same hook a course would use."""

from collections.abc import Sequence
from pathlib import Path

from grader.errors import UsageError
from grader.hookspecs import hookimpl
from grader.model import Exporter, Result


@hookimpl
def grader_exporters() -> Sequence[Exporter]:
    """``json`` (schema 1), ``junit`` (JUnit XML) and ``html`` (the report of one submission)."""
    return [
        Exporter("json", ".json", "the result as data: one object, or a list for several submissions", _json),
        Exporter("junit", ".xml", "the checks as test cases, for CI systems that show JUnit XML", _junit),
        Exporter("html", ".html", "the report a student reads: one self-contained page", _html),
    ]


def _json(results: Sequence[Result], templates: Sequence[Path]) -> str:
    from grader.report.result_json import to_json

    return to_json(results)


def _junit(results: Sequence[Result], templates: Sequence[Path]) -> str:
    from grader.report.junit import junit_xml

    return junit_xml(results)


def _html(results: Sequence[Result], templates: Sequence[Path]) -> str:
    from grader.report.html import render_report

    if len(results) != 1:
        raise UsageError(
            f"a report shows one submission, and here are {len(results)}; "
            "grade them one by one, or as a folder with `grade batch`"
        )
    return render_report(results[0], templates)
