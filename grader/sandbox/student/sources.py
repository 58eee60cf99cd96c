"""The student's files as text and syntax trees: what imports what, and which of them are run as scripts."""

import ast
import importlib.util
import linecache
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader import wire
from grader.sandbox.student.failures import Places

NEVER_LOCAL = sys.stdlib_module_names | {"torch", "numpy"}


@dataclass(frozen=True)
class Source:
    """A file of code. ``path`` is the student's name for it, ``file`` what it is compiled under."""

    path: str
    file: str
    text: str = ""
    tree: ast.Module | None = None
    problem: BaseException | None = None

    @property
    def name(self) -> str:
        """What the file is called as a module."""
        return PurePosixPath(self.path).stem

    @property
    def folder(self) -> str:
        """The folder it lies in, as the student sees it, relative to the submission ("" at its top)."""
        parent = str(PurePosixPath(self.path).parent)
        return "" if parent == "." else parent

    @property
    def is_script(self) -> bool:
        """Whether someone would run it by hand."""
        name = PurePosixPath(self.path).name
        is_test = name.startswith("test_") or name.endswith("_test.py")
        return not is_test and name not in {"__init__.py", "setup.py", "conftest.py"}

    @property
    def has_main_block(self) -> bool:
        """Whether it holds ``if __name__ == "__main__":`` at its top level."""
        statements = self.tree.body if self.tree else []
        return any(isinstance(statement, ast.If) and _asks_for_main(statement.test) for statement in statements)


def read(file: wire.SourceFile) -> Source:
    """The file as Python reads it: byte order mark, line ends and coding cookie as they are."""
    location = str(Path(file.code).absolute())
    text = ""
    try:
        text = importlib.util.decode_source(Path(location).read_bytes())
        return Source(file.path, location, text, ast.parse(text, location))
    except (Exception, RecursionError, MemoryError) as problem:
        return Source(file.path, location, text, problem=problem.with_traceback(None))


def places(sources: Sequence[Source]) -> Places:
    """Where lines of *sources* are; also lets ``inspect.getsource`` find them."""
    lines = {source.file: tuple(source.text.splitlines()) for source in sources}
    for source in sources:
        kept = source.text.splitlines(keepends=True)
        linecache.cache[source.file] = (len(source.text), None, kept, source.file)
    return Places({source.file: source.path for source in sources}, lines)


class Tree:
    """The submission's files as a tree of modules, addressed the way imports address them."""

    def __init__(self, sources: Sequence[Source]) -> None:
        modules = [source for source in sources if source.path.endswith(".py")]
        self._by_path = {source.path: source for source in modules}
        folders = {parent for source in modules for parent in PurePosixPath(source.path).parents}
        self._folders = {str(folder) for folder in folders} - {"."}

    def find(self, folder: str, name: str) -> Source | str | None:
        """The module *name* in *folder*: its file, or a folder when it is a package without ``__init__``."""
        base = f"{folder}/{name}" if folder else name
        for path in (f"{base}/__init__.py", f"{base}.py"):
            if path in self._by_path:
                return self._by_path[path]
        return base if base in self._folders else None

    def imported_by(self, source: Source) -> set[str]:
        """The paths of the files that *source* imports somewhere, itself excepted."""
        found: set[str] = set()
        for node in ast.walk(source.tree) if source.tree else ():
            if isinstance(node, ast.Import):
                for alias in node.names:
                    found |= self._absolute(source, alias.name.split("."))
            elif isinstance(node, ast.ImportFrom):
                found |= self._from(source, node)
        return found - {source.path}

    def _from(self, source: Source, node: ast.ImportFrom) -> set[str]:
        parts = node.module.split(".") if node.module else []
        found: set[str] = set()
        for alias in node.names:
            if node.level:
                parents = [source.folder, *map(str, PurePosixPath(source.folder).parents)]
                folder = parents[min(node.level, len(parents)) - 1]
                found |= self._walk("" if folder == "." else folder, [*parts, alias.name])
            else:
                found |= self._absolute(source, [*parts, alias.name])
        return found

    def _absolute(self, source: Source, parts: list[str]) -> set[str]:
        if parts[0] in NEVER_LOCAL:
            return set()
        return self._walk(source.folder, parts) or self._walk("", parts)

    def _walk(self, folder: str, parts: list[str]) -> set[str]:
        found: set[str] = set()
        for part in parts:
            module = self.find(folder, part)
            if isinstance(module, Source):
                found.add(module.path)
            if module is None:
                break
            folder = f"{folder}/{part}" if folder else part
        return found


def scripts(sources: Sequence[Source]) -> list[Source]:
    """The files to run, in order: those no other file imports, the submission's top level first."""
    tree = Tree(sources)
    imports = {source.path: tree.imported_by(source) for source in sources}
    imported = set().union(*imports.values())
    runnable = in_order([source for source in sources if source.is_script] or sources)
    roots = [source for source in runnable if source.path not in imported]
    reached = _reached([source.path for source in roots], imports)
    for source in runnable:
        if source.path not in reached:  # one of a circle that nothing else leads into
            roots.append(source)
            reached |= _reached([source.path], imports)
    return in_order(roots)


def _reached(start: Sequence[str], imports: Mapping[str, set[str]]) -> set[str]:
    """The paths of *start* and of all that they import."""
    waiting, reached = list(start), set(start)
    while waiting:
        new = imports.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    return reached


def in_order(sources: Sequence[Source]) -> list[Source]:
    """*sources* sorted, those at the submission's top level first."""
    return sorted(sources, key=lambda source: (source.path.count("/"), source.path))


def is_relative_importer(source: Source) -> bool:
    """Whether the file only runs as part of its package."""
    nodes: Iterator[ast.AST] = ast.walk(source.tree) if source.tree else iter(())
    return any(isinstance(node, ast.ImportFrom) and node.level > 0 for node in nodes)


def _asks_for_main(test: ast.expr) -> bool:
    names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    constants = {node.value for node in ast.walk(test) if isinstance(node, ast.Constant)}
    return "__name__" in names and "__main__" in constants
