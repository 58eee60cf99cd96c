"""Reads a submission through the hook, and holds every reading to what must always be true of one."""

import json
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pluggy
import pytest

from grader import hookspecs
from grader.intake import archive, folder, single_file
from grader.model import FileReport, Intake, IntakeLimits


@dataclass(frozen=True)
class Reading:
    """What came of reading a submission, and where its files are."""

    intake: Intake
    folder: Path

    @property
    def stored(self) -> list[str]:
        """Every file in the private folder."""
        return sorted(p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*") if p.is_file())

    @property
    def code(self) -> list[str]:
        return [file.path for file in self.intake.code]

    def report(self, path: str) -> FileReport:
        found = [report for report in self.intake.files if report.path == path]
        assert len(found) == 1, f"{path!r} is not reported once: {self.intake.files}"
        return found[0]

    def text(self, path: str) -> str:
        """The Python text that stands for the code file shown as *path*."""
        code = next(file.code for file in self.intake.code if file.path == path)
        return (self.folder / code).read_text(encoding="utf-8")


def manager() -> pluggy.PluginManager:
    plugins = pluggy.PluginManager(hookspecs.PROJECT)
    plugins.add_hookspecs(hookspecs)
    for module in (folder, single_file, archive):
        plugins.register(module)
    plugins.check_pending()
    return plugins


def read_into(destination: Path, path: Path, limits: IntakeLimits) -> Reading:
    """Read *path* and assert what holds for every submission, however hostile."""
    around = set(destination.parent.iterdir())
    intake = manager().hook.grader_read_submission(path=path, destination=destination, limits=limits)
    assert set(destination.parent.iterdir()) == around, "something was written outside"
    assert isinstance(intake, Intake)
    assert_only_files(destination)
    assert_well_formed(intake, destination)
    return Reading(intake, destination)


def assert_only_files(destination: Path) -> None:
    for found in every_file(destination):
        mode = found.lstat().st_mode
        assert stat.S_ISREG(mode) or stat.S_ISDIR(mode), f"{found} is neither file nor folder"
        assert found.lstat().st_nlink == 1 or stat.S_ISDIR(mode)
        found.name.encode()


def every_file(root: Path) -> Iterator[Path]:
    for above, folders, files in os.walk(root):
        for name in folders + files:
            yield Path(above, name)


def assert_well_formed(intake: Intake, destination: Path) -> None:
    texts = [intake.name, *intake.notes, *(r.path for r in intake.files), *(r.why for r in intake.files)]
    assert all(text.isprintable() for text in texts), texts
    assert [r.path for r in intake.files] == sorted(r.path for r in intake.files)
    assert [c.path for c in intake.code] == sorted(c.path for c in intake.code)
    assert all((destination / c.code).is_file() for c in intake.code)
    assert all(r.why for r in intake.files if r.status != "used")
    assert {c.path for c in intake.code} <= {r.path for r in intake.files if r.status == "used" and not r.why}
    assert intake.code or intake.notes, "a submission without code says why"


@pytest.fixture(scope="session")
def reads_into() -> Callable[[Path, Path, IntakeLimits], Reading]:
    """Reads a path into a private folder that is given."""
    return read_into


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Reading]:
    """Reads a path into a fresh private folder."""
    count = 0

    def reads(path: Path, **limits: int) -> Reading:
        nonlocal count
        count += 1
        destination = tmp_path / f"private{count}" / "files"
        destination.mkdir(parents=True)
        return read_into(destination, path, IntakeLimits(**limits))

    return reads


@pytest.fixture
def handed_in(tmp_path: Path) -> Callable[[dict[str, str | bytes]], Path]:
    """Makes a folder ``alice`` from names and contents."""

    def make(files: dict[str, str | bytes]) -> Path:
        root = tmp_path / "alice"
        root.mkdir()
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return make


@pytest.fixture
def notebook() -> Callable[..., str]:
    """The JSON of a notebook with code cells of these sources."""

    def make(*sources: Any, **extra: Any) -> str:
        cells = [{"cell_type": "code", "source": source, "outputs": [], "metadata": {}} for source in sources]
        return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}, **extra})

    return make
