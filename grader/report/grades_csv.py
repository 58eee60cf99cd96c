"""The table of grades: a row for every submission, always; safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Sequence

from grader.model import Result, Row
from grader.report.findings import findings, next_step
from grader.report.numbers import points
from grader.report.plain import cut, plain_line

FIRST = ("submission", "assignment", "status", "score", "max_score")
LAST = ("misconceptions", "message", "started_at", "duration_s", "digest")
NO_RESULT = "no result"
_MESSAGE = 500
# What makes a spreadsheet take a text for a formula, also in the full-width forms of East Asian keyboards.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "|", "%")


def grades_csv(rows: Sequence[Row]) -> str:
    """*rows* as CSV (RFC 4180, UTF-8 without a mark); a column for each check, in declared order."""
    checks = list(dict.fromkeys(check.id for row in rows if row.result for check in row.result.checks))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*FIRST, *(defused(check) for check in checks), *LAST])
    for row in rows:
        writer.writerow(_graded(row, row.result, checks) if row.result else _missing(row, len(checks)))
    return text.getvalue()


def defused(text: str) -> str:
    """*text* on one line, inert, and with an apostrophe before what a spreadsheet would calculate."""
    plain = plain_line(text)
    return f"'{plain}" if plain.lstrip().startswith(_FORMULA) else plain


def _graded(row: Row, result: Result, checks: Sequence[str]) -> list[str]:
    scores = {check.id: points(check.score) for check in result.checks}
    mistakes = dict.fromkeys(check.misconception for check in result.checks if check.misconception)
    return [
        defused(row.name),
        defused(result.assignment.name),
        result.status,
        points(result.score),
        points(result.max_score),
        *(scores.get(check, "") for check in checks),
        defused(" ".join(mistakes)),
        defused(cut(_first_thing(result), _MESSAGE)),
        defused(result.started_at),
        f"{result.duration_s:.2f}",
        defused(result.submission.digest),
    ]


def _missing(row: Row, checks: int) -> list[str]:
    return [
        defused(row.name),
        "",
        NO_RESULT,
        "",
        "",
        *[""] * checks,
        "",
        defused(cut(row.problem, _MESSAGE)),
        "",
        "",
        "",
    ]


def _first_thing(result: Result) -> str:
    """What to say of it in one line."""
    found = findings(result)
    if result.message:
        return result.message
    return found[0].first.message or next_step(result) if found else ""
