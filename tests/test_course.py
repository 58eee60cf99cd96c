import sys
from pathlib import Path

import pytest

from grader.course import Course, bundled_course, find_course, refuse_course_files
from grader.errors import CourseError, UsageError

pytestmark = pytest.mark.fast

MANIFEST = 'title = "T"\npoints = 1\n'


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def course(root: Path, **files: str) -> Course:
    return Course(write(root, {"assignments/hw/assignment.toml": MANIFEST, **files}))


# ---------------------------------------------------------------- what a course has


def test_assignments_are_the_folders_with_a_manifest(tmp_path: Path) -> None:
    files = {"assignments/b/assignment.toml": MANIFEST, "assignments/draft/notes.md": "", "assignments/x.toml": ""}
    found = Course(write(tmp_path, files | {"assignments/a/assignment.toml": MANIFEST}))
    assert found.names == ("a", "b")
    assert found.assignment("b").name == "b"


def test_an_unknown_assignment_is_told_with_the_nearest_and_all_others(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r'no assignment "hww" .*did you mean "hw"\? \(assignments: hw\)'):
        course(tmp_path).assignment("hww")


def test_plugins_are_the_python_files_that_do_not_start_with_an_underscore(tmp_path: Path) -> None:
    found = course(tmp_path, **{"plugins/b.py": "", "plugins/a.py": "", "plugins/_c.py": "", "plugins/d.txt": ""})
    assert found.plugin_files() == ("plugins/a.py", "plugins/b.py")


def test_templates_of_the_course_come_before_ours(tmp_path: Path) -> None:
    bundled = bundled_course().root / "reports"
    assert course(tmp_path / "a").template_folders() == (bundled,)
    overriding = course(tmp_path / "b", **{"reports/report.html": ""})
    assert overriding.template_folders() == (tmp_path / "b" / "reports", bundled)


# ---------------------------------------------------------------- loading its files


def test_equal_file_names_of_two_courses_stay_apart(tmp_path: Path) -> None:
    first = course(tmp_path / "a", **{"plugins/p.py": "who = 1"})
    second = course(tmp_path / "b", **{"plugins/p.py": "who = 2"})
    assert (first.load("plugins/p.py").who, second.load("plugins/p.py").who) == (1, 2)


def test_relative_imports_work_and_sys_path_stays(tmp_path: Path) -> None:
    files = {
        "plugins/p.py": "from ._shared import A\nfrom ..assignments.hw.reference import B\n",
        "plugins/_shared.py": "A = 1",
        "assignments/hw/reference.py": "B = 2",
    }
    before = list(sys.path)
    module = course(tmp_path, **files).load("plugins/p.py")
    assert (module.A, module.B, sys.path) == (1, 2, before)
    assert not {"plugins", "assignments"} & sys.modules.keys()


def test_a_file_is_executed_once(tmp_path: Path) -> None:
    found = course(tmp_path, **{"plugins/p.py": ""})
    assert found.load("plugins/p.py") is Course(tmp_path).load("plugins/p.py")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1\nx.y\n", "plugins/p.py:2: AttributeError: 'int' object has no attribute 'y'"),
        ("\n\nimport no_such_thing\n", "plugins/p.py:3: ModuleNotFoundError: No module named 'no_such_thing'"),
        ("from . import _shared\n", "plugins/_shared.py:1: ZeroDivisionError: division by zero"),
        ("x = 1\ndef f(:\n", "plugins/p.py:2: SyntaxError: invalid syntax"),
        ("raise SystemExit(3)\n", "plugins/p.py:1: SystemExit: 3"),
        ("import json\njson.loads('')\n", "plugins/p.py:2: JSONDecodeError: Expecting value"),
    ],
)
def test_a_file_that_fails_is_told_with_its_line(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(CourseError) as caught:
        course(tmp_path, **{"plugins/p.py": text, "plugins/_shared.py": "1 / 0"}).load("plugins/p.py")
    assert str(caught.value).startswith(expected)


def test_a_library_inside_the_course_folder_is_not_blamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path / ".venv"))
    files = {".venv/broken_library_of_course.py": "1 / 0", "plugins/p.py": "\nimport broken_library_of_course\n"}
    with pytest.raises(CourseError, match=r"^plugins/p\.py:2: ZeroDivisionError"):
        course(tmp_path, **files).load("plugins/p.py")


@pytest.mark.parametrize("name", ["plugins/none.py", "plugins/a.b.py", "plugins/x.txt", "../outside.py"])
def test_what_is_no_file_of_the_course_is_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"outside.py": "", "course/plugins/a.b.py": "", "course/plugins/x.txt": ""})
    with pytest.raises(CourseError):
        Course(tmp_path / "course").load(name)


# ---------------------------------------------------------------- which course is used


def test_without_any_the_bundled_course_is_used(tmp_path: Path) -> None:
    assert find_course(None, [], {}, tmp_path) == bundled_course()


def test_the_nearest_parent_with_assignments_is_found(tmp_path: Path) -> None:
    outer, inner = course(tmp_path), course(tmp_path / "inner")
    (tmp_path / "inner" / "deep").mkdir()
    (tmp_path / "other").mkdir()
    assert find_course(None, [], {}, tmp_path / "inner" / "deep") == inner
    assert find_course(None, [], {}, tmp_path / "other") == outer


def test_a_folder_that_merely_has_assignments_is_no_course(tmp_path: Path) -> None:
    write(tmp_path, {"assignments/week1/essay.txt": ""})
    assert find_course(None, [], {}, tmp_path) == bundled_course()


def test_the_option_wins_over_the_environment_and_that_over_the_search(tmp_path: Path) -> None:
    found, asked, named = (course(tmp_path / name) for name in "abc")
    environment = {"GRADE_COURSE": str(named.root)}
    assert find_course(str(asked.root), [], environment, found.root) == asked
    assert find_course(None, [], environment, found.root) == named
    assert find_course("../b", [], {}, found.root) == asked
    assert find_course("", [], {"GRADE_COURSE": ""}, found.root) == found


def test_nothing_is_searched_in_ci(tmp_path: Path) -> None:
    found = course(tmp_path / "a")
    assert find_course(None, [], {"CI": "true"}, found.root) == bundled_course()
    assert find_course(None, [], {"CI": ""}, found.root) == found
    assert find_course(".", [], {"CI": "true"}, found.root) == found


def test_a_course_supplied_with_the_submission_is_passed_over(tmp_path: Path) -> None:
    outer = course(tmp_path)
    inside, equal = course(tmp_path / "sub" / "inside"), course(tmp_path / "equal")
    (tmp_path / "containing").mkdir()
    containing = course(tmp_path / "containing")
    (containing.root / "hw").mkdir()
    (tmp_path / "free").mkdir()
    for handed_in, cwd in ((tmp_path / "sub", inside), (equal.root, equal), (containing.root / "hw", containing)):
        assert find_course(None, [handed_in], {}, cwd.root) == bundled_course()
    assert find_course(None, [Path("/nowhere")], {}, tmp_path / "free") == outer


@pytest.mark.parametrize(
    ("submission", "why"), [("a", "lies in"), ("a/course", "is"), ("a/course/hw", "contains"), ("link", "lies in")]
)
def test_a_course_asked_for_is_refused_when_a_submission_brings_it(tmp_path: Path, submission: str, why: str) -> None:
    own = course(tmp_path / "a" / "course")
    (own.root / "hw").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    for explicit, environment in ((str(own.root), {}), (None, {"GRADE_COURSE": str(own.root)})):
        with pytest.raises(UsageError, match=f"{own.root} {why} the submission"):
            find_course(explicit, [Path("/elsewhere"), Path(submission)], environment, tmp_path)


def test_examples_are_graded_in_place(tmp_path: Path) -> None:
    own = course(tmp_path, **{"assignments/hw/examples/right/a.py": ""})
    example = Path("assignments/hw/examples/right/a.py")
    assert find_course(None, [example], {}, tmp_path) == own
    assert find_course(".", [example.parent], {}, tmp_path) == own
    assert find_course(None, [example, tmp_path / "hw.py"], {}, tmp_path) == bundled_course()


def test_a_submission_may_lie_beside_the_bundled_course_but_not_hold_or_be_part_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = course(tmp_path / "checkout", **{"plugins/p.py": ""})
    monkeypatch.setattr("grader.course.bundled_course", lambda: own)
    assert find_course(None, [own.root / "my_hw"], {}, own.root) == own
    for taken in (tmp_path, own.root, own.root / "plugins", own.root / "assignments" / "hw" / "starter"):
        with pytest.raises(UsageError, match="holds or belongs to the course"):
            find_course(None, [taken], {}, tmp_path)


@pytest.mark.parametrize(
    ("folder", "expected"),
    [("nowhere", "is no folder"), (".", "holds no assignments/"), ("c/assignments", 'did you mean ".*/c"')],
)
def test_a_folder_that_is_no_course_is_refused(tmp_path: Path, folder: str, expected: str) -> None:
    course(tmp_path / "c")
    with pytest.raises(UsageError, match=f"--course .*{expected}"):
        find_course(folder, [], {}, tmp_path)


# ---------------------------------------------------------------- what is no submission


def test_a_submission_that_does_not_exist_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "my_hw").mkdir()
    with pytest.raises(UsageError, match=r'no such file or folder: .*my_hww; did you mean "my_hw"\?'):
        refuse_course_files(tmp_path / "my_hww")
    with pytest.raises(UsageError, match=r"no such file or folder: .*x/y$"):
        refuse_course_files(tmp_path / "x" / "y")


@pytest.mark.parametrize("name", ["", "starter", "reference.py", "starter/sub/a.py"])
def test_an_assignment_and_its_parts_are_no_submission(tmp_path: Path, name: str) -> None:
    files = {"assignments/hw/starter/sub/a.py": "", "assignments/hw/reference.py": ""}
    folder = course(tmp_path, **files).root / "assignments" / "hw"
    with pytest.raises(UsageError, match="no submission; `grade init hw` writes"):
        refuse_course_files(folder / name)
    (tmp_path / "link").symlink_to(folder / name)
    with pytest.raises(UsageError, match="no submission"):
        refuse_course_files(tmp_path / "link")


def test_any_folder_with_a_manifest_is_no_submission(tmp_path: Path) -> None:
    write(tmp_path, {"alice/assignment.toml": MANIFEST, "alice/hw/a.py": ""})
    with pytest.raises(UsageError, match="is an assignment, no submission; `grade init ASSIGNMENT`"):
        refuse_course_files(tmp_path / "alice")
    refuse_course_files(tmp_path / "alice" / "hw")


def test_examples_and_everything_outside_are_submissions(tmp_path: Path) -> None:
    root = course(tmp_path, **{"assignments/hw/examples/right/a.py": "", "hw/a.py": ""}).root
    for name in ("assignments/hw/examples/right/a.py", "assignments/hw/examples/right", "hw", "hw/a.py"):
        refuse_course_files(root / name)
