"""A course: any folder with ``assignments/``, and optionally ``plugins/`` and ``reports/``.

    course/
    ├── assignments/NAME/   assignment.toml, handout.md, starter/, reference.py, examples/
    ├── plugins/*.py        one file, one plugin; names with a leading _ are not plugins
    └── reports/            templates that take the place of ours

Its Python files are loaded below a package that exists only in memory and whose ``__path__`` is the course
(``_course_<hash>.plugins.late_days``): relative imports work, ``sys.path`` stays as it is, and two courses
with equal file names live beside one another.
"""

import hashlib
import importlib
import itertools
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import ModuleType

from grader.errors import CourseError, UsageError, did_you_mean
from grader.manifest import EXAMPLES, MANIFEST, read_manifest
from grader.model import Assignment

_PARTS = ("assignments", "plugins", "reports")


@dataclass(frozen=True)
class Course:
    """The course in the folder ``root`` (absolute, free of links)."""

    root: Path

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its assignments, sorted."""
        return tuple(sorted(file.parent.name for file in self.root.glob(f"assignments/*/{MANIFEST}")))

    def folder(self, name: str) -> Path:
        """The folder of the assignment called *name*."""
        if name not in self.names:
            known = ", ".join(self.names) or "none"
            raise UsageError(
                f'no assignment "{name}" in {self.root}{did_you_mean(name, self.names)} (assignments: {known})'
            )
        return self.root / "assignments" / name

    def assignment(self, name: str) -> Assignment:
        """The assignment called *name*, its manifest read and checked."""
        return read_manifest(self.folder(name))

    def plugin_files(self) -> tuple[str, ...]:
        """Its plugins, sorted, as ``load`` takes them: ``plugins/late_days.py``."""
        files = sorted(self.root.glob("plugins/*.py"))
        return tuple(f"plugins/{file.name}" for file in files if not file.name.startswith("_"))

    def template_folders(self) -> tuple[Path, ...]:
        """Where report templates are looked for: its own ``reports/``, then the bundled course's."""
        folders = dict.fromkeys((self.root / "reports", bundled_course().root / "reports"))
        return tuple(folder for folder in folders if folder.is_dir())

    def load(self, relative_path: str) -> ModuleType:
        """The Python file at *relative_path* as a module, executed once per process.

        Raises CourseError that names file and line when it cannot be imported.
        """
        parts = PurePosixPath(relative_path).with_suffix("").parts
        if not (self.root / relative_path).is_file():
            raise CourseError(f"{self.root / relative_path}: no such file")
        if not relative_path.endswith(".py") or any("." in part for part in parts):
            raise CourseError(f"{relative_path}: not a name Python can import")
        importlib.invalidate_caches()
        try:
            return importlib.import_module(".".join((self._package(), *parts)))
        except (Exception, SystemExit) as error:
            raise CourseError(_import_failure(self.root, relative_path, error)) from error

    def _package(self) -> str:
        name = f"_course_{hashlib.sha256(str(self.root).encode()).hexdigest()[:12]}"
        package = sys.modules.setdefault(name, ModuleType(name))
        package.__path__ = [str(self.root)]
        return name


def _import_failure(root: Path, relative_path: str, error: BaseException) -> str:
    """``plugins/x.py:3: NameError: ...``: the deepest line of the course's own that led to *error*."""
    if isinstance(error, SyntaxError) and error.filename:
        places = [(Path(error.filename), error.lineno)]
    else:
        places = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    own = [place for place in places if any(place[0].is_relative_to(root / part) for part in _PARTS)]
    where = f"{own[-1][0].relative_to(root).as_posix()}:{own[-1][1]}" if own else relative_path
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{where}: {type(error).__name__}: {message}"


# ---------------------------------------------------------------- which course


def bundled_course() -> Course:
    """The course that comes with the grader: inside the wheel, or the checkout the package lies in."""
    package = Path(__file__).resolve().parent
    inside = package / "_bundled"
    return Course(inside if inside.is_dir() else package.parent)


def find_course(explicit: str | None, submissions: Sequence[Path], environment: Mapping[str, str], cwd: Path) -> Course:
    """The course to use: ``--course``, else ``$GRADE_COURSE``, else a parent of *cwd*, else the bundled one.

    Who supplies a submission must not supply its judge: a folder that a submission lies in, is or contains is
    passed over by the search (which ``CI`` turns off, where the working directory is the student's) and refused
    when asked for. Only ``examples/`` of an assignment are graded where they are.
    """
    handed_in = [(cwd / submission).resolve() for submission in submissions]
    for origin, folder in (("--course", explicit), ("$GRADE_COURSE", environment.get("GRADE_COURSE"))):
        if folder:
            return _asked_for(origin, (cwd / folder).resolve(), handed_in)
    for course in [] if environment.get("CI") else _searched(cwd.resolve()):
        if not any(_overlap(course, submission) for submission in handed_in):
            return course
    return _bundled_for(handed_in)


def passed_over_courses(
    explicit: str | None, chosen: Course, environment: Mapping[str, str], cwd: Path
) -> tuple[Path, ...]:
    """The courses that lie nearer to *cwd* than the *chosen* one, and were not used because of a submission."""
    if explicit or environment.get("GRADE_COURSE") or environment.get("CI"):
        return ()
    nearer = itertools.takewhile(lambda course: course.root != chosen.root, _searched(cwd.resolve()))
    return tuple(course.root for course in nearer)


def _asked_for(origin: str, folder: Path, submissions: Sequence[Path]) -> Course:
    if not (folder / "assignments").is_dir():
        parent = f'; did you mean "{folder.parent}"?' if folder.name == "assignments" else ""
        problem = "holds no assignments/" if folder.is_dir() else "is no folder"
        raise UsageError(f"{origin} {folder} {problem}{parent}")
    for submission in submissions:
        overlap = _overlap(Course(folder), submission)
        if overlap:
            raise UsageError(
                f"{origin} {folder} {overlap} the submission {submission}: a submission must not bring its own course"
            )
    return Course(folder)


def _searched(cwd: Path) -> Iterator[Course]:
    """The courses *cwd* lies in, nearest first; a folder that merely has an ``assignments/`` is none."""
    return (course for course in map(Course, (cwd, *cwd.parents)) if course.names)


def _bundled_for(submissions: Sequence[Path]) -> Course:
    """The bundled course. It is as trusted as the grader beside it, so a submission may lie in its checkout."""
    course = bundled_course()
    for submission in submissions:
        if _overlap(course, submission) and not _is_beside(course, submission):
            raise UsageError(f"{submission} holds or belongs to the course {course.root}; give --course another one")
    return course


def _overlap(course: Course, submission: Path) -> str:
    """How the two lie in one another ("" when they do not, or when the submission is one of its examples)."""
    if submission == course.root:
        return "is"
    if course.root.is_relative_to(submission):
        return "lies in"
    if submission.is_relative_to(course.root) and not _is_example(course, submission):
        return "contains"
    return ""


def _is_example(course: Course, submission: Path) -> bool:
    return any(submission.is_relative_to(course.root / "assignments" / name / EXAMPLES) for name in course.names)


def _is_beside(course: Course, submission: Path) -> bool:
    """In the checkout, but among none of its own files."""
    inside = submission.is_relative_to(course.root) and submission != course.root
    return inside and submission.relative_to(course.root).parts[0] not in (*_PARTS, "grader")


# ---------------------------------------------------------------- what is no submission


def refuse_course_files(submission: Path) -> None:
    """Raise UsageError when *submission* does not exist, is an assignment, or is part of one (not an example)."""
    if not submission.exists():
        raise UsageError(f"no such file or folder: {submission}{_nearest_sibling(submission)}")
    resolved = submission.resolve()
    assignment = next((folder for folder in (resolved, *resolved.parents) if _is_assignment(folder, resolved)), None)
    if assignment is None or resolved.is_relative_to(assignment / EXAMPLES):
        return
    what = "is an assignment" if resolved == assignment else f"is part of the assignment {assignment.name}"
    name = assignment.name if assignment.parent.name == "assignments" else "ASSIGNMENT"
    raise UsageError(f"{submission} {what}, no submission; `grade init {name}` writes a copy to work in")


def _is_assignment(folder: Path, submission: Path) -> bool:
    """Further up than the submission itself, only ``assignments/NAME`` counts: not any folder with such a file."""
    return (folder / MANIFEST).is_file() and (folder == submission or folder.parent.name == "assignments")


def _nearest_sibling(path: Path) -> str:
    try:
        siblings = [sibling.name for sibling in path.parent.iterdir()]
    except OSError:
        return ""
    return did_you_mean(path.name, siblings)
