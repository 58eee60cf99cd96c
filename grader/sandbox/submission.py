"""The submission as checks see it: entry points and trained models, answered by the student's processes.

One main process answers for the model and the loss. Every training run has a process of its own, started early,
so that runs go on beside one another and none sees another's state. A script trains while it is loaded, so its
first run *is* the main process.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import msgspec
import torch

from grader import wire
from grader.api import TrainingRun
from grader.errors import GraderError
from grader.model import Assignment, EntryPoint, Intake, Layer, Limits, Output
from grader.sandbox.failed import StudentFailed
from grader.sandbox.pool import Pool
from grader.sandbox.proxies import Again, EntryProxy, TrainedProxy
from grader.sandbox.session import Broken, Pending, Session, WarmClient

MIB = 1024 * 1024
CPU_SLACK_S = 5
IMPORT_DEATHS = 2
SHOWN_FOLDER = "/submission"


@dataclass(frozen=True)
class Terms:
    """How a submission's processes are run."""

    assignment: Assignment
    entry_points: tuple[EntryPoint, ...]
    limits: Limits
    sandbox: str
    preload: tuple[str, ...] = ()


@dataclass
class _Training:
    """One training run under way: its process, the loading of the files, and the call of train.

    ``before`` and ``after``: what the process had printed when train was called, and when it answered.
    """

    session: Session
    load: Pending
    train: Pending | None = None
    before: tuple[str, str] = ("", "")
    after: tuple[str, str] | None = None
    failure: StudentFailed | None = field(default=None)

    def printed(self) -> tuple[str, str]:
        """What train has printed on stdout and stderr."""
        (out, err), (more_out, more_err) = self.before, self.after or _printed_by(self.session)
        return more_out[len(out) :], more_err[len(err) :]


class StudentSubmission:
    """Implements ``api.Submission`` over the processes of one submission."""

    def __init__(self, warm: WarmClient, pool: Pool, intake: Intake, folder: Path, terms: Terms) -> None:
        self._warm = warm
        self._pool = pool
        self._intake = intake
        self._folder = folder
        self._terms = terms
        self._runs: tuple[TrainingRun, ...] = ()
        self._trainings: dict[TrainingRun, _Training] = {}
        self._main: Session | None = None
        self._main_load: Pending | None = None
        self._loaded: wire.Loaded | None = None
        self._import_deaths = 0
        self._import_failure: StudentFailed | None = None
        self._copies = 0
        self._first: Session | None = None
        self._output: Output | None = None
        self._sessions: list[Session] = []
        self.layers: tuple[Layer, ...] = ()

    # ------------------------------------------------------------ starting and ending

    def start(self, runs: Sequence[TrainingRun]) -> None:
        """Start the main process, and the training runs that are the same for every form of submission."""
        self._runs = tuple(dict.fromkeys(runs))
        self._begin_main()
        for run in self._runs[1:]:
            if run.labels is None:
                self._begin_training(run)

    def close(self) -> None:
        """End every process of this submission."""
        self._pool.close()

    def left_behind(self) -> tuple[str, ...]:
        """What had to be cleared away after the code, in words; only once it is closed."""
        strays = sum(session.strays for session in self._sessions)
        if not strays:
            return ()
        started = "a process" if strays == 1 else f"{strays} processes"
        return (f"This code started {started} that went on after it; they were ended with it.",)

    def output(self, *, is_whole: bool = True) -> Output:
        """What the code printed in the first process and when train was first called, with its private folder named as
        the student would; only what it printed when its files ran, unless it *is_whole*: code can print what a hidden
        check asks it."""
        return self._printed() if is_whole or self._output is None else self._output

    def _printed(self) -> Output:
        sessions = [] if self._first is None else [self._first]
        printed = [_printed_by(session) for session in sessions]
        training = self._trainings.get(self._runs[0]) if self._runs else None
        if training is not None and training.train is not None:
            sessions.append(training.session)
            printed.append(training.printed())
        out, err = (_joined(texts) for texts in zip(("", ""), *printed, strict=True))
        most = self._terms.limits.output_kb * 1024
        is_cut = any(each.out.is_full() or each.err.is_full() for each in sessions) or max(len(out), len(err)) > most
        return Output(out[:most], err[:most], is_cut)

    # ------------------------------------------------------------ the main process

    def loaded(self) -> wire.Loaded:
        """The files have run: what was found. Raises StudentFailed when the process died of it."""
        self._main_session()
        if self._loaded is None:
            raise GraderError("the files of the submission were never loaded")
        return self._loaded

    def _begin_main(self) -> None:
        start = self._runs[0].start if self._runs else ()
        wanted = tuple(point.name for point in self._terms.entry_points)
        self._main, self._main_load = self._begin(start, None, wanted)
        self._first = self._first or self._main

    def _main_session(self) -> Session:
        """The main process with the files loaded; a fresh one when the last has died."""
        while True:
            if self._import_failure is not None:
                raise self._import_failure
            if self._main is None or self._main_load is None:
                self._begin_main()
            elif self._finish_loading(self._main, self._main_load):
                return self._main

    def _finish_loading(self, session: Session, load: Pending) -> bool:
        """Whether *session* has loaded and still answers; otherwise it is put away."""
        if session.is_over and load.outcome is not None and not isinstance(load.outcome, Broken):
            self._main = None
            return False
        try:
            answer = self._pool.wait(session, load)
        except Broken as broken:
            self._count_import_death(broken)
            return False
        if not isinstance(answer, wire.Loaded):
            raise self._failed(answer)
        self._import_deaths = 0
        self.layers = self.layers or session.layers
        if self._loaded is None:
            self._output = self._printed()
            self._loaded = msgspec.structs.replace(answer, files=tuple(map(self._named, self._handed_in(answer.files))))
            self._begin_other_runs(answer)
        return True

    def _count_import_death(self, broken: Broken) -> None:
        self._main = None
        self._import_deaths += 1
        if broken.reason == "timeout" or self._import_deaths >= IMPORT_DEATHS:
            self._import_failure = self._broken(broken, while_loading=True)

    # ------------------------------------------------------------ training runs

    def _begin_other_runs(self, loaded: wire.Loaded) -> None:
        """Now that the form is known, start the runs that depend on it."""
        found = loaded.found.get(self._training_entry().name) if self._runs else None
        if found is None:
            for training in self._trainings.values():
                self._pool.drop(training.session)
            return
        for run in self._runs[1 if found.form == "script" else 0 :]:
            if run not in self._trainings:
                self._begin_training(run, own_labels=found.form != "script")

    def _begin_training(self, run: TrainingRun, *, own_labels: bool = False) -> None:
        """Start a process for *run*. A train function is called with the labels; a script runs with them."""
        entry = self._training_entry().name
        session, load = self._begin(run.start, None if own_labels else run.labels, (entry,))
        training = _Training(session, load)

        def then_keep(_: wire.Answer) -> None:
            training.after = _printed_by(session)

        def then_train(answer: wire.Answer) -> None:
            found = answer.found.get(entry) if isinstance(answer, wire.Loaded) else None
            if found is not None and found.form != "script":
                data = self._terms.assignment.data
                x, y = (wire.to_wire(wire.as_numbers(rows)) for rows in (run.x or data.x, run.labels or data.y))
                training.train = Pending(wire.Train(entry, x, y), self._terms.limits.train_s)
                training.train.then = then_keep
                training.before = _printed_by(session)
                self._pool.ask(session, training.train)

        load.then = then_train
        self._trainings[run] = training

    def trained(self, run: TrainingRun) -> TrainedProxy:
        """See ``api.Submission.trained``."""
        entry = self._training_entry().name
        found = self._found(entry)
        if found.form == "script" and run == self._runs[0]:
            loaded = self.loaded()
            if loaded.training is None:
                raise StudentFailed("missing", "NoModel", "running the script trained no model")
            return TrainedProxy(self, entry, loaded.training, self._main_session, is_called=False)
        if run not in self._trainings:
            self._begin_training(run, own_labels=found.form != "script")
        training = self._trainings[run]
        is_called = found.form != "script"
        return TrainedProxy(self, entry, self._seen(training), lambda: training.session, is_called=is_called)

    def again(self) -> Again:
        """See ``api.Submission.again``."""
        return Again(self)

    def drawn(self, name: str) -> Random:
        """See ``api.Submission.drawn``."""
        return Random(f"{self._terms.assignment.seed} {self._intake.digest} {name}")

    def _seen(self, training: _Training) -> wire.TrainingSeen:
        """What was seen in *training*, once it is done; the failure it ended with is kept for the next who asks."""
        if training.failure is None:
            try:
                answer = self._pool.wait(training.session, training.load)
                if training.train is not None:
                    answer = self._pool.wait(training.session, training.train)
                if isinstance(answer, wire.Trained):
                    return answer.training
                if isinstance(answer, wire.Loaded) and answer.training is not None:
                    return answer.training
                training.failure = self._failed(answer)
            except Broken as broken:
                training.failure = self._broken(broken)
        raise training.failure

    def _training_entry(self) -> EntryPoint:
        for point in self._terms.entry_points:
            if point.kind == "training":
                return point
        raise GraderError(f"assignment {self._terms.assignment.name} declares no entry point of kind training")

    # ------------------------------------------------------------ asking

    def __getattr__(self, name: str) -> EntryProxy:
        if name.startswith("_") or name not in {point.name for point in self._terms.entry_points}:
            raise AttributeError(f"the assignment declares no entry point {name!r}")
        return EntryProxy(self, name)

    def call(self, task: wire.Call | wire.Parameters, session: Callable[[], Session] | None = None) -> wire.Answer:
        """Ask the main process (or *session*) one thing and wait for the answer; raises StudentFailed."""
        self._found(task.entry)
        target = (session or self._main_session)()
        if target.is_over:
            if target.ended_by is not None:
                raise self._broken(target.ended_by)
            raise StudentFailed("prerequisite", "", "the process that trained the model has ended")
        try:
            pending = self._pool.ask(target, Pending(task, self._terms.limits.call_s))
            answer = self._pool.wait(target, pending)
        except Broken as broken:
            raise self._broken(broken) from None
        if isinstance(answer, wire.Failure):
            raise self._failed(answer)
        return answer

    def rebuilt(self, value: wire.Tensor) -> torch.Tensor:
        """A tensor the student's code answered with."""
        try:
            return wire.from_wire(value)
        except wire.WireError as error:
            raise StudentFailed("protocol", "WireError", str(error)) from None

    def _found(self, entry: str) -> wire.Found:
        loaded = self.loaded()
        found = loaded.found.get(entry)
        if found is None:
            raise StudentFailed("missing", "NotFound", ", ".join(loaded.candidates.get(entry, ())))
        return found

    # ------------------------------------------------------------ processes

    def _begin(
        self, start: tuple[float, ...], labels: tuple[tuple[float, ...], ...] | None, wanted: tuple[str, ...]
    ) -> tuple[Session, Pending]:
        """A process with its own copy of the submission, asked to load it."""
        terms = self._terms
        limits = wire.ChildLimits(
            terms.limits.memory_mb, int(terms.limits.submission_s) + CPU_SLACK_S, terms.limits.scratch_mb
        )
        self._copies += 1
        copy = str(self._copy(self._copies))
        libraries = terms.assignment.libraries
        spawn = wire.Spawn(str(self._folder), copy, limits, terms.sandbox, terms.preload, libraries)
        session = Session(self._warm, spawn, terms.limits.output_kb * 1024)
        self._sessions.append(session)
        files = tuple(wire.SourceFile(file.path, file.code) for file in self._intake.code)
        load = wire.Load(files, terms.entry_points, terms.assignment.data, terms.assignment.seed, start, labels, wanted)
        return session, self._pool.ask(session, Pending(load, terms.limits.train_s))

    def _copy(self, number: int) -> Path:
        """Where the copy of that process lies, when it has no root of its own."""
        return self._folder.parent / f"copy{number}" / "submission"

    def _broken(self, broken: Broken, *, while_loading: bool = False) -> StudentFailed:
        frames = tuple(self._known(broken.frames))
        return StudentFailed(broken.reason, "", broken.message, frames, while_loading=while_loading)

    def _known(self, frames: Sequence[tuple[str, int]]) -> Iterator[tuple[str, int]]:
        """The frames that lie in the student's files, by the student's names for them."""
        names = {file.code: file.path for file in self._intake.code} | {f.path: f.path for f in self._intake.code}
        for name, line in frames:
            if name in names:
                yield names[name], line

    def _failed(self, answer: wire.Answer) -> StudentFailed:
        if not isinstance(answer, wire.Failure):
            return StudentFailed("protocol", "", f"the process answered with {type(answer).__name__}")
        message = self._shown(answer.message)
        frames = [(answer.file, answer.line)] if answer.line else []
        return StudentFailed(answer.reason, answer.error, message, frames)

    def _handed_in(self, outcomes: Sequence[wire.FileOutcome]) -> list[wire.FileOutcome]:
        """The outcomes of files that were handed in, each once."""
        told = {outcome.path: outcome for outcome in outcomes}
        return [told[file.path] for file in self._intake.code if file.path in told]

    def _named(self, outcome: wire.FileOutcome) -> wire.FileOutcome:
        """*outcome* with no folder of the grader's in what it says."""
        if outcome.failure is None:
            return outcome
        failure = msgspec.structs.replace(outcome.failure, message=self._shown(outcome.failure.message))
        return msgspec.structs.replace(outcome, failure=failure)

    def _shown(self, text: str) -> str:
        """*text* with the private copies named as the student would."""
        for copy in range(1, self._copies + 1):
            text = text.replace(str(self._copy(copy)), SHOWN_FOLDER)
        return text


def _printed_by(session: Session) -> tuple[str, str]:
    """What a process has printed on stdout and stderr, with its private folder named as the student would."""
    out, err = (file.text().replace(session.folder, SHOWN_FOLDER) for file in (session.out, session.err))
    return out, err


def _joined(texts: Iterable[str]) -> str:
    """Texts one after the other, each beginning on a line of its own."""
    *earlier, last = [text for text in texts if text] or [""]
    return "".join(text if text.endswith("\n") else f"{text}\n" for text in earlier) + last
