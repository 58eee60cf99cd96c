"""Name the misconception behind wrong answers: the one wrong variant of the reference that explains them all.

Never a guess: a model or a loss is named only if exactly one hypothesis gives the student's answers on all inputs that
tell the hypotheses apart (and on some more); a training only if the model and the loss are right and exactly one loop
explains all that was seen of its runs. A check carries the name only if the misconception makes just this check fail.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import torch

from grader.api import Check, CheckFailed, Submission, TrainingRun
from grader.judge.loops import Ran, explains, is_sound
from grader.judge.probes import Answer, Probe, answer_of, is_same, predicted
from grader.judge.stability import Stability
from grader.judge.suspects import Group, Suspects
from grader.misconceptions import Hypothesis, Loop, Misconception, Variant, count_numbers
from grader.model import EntryPoint
from grader.sandbox.failed import StudentFailed
from grader.wire import StepSeen, TrainingSeen


@dataclass(frozen=True)
class Named:
    """The misconceptions behind a failed check, the one to mend first at the front; ``asked`` is what showed them."""

    misconceptions: tuple[Misconception, ...]
    asked: tuple[dict[str, Any], ...] = ()

    def evidence(self) -> dict[str, Any]:
        """What a result shows of it: the inputs that told, and all ids when there are several."""
        ids = [each.id for each in self.misconceptions]
        several = {"misconceptions": ids} if len(ids) > 1 else {}
        return several | ({"compared_on": list(self.asked)} if self.asked else {})


@dataclass(frozen=True)
class _Found:
    """The hypothesis that explains an entry point; ``is_reversed``: its numbers are listed from last to first."""

    hypothesis: Hypothesis
    asked: tuple[dict[str, Any], ...] = ()
    is_reversed: bool = False


class Diagnosis:
    """Asks the student's code once for each entry point, and remembers what explains the answers."""

    def __init__(self, student: Submission, suspects: Suspects, checks: Sequence[Check]) -> None:
        self.stability = Stability(student, suspects)
        self._student = student
        self._suspects = suspects
        self._runs = tuple(dict.fromkeys(run for check in checks for run in check.runs))
        self._known: dict[str, _Found | None] = {}
        self._wrong: dict[str, Named | None] = {}

    def named(self, check: Check, failed: CheckFailed) -> Named | None:
        """The misconceptions that made *check* fail as it *failed*, or None."""
        entry = self._suspects.world.entry(check.entry)
        found = self._of(entry)
        if found is None or not found.hypothesis.misconceptions:
            if found is None:
                self._wrong.setdefault(entry.name, None)
            return None
        named = self._behind(check, failed, found)
        if not _still_trains(found):
            self._wrong[entry.name] = self._wrong.get(entry.name) or named
        return named

    def to_mend_first(self, check: Check) -> str:
        """One step for a failed check of a training that nothing was found wrong with: what it learns with is wrong."""
        if self._suspects.world.entry(check.entry).kind != "training":
            return ""
        for name, named in self._wrong.items():
            if self._suspects.world.entry(name).kind != "training":
                step = f": {named.misconceptions[0].step}" if named else ", for the training learns with it."
                return f"First mend the {name}{step}"
        return ""

    def _behind(self, check: Check, failed: CheckFailed, found: _Found) -> Named | None:
        """The misconceptions that each make *check* fail, provided together they fail it as the student did."""
        imagined = self._suspects.failure(found.hypothesis, check)
        if imagined is None or not _is_alike(failed, imagined):
            return None
        alone = [Hypothesis((each,), each.variant) for each in found.hypothesis.misconceptions]
        guilty = [each.misconceptions[0] for each in alone if self._suspects.failure(each, check) is not None]
        return Named(tuple(guilty) or found.hypothesis.misconceptions, found.asked)

    # ------------------------------------------------------------ a model or a loss

    def _of(self, entry: EntryPoint) -> _Found | None:
        if entry.name not in self._known:
            self._known[entry.name] = self._loop_behind(entry) if entry.kind == "training" else self._find(entry)
        return self._known[entry.name]

    def _find(self, entry: EntryPoint) -> _Found | None:
        try:
            for group in self._suspects.groups(entry):
                found = self._in_group(entry, group)
                if found:
                    return found[0] if len(found) == 1 else None
        except StudentFailed:
            pass
        return None

    def _in_group(self, entry: EntryPoint, group: Group) -> list[_Found]:
        """Every hypothesis of *group* that explains all answers."""
        count = self._count(entry)
        left = [_Found(each, (), turned) for each in group.hypotheses for turned in _orders(each, entry, count)]
        asked: list[dict[str, Any]] = []
        for probe in (*group.probes.inputs, *group.confirming):
            if left:
                probe = _for_count(probe, count)
                answer = self._ask(entry, probe)
                asked.append(_shown(entry, probe, answer))
                left = [each for each in left if _gives(each, entry, probe, answer)]
        is_either = len(left) == 2 and left[0].hypothesis is left[1].hypothesis
        return [replace(each, asked=tuple(asked)) for each in (left[:1] if is_either else left)]

    def _count(self, entry: EntryPoint) -> int | None:
        if entry.kind != "module":
            return None
        listed = getattr(self._student, entry.name).parameters(self._example())
        return sum(int(value.numel()) for _, value in listed)

    def _example(self) -> torch.Tensor:
        return self._suspects.world.rows(self._suspects.world.assignment.data.x[:1]).float()

    def _ask(self, entry: EntryPoint, probe: Probe) -> Answer:
        proxy = getattr(self._student, entry.name)
        tensors = [each.float() for each in probe if isinstance(each, torch.Tensor)]
        if entry.kind == "module":
            output = proxy(*tensors, values=[each for each in probe if not isinstance(each, torch.Tensor)])
            return answer_of(output, has_gradient=True)
        try:
            output, gradient = proxy.gradient(*tensors)
        except StudentFailed as failure:
            if failure.reason != "exception":
                raise
            return answer_of(proxy(*tensors), has_gradient=False)  # NumPy refuses a tensor that asks for its gradient
        return answer_of(output, has_gradient=gradient is not None)

    # ------------------------------------------------------------ a training

    def _loop_behind(self, entry: EntryPoint) -> _Found | None:
        teaching = self._suspects.world.teaching()
        model, loss = self._ready()
        if teaching is None or model is None or loss is None:
            return None
        try:
            ran = [self._ran(run, model) for run in self._runs]
        except StudentFailed:
            return None
        if not all(map(is_sound, ran)):
            return None
        found = [each for each in self._suspects.of(entry.name) if explains(_loop(each), teaching, ran)]
        if len(found) != 1 or (not _loop(found[0]).moves and self._is_cut_off(loss)):
            return None
        return _Found(found[0])

    def _is_cut_off(self, loss: _Found) -> bool:
        """Whether it is the loss that keeps a training from moving: no gradient comes back through it."""
        entry = next(point for point in self._suspects.world.entry_points if point.kind == "loss")
        probe = self._suspects.groups(entry)[0].probes.inputs[0]
        return not predicted(_function(loss.hypothesis), entry.kind, probe).has_gradient

    def _ready(self) -> tuple[_Found | None, _Found | None]:
        """Model and loss, where nothing is wrong with them that would show in a training."""
        kinds = {point.kind: point for point in self._suspects.world.entry_points}
        model, loss = (self._of(kinds[kind]) if kind in kinds else None for kind in ("module", "loss"))
        parts = [each for each in (model, loss) if each and _still_trains(each)]
        return (model, loss) if len(parts) == 2 else (None, None)

    def _ran(self, run: TrainingRun, model: _Found) -> Ran:
        trained = self._student.trained(run)
        listed = trained.parameters(self._example())
        final = tuple(float(value) for _, tensor in listed for value in tensor.double().reshape(-1))
        y, seen = self._suspects.world.labels(run), trained.seen
        return Ran(run, y, _turned(seen), final[::-1]) if model.is_reversed else Ran(run, y, seen, final)


def _orders(hypothesis: Hypothesis, entry: EntryPoint, count: int | None) -> tuple[bool, ...]:
    """In which orders the numbers of a model with *count* of them can stand for those of *hypothesis*: as they are
    listed (False), or turned round."""
    if entry.kind != "module":
        return (False,)
    if count_numbers(_function(hypothesis)) not in (None, count):
        return ()
    return (False, True) if (count or 0) > 1 else (False,)


def _for_count(probe: Probe, count: int | None) -> Probe:
    """*probe* with as many numbers to set as the model has."""
    tensors = tuple(each for each in probe if isinstance(each, torch.Tensor))
    numbers = tuple(each for each in probe if not isinstance(each, torch.Tensor))
    return (*tensors, *numbers[:count])


def _gives(found: _Found, entry: EntryPoint, probe: Probe, answer: Answer) -> bool:
    """Whether the hypothesis gives *answer* to *probe*."""
    numbers = [each for each in probe if not isinstance(each, torch.Tensor)]
    tensors = [each for each in probe if isinstance(each, torch.Tensor)]
    turned = (*tensors, *(reversed(numbers) if found.is_reversed else numbers))
    return is_same(entry.kind, predicted(_function(found.hypothesis), entry.kind, turned), answer)


def _shown(entry: EntryPoint, probe: Probe, answer: Answer) -> dict[str, Any]:
    """A question and its answer, as evidence."""
    tensors = [each.reshape(-1).tolist() for each in probe if isinstance(each, torch.Tensor)]
    numbers = [each for each in probe if not isinstance(each, torch.Tensor)]
    names = entry.arguments or tuple(f"argument {place}" for place in range(1, len(tensors) + 1))
    asked: dict[str, Any] = dict(zip(names, tensors, strict=False))
    asked |= {"numbers set": numbers} if numbers else {}
    return asked | {"answer": [round(value, 6) for value in answer.numbers[:8]]}


def _is_alike(failed: CheckFailed, imagined: CheckFailed) -> bool:
    """Whether a check failed in the same way as for the *imagined* student: on the same inputs, with a number of the
    same kind. Its size may differ near log(0), where every student stops somewhere else."""
    mine, theirs = failed.evidence.get("actual"), imagined.evidence.get("actual")
    if not (isinstance(mine, float) and isinstance(theirs, float) and math.isfinite(theirs)):
        return True
    if failed.evidence.get("inputs") != imagined.evidence.get("inputs"):
        return True
    return math.isfinite(mine) and (mine < 0) == (theirs < 0)


def _turned(seen: TrainingSeen) -> TrainingSeen:
    """What was seen, with the numbers of the model from last to first."""
    steps = tuple(StepSeen(step.parameters[::-1], step.gradients[::-1]) for step in seen.first_steps)
    path = tuple(parameters[::-1] for parameters in seen.path)
    return msgspec.structs.replace(seen, start=seen.start[::-1], path=path, first_steps=steps)


def _still_trains(found: _Found) -> bool:
    return all(each.still_trains for each in found.hypothesis.misconceptions)


def _function(hypothesis: Hypothesis) -> Variant:
    assert not isinstance(hypothesis.variant, Loop), f"{hypothesis.ids} is a Loop, but no variant of a training"
    return hypothesis.variant


def _loop(hypothesis: Hypothesis) -> Loop:
    assert isinstance(hypothesis.variant, Loop), f"{hypothesis.ids} is a variant of a training, but no Loop"
    return hypothesis.variant
