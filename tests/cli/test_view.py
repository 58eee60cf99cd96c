"""``grade view`` as a user starts and stops it."""

import os
import re
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from grader.testing import command, grade, write_files

pytestmark = pytest.mark.fast

URL = re.compile(r"http://127\.0\.0\.1:\d+/[\w-]{32}/")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return write_files(tmp_path / "grade-out", {"index.html": "the overview", "reports/a.html": "a"})


def start(cwd: Path, *arguments: str, **env: str) -> tuple["subprocess.Popen[str]", str]:
    """The running command, and the address it printed."""
    screens = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": ""}
    running = subprocess.Popen(
        command("view", *arguments),
        cwd=cwd,
        env=os.environ | screens | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    found = URL.search(running.stdout.readline())
    assert found
    return running, found[0]


def stop(running: "subprocess.Popen[str]", number: int = signal.SIGINT) -> tuple[int, str, str]:
    running.send_signal(number)
    stdout, stderr = running.communicate(timeout=10)
    return running.returncode, stdout, stderr


def read(url: str) -> str:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5) as answer:
        text: str = answer.read().decode()
    return text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_shows_the_last_batch_until_it_is_stopped(out: Path, number: signal.Signals) -> None:
    running, url = start(out.parent)
    assert read(url) == "the overview"
    assert read(f"{url}reports/a.html") == "a"
    exit_code, stdout, stderr = stop(running, number)
    assert exit_code == 0
    assert stdout.endswith("Stopped.\n")
    assert stderr == ""


def test_it_opens_the_browser_there(out: Path) -> None:
    browser = out.parent / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {out.parent}/seen.tmp\nmv {out.parent}/seen.tmp {out.parent}/seen\n')
    browser.chmod(0o755)
    running, url = start(out.parent, BROWSER=str(browser))
    deadline = time.monotonic() + 20
    while not (out.parent / "seen").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    stop(running)
    assert (out.parent / "seen").read_text().strip() == url


def test_it_opens_none_when_asked_not_to(out: Path) -> None:
    running, _ = start(out.parent, "grade-out", "--no-browser", BROWSER="/bin/false")
    assert stop(running)[0] == 0


@pytest.mark.parametrize("arguments", [["view"], ["view", "marks"]])
def test_a_missing_folder_is_told_in_one_line(tmp_path: Path, arguments: list[str]) -> None:
    done = grade(*arguments, cwd=tmp_path)
    assert done.exit_code == 2
    name = arguments[1] if len(arguments) > 1 else "grade-out"
    assert done.stderr.startswith(f"grade: {name}: there is no such file or folder; grade something first")
    assert done.stderr.count("\n") == 1
