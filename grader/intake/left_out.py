"""What no submission needs: the droppings of tools, and files that would configure the grader's Python."""

from collections.abc import Iterable

Parts = tuple[str, ...]

_SYSTEM = "left by the operating system"
_TOOL = "left by a tool"
PACKAGES = "installed packages"
_COMPILED = "compiled Python"

_JUNK = {
    "__macosx": _SYSTEM,
    ".ds_store": _SYSTEM,
    "thumbs.db": _SYSTEM,
    "desktop.ini": _SYSTEM,
    ".ipynb_checkpoints": "Jupyter's own copies",
    "__pycache__": _COMPILED,
    ".git": "version control",
    ".hg": "version control",
    ".svn": "version control",
}
_JUNK_FOLDERS = {
    ".idea": _TOOL,
    ".vscode": _TOOL,
    ".mypy_cache": _TOOL,
    ".pytest_cache": _TOOL,
    ".ruff_cache": _TOOL,
    "site-packages": PACKAGES,
    "node_modules": PACKAGES,
    "grade-out": "reports of an earlier grading",
}
_JUNK_FILES = ((".pyc", _COMPILED), (".pyo", _COMPILED))
_METADATA = (".dist-info", ".egg-info")
_PYTEST_CONFIG = ("conftest.py", "pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "setup.cfg", "tox.ini")
_CONFIG = frozenset((*_PYTEST_CONFIG, "pyproject.toml", "sitecustomize.py", "usercustomize.py"))
VENV_MARK = "pyvenv.cfg"


def is_venv_name(name: str) -> bool:
    """Whether a folder of this *name*, when it holds a ``pyvenv.cfg``, is a virtual environment.

    Not any folder that holds one: some people make the environment in the project's own folder.
    """
    return name.lower().endswith("env")


def virtual_environments(members: Iterable[Parts]) -> frozenset[Parts]:
    """The folders among *members* that are virtual environments."""
    return frozenset(p[:-1] for p in members if len(p) > 1 and p[-1] == VENV_MARK and is_venv_name(p[-2]))


def junk_folder(name: str) -> str:
    """Why a folder of this *name* is left out with all it holds, or ''."""
    low = name.lower()
    if low.endswith(_METADATA):
        return PACKAGES
    return _JUNK.get(low) or _JUNK_FOLDERS.get(low, "")


def junk_file(name: str) -> tuple[str, str] | None:
    """The pattern that a junk file's *name* fits and why it is left out; None for any other."""
    low = name.lower()
    if low.startswith("._"):
        return "._*", _SYSTEM
    for suffix, why in _JUNK_FILES:
        if low.endswith(suffix):
            return f"*{suffix}", why
    if low.endswith(_METADATA):
        return "*" + low[low.rindex(".") :], PACKAGES
    return (low, _JUNK[low]) if low in _JUNK else None


def junk_above(parts: Parts, venvs: frozenset[Parts]) -> tuple[int, str] | None:
    """How many leading folders of *parts* lead to a junk folder, and why it is one; None when none does."""
    for depth in range(1, len(parts) + 1):
        if parts[:depth] in venvs:
            return depth, PACKAGES
        if why := junk_folder(parts[depth - 1]):
            return depth, why
    return None


def configures(name: str) -> str:
    """Why a file of this *name* is never copied: it would configure Python or pytest. '' for any other."""
    low = name.lower()
    if low.endswith(".pth"):
        return "never copied: a .pth file can change how Python starts (weights may be named .pt)"
    return "never copied: nothing handed in configures Python or pytest" if low in _CONFIG else ""
