"""What the bench judges: the reference, the reference again and again, misconceptions and mutants, as stand-ins."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import numpy
import torch

from grader.api import Check
from grader.course import Course
from grader.declared import code_place
from grader.errors import CourseError, did_you_mean
from grader.judge.diagnosis import Diagnosis
from grader.judge.grading import MISCONCEPTIONS, load_subject
from grader.judge.grading import Subject as Graded
from grader.judge.imagined import ImaginedStudent
from grader.judge.verdict import judge_check
from grader.misconceptions import Hypothesis, Loop
from grader.model import CheckSettings
from grader.plugins_host import load_host
from grader.validate import hidden
from grader.validate.forks import Task
from grader.validate.mutants import Mutant, mutants
from grader.validate.outcomes import (
    TOGETHER,
    CheckFacts,
    Judged,
    Kind,
    MutantFacts,
    Outcome,
    Subject,
    names_given,
)
from grader.validate.stand_in import Function, StandIn

REFERENCE = "reference.py"


@dataclass(frozen=True)
class Trial:
    """One assignment on the bench. ``open`` is *graded* with no check hidden."""

    graded: Graded
    open: Graded
    source: str
    mutants: tuple[Mutant, ...]

    @property
    def functions(self) -> dict[str, Function]:
        """The reference's functions, by the entry points they answer for."""
        return _functions(self.graded.reference, self.graded)

    @property
    def longest_s(self) -> float:
        """How long the reference may take: as long as a submission."""
        return self.graded.assignment.limits.submission_s

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """Every declared misconception, and every two that students make together."""
        suspects = self.graded.suspects
        return tuple(each for entry in self.graded.entry_points for each in suspects.of(entry.name))

    def facts(self) -> Subject:
        graded = self.graded
        settings = graded.assignment.checks
        names = list(self.functions)
        return Subject(
            checks=tuple(_facts(check, settings.get(check.id, CheckSettings())) for check in graded.checks),
            misconceptions={each.id: each.entry for each in graded.suspects.misconceptions},
            mutants=tuple(MutantFacts(each.name, each.line, each.before, each.after) for each in self.mutants),
            missing=tuple(entry.name for entry in graded.entry_points if entry.name not in names),
            own_lines=tuple(dict.fromkeys(hidden.own_lines(self.source, names))),
        )

    # ------------------------------------------------------------ what is judged

    def reference_task(self) -> Task:
        return self._task("reference", "", partial(self._student, self.functions))

    def warm_up(self) -> None:
        """Judge the reference in this process: what a check loads or computes once is there for every fork."""
        self._judged("reference", "", partial(self._student, self.functions))

    def tasks(self, repeats: int) -> list[Task]:
        """The reference under other seeds and orders, then every misconception and every mutant."""
        again = [
            self._task("repeat", str(seed), partial(self._student, self.functions, seed), seed)
            for seed in range(repeats)
        ]
        wrong = [self._task("misconception", _name(each), partial(self._mistaken, each)) for each in self.hypotheses]
        changed = [self._task("mutant", each.name, partial(self._mutant, each)) for each in self.mutants]
        return [*again, *wrong, *changed]

    def _student(self, functions: Mapping[str, Function], seed: int = 0) -> StandIn:
        return StandIn(functions, self.graded.entry_points, self.graded.assignment.data, seed)

    def _mistaken(self, hypothesis: Hypothesis) -> Any:
        """Who makes exactly this mistake: in a function it takes the place of the reference's."""
        variant = hypothesis.variant
        if isinstance(variant, Loop):
            return ImaginedStudent(self.graded.suspects.world, hypothesis)
        return self._student(self.functions | {hypothesis.misconceptions[0].entry: variant})

    def _mutant(self, mutant: Mutant) -> StandIn:
        """The reference with its source changed; the checks keep it as it is."""
        original = self.graded.reference
        module = ModuleType(original.__name__)
        module.__dict__.update(__file__=original.__file__, __package__=original.__package__)
        exec(compile(mutant.source, str(original.__file__), "exec"), module.__dict__)
        return self._student(_functions(module, self.graded))

    # ------------------------------------------------------------ judging

    def _task(self, kind: Kind, name: str, student: Callable[[], Any], seed: int | None = None) -> Task:
        encode = msgspec.msgpack.encode
        return Task(
            run=lambda: encode(self._judged(kind, name, student, seed)),
            ended=lambda why: encode(Outcome(kind, name, (), why)),
        )

    def _judged(self, kind: Kind, name: str, build: Callable[[], Any], seed: int | None = None) -> Outcome:
        checks = list(self.graded.checks)
        if seed is not None:
            _seed(seed)
            random.Random(seed).shuffle(checks)
        try:
            student = build()
        except Exception as error:
            return Outcome(kind, name, (), f"it cannot be loaded: {type(error).__name__}: {error}")
        diagnosis = Diagnosis(student, self.graded.suspects, self.graded.checks)
        judged = {check.id: self._said(check, student, diagnosis) for check in checks}
        return Outcome(kind, name, tuple(judged[check.id] for check in self.graded.checks))

    def _said(self, check: Check, student: Any, diagnosis: Diagnosis) -> Judged:
        full = judge_check(check, self.open, student, diagnosis, ()).result
        secrets: tuple[float, ...] = ()
        leaked: tuple[str, ...] = ()
        if full.status != "passed" and self.graded.assignment.checks.get(check.id, CheckSettings()).detail != "full":
            secrets = hidden.secrets_of(full)
            leaked = hidden.leaked(judge_check(check, self.graded, student, diagnosis, ()).result, secrets)
        return Judged(full.id, full.status, full.reason, names_given(full), full.message, secrets, leaked)


def load_trial(root: Path, name: str) -> Trial:
    """The assignment called *name* of the course in *root*. Raises CourseError when it does not fit together."""
    torch.set_num_threads(1)
    course = Course(root)
    graded = load_subject(load_host(course), course, name)
    _refuse_wrong_misconceptions(graded)
    source = (course.folder(name) / REFERENCE).read_text(encoding="utf-8")
    return Trial(graded, _open(graded), source, tuple(mutants(source, list(_functions(graded.reference, graded)))))


def _open(graded: Graded) -> Graded:
    assignment = graded.assignment
    shown = {id: replace(settings, detail="full") for id, settings in assignment.checks.items()}
    return replace(graded, assignment=replace(assignment, checks=shown))


def _refuse_wrong_misconceptions(graded: Graded) -> None:
    """Raise CourseError for misconceptions of entry points there are not, and for two of one name."""
    known = {entry.name for entry in graded.entry_points}
    declared = graded.suspects.misconceptions
    problems = [
        f'"{each.id}" is of the entry point "{each.entry}", which is not declared{did_you_mean(each.entry, known)}'
        for each in declared
        if each.entry not in known
    ]
    counts = Counter(each.id for each in declared)
    problems += [f'"{id}" is declared {count} times' for id, count in counts.items() if count > 1]
    if problems:
        place = f"assignments/{graded.assignment.name}/{MISCONCEPTIONS}"
        raise CourseError(*(f"{place}: {problem}" for problem in problems))


def _name(hypothesis: Hypothesis) -> str:
    return TOGETHER.join(hypothesis.ids)


def _functions(module: ModuleType, graded: Graded) -> dict[str, Function]:
    names = [entry.name for entry in graded.entry_points]
    return {name: getattr(module, name) for name in names if callable(getattr(module, name, None))}


def _facts(check: Check, settings: CheckSettings) -> CheckFacts:
    return CheckFacts(check.id, check.title, check.points, settings.detail, code_place(check.run), bool(check.runs))


def _seed(seed: int) -> None:
    random.seed(seed)
    numpy.random.seed(seed)
    torch.manual_seed(seed)
