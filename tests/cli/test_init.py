from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import grader
from grader.cli.init import command
from grader.errors import CourseError, UsageError

pytestmark = pytest.mark.fast

FILES = {
    "assignments/hw/assignment.toml": 'title = "T"\npoints = 1\n',
    "assignments/hw/handout.md": "# Do this",
    "assignments/hw/starter/hw.py": "answer = None\n",
    "assignments/hw/starter/data/rows.csv": "1,2\n",
    "assignments/hw/starter/__pycache__/hw.pyc": "junk",
    "assignments/hw/reference.py": "answer = 42\n",
    "assignments/bare/assignment.toml": 'title = "T"\npoints = 1\n',
}
WRITTEN = {"hw.py", "data/rows.csv", "handout.md", "grade.toml"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The student's working directory, beside a course."""
    for name, text in FILES.items():
        (tmp_path / "course" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "course" / name).write_text(text)
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    monkeypatch.setenv("GRADE_COURSE", str(tmp_path / "course"))
    return tmp_path / "home"


def init(*arguments: str) -> str:
    """What the command prints."""
    return CliRunner().invoke(command, arguments, standalone_mode=False, catch_exceptions=False).stdout


def files_in(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def test_the_starter_and_the_handout_are_written_to_a_folder_named_like_the_assignment(home: Path) -> None:
    printed = init("hw")
    assert files_in(home / "hw") == WRITTEN
    assert files_in(home) == {f"hw/{name}" for name in WRITTEN}
    assert (home / "hw" / "hw.py").read_text() == "answer = None\n"
    assert (home / "hw" / "handout.md").read_text() == "# Do this"
    assert (home / "hw" / "grade.toml").read_text() == 'assignment = "hw"\n'
    assert printed.rstrip().endswith("grade run hw")


def test_a_folder_may_be_named(home: Path) -> None:
    assert init("hw", "my work/one").rstrip().endswith("grade run 'my work/one'")
    assert files_in(home / "my work" / "one") == WRITTEN


def test_a_folder_others_may_read_stays_so(home: Path) -> None:
    (home / "usual").mkdir()
    init("hw")
    assert (home / "hw").stat().st_mode == (home / "usual").stat().st_mode


def test_files_are_added_to_a_folder_that_is_there(home: Path) -> None:
    (home / "notes.txt").write_text("mine")
    init("hw", ".")
    assert files_in(home) == {*WRITTEN, "notes.txt"}


def test_a_file_that_is_there_is_named_and_nothing_is_written(home: Path) -> None:
    (home / "hw").mkdir()
    (home / "hw" / "hw.py").write_text("my work")
    with pytest.raises(UsageError, match=r"hw already has hw\.py; nothing was written"):
        init("hw")
    assert files_in(home) == {"hw/hw.py"}
    assert (home / "hw" / "hw.py").read_text() == "my work"


def test_a_dangling_link_is_not_written_through(home: Path) -> None:
    (home / "hw").mkdir()
    (home / "hw" / "hw.py").symlink_to(home / "elsewhere.py")
    with pytest.raises(UsageError, match=r"already has hw\.py"):
        init("hw")
    assert not (home / "elsewhere.py").exists()


@pytest.mark.parametrize("target", ["new", "old"])
def test_when_writing_fails_nothing_stays(home: Path, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "old").mkdir()
    opened = Path.open

    def full(self: Path, mode: str = "r", *rest: object) -> object:
        if mode == "xb" and self.name == "handout.md":
            raise OSError(28, "No space left on device", str(self))
        return opened(self, mode)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(UsageError, match=r"handout\.md cannot be written: No space left on device"):
        init("hw", target)
    assert files_in(home) == set()
    assert not (home / "new").exists()


@pytest.mark.parametrize("target", ["file", "file/below"])
def test_a_file_is_no_folder_to_write_to(home: Path, target: str) -> None:
    (home / "file").write_text("")
    with pytest.raises(UsageError, match="file is a file; name a folder"):
        init("hw", target)


@pytest.mark.parametrize("target", ["assignments/hw", "assignments/hw/new", "assignments/hw/starter"])
def test_nothing_is_written_into_an_assignment(home: Path, target: str) -> None:
    before = files_in(home.parent)
    with pytest.raises(UsageError, match=r"the assignment|an assignment"):
        init("hw", f"../course/{target}")
    assert files_in(home.parent) == before


@pytest.mark.usefixtures("home")
def test_an_unknown_assignment_is_told() -> None:
    with pytest.raises(UsageError, match=r'no assignment "hww" in .*; did you mean "hw"\?'):
        init("hww")


@pytest.mark.usefixtures("home")
def test_an_assignment_without_starter_is_the_courses_fault() -> None:
    with pytest.raises(CourseError, match=r"bare/starter: the assignment has no starter"):
        init("bare")


@pytest.mark.usefixtures("home")
def test_the_assignment_is_required() -> None:
    with pytest.raises(click.MissingParameter):
        init()


@pytest.mark.parametrize(("ci", "name"), [("github", ".github/workflows/grade.yml"), ("gitlab", ".gitlab-ci.yml")])
def test_a_workflow_is_written_for_this_assignment_and_grader(home: Path, ci: str, name: str) -> None:
    init("hw", "--ci", ci)
    assert files_in(home / "hw") == WRITTEN | {name}
    text = (home / "hw" / name).read_text()
    assert "--assignment hw" in text
    assert f"torch-grader=={grader.__version__}" in text
    assert not {"ASSIGNMENT_NAME", "GRADER_VERSION", "TORCH_VERSION"} & set(text.split())


def test_a_workflow_is_added_to_what_was_written_before(home: Path) -> None:
    init("hw")
    (home / "hw/hw.py").write_text("answer = 42\n")
    init("hw", "--ci", "github")
    assert (home / "hw/hw.py").read_text() == "answer = 42\n"
    assert files_in(home / "hw") == WRITTEN | {".github/workflows/grade.yml"}
    with pytest.raises(UsageError, match=r"already has .github/workflows/grade.yml"):
        init("hw", "--ci", "github")


@pytest.mark.parametrize("ci", ["github", "gitlab"])
@pytest.mark.usefixtures("home")
def test_after_a_workflow_alone_the_next_thing_is_to_push_it(ci: str) -> None:
    assert init("hw", "--ci", ci).rstrip().endswith("grade run hw")
    (Path("hw") / (".github/workflows/grade.yml" if ci == "github" else ".gitlab-ci.yml")).unlink()
    assert "Next: commit this file and push." in init("hw", "--ci", ci)
