"""The grader's data: what an assignment declares and what a grading finds. Frozen, passive, free of torch.

Everything right of ``Result`` (reports, exports, the gradebook) is a pure function of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

# ---------------------------------------------------------------- what an assignment declares

EntryKind = Literal["module", "function", "loss", "training"]
Detail = Literal["full", "actual", "none"]


@dataclass(frozen=True)
class Limits:
    """What a submission may use. Times in seconds of wall clock, sizes in MiB unless named otherwise."""

    call_s: float = 5.0
    train_s: float = 20.0
    submission_s: float = 60.0
    memory_mb: int = 1024
    scratch_mb: int = 64
    output_kb: int = 64


@dataclass(frozen=True)
class EntryPoint:
    """One thing the assignment asks a student to write, and the names it may go by.

    ``symbol`` is the name the handout asks for. ``variables`` are the names of values that stand for it
    in a script (``criterion``, ``model``), best first. ``arguments`` are its positional arguments.
    """

    name: str
    kind: EntryKind
    symbol: str
    arguments: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataSet:
    """The assignment's training data and the names a script gives it (best first)."""

    x: tuple[tuple[float, ...], ...] = ()
    y: tuple[tuple[float, ...], ...] = ()
    x_names: tuple[str, ...] = ()
    y_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckSettings:
    """What the manifest says of one check: how much a student is told, credit per misconception (0 to 1)."""

    detail: Detail = "full"
    credit: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class ValidateSettings:
    """What the manifest says to ``grade validate``: the points the starter earns, and changes of the reference that
    make no difference a student should be told of, each with the reason why no check has to notice."""

    starter: float = 0.0
    equivalent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Assignment:
    """An ``assignment.toml``, read and checked. ``folder`` is its absolute path, ``digest`` of all its files."""

    name: str
    folder: str
    title: str
    points: float
    digest: str
    seed: int
    entry_points: tuple[EntryPoint, ...]
    data: DataSet = DataSet()
    limits: Limits = Limits()
    libraries: tuple[str, ...] = ()
    steps: Mapping[str, str] = field(default_factory=dict)
    checks: Mapping[str, CheckSettings] = field(default_factory=dict)
    validate: ValidateSettings = ValidateSettings()


# ---------------------------------------------------------------- what was handed in


@dataclass(frozen=True)
class IntakeLimits:
    """What may be handed in. Sizes in bytes, unpacked; ``ratio`` is unpacked to packed.

    ``code_bytes`` is all Python text together: Python needs a thousand times as much memory to parse it.
    """

    total_bytes: int = 64 * 1024 * 1024
    file_bytes: int = 16 * 1024 * 1024
    code_bytes: int = 256 * 1024
    files: int = 2_000
    depth: int = 16
    ratio: int = 200


@dataclass(frozen=True)
class Cell:
    """Where a notebook's cell lies in its Python text: ``number`` and ``first_line`` count from 1."""

    number: int
    first_line: int


@dataclass(frozen=True)
class CodeFile:
    """A file of code. ``path`` is the student's name for it; ``code`` the file below the intake's folder that
    holds its Python text (another file for a notebook, whose ``cells`` say where each one starts)."""

    path: str
    code: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Intake:
    """A submission as plain files. ``assignment`` is what its ``grade.toml`` asks for; ``digest`` of its files."""

    name: str
    digest: str
    files: tuple["FileReport", ...]
    code: tuple[CodeFile, ...]
    assignment: str | None = None
    notes: tuple[str, ...] = ()


# ---------------------------------------------------------------- what a grading finds

SubmissionStatus = Literal["graded", "ungradable", "internal_error"]
CheckStatus = Literal["passed", "partial", "failed", "error", "skipped", "internal_error"]
Reason = Literal["exception", "timeout", "memory", "crash", "exit", "missing", "protocol", "prerequisite"]
FileStatus = Literal["used", "ignored", "failed"]


@dataclass(frozen=True)
class Location:
    """A place in the student's code. ``line`` counts from 1; in a notebook it is the line within ``cell``."""

    file: str
    line: int
    cell: int | None = None


@dataclass(frozen=True)
class FileReport:
    """A file that was handed in: used, ignored, or failed when it ran; ``why`` is a sentence ("" when used)."""

    path: str
    status: FileStatus
    why: str = ""


@dataclass(frozen=True)
class FoundEntryPoint:
    """Where an entry point was found. ``form``: class, instance, function, variable, inline or script."""

    file: str
    line: int
    name: str
    form: str
    cell: int | None = None


@dataclass(frozen=True)
class CheckResult:
    """One declared check and what came of it."""

    id: str
    title: str
    step: str
    status: CheckStatus
    reason: Reason | None
    score: float
    max_score: float
    message: str
    hint: str
    misconception: str | None
    evidence: Mapping[str, Any] | None
    location: Location | None
    duration_s: float


@dataclass(frozen=True)
class Excerpt:
    """Some of the student's lines around a place a check points at. ``marks`` are line numbers."""

    file: str
    cell: int | None
    first_line: int
    lines: tuple[str, ...]
    marks: tuple[int, ...]
    checks: tuple[str, ...]


@dataclass(frozen=True)
class Series:
    """One line of a figure; ``style``: line, points or rule (a horizontal or vertical mark)."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    style: str = "line"


@dataclass(frozen=True)
class Figure:
    """A curve a report draws. ``text`` says in words what the curve shows."""

    id: str
    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    text: str


@dataclass(frozen=True)
class Section:
    """Something a plugin adds to a report, as markdown."""

    title: str
    markdown: str


@dataclass(frozen=True)
class Output:
    """What the student's code printed, capped."""

    stdout: str = ""
    stderr: str = ""
    truncated: bool = False


@dataclass(frozen=True)
class Layer:
    """One layer of isolation: active, or why it is not."""

    name: str
    active: bool
    note: str = ""


@dataclass(frozen=True)
class SandboxReport:
    """What kept the student's code apart. ``level``: strict, basic or off."""

    level: str
    layers: tuple[Layer, ...] = ()


@dataclass(frozen=True)
class AssignmentRef:
    """What was graded against. ``steps`` are the titles of the steps, by id, in the order of a report;
    ``handout`` has the handout's section for a step, where there is one; ``hidden`` are the checks of which a student
    sees the points alone."""

    name: str
    title: str
    digest: str
    steps: Mapping[str, str] = field(default_factory=dict)
    handout: Mapping[str, Section] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class SubmissionRef:
    name: str
    digest: str
    files: tuple[FileReport, ...]


@dataclass(frozen=True)
class Environment:
    python: str
    torch: str
    platform: str
    seed: int


@dataclass(frozen=True)
class Result:
    """Schema 1: one submission graded against one assignment. Every declared check is listed, always.

    ``key`` is a batch's digest of everything the grade depends on; "" when it was not graded in a batch.
    """

    schema: int
    grader: str
    assignment: AssignmentRef
    submission: SubmissionRef
    status: SubmissionStatus
    message: str
    score: float
    max_score: float
    checks: tuple[CheckResult, ...]
    entry_points: Mapping[str, FoundEntryPoint | None]
    notes: tuple[str, ...]
    excerpts: tuple[Excerpt, ...]
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    output: Output
    sandbox: SandboxReport
    environment: Environment
    started_at: str
    duration_s: float
    key: str


@dataclass(frozen=True)
class Row:
    """One submission of a batch: ``name`` is the entry's own, ``file`` the name its result and report go by.

    ``result`` is None when there is none; ``problem`` then says why.
    """

    name: str
    file: str
    result: Result | None
    problem: str = ""


# ---------------------------------------------------------------- what plugins provide


@dataclass(frozen=True)
class Exporter:
    """A format results can be written in: ``render`` gives the whole file's text for one or more results.

    Its second argument are the folders in which a course's own templates lie, first wins.
    """

    name: str
    suffix: str
    about: str
    render: Callable[[Sequence[Result], Sequence[Path]], str]


@runtime_checkable
class Executor(Protocol):
    """Grades submissions somewhere. ``grade`` takes a ``wire.Job`` and gives a Result or raises a GradeError.

    ``scratch`` is a private folder that its jobs may use below.
    """

    @property
    def scratch(self) -> str: ...

    def grade(self, job: Any) -> Result: ...

    def close(self) -> None: ...
