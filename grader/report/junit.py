"""Results as JUnit XML, in the form that Jenkins, GitLab and pytest's readers all take.

``testsuites > testsuite (a submission) > testcase (a check)``. ``file`` on a test case is what GitLab links to; the
strictest of Jenkins' schemas does not know it, Jenkins itself ignores it. Messages are repeated as the element's
text, which is all that GitLab shows.
"""

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from grader.model import CheckResult, Result
from grader.report.findings import place, status_words
from grader.report.numbers import points
from grader.report.plain import inert

_LIMIT = 4_000
# What XML 1.0 cannot hold at all; ``inert`` has made most of it visible, but not every unpaired half of a character.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ERRORS = ("error", "internal_error")


def junit_xml(results: Sequence[Result]) -> str:
    """The XML document of *results*. Two submissions of one name are told apart by a number."""
    root = Element("testsuites", name="grade")
    names: set[str] = set()
    for result in results:
        safe = inert(result, limit=_LIMIT)
        _suite(root, safe, _unused(safe.submission.name, names))
    _count(root, root.iter("testcase"))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _suite(root: Element, result: Result, name: str) -> None:
    suite = SubElement(root, "testsuite", name=_legal(name), timestamp=result.started_at[:19])
    properties = SubElement(suite, "properties")
    for key, value in _facts(result).items():
        SubElement(properties, "property", name=key, value=_legal(value))
    for check in result.checks:
        _case(suite, result, check, name)
    _count(suite, suite.iter("testcase"))
    suite.set("time", f"{result.duration_s:.3f}")


def _facts(result: Result) -> dict[str, str]:
    return {
        "assignment": result.assignment.name,
        "status": result.status,
        "points": f"{points(result.score)}/{points(result.max_score)}",
        "grader": result.grader,
        "torch": result.environment.torch,
    }


def _case(suite: Element, result: Result, check: CheckResult, name: str) -> None:
    attributes = {"classname": _legal(name), "name": _legal(f"{check.id}: {check.title}")}
    if check.location is not None:
        attributes["file"] = _legal(check.location.file)
    case = SubElement(suite, "testcase", attributes, time=f"{check.duration_s:.3f}")
    if check.status == "skipped":
        SubElement(case, "skipped", message=_legal(check.message))
    elif check.status != "passed":
        kind = "error" if check.status in _ERRORS else "failure"
        told = _legal(_told(check))
        reason = check.misconception or check.reason or check.status
        SubElement(case, kind, message=told.split("\n")[0], type=reason).text = told
    if 0 < check.score < check.max_score:
        SubElement(case, "system-out").text = f"points={points(check.score)}/{points(check.max_score)}"


def _told(check: CheckResult) -> str:
    where = place(check.location) if check.location else ""
    fault = "This is the grader's fault, not yours." if check.status == "internal_error" else ""
    return "\n".join(filter(None, (check.message or status_words(check), check.hint, where, fault)))


def _count(element: Element, cases: Iterable[Element]) -> None:
    found = list(cases)
    kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    element.set("tests", str(len(found)))
    for name, tag in kinds.items():
        if element.tag == "testsuite" or name != "skipped":
            element.set(name, str(sum(case.find(tag) is not None for case in found)))
    element.set("time", f"{sum(float(case.get('time', 0)) for case in found):.3f}")


def _unused(name: str, names: set[str]) -> str:
    number, unused = 1, name
    while unused in names:
        number += 1
        unused = f"{name} ({number})"
    names.add(unused)
    return unused


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
