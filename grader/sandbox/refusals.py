"""What a locked-down process cannot do, said in Python before the kernel would say it with an error number."""

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, NoReturn

NO_PROGRAMS = "code cannot start other programs or processes while it is graded; do it in Python, in this process"
NO_NETWORK = "code has no network while it is graded; read what you need from files you hand in"


def explain_refusals() -> None:
    """Have what the kernel refuses raise a sentence, and packages that may not be read be missing."""
    for name in ("fork", "forkpty", "system", "posix_spawn", "posix_spawnp"):
        setattr(os, name, _no_programs)
    vars(os)["utime"] = _leave_times
    vars(subprocess)["_fork_exec"] = _no_programs
    original = socket.socket.__init__

    def init(self: socket.socket, family: Any = -1, type: Any = -1, proto: Any = -1, fileno: Any = None) -> None:
        if fileno is None:
            raise PermissionError(errno.EPERM, NO_NETWORK)
        original(self, family, type, proto, fileno)

    socket.socket.__init__ = init  # type: ignore[method-assign]
    sys.meta_path = [_ReadableFinder if finder is PathFinder else finder for finder in sys.meta_path]


def _leave_times(path: Any, *_: Any, follow_symlinks: bool = True, **__: Any) -> None:
    """A file's times cannot be set, and need not be: shutil.copy2 and Path.touch do the rest of their work."""
    os.stat(path, follow_symlinks=follow_symlinks)  # noqa: PTH116 - the path may be a descriptor


def _no_programs(*_: Any, **__: Any) -> NoReturn:
    raise PermissionError(errno.EPERM, NO_PROGRAMS)


class _ReadableFinder(PathFinder):
    """Finds no package that is installed but may not be read: it is missing, as on a machine without it."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = super().find_spec(fullname, path, target)
        if spec is None or path is not None or not spec.has_location or _opens(str(spec.origin)):
            return spec
        return None


def _opens(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError:
        return False
    return True
