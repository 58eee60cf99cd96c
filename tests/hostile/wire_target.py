"""What the judge does with bytes from a student's process, up to where checks look at numbers: for fuzzing."""

from pathlib import Path

import torch

from grader import wire
from grader.api import TrainingRun
from grader.course import Course
from grader.judge.explain import explain
from grader.judge.loops import Ran, explains, is_sound, teaching
from grader.judge.places import Places
from grader.judge.report_parts import entry_points_found, file_reports, status_of, troubles_of
from grader.misconceptions import Loop
from grader.model import CodeFile, EntryPoint, FileReport, Intake
from grader.sandbox.failed import StudentFailed

PIECE = 7
INTAKE = Intake("hw.py", "", (FileReport("hw.py", "used"),), (CodeFile("hw.py", "right.py"),))
POINTS = tuple(EntryPoint(name, "function", name) for name in ("model", "loss", "train"))
REFERENCE = Course(Path(__file__).parents[2]).load("assignments/logistic_regression/reference.py")
TEACHING = teaching(REFERENCE.X_DATA, REFERENCE.model, REFERENCE.loss, REFERENCE.gradient)
LOOPS = (Loop(), Loop(clears=False), Loop(direction=1), Loop(takes_gradients=False), Loop(epochs=50))
RUN = TrainingRun("fuzz", (-0.96, 0.92))
_folder = Path(__file__).parent / "submissions"


def take(data: bytes) -> wire.Reply | None:
    """The Reply in *data* (a frame, header and all), or None when it is refused. Raises whatever else goes wrong."""
    try:
        body = _framed(data)
        reply: wire.Reply = wire.unpack(body, wire.Reply) if body is not None else None
    except wire.WireError:
        return None
    if reply is not None:
        _use(reply.answer)
    return reply


def _framed(data: bytes) -> bytes | None:
    reader, body = wire.FrameReader(), None
    for start in range(0, len(data), PIECE):
        body = reader.feed(data[start : start + PIECE])
    return body


def _use(answer: wire.Answer) -> None:
    if isinstance(answer, wire.Value):
        _rebuild(answer.output)
        if answer.gradient is not None:
            _rebuild(answer.gradient)
    elif isinstance(answer, wire.ParameterList):
        for parameter in answer.parameters:
            _rebuild(parameter.value)
    elif isinstance(answer, wire.Loaded):
        _report(answer)
    elif isinstance(answer, wire.Trained):
        _diagnose(answer.training)
    else:
        failed = StudentFailed(answer.reason, answer.error, answer.message, [(answer.file, answer.line)])
        assert len(explain(failed, POINTS[0]).message) <= 3 * wire.MAX_TEXT


def _rebuild(value: wire.Tensor) -> None:
    try:
        tensor = wire.from_wire(value)
    except wire.WireError:
        return
    assert type(tensor) is torch.Tensor
    assert tuple(tensor.shape) == value.shape
    assert tensor.numel() * tensor.element_size() == len(value.data)


def _diagnose(seen: wire.TrainingSeen) -> None:
    ran = Ran(RUN, REFERENCE.Y_DATA, seen, (1.2, -2.5))
    if is_sound(ran):
        for loop in LOOPS:
            explains(loop, TEACHING, [ran, ran])


def _report(loaded: wire.Loaded) -> None:
    places = Places(INTAKE, _folder)
    troubles = troubles_of(loaded, places)
    entry_points_found(POINTS, loaded, places)
    file_reports(INTAKE, loaded.files, places)
    status_of((), loaded, None, troubles)
