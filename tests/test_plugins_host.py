import ast
import dataclasses
import inspect
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

import grader
from grader import hookspecs
from grader.course import Course
from grader.errors import CourseError, UsageError
from grader.model import Assignment, EntryPoint, Exporter, Intake, Result
from grader.plugins_host import OURS, Host, checks_of, entry_points_of, load_host

MANIFEST = """\
title = "T"
points = 3
[steps]
loss = "The loss"
[entry_points.loss]
kind = "loss"
symbol = "bce_loss"
variables = ["criterion"]
[checks.first]
detail = "full"
"""
CHECKS = """\
from grader.api import check
from grader.hookspecs import hookimpl

@check("first", points=1, title="First", step="loss")
def first(student, reference): ...

@check("second", points=2, title="Second", step="loss")
def second(student, reference): ...

@hookimpl
def grader_checks(assignment):
    return [first, second]
"""
HEAD = "from grader.hookspecs import hookimpl\nfrom grader.model import *\n"


def course_of(root: Path, manifest: str = MANIFEST, **plugins: str) -> Course:
    files = {"assignments/hw/assignment.toml": manifest}
    files |= {f"plugins/{name}.py": text for name, text in plugins.items()}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return Course(root)


def host_of(root: Path, **plugins: str) -> Host:
    hooks = {name: HEAD + text for name, text in plugins.items()}
    return load_host(course_of(root, **hooks), {}, ours=())


def loading(root: Path, plugin: str) -> str:
    with pytest.raises(CourseError) as caught:
        host_of(root, p=plugin)
    return str(caught.value)


def implementation(hook: str, answer: str, mark: str = "@hookimpl") -> str:
    return f"{mark}\ndef {hook}(): {answer}\n"


EXPORTER = 'return [Exporter("{}", ".x", "", str)]'


# ---------------------------------------------------------------- what may be registered


def test_ours_all_load_and_answer_hooks() -> None:
    host = load_host(None, {})
    assert tuple(plugin.name for plugin in host.plugins if plugin.origin == "ours") == OURS
    implementing = {name for plugins in host.hooks().values() for name in plugins}
    assert set(OURS) <= implementing


def test_a_misspelt_hook_is_told_with_the_nearest(tmp_path: Path) -> None:
    told = loading(tmp_path, "@hookimpl\ndef grader_chekcs(assignment): ...")
    assert told == 'plugins/p.py: there is no hook "grader_chekcs"; did you mean "grader_checks"?'


def test_a_misspelt_argument_is_told_with_the_nearest(tmp_path: Path) -> None:
    told = loading(tmp_path, "@hookimpl\ndef grader_checks(asignment): ...")
    assert told == 'plugins/p.py: grader_checks has no argument "asignment"; did you mean "assignment"?'


def test_a_hook_without_its_mark_is_told_instead_of_never_called(tmp_path: Path) -> None:
    assert loading(tmp_path, "def grader_checks(assignment): ...").startswith(
        "plugins/p.py: grader_checks lacks @hookimpl"
    )


def test_wrappers_are_refused(tmp_path: Path) -> None:
    told = loading(tmp_path, "@hookimpl(wrapper=True)\ndef grader_exporters(): return (yield)")
    assert "wrappers are not supported" in told


def test_every_mistake_of_a_plugin_is_told(tmp_path: Path) -> None:
    told = loading(tmp_path, "@hookimpl\ndef grader_chekcs(): ...\n@hookimpl\ndef grader_exporters(x): ...")
    assert len(told.splitlines()) == 2


def test_a_plugin_that_does_not_import_is_told_with_its_line(tmp_path: Path) -> None:
    assert loading(tmp_path, "1 / 0") == "plugins/p.py:3: ZeroDivisionError: division by zero"


def test_implementations_may_leave_out_arguments_and_have_names_of_their_own(tmp_path: Path) -> None:
    host = host_of(tmp_path, p='@hookimpl(specname="grader_checks")\ndef mine(): return [1]')
    assert host.joined("grader_checks", int, assignment=None) == ([1], [])


# ---------------------------------------------------------------- who is asked, in which order


class InstalledEntryPoint:
    """What importlib.metadata gives for an installed plugin."""

    value = "installed"

    def __init__(self, name: str, plugin: object) -> None:
        self.name = name
        self.dist = type("Distribution", (), {"name": "grade-extra"})
        self.plugin = plugin

    def load(self) -> object:
        if isinstance(self.plugin, Exception):
            raise self.plugin
        return self.plugin


class InstalledPlugin:
    @hookspecs.hookimpl
    def grader_exporters(self) -> Sequence[Exporter]:
        return [Exporter("installed", ".x", "", str)]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [InstalledEntryPoint("extra", InstalledPlugin())]
    monkeypatch.setattr(metadata, "entry_points", lambda group: found if group == "grader" else [])


@pytest.mark.usefixtures("installed")
def test_the_course_is_asked_first_then_installed_plugins_then_ours(tmp_path: Path) -> None:
    a, b = (HEAD + implementation("grader_exporters", EXPORTER.format(name)) for name in "ab")
    host = load_host(course_of(tmp_path, b=b, a=a), {}, ours=["grader.report.exporters"])
    order = ("plugins/a.py", "plugins/b.py", "grade-extra:extra", "grader.report.exporters")
    assert tuple(plugin.name for plugin in host.plugins) == host.hooks()["grader_exporters"] == order
    exporters, _ = host.joined("grader_exporters", Exporter)
    assert [exporter.name for exporter in exporters][:3] == ["a", "b", "installed"]


def test_tryfirst_and_trylast_move_a_plugin(tmp_path: Path) -> None:
    marks = {"a": "@hookimpl(trylast=True)", "b": "@hookimpl", "c": "@hookimpl(tryfirst=True)"}
    plugins = {name: implementation("grader_exporters", "return []", mark) for name, mark in marks.items()}
    host = host_of(tmp_path, **plugins)
    assert host.hooks()["grader_exporters"] == ("plugins/c.py", "plugins/b.py", "plugins/a.py")


def test_an_installed_plugin_that_does_not_import_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = InstalledEntryPoint("extra", ImportError("no x"))
    monkeypatch.setattr(metadata, "entry_points", lambda group: [broken])
    with pytest.raises(CourseError, match="installed plugin grade-extra:extra: ImportError: no x"):
        load_host(None, {}, ours=())


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("wanted", "loaded"),
    [
        ("a", ["plugins/a.py"]),
        (" extra , plugins/b.py", ["plugins/b.py", "grade-extra:extra"]),
        ("", []),
    ],
)
def test_only_the_plugins_asked_for_are_loaded(tmp_path: Path, wanted: str, loaded: list[str]) -> None:
    course = course_of(tmp_path, a="", b="", broken="1 / 0")
    host = load_host(course, {"GRADE_PLUGINS": wanted}, ours=["grader.report.exporters"])
    assert [plugin.name for plugin in host.plugins] == [*loaded, "grader.report.exporters"]


def test_asking_for_an_unknown_plugin_is_told_once_the_course_is_known(tmp_path: Path) -> None:
    course = course_of(tmp_path, late_days="")
    with pytest.raises(UsageError, match=r'no plugin "late_day"; did you mean "late_days"\?'):
        load_host(course, {"GRADE_PLUGINS": "late_day"}, ours=())
    assert load_host(None, {"GRADE_PLUGINS": "late_days"}, ours=()).plugins == ()


def test_calls_are_traced_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    course = course_of(tmp_path, p=HEAD + implementation("grader_exporters", "return []"))
    load_host(course, {"GRADE_TRACE_PLUGINS": "1"}, ours=()).joined("grader_exporters", Exporter)
    load_host(course, {}, ours=()).joined("grader_exporters", Exporter)
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("plugin plugins/p.py: grader_exporters -> 0 items (")


# ---------------------------------------------------------------- calls


def test_a_plugin_that_raises_is_named_and_the_others_count(tmp_path: Path) -> None:
    good = implementation("grader_exporters", EXPORTER.format("good"))
    host = host_of(tmp_path, a=implementation("grader_exporters", "return 1 / 0"), b=good)
    exporters, [failure] = host.joined("grader_exporters", Exporter)
    assert [exporter.name for exporter in exporters] == ["good"]
    assert str(failure) == ("plugins/a.py: grader_exporters: ZeroDivisionError: division by zero (plugins/a.py:4)")
    assert isinstance(failure.error, ZeroDivisionError)


def test_a_plugin_that_exits_is_a_failure_of_that_plugin(tmp_path: Path) -> None:
    [failure] = host_of(tmp_path, a=implementation("grader_submission_finished", "raise SystemExit(0)")).notify(
        "grader_submission_finished", result=None
    )
    assert failure.message.startswith("SystemExit: 0 (plugins/a.py:")


def test_a_grade_error_is_meant_for_the_user(tmp_path: Path) -> None:
    text = "from grader.errors import UsageError\n"
    host = host_of(tmp_path, a=text + implementation("grader_exporters", "raise UsageError('no such format')"))
    with pytest.raises(UsageError, match="no such format"):
        host.joined("grader_exporters", Exporter)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("return 5", "answered int, not list or tuple (plugins/a.py:3)"),
        ("return ['x']", "answered a list with str, not of Exporter (plugins/a.py:3)"),
        ("yield 1", "answered generator, not list or tuple (plugins/a.py:3)"),
    ],
)
def test_an_answer_the_hook_does_not_allow_is_a_failure(tmp_path: Path, answer: str, told: str) -> None:
    host = host_of(tmp_path, a=implementation("grader_exporters", answer))
    exporters, [failure] = host.joined("grader_exporters", Exporter)
    assert (exporters, failure.message) == ([], told)


def test_a_list_may_be_left_out(tmp_path: Path) -> None:
    host = host_of(tmp_path, a=implementation("grader_exporters", "return None"))
    assert host.joined("grader_exporters", Exporter) == ([], [])


def test_the_first_answer_wins_past_failures_and_nothing(tmp_path: Path) -> None:
    reader = "@hookimpl\ndef grader_read_submission(path): {}\n"
    answers = {"a": "1 / 0", "b": "return None", "c": 'return Intake("c", "", (), ())', "d": 'raise KeyError("late")'}
    host = host_of(tmp_path, **{name: reader.format(answer) for name, answer in answers.items()})
    intake, failures = host.first("grader_read_submission", Intake, path=None, destination=None, limits=None)
    assert intake is not None
    assert intake.name == "c"
    assert [failure.plugin for failure in failures] == ["plugins/a.py"]


def test_nobody_answers(tmp_path: Path) -> None:
    assert host_of(tmp_path).first("grader_executor", object, name="x", warm=None) == (None, [])


def result(score: float) -> Result:
    values: dict[str, Any] = {field.name: None for field in dataclasses.fields(Result)}
    return Result(**values | {"score": score})


def test_adjustments_are_chained_and_the_course_has_the_last_word(tmp_path: Path) -> None:
    adjust = "import dataclasses\n@hookimpl\ndef grader_adjust_result(result, assignment):\n    {}\n"
    change = "return dataclasses.replace(result, score={})"
    host = host_of(
        tmp_path,
        a=adjust.format(change.format("min(result.score, 5)")),
        b=adjust.format("raise ValueError('bad day')"),
        c=adjust.format("return None"),
        d=adjust.format(change.format("result.score - 1")),
    )
    adjusted, [failure] = host.adjusted("grader_adjust_result", result(9), assignment=None)
    assert adjusted.score == 5
    assert failure.plugin == "plugins/b.py"
    assert host.adjusted("grader_adjust_result", result(3), assignment=None)[0].score == 2


# ---------------------------------------------------------------- entry points and checks


def declared(root: Path, manifest: str = MANIFEST, **plugins: str) -> tuple[Host, Assignment]:
    course = course_of(root, manifest, **plugins)
    return load_host(course, {}, ours=()), course.assignment("hw")


def problems(root: Path, manifest: str = MANIFEST, **plugins: str) -> list[str]:
    with pytest.raises(CourseError) as caught:
        checks_of(*declared(root, manifest, **plugins))
    return list(caught.value.problems)


def test_plugins_add_variables_and_entry_points(tmp_path: Path) -> None:
    added = 'return [EntryPoint("loss", "loss", "", (), ("crit", "criterion")), EntryPoint("net", "module", "Net")]'
    host, assignment = declared(tmp_path, a=HEAD + implementation("grader_entry_points", added))
    assert entry_points_of(host, assignment) == (
        EntryPoint("loss", "loss", "bce_loss", (), ("criterion", "crit")),
        EntryPoint("net", "module", "Net"),
    )


def test_entry_points_that_fail_are_the_courses_fault(tmp_path: Path) -> None:
    host, assignment = declared(tmp_path, a=HEAD + implementation("grader_entry_points", "1 / 0"))
    with pytest.raises(CourseError, match=r"plugins/a\.py: grader_entry_points: ZeroDivisionError"):
        entry_points_of(host, assignment)


def test_checks_of_all_plugins_are_joined_in_order(tmp_path: Path) -> None:
    first, second = (CHECKS.replace("[first, second]", f"[{name}]") for name in ("first", "second"))
    checks = checks_of(*declared(tmp_path, a=first, b=second))
    assert [check.id for check in checks] == ["first", "second"]


def test_two_checks_with_one_id_are_told_with_both_places(tmp_path: Path) -> None:
    both = problems(tmp_path, a=CHECKS, b=CHECKS.replace("[first, second]", "[first]").replace("points=1", "points=0"))
    assert both == ['plugins/b.py:4: a second check "first"; the first is in plugins/a.py:4']


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "points=2",
            "points=4",
            "assignments/hw/assignment.toml:2: points = 3, but the checks are worth 5",
        ),
        (
            "[first, second]",
            "[]",
            "assignments/hw/assignment.toml:2: no plugin has checks for hw",
        ),
        (
            '"first"',
            '"frist"',
            'assignments/hw/assignment.toml:9: there is no check "first"; did you mean "frist"?',
        ),
        (
            'step="loss")\ndef second',
            'step="los", entry="loss")\ndef second',
            'plugins/a.py:7: check "second" has the unknown step "los"; did you mean "loss"?',
        ),
        (
            'step="loss")\ndef second',
            'step="loss", entry="x")\ndef second',
            'plugins/a.py:7: check "second" has the unknown entry point "x" (known: loss)',
        ),
        ("points=2", 'points="nan"', 'plugins/a.py:7: check "second" is worth nan points'),
        ("return [first", "return 1 / 0, [first", "plugins/a.py: grader_checks: ZeroDivisionError: division by zero"),
    ],
)
def test_checks_that_do_not_fit_their_assignment_are_told(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert problems(tmp_path, a=CHECKS.replace(old, new, 1))[0].startswith(expected)


# ---------------------------------------------------------------- the hooks themselves

SPECIFIED = {name: hook for name, hook in vars(hookspecs).items() if name.startswith("grader_")}


@pytest.mark.fast
@pytest.mark.parametrize("name", SPECIFIED)
def test_a_hook_says_when_it_is_called_and_what_comes_of_its_answer(name: str) -> None:
    text = inspect.getdoc(SPECIFIED[name]) or ""
    assert "Call" in text or "Observe" in text, "when is it called?"
    assert any(word in text for word in ("Return", "return", "joined", "answer")), "what comes of what it returns?"
    assert name in (hookspecs.__doc__ or "") or name in ("grader_executor", "grader_exporters"), "where in the order?"


@pytest.mark.fast
@pytest.mark.parametrize("name", SPECIFIED)
def test_a_hook_is_called_somewhere(name: str) -> None:
    assert name in _hooks_called(Path(grader.__file__).parent), f"nothing calls {name}"


def _hooks_called(package: Path) -> set[str]:
    """The first argument of every call of a method of Host, where it is a text."""
    methods = {name for name in vars(Host) if not name.startswith("_")}
    calls = [node for file in package.rglob("*.py") for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in methods
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
