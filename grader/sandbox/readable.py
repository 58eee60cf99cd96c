"""Which files a student's process may read: Python, torch, the libraries a course allows, and what those need.

A right to a folder holds for all below it, and the standard library's folder often holds site-packages, where the
wheel carries the course with its reference. So names may be listed in both, but files are granted entry by entry:
of the standard library all but other packages, of site-packages what belongs to an allowed distribution.
"""

import importlib.util
import os
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from grader.sandbox.namespaces import Readable

OUR_DISTRIBUTION = "torch-grader"
NEEDED = ("torch", "numpy", "msgspec")
PACKAGES = ("site-packages", "dist-packages")
SYSTEM = (
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/lib/locale",
    "/usr/share/fonts",
    "/usr/share/zoneinfo",
)
LIBRARY_FOLDERS = ("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib")
SHARED_LIBRARY = re.compile(r".+\.so(\.[\w.]+)?$")


def readable(libraries: Iterable[str] = ()) -> Readable:
    """What a process may read whose course allows *libraries* (names of modules; missing ones are passed over)."""
    needed = distributions((*NEEDED, *libraries))
    packages = tuple(dict.fromkeys(str(folder) for folder in map(_folder, needed)))
    files = [
        *_interpreter(),
        *_standard_library(),
        *_shared_libraries(),
        *(entry for distribution in needed for entry in _entries(distribution)),
        *SYSTEM,
    ]
    return Readable(_existing(files), _existing((*_standard_folders(), *packages)))


# ---------------------------------------------------------------- Python itself


def _interpreter() -> Iterator[str]:
    """The program file, which ``platform`` reads, and the file that says where a virtual environment's base is."""
    for program in (sys.executable, getattr(sys, "_base_executable", "")):
        if program:
            yield program
    yield str(Path(sys.prefix, "pyvenv.cfg"))


def _standard_folders() -> list[str]:
    return list(dict.fromkeys(sysconfig.get_path(name) for name in ("stdlib", "platstdlib")))


def _standard_library() -> Iterator[str]:
    for folder in _standard_folders():
        with suppress(OSError):
            yield from (entry.path for entry in os.scandir(folder) if entry.name not in PACKAGES)
    yield str(Path(sys.base_prefix, sys.platlibdir, f"python{sys.version_info.major}{sys.version_info.minor}.zip"))


def _shared_libraries() -> Iterator[str]:
    """Where the dynamic loader finds libraries. A folder that also holds Python packages is granted file by file."""
    own = (sysconfig.get_config_var("LIBDIR"), str(Path(sys.base_prefix, "lib")))
    triplet = sysconfig.get_config_var("MULTIARCH")
    for folder in dict.fromkeys(filter(None, (*LIBRARY_FOLDERS, *own))):
        if triplet and Path(folder, triplet).is_dir():
            yield str(Path(folder, triplet))
        with suppress(OSError):
            yield from (entry.path for entry in os.scandir(folder) if SHARED_LIBRARY.match(entry.name))


# ---------------------------------------------------------------- distributions


def distributions(modules: Iterable[str]) -> tuple[metadata.Distribution, ...]:
    """The installed distributions that provide *modules*, and all they require; never ours or a course's plugin."""
    found: dict[str, metadata.Distribution] = {}
    waiting = [name for module in modules for name in _providers(module.partition(".")[0])]
    while waiting:
        name = _plain(waiting.pop())
        if name in found or name == OUR_DISTRIBUTION:
            continue
        with suppress(metadata.PackageNotFoundError):
            distribution = metadata.distribution(name)
            if "[grader]" not in (distribution.read_text("entry_points.txt") or ""):
                found[name] = distribution
                waiting += _requirements(distribution)
    return tuple(found.values())


def _providers(module: str) -> list[str]:
    """The names of the distributions that install *module*; most are called like it."""
    try:
        metadata.distribution(module)
    except (metadata.PackageNotFoundError, ValueError):
        if importlib.util.find_spec(module) is None:
            return []
    else:
        return [module]
    own = re.compile(rf"^{module}[/.]", re.MULTILINE)
    return [each.name for each in metadata.distributions() if own.search(each.read_text("RECORD") or "")]


def _requirements(distribution: metadata.Distribution) -> Iterator[str]:
    """Names in the head of the metadata, read as text: the parser for it costs more than all the rest."""
    head, _, _ = (distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or "").partition("\n\n")
    for name, condition in re.findall(r"^Requires-Dist: *([\w.-]+)(.*)", head, re.MULTILINE):
        if "extra ==" not in condition:
            yield name


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _folder(distribution: metadata.Distribution) -> Path:
    return Path(str(distribution.locate_file("")))


def _entries(distribution: metadata.Distribution) -> Iterator[str]:
    """The topmost files and folders a distribution installed; of the shared folder of compiled modules its own."""
    folder = _folder(distribution)
    record = (distribution.read_text("RECORD") or "").splitlines()
    names = {line.partition("/")[0] for line in record if "/" in line} - {"..", "__pycache__"}
    names |= {line.partition(",")[0] for line in record if "/" not in line or line.startswith("__pycache__/")}
    if not record:
        names = {*(distribution.read_text("top_level.txt") or "").split(), distribution.name.replace("-", "_")}
        names |= {f"{name}.py" for name in names}
    yield from (str(folder / name.strip('"')) for name in sorted(names) if name)


def _existing(paths: Iterable[str]) -> tuple[str, ...]:
    """Those that are there; of a link both it and what it leads to."""
    there = [path for path in dict.fromkeys(paths) if os.path.lexists(path)]
    return (*there, *(os.path.realpath(path) for path in there if os.path.islink(path)))  # noqa: PTH114
