"""The plugins in use, asked one by one: a plugin that raises is named, and the others still count.

Asked first are the plugins of the course (by file name), then those of installed distributions (entry points of
the group ``grader``, by name), then ours in the order below. Whoever is asked first also has the last word where
a hook is a chain. ``tryfirst`` and ``trylast`` move a plugin within that order, as pluggy does.

Two switches of the environment: ``GRADE_PLUGINS=a,b`` loads, besides ours, exactly the named ones (none when
empty); ``GRADE_TRACE_PLUGINS=1`` writes a line to stderr for every call of a plugin.
"""

import dataclasses
import importlib
import inspect
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import pluggy

from grader import hookspecs
from grader.course import Course
from grader.declared import code_place, misfits
from grader.errors import CourseError, GradeError, UsageError, did_you_mean
from grader.model import Assignment, EntryPoint, Result

if TYPE_CHECKING:
    from grader.api import Check

OURS = (
    "grader.intake.folder",
    "grader.intake.single_file",
    "grader.intake.archive",
    "grader.report.exporters",
    "grader.local_executor",
)

Origin = Literal["course", "installed", "ours"]
Trace = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True)
class Plugin:
    """A plugin in use. ``name`` is what messages call it: a module of ours, ``plugins/late_days.py`` of the course,
    ``distribution:entry_point``. ``short`` is its name in ``GRADE_PLUGINS``."""

    name: str
    short: str
    origin: Origin
    load: Callable[[], object]


@dataclass(frozen=True)
class PluginFailure:
    """A plugin raised, or answered with something the hook does not allow. ``message`` holds ``file:line``."""

    plugin: str
    hook: str
    message: str
    error: BaseException | None = None

    def __str__(self) -> str:
        return f"{self.plugin}: {self.hook}: {self.message}"


class Host:
    """Plugins behind the hooks of ``hookspecs``. Every call gives the answers and the failures, apart.

    ``plugins`` are in the order they are asked. A GradeError a plugin raises is meant for the user and passes.
    """

    def __init__(self, plugins: Sequence[Plugin], trace: Trace | None = None) -> None:
        self.plugins = tuple(plugins)
        self.trace = trace
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        for plugin in reversed(self.plugins):  # pluggy asks the latest first
            self._register(plugin)

    def hooks(self) -> dict[str, tuple[str, ...]]:
        """Every hook, in the order of ``hookspecs``, with the plugins that implement it, in the order asked."""
        names = [name for name in vars(hookspecs) if name.startswith("grader_")]
        return {name: tuple(each.plugin_name for each in self._implementations(name)) for name in names}

    def first(self, hook: str, of: type[T], **arguments: Any) -> tuple[T | None, list[PluginFailure]]:
        """The first answer that is not None, for hooks where the first answer wins."""
        failures: list[PluginFailure] = []
        for implementation in self._implementations(hook):
            answer, failure = self._ask(implementation, hook, of, arguments)
            failures += [failure] if failure else []
            if answer is not None:
                return answer, failures
        return None, failures

    def joined(self, hook: str, of: type[T], **arguments: Any) -> tuple[list[T], list[PluginFailure]]:
        """The items of all answers in one list, for hooks that answer with a list of *of*."""
        items: list[T] = []
        failures: list[PluginFailure] = []
        for implementation in self._implementations(hook):
            answer, failure = self._ask(implementation, hook, (list, tuple), arguments)
            wrong = [item for item in answer or () if not isinstance(item, of)]
            if wrong:
                failure = _wrong_answer(implementation, hook, f"a list with {_kind(wrong[0])}", f"of {of.__name__}")
            failures += [failure] if failure else []
            items += [] if failure else (answer or ())
        return items, failures

    def notify(self, hook: str, **arguments: Any) -> list[PluginFailure]:
        """Tell every plugin; what they return is ignored."""
        asked = [self._ask(each, hook, object, arguments)[1] for each in self._implementations(hook)]
        return [failure for failure in asked if failure]

    def adjusted(self, hook: str, result: Result, **arguments: Any) -> tuple[Result, list[PluginFailure]]:
        """*result* after every plugin in turn, each given what the one before left; the course comes last."""
        failures: list[PluginFailure] = []
        for implementation in reversed(self._implementations(hook)):
            answer, failure = self._ask(implementation, hook, Result, {"result": result, **arguments})
            failures += [failure] if failure else []
            result = answer or result
        return result, failures

    # ------------------------------------------------------------ one call

    def _implementations(self, hook: str) -> list[pluggy.HookImpl]:
        caller: pluggy.HookCaller = getattr(self._manager.hook, hook)
        return caller.get_hookimpls()[::-1]

    def _ask(
        self,
        implementation: pluggy.HookImpl,
        hook: str,
        of: type[Any] | tuple[type[Any], ...],
        arguments: dict[str, Any],
    ) -> tuple[Any, PluginFailure | None]:
        """The answer, or None and why. SystemExit counts as raised: a plugin does not end the grader."""
        start = time.perf_counter()
        failure = None
        try:
            answer = implementation.function(*(arguments[name] for name in implementation.argnames))
        except GradeError:
            raise
        except (Exception, SystemExit) as error:
            answer = None
            failure = PluginFailure(implementation.plugin_name, hook, _raised(implementation, error), error)
        if answer is not None and not isinstance(answer, of):
            wanted = " or ".join(each.__name__ for each in (of if isinstance(of, tuple) else (of,)))
            failure, answer = _wrong_answer(implementation, hook, _kind(answer), wanted), None
        self._tell(implementation, hook, failure.message if failure else _kind(answer), start)
        return answer, failure

    def _tell(self, implementation: pluggy.HookImpl, hook: str, answer: str, start: float) -> None:
        if self.trace:
            spent = (time.perf_counter() - start) * 1000
            self.trace(f"plugin {implementation.plugin_name}: {hook} -> {answer} ({spent:.1f} ms)")

    # ------------------------------------------------------------ registration

    def _register(self, plugin: Plugin) -> None:
        loaded = plugin.load()
        problems = [f"{plugin.name}: {problem}" for problem in self._problems(loaded)]
        if problems:
            raise CourseError(*problems)
        try:
            self._manager.register(loaded, name=plugin.name)
            self._manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            raise CourseError(f"{plugin.name}: {' '.join(str(error).split())}") from error

    def _problems(self, plugin: object) -> Iterator[str]:
        """What pluggy would not say in one line, or (an implementation that lacks its mark) not at all."""
        for name, function in inspect.getmembers(plugin, inspect.isroutine):
            options = self._manager.parse_hookimpl_opts(plugin, name)
            hook = str(options["specname"] or name) if options else name
            specified = getattr(hookspecs, hook, None) if hook.startswith("grader_") else None
            if options is None:
                if specified is not None:
                    yield f"{name} lacks @hookimpl, so it would never be called"
            elif specified is None:
                yield f'there is no hook "{hook}"{did_you_mean(hook, self.hooks())}'
            elif options["wrapper"] or options["hookwrapper"]:
                yield f"{hook}: wrappers are not supported; a plugin answers for itself alone"
            else:
                known = inspect.signature(specified).parameters
                for argument in inspect.signature(function).parameters.keys() - known.keys():
                    yield f'{hook} has no argument "{argument}"{did_you_mean(argument, known)}'


def _wrong_answer(implementation: pluggy.HookImpl, hook: str, answer: str, wanted: str) -> PluginFailure:
    message = f"answered {answer}, not {wanted} ({code_place(implementation.function)})"
    return PluginFailure(implementation.plugin_name, hook, message)


def _raised(implementation: pluggy.HookImpl, error: BaseException) -> str:
    """The error, and the deepest line of the plugin's own file that led to it."""
    code = getattr(implementation.function, "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if code and frame.filename == code.co_filename]
    place = code_place(implementation.function, lines[-1] if lines else None)
    return f"{type(error).__name__}: {error} ({place})"


def _kind(answer: object) -> str:
    if answer is None:
        return "nothing"
    return f"{len(answer)} items" if isinstance(answer, list | tuple) else type(answer).__name__


# ---------------------------------------------------------------- what they declare


def entry_points_of(host: Host, assignment: Assignment) -> tuple[EntryPoint, ...]:
    """The manifest's entry points with what plugins add: further variables, further entry points.

    Raises CourseError when a plugin fails: what it would have found must not be missing from a grade.
    """
    added, failures = host.joined("grader_entry_points", EntryPoint, assignment=assignment)
    if failures:
        raise CourseError(*map(str, failures))
    merged = {entry.name: entry for entry in assignment.entry_points}
    for entry in added:
        known = merged.setdefault(entry.name, entry)
        variables = tuple(dict.fromkeys((*known.variables, *entry.variables)))
        merged[entry.name] = dataclasses.replace(known, variables=variables)
    return tuple(merged.values())


def checks_of(
    host: Host, assignment: Assignment, entry_points: Sequence[EntryPoint] | None = None
) -> "tuple[Check, ...]":
    """The assignment's checks, in the order of a report. Raises CourseError with all that does not fit.

    *entry_points*: what ``entry_points_of`` gave; without them the plugins are asked here.
    """
    from grader.api import Check  # brings torch, which what only lists plugins does without

    known = entry_points_of(host, assignment) if entry_points is None else entry_points
    checks, failures = host.joined("grader_checks", Check, assignment=assignment)
    if failures:
        raise CourseError(*map(str, failures))
    problems = list(misfits(checks, assignment, known))
    if problems:
        raise CourseError(*problems)
    return tuple(checks)


# ---------------------------------------------------------------- which plugins


def load_host(course: Course | None, environment: Mapping[str, str] = os.environ, ours: Sequence[str] = OURS) -> Host:
    """The host with ours, installed ones and those of *course*. Raises CourseError when one cannot be used."""
    others = [*_of_course(course), *_installed()]
    wanted = environment.get("GRADE_PLUGINS")
    chosen = others if wanted is None else _chosen(others, wanted, known_all=course is not None)
    trace = _to_stderr if environment.get("GRADE_TRACE_PLUGINS") else None
    return Host([*chosen, *(_our(name) for name in ours)], trace)


def _our(name: str) -> Plugin:
    return Plugin(name, name, "ours", lambda: importlib.import_module(name))


def _of_course(course: Course | None) -> list[Plugin]:
    return [_in_course(course, file) for file in course.plugin_files()] if course else []


def _in_course(course: Course, file: str) -> Plugin:
    return Plugin(file, PurePosixPath(file).stem, "course", lambda: course.load(file))


def _installed() -> list[Plugin]:
    found = metadata.entry_points(group=hookspecs.PROJECT)
    return [_of_distribution(each) for each in sorted(found, key=lambda each: (each.name, each.value))]


def _of_distribution(entry_point: metadata.EntryPoint) -> Plugin:
    distribution = entry_point.dist.name if entry_point.dist else "?"
    name = f"{distribution}:{entry_point.name}"

    def load() -> object:
        try:
            return entry_point.load()
        except (Exception, SystemExit) as error:
            raise CourseError(f"installed plugin {name}: {type(error).__name__}: {error}") from error

    return Plugin(name, entry_point.name, "installed", load)


def _chosen(plugins: Sequence[Plugin], wanted: str, known_all: bool) -> list[Plugin]:
    """Those *wanted* names. Without a course a name may be one of its plugins, so nothing is said of it."""
    names = [name for name in (part.strip() for part in wanted.split(",")) if name]
    known = {name for plugin in plugins for name in (plugin.name, plugin.short)}
    for name in names:
        if known_all and name not in known:
            raise UsageError(f'GRADE_PLUGINS names no plugin "{name}"{did_you_mean(name, known)}')
    return [plugin for plugin in plugins if {plugin.name, plugin.short} & set(names)]


def _to_stderr(line: str) -> None:
    sys.stderr.write(line + "\n")
