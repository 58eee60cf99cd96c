"""What running the files left behind: names and values, and where in the files they came from."""

import ast
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from grader import wire
from grader.model import DataSet
from grader.sandbox.student.inspection import attributes, is_a, is_module_class
from grader.sandbox.student.recorder import Recorder
from grader.sandbox.student.sources import Source

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
MOST_NAMES = 5_000


@dataclass(frozen=True)
class Space:
    """The names of one module, or of one function as it ended (``function`` is its name). ``has_failed``: its file
    did not run to its end."""

    source: Source
    names: dict[str, Any]
    function: str = ""
    has_failed: bool = False


@dataclass(frozen=True)
class Named:
    """A value and the name it was seen under. ``depth``: 0 in a module, 1 in a function, 2 in an object."""

    name: str
    value: Any = field(repr=False)
    space: Space = field(repr=False)
    depth: int = 0


class Traces:
    """Everything discovery looks at. Module names come first, then locals, then what objects hold."""

    def __init__(self, sources: Sequence[Source], spaces: Sequence[Space], recorder: Recorder, data: DataSet) -> None:
        self.sources = sources
        self.spaces = spaces
        self.recorder = recorder
        self.data = data
        self._files = {source.file: source for source in sources}
        self._modules = {space.names.get("__name__") for space in spaces if not space.function}
        self.names: list[Named] = list(self._collect())

    def _collect(self) -> Iterator[Named]:
        direct = []
        for space in self.spaces:
            for name, value in list(space.names.items())[:MOST_NAMES]:
                if type(name) is str and not name.startswith("__"):
                    direct.append(Named(name, value, space, 1 if space.function else 0))
        yield from direct
        seen: set[int] = set()
        for one in direct:
            if id(one.value) not in seen and self.is_ours(type(one.value)):
                seen.add(id(one.value))
                for name, value in attributes(one.value):
                    yield Named(name, value, one.space, 2)

    # ------------------------------------------------------------ whose is it

    def is_ours(self, kind: type) -> bool:
        """Whether a class was defined in the student's files."""
        return type.__dict__["__module__"].__get__(kind) in self._modules

    def function_source(self, value: object) -> Source | None:
        """The file a plain function was defined in, when it is the student's."""
        return self._files.get(value.__code__.co_filename) if type(value) is types.FunctionType else None

    def functions(self) -> list[types.FunctionType]:
        """The student's own functions, each once, in the order seen."""
        found = {id(one.value): one.value for one in self.names if self.function_source(one.value)}
        return list(found.values())

    def modules(self) -> list[Named]:
        """The values that are torch modules."""
        return [one for one in self.names if is_a(one.value, torch.nn.Module)]

    def module_classes(self) -> list[type]:
        """The student's own subclasses of torch.nn.Module, each once, also those only instances show."""
        kinds = [one.value if is_module_class(one.value) else type(one.value) for one in self.names]
        return [kind for kind in dict.fromkeys(kinds) if is_module_class(kind) and self.is_ours(kind)]

    def other_classes(self) -> list[type]:
        """The student's own classes that are no modules, each once."""
        kinds = dict.fromkeys(one.value for one in self.names if isinstance(one.value, type))
        return [kind for kind in kinds if self.is_ours(kind) and not is_module_class(kind)]

    # ------------------------------------------------------------ where is it

    def class_place(self, kind: type, form: str = "class", name: str = "") -> wire.Found:
        """Where a class is defined."""
        own = type.__dict__["__name__"].__get__(kind)
        for source in self.sources:
            nodes = [node for node in _definitions(source) if isinstance(node, ast.ClassDef) and node.name == own]
            if nodes:
                return _found(source, nodes[-1], name or own, form)
        return wire.Found("", 0, name or own, "class")

    def function_node(self, function: types.FunctionType) -> tuple[Source, Definition] | None:
        """The definition of a plain function, by the line it starts at."""
        source = self.function_source(function)
        first = function.__code__.co_firstlineno
        for node in _definitions(source) if source else ():
            if first in {node.lineno, *(decorator.lineno for decorator in node.decorator_list)}:
                return (source, node) if source else None
        return None

    def function_place(self, function: types.FunctionType, name: str) -> wire.Found:
        """Where a plain function is defined (a lambda: its line)."""
        at = self.function_node(function)
        if at is not None:
            return _found(*at, name, "function")
        source = self.function_source(function)
        line = function.__code__.co_firstlineno
        return wire.Found(source.path if source else "", line, name, "function", line)

    def variable_place(self, named: Named, form: str = "variable") -> wire.Found:
        """Where a name was last bound in the file it was seen in."""
        bound = [node for node in _bindings(named.space.source) if named.name in _targets(node)]
        if bound:
            return _found(named.space.source, bound[-1], named.name, form)
        return _whole(named.space.source, named.name, form)

    def node_place(self, source: Source, nodes: Sequence[ast.stmt], name: str, form: str) -> wire.Found:
        """A place that spans *nodes*."""
        last = max(node.end_lineno or node.lineno for node in nodes)
        return wire.Found(source.path, min(node.lineno for node in nodes), name, _form(form), last)


def _form(form: str) -> Any:
    return form


def _found(source: Source, node: ast.stmt, name: str, form: str) -> wire.Found:
    return wire.Found(source.path, node.lineno, name, _form(form), node.end_lineno or node.lineno)


def _whole(source: Source, name: str, form: str) -> wire.Found:
    return wire.Found(source.path, 1, name, _form(form), 1)


def _definitions(source: Source) -> list[Definition]:
    nodes = ast.walk(source.tree) if source.tree else iter(())
    return [node for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)]


def _bindings(source: Source) -> list[ast.Assign | ast.AnnAssign | ast.ImportFrom]:
    nodes = ast.walk(source.tree) if source.tree else iter(())
    found = [node for node in nodes if isinstance(node, ast.Assign | ast.AnnAssign | ast.ImportFrom)]
    return sorted(found, key=lambda node: node.lineno)


def _targets(node: ast.Assign | ast.AnnAssign | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {alias.asname or alias.name for alias in node.names}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    parts = [part for target in targets for part in ast.walk(target)]
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    return names | {part.attr for part in parts if isinstance(part, ast.Attribute)}
