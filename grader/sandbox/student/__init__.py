"""Everything that runs in a student's process: it runs the files, finds the entry points, answers questions.

::

    Load ──> loader ── instrument, labels ──> what the files left ──> discovery ──> Loaded
                │ standins, devices, start                               │
                └──── recorder watches every backward pass               v
    Call, Parameters, Train ──────────────────────────────────────> answers ──> Value, ParameterList, Trained

It knows no course content: names come from the entry points and the data set of the ``Load``.
"""

import msgspec

from grader import wire
from grader.sandbox.student.answers import Answers
from grader.sandbox.student.discovery import Discovery, candidates, discover
from grader.sandbox.student.failures import Places, plain
from grader.sandbox.student.instrument import Instrument, Keeper
from grader.sandbox.student.labels import Labels
from grader.sandbox.student.loader import Loader
from grader.sandbox.student.models import Chosen
from grader.sandbox.student.recorder import Recorder
from grader.sandbox.student.standins import install_standins
from grader.sandbox.student.start import pin_start
from grader.sandbox.student.traces import Space, Traces

__all__ = ["Student"]


class Student:
    """One student's code in this process. Patches torch for good: one Student a process."""

    def __init__(self) -> None:
        self._answers: Answers | None = None

    def answer(self, task: wire.Task) -> wire.Answer:
        """Answer one task. Never raises for what student code does; a ``Load`` comes first, once."""
        try:
            if isinstance(task, wire.Load):
                return self._load(task)
            if self._answers is None:
                return wire.Failure("missing", "NotLoaded", "the files have not been run")
            return self._answers.answer(task)
        except BaseException as error:  # student code reaches further than it can be fenced in
            return Places({}, {}).failure(error)

    def _load(self, load: wire.Load) -> wire.Loaded:
        recorder = Recorder()
        recorder.install()
        pin_start(load.start)
        keeper = Keeper()
        instrument = Instrument(keeper, None if load.labels is None else Labels(load.data, load.labels))
        loader = Loader(load.files, load.seed, instrument.compile, instrument.given)
        install_standins([source.text for source in loader.sources])
        traces, discovery = _run(load, loader, keeper, recorder)
        keeper.is_open = False
        kinds = {entry.name: entry.kind for entry in load.entry_points}
        self._answers = Answers(discovery, dict(kinds), loader.places, recorder, load.seed)
        return wire.Loaded(
            files=loader.outcomes(),
            found={name: _told(chosen) for name, chosen in discovery.chosen.items()},
            candidates={
                entry.name: candidates(traces, entry)
                for entry in load.entry_points
                if discovery.chosen.get(entry.name) is None
            },
            training=None if discovery.trained is None else recorder.seen(discovery.trained),
        )


def _run(load: wire.Load, loader: Loader, keeper: Keeper, recorder: Recorder) -> tuple[Traces, Discovery]:
    """Run the files; their main blocks as well when without them something wanted is missing."""
    wanted = load.wanted or tuple(entry.name for entry in load.entry_points)
    loader.run_scripts()
    while True:
        traces = _traces(load, loader, keeper, recorder)
        is_last = not loader.waiting_main_blocks()
        discovery = discover(traces, load.entry_points, is_last=is_last)
        if is_last or not discovery.misses(wanted):
            return traces, discovery
        loader.run_main_blocks()


def _told(chosen: Chosen | None) -> wire.Found | None:
    """Where it was found; a class may be called whatever its author likes, at any length."""
    return None if chosen is None else msgspec.structs.replace(chosen.found, name=plain(chosen.found.name, 400))


def _traces(load: wire.Load, loader: Loader, keeper: Keeper, recorder: Recorder) -> Traces:
    by_file = {source.file: source for source in loader.sources}
    runs = sorted(loader.runs.values(), key=lambda run: run.is_imported)
    failed = {run.source.file for run in runs if run.error is not None}
    spaces = [Space(run.source, run.module.__dict__, "", run.source.file in failed) for run in runs]
    spaces += [
        Space(by_file[file], names, function, file in failed)
        for (file, function), names in reversed(keeper.kept.items())
    ]
    return Traces(loader.sources, spaces, recorder, load.data)
