"""Holds what came of a case against what it must get."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hostile.cases import Case
from hostile.world import ROOT, SUBMISSION_S

SLACK_S = 2.0
MESSAGE = 6_000
Result = Mapping[str, Any]


def wrong_with(case: Case, result: Result | None) -> list[str]:
    """Every way in which *result* is not what *case* must get; nothing when all is well."""
    if result is None:
        return ["there is no result"]
    return [*_verdict(case, result), *_words(result), *_time(result)]


def _verdict(case: Case, result: Result) -> Iterator[str]:
    if result["status"] not in case.statuses:
        yield f"the submission is {result['status']} ({result['message'][:300]})"
    for check in result["checks"]:
        expected = case.of(check["id"])
        if not expected.agrees(check):
            yield (
                f"{check['id']} is {check['status']} {check['reason']} with {check['score']} points, "
                f"not {'|'.join(expected.statuses)} {'|'.join(expected.reasons)}: {check['message'][:200]!r}"
            )
        if check["status"] not in ("passed", "partial") and check["score"]:
            yield f"{check['id']} is {check['status']} and has {check['score']} points"
    if abs(result["score"] - sum(check["score"] for check in result["checks"])) > 1e-6:
        yield "the score is not the sum of its checks"


def _words(result: Result) -> Iterator[str]:
    """Every check that did not pass says why, in words that are the student's."""
    for check in result["checks"]:
        if check["status"] == "passed":
            continue
        if not check["message"].strip():
            yield f"{check['id']} says nothing"
        if check["reason"] and not check["hint"].strip():
            yield f"{check['id']} gives no step to take"
    told = [result["message"], *result["notes"], *(file["why"] for file in result["submission"]["files"])]
    told += [text for check in result["checks"] for text in (check["message"], check["hint"])]
    for text in told:
        if len(text) > MESSAGE:
            yield f"a message of {len(text)} characters"
        if found := re.search(rf"Traceback|/copy\d+/|{re.escape(str(ROOT))}|grade-[a-z0-9_]{{8}}/", text):
            yield f"{found[0]!r} in what the student is told: {text[:300]!r}"


def _time(result: Result) -> Iterator[str]:
    if result["duration_s"] > SUBMISSION_S + SLACK_S:
        yield f"it took {result['duration_s']} s; its limit is {SUBMISSION_S:g} s"
