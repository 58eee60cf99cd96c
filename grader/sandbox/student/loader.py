"""Runs the student's files as Python would, each up to its first uncaught exception."""

import builtins
import importlib.abc
import importlib.machinery
import os
import random
import sys
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy
from torch import default_generator

from grader import wire
from grader.sandbox.student.failures import Places
from grader.sandbox.student.sources import (
    NEVER_LOCAL,
    Source,
    Tree,
    in_order,
    is_relative_importer,
    places,
    read,
    scripts,
)

MAIN = "__main__"
NO_INPUT = "input() cannot be answered here, nobody sits at the keyboard; put the value into the code"
Compile = Callable[[Source], types.CodeType]


@dataclass
class Run:
    """One file that was executed: the module it filled and how that ended."""

    source: Source
    module: types.ModuleType
    is_imported: bool = False
    error: BaseException | None = field(default=None, repr=False)


class Loader:
    """Runs files and remembers what each of them left behind. ``given`` are names every file starts with."""

    def __init__(self, files: Sequence[wire.SourceFile], seed: int, compile_: Compile, given: dict[str, Any]) -> None:
        self.sources = [read(file) for file in files]
        self.places: Places = places(self.sources)
        self.runs: dict[str, Run] = {}
        self.home = str(Path.cwd())
        self._tree = Tree(self.sources)
        self._roots = scripts(self.sources)
        self._seed = seed
        self._compile = compile_
        self._given = given
        self._root_folder = ""
        self._main_runs: set[str] = set()

    # ------------------------------------------------------------ running

    def run_scripts(self) -> None:
        """Run every script, then what no script came to import because it failed before."""
        install_builtins()
        sys.meta_path.insert(0, _Finder(self))
        for source in [*self._roots, *in_order([source for source in self.sources if source.is_script])]:
            if source.path not in self.runs:
                self._run_root(source, main=False)

    def waiting_main_blocks(self) -> list[Source]:
        """The files to run again for their main blocks: scripts, and only then files that others import."""
        waiting = [source for source in self.sources if source.has_main_block and source.path not in self._main_runs]
        roots = [source for source in self._roots if source in waiting]
        return roots or in_order([source for source in waiting if source.is_script])

    def run_main_blocks(self) -> None:
        """Run those files again, afresh, as ``__main__``."""
        for source in self.waiting_main_blocks():
            self._main_runs.add(source.path)
            self._run_root(source, main=True)

    def _run_root(self, source: Source, *, main: bool) -> None:
        package = source.folder.replace("/", ".") if is_relative_importer(source) else ""
        name = f"{package}.{source.name}" if package else source.name
        module = types.ModuleType(MAIN if main else name)
        module.__file__ = source.file
        module.__package__ = package or None
        self._root_folder = source.folder
        self._enter(source, module)
        run = self.runs[source.path] = Run(source, module)
        self.execute(run)

    def _enter(self, source: Source, module: types.ModuleType) -> None:
        """The surroundings a script finds when it is started."""
        os.chdir(self.home)
        sys.argv = [source.file]
        for folder in (f"{self.home}/{source.folder}".rstrip("/"), self.home):
            if folder not in sys.path:
                sys.path.append(folder)
        if module.__name__ == MAIN or self._is_ours(sys.modules.get(module.__name__)):
            sys.modules[module.__name__] = module
        seed_all(self._seed)

    def _is_ours(self, module: types.ModuleType | None) -> bool:
        return module is None or getattr(module, "__file__", None) in self.places.paths

    def execute(self, run: Run) -> None:
        """Run one file in its module; an uncaught exception is kept, not raised."""
        run.module.__dict__.update(self._given)
        try:
            if run.source.problem is not None:
                raise run.source.problem
            exec(self._compile(run.source), run.module.__dict__)
        except BaseException as error:  # SystemExit and KeyboardInterrupt end a file like any other
            run.error = error

    # ------------------------------------------------------------ what the import system asks

    def find(self, fullname: str, path: Sequence[str] | None) -> Source | str | None:
        """The student's module that *fullname* means in an import, if there is one."""
        head, _, tail = fullname.rpartition(".")
        if not head and tail in NEVER_LOCAL:
            return None
        for folder in self._folders(path):
            found = self._tree.find(folder, tail)
            if found is not None:
                return found
        return None

    def _folders(self, path: Sequence[str] | None) -> list[str]:
        if path is None:
            return list(dict.fromkeys((self._root_folder, "", *self._known_folders())))
        inside = [folder for folder in path if folder.startswith(self.home + "/")]
        return [folder[len(self.home) + 1 :] for folder in inside]

    def _known_folders(self) -> list[str]:
        prefix = self.home + "/"
        return [entry[len(prefix) :] for entry in sys.path if entry.startswith(prefix)]

    def import_file(self, source: Source, module: types.ModuleType) -> None:
        """Fill *module* for an import; a file that failed once is not tried again."""
        before = self.runs.get(source.path)
        if before is not None and before.is_imported and before.error is not None:
            raise before.error
        run = self.runs[source.path] = Run(source, module, is_imported=True)
        self.execute(run)
        if run.error is not None:
            raise run.error

    # ------------------------------------------------------------ afterwards

    def outcomes(self) -> tuple[wire.FileOutcome, ...]:
        """What came of every file that was executed, in the order of the submission's files."""
        runs = (self.runs.get(source.path) for source in self.sources)
        return tuple(self._outcome(run) for run in runs if run is not None)

    def _outcome(self, run: Run) -> wire.FileOutcome:
        if run.error is not None:
            return wire.FileOutcome(run.source.path, "failed", self.places.failure(run.error))
        return wire.FileOutcome(run.source.path, "imported" if run.is_imported else "ran")


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the submission's own modules, before site-packages and after what is imported already."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        found = self._loader.find(fullname, path)
        if found is None:
            return None
        if isinstance(found, str):
            spec = importlib.machinery.ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = [f"{self._loader.home}/{found}"]
            return spec
        return self._file_spec(fullname, found)

    def _file_spec(self, fullname: str, source: Source) -> importlib.machinery.ModuleSpec:
        is_package = source.name == "__init__"
        file_loader = _FileLoader(self._loader, source)
        spec = importlib.machinery.ModuleSpec(fullname, file_loader, origin=source.file, is_package=is_package)
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations = [f"{self._loader.home}/{source.folder}"]
        return spec


class _FileLoader(importlib.abc.InspectLoader):
    def __init__(self, loader: Loader, source: Source) -> None:
        self._loader = loader
        self._source = source

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType | None:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        self._loader.import_file(self._source, module)

    def get_source(self, fullname: str) -> str:
        return self._source.text


class _Notebook:
    """Stands in for IPython's shell: every magic does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *arguments, **options: None


def install_builtins() -> None:
    """What a keyboard and a notebook would offer."""

    def no_input(prompt: object = "", /) -> str:
        raise EOFError(NO_INPUT)

    extra: dict[str, Any] = {
        "input": no_input,
        "get_ipython": _Notebook,
        "display": lambda *values, **options: None,
    }
    vars(builtins).update(extra)


def seed_all(seed: int) -> None:
    """Seed every generator a student's code is likely to draw from.

    ``torch.manual_seed`` would also keep a printed stack for every kind of device there is not, which takes longer
    than most answers.
    """
    random.seed(seed)
    numpy.random.seed(seed % 2**32)
    default_generator.manual_seed(seed)
