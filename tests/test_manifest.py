from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.manifest import digest, place, read_manifest
from grader.model import CheckSettings, DataSet, EntryPoint, Limits

pytestmark = pytest.mark.fast

WHOLE = """\
title = "Logistic regression"
points = 10
seed = 6
libraries = ["matplotlib", "mpl_toolkits.mplot3d"]

[steps]
model = "2 · Design the model"

[entry_points.model]
kind = "module"
symbol = "LogisticRegressionModel"
variables = ["model", "net"]
arguments = ["x"]

[data]
x = [[1.0], [2], [3.0]]
y = [[0.0], [0.0], [1.0]]
x_names = ["x_data"]
y_names = ["y_data"]

[limits]
call_s = 2
memory_mb = 512

[checks."loss.mini_batch"]
detail = "actual"
credit = { sum_reduction = 0.5 }
"""
SHORT = 'title = "T"\npoints = 1\n'


def written(tmp_path: Path, text: str | bytes, name: str = "logreg") -> Path:
    folder = tmp_path / "assignments" / name
    folder.mkdir(parents=True)
    (folder / "assignment.toml").write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def problems(tmp_path: Path, text: str | bytes) -> list[str]:
    with pytest.raises(CourseError) as caught:
        read_manifest(written(tmp_path, text))
    return [problem.removeprefix("assignments/logreg/assignment.toml:") for problem in caught.value.problems]


def test_a_whole_manifest_becomes_an_assignment(tmp_path: Path) -> None:
    folder = written(tmp_path, WHOLE)
    assignment = read_manifest(folder)
    assert (assignment.name, assignment.title, assignment.points, assignment.seed) == (
        "logreg",
        "Logistic regression",
        10.0,
        6,
    )
    assert assignment.folder == str(folder)
    assert assignment.entry_points == (
        EntryPoint("model", "module", "LogisticRegressionModel", ("x",), ("model", "net")),
    )
    assert assignment.data == DataSet(((1.0,), (2.0,), (3.0,)), ((0.0,), (0.0,), (1.0,)), ("x_data",), ("y_data",))
    assert assignment.limits == Limits(call_s=2.0, memory_mb=512)
    assert assignment.libraries == ("matplotlib", "mpl_toolkits.mplot3d")
    assert assignment.steps == {"model": "2 · Design the model"}
    assert assignment.checks == {"loss.mini_batch": CheckSettings("actual", {"sum_reduction": 0.5})}


def test_the_least_manifest_has_a_title_and_points(tmp_path: Path) -> None:
    assignment = read_manifest(written(tmp_path, "\ufeff" + SHORT.replace("\n", "\r\n")))
    assert (assignment.seed, assignment.entry_points, assignment.limits) == (0, (), Limits())


def test_steps_keep_the_order_they_are_written_in(tmp_path: Path) -> None:
    assignment = read_manifest(written(tmp_path, SHORT + '[steps]\nz = "first"\na = "second"\n'))
    assert list(assignment.steps) == ["z", "a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "[limits]\nmemry_mb = 5",
            '4: unknown key "memry_mb" in [limits]; did you mean "memory_mb"?',
            id="misspelt key",
        ),
        pytest.param(
            "[limits]\nsnacks = 5",
            '4: unknown key "snacks" in [limits]; [limits] knows call_s, memory_mb, output_kb, scratch_mb, '
            "submission_s, train_s",
            id="key like no other",
        ),
        pytest.param("[limts]\n", '3: unknown key "limts"; did you mean "limits"?', id="misspelt table"),
        pytest.param(
            "[checks.loss.mini_batch]\n",
            '3: unknown key "mini_batch" in [checks.loss]; did you mean [checks."loss.mini_batch"]?',
            id="check without quotes",
        ),
        pytest.param(
            "limits.call_s = 'x'", '3: "call_s" in [limits]: expected a number, got a string', id="wrong type"
        ),
        pytest.param("seed = 1.5", '3: "seed": expected a whole number, got a number', id="seed is no whole number"),
        pytest.param("seed = -1", '3: "seed" must lie in 0..4294967295, not -1', id="negative seed"),
        pytest.param("limits = 3", '3: "limits": expected a table, got a whole number', id="number for a table"),
        pytest.param("[limits]\ncall_s = 0", '4: "call_s" in [limits] must be positive, not 0', id="no time"),
        pytest.param("[limits]\ncall_s = nan", '4: "call_s" in [limits] must be finite', id="nan"),
        pytest.param(
            "libraries = [\n 'a',\n 3]", '5: item 2 of "libraries": expected a string, got a whole number', id="item"
        ),
        pytest.param("libraries = ['a-b']", '3: "libraries": "a-b" is not a name in Python', id="library's name"),
        pytest.param("[steps]\na = 3", '4: "a" in [steps]: expected a string, got a whole number', id="step's title"),
        pytest.param(
            "[entry_points.f]\nkind = 'function'", '3: [entry_points.f] lacks the required key "symbol"', id="no symbol"
        ),
        pytest.param(
            "[entry_points.f]\nkind = 'functoin'\nsymbol = 'f'",
            '4: "kind" in [entry_points.f] is "functoin", not one of module, function, loss, training; '
            'did you mean "function"?',
            id="unknown kind",
        ),
        pytest.param(
            "[entry_points.a]\nkind='loss'\nsymbol='f'\n[entry_points.b]\nkind='loss'\nsymbol='f'",
            '8: "symbol" in [entry_points.b] is "f", as in [entry_points.a]',
            id="two entry points of one name",
        ),
        pytest.param(
            "[entry_points.trained]\nkind='loss'\nsymbol='f'",
            '3: an entry point cannot be called "trained": checks use that name for something else',
            id="reserved entry point",
        ),
        pytest.param(
            "[entry_points.f]\nkind='loss'\nsymbol='f'\narguments=['class']",
            '6: "arguments" in [entry_points.f]: "class" is not a name in Python',
            id="keyword as argument",
        ),
        pytest.param("entry_points.f = 3", '3: "f" in [entry_points] should be a table, but is a whole number', id="f"),
        pytest.param(
            "[data]\nx = [[1],\n[1, 2]]\ny = [[1], [2]]",
            '5: row 2 of "x" in [data] holds 2 numbers, not 1',
            id="ragged",
        ),
        pytest.param("[data]\nx = [[]]\ny = [[1]]", '4: row 1 of "x" in [data] is empty', id="empty row"),
        pytest.param("[data]\nx = [[1]]\ny = []", '5: "x" and "y" in [data] differ in length: 1 and 0', id="lengths"),
        pytest.param("[data]\nx = [[1]]", '3: "x" and "y" in [data] differ in length: 1 and 0', id="x alone"),
        pytest.param(
            "[data]\nx = [[1], [2,\n true]]\ny = []",
            '5: number 2 of row 2 of "x" in [data]: expected a number, got true or false',
            id="no number",
        ),
        pytest.param(
            "[checks.a]\ndetail = 'ful'",
            '4: "detail" in [checks.a] is "ful", not one of full, actual, none; did you mean "full"?',
            id="detail",
        ),
        pytest.param(
            "[checks.'a.b'.credit]\nx = 1.5",
            '4: "x" in [checks."a.b".credit] must lie in 0..1, not 1.5',
            id="too much credit",
        ),
        pytest.param(
            "[checks.a]\ncredit = 1", '4: "credit" in [checks.a] should be a table, but is a whole number', id="credit"
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, expected: str) -> None:
    assert problems(tmp_path, SHORT + text) == [expected]


def test_every_problem_is_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = 'points = -1\ncolour = "red"\n[limits]\nmemry_mb = 3\ncall_s = "5"\n[checks.a]\ncredit = { b = 2 }\n'
    assert [problem.partition(":")[0] for problem in problems(tmp_path, text)] == ["1", "1", "2", "4", "5", "7"]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('title = "T"\npoints 1\n', "2:8: not valid TOML: "),
        ("[entry_points.a]\n[entry_points.a]\n", "2:16: not valid TOML: "),
        ('title = "T"\npoints = [1,\n', "2: not valid TOML: "),
        (b'title = "T"\n# \xff\n', "2: the file must be UTF-8 text"),
    ],
)
def test_a_text_that_is_not_toml_is_told_with_its_place(tmp_path: Path, text: str | bytes, where: str) -> None:
    [problem] = problems(tmp_path, text)
    assert problem.startswith(where)


def test_a_folder_without_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"assignments/nothing/assignment\.toml: cannot be read: No such file"):
        read_manifest(tmp_path / "assignments" / "nothing")


def test_a_folder_name_python_cannot_import_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r'not "week\.1"'):
        read_manifest(written(tmp_path, SHORT, "week.1"))


def test_an_assignment_outside_a_course_is_named_by_its_whole_path(tmp_path: Path) -> None:
    (tmp_path / "assignment.toml").write_text("")
    with pytest.raises(CourseError, match=str(tmp_path)):
        read_manifest(tmp_path)


def test_a_place_is_the_line_of_a_key(tmp_path: Path) -> None:
    folder = written(tmp_path, WHOLE)
    assert place(folder, "points") == "assignments/logreg/assignment.toml:2"
    assert place(folder, "checks", "loss.mini_batch", "credit", "sum_reduction").endswith(":27")


def test_the_digest_tells_every_file_but_examples_and_junk(tmp_path: Path) -> None:
    folder = written(tmp_path, WHOLE)
    first = digest(folder)
    for name in ("examples/right/a.py", "__pycache__/reference.cpython-311.pyc", ".DS_Store", "starter/x.pyc"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    assert digest(folder) == first == read_manifest(folder).digest
    (folder / "reference.py").write_text("x")
    second = digest(folder)
    (folder / "reference.py").rename(folder / "other.py")
    assert len({first, second, digest(folder)}) == 3
