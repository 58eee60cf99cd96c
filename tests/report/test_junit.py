"""JUnit XML that every reader takes."""

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from grader.model import Result
from grader.report.junit import junit_xml

pytestmark = pytest.mark.fast

# What the readers agree on (Jenkins' xunit schema, GitLab's parser, pytest's xunit2); `file` is GitLab's.
ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "file"},
    "properties": set(),
    "property": {"name", "value"},
    "testcase": {"name", "classname", "time", "file"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message", "type"},
    "system-out": set(),
}
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase"},
    "properties": {"property"},
    "testcase": {"skipped", "failure", "error", "system-out"},
}


def parsed(*results: Result) -> ElementTree.Element:
    root = ElementTree.fromstring(junit_xml(results).encode())
    for element in root.iter():
        assert set(element.attrib) <= ATTRIBUTES[element.tag]
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set())
    return root


def test_every_check_is_a_test_case_and_the_counts_agree(perfect: Result, partial: Result) -> None:
    root = parsed(perfect, partial)
    suites = root.findall("testsuite")
    assert [len(suite.findall("testcase")) for suite in suites] == [len(perfect.checks), len(partial.checks)]
    for suite in suites:
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(attribute, "")) == len(suite.findall(f"testcase/{tag}"))
    assert root.get("tests") == str(len(perfect.checks) + len(partial.checks))
    assert suites[0].get("failures") == "0"


def test_partial_credit_is_a_failure_that_says_the_points(partial: Result) -> None:
    checks = [check for check in partial.checks if check.status == "partial"]
    cases = [case for case in parsed(partial).iter("testcase") if case.find("system-out") is not None]
    assert len(cases) == len(checks) > 0
    assert all(case.find("failure") is not None for case in cases)
    assert (cases[0].findtext("system-out") or "").startswith("points=")


@pytest.mark.parametrize(
    ("status", "reason", "tag"),
    [("failed", None, "failure"), ("error", "timeout", "error"), ("skipped", "prerequisite", "skipped"),
     ("internal_error", None, "error")],
)  # fmt: skip
def test_each_outcome_has_its_element(perfect: Result, status: Any, reason: Any, tag: str) -> None:
    check = replace(
        perfect.checks[0], status=status, reason=reason, score=0.0, message="What happened.", hint="Do this."
    )
    case = parsed(replace(perfect, checks=(check,))).find("testsuite/testcase")
    assert case is not None
    found = case.find(tag)
    assert found is not None
    assert "What happened." in (found.text or found.get("message", ""))
    if status == "internal_error":
        assert "not yours" in (found.text or "")


def test_two_submissions_of_one_name_keep_all_their_cases(perfect: Result) -> None:
    root = parsed(perfect, perfect)
    keys = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(keys)) == len(keys)


def test_hostile_text_is_inert_and_legal(hostile: Result) -> None:
    text = junit_xml([hostile])
    root = parsed(hostile)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "<script>" not in text
    assert {element.tag for element in root.iter()} <= set(ATTRIBUTES)
