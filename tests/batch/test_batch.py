"""``grade batch`` as a teacher uses it: real processes, real folders."""

import csv
import json
import os
import pty
import random
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.testing import Done, command, grade, write_files

KILLS = 20
Files = Mapping[str, str]
RIGHT = "import torch\n\ndef double(x):\n    return 2 * x\n"
WRONG = "import torch\n\ndef double(x):\n    return x + 1\n"
HANGS = "import torch\n\ndef double(x):\n    while True:\n        pass\n"
DIES = "import os\n\ndef double(x):\n    os.abort()\n"
FLOODS = "def double(x):\n    while True:\n        print('x' * 10_000)\n"
BROKEN = "def double(x)\n    return 2 * x\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, course_files: Files) -> Path:
    """A course, and a batch of everything that can come in, graded once."""
    place = tmp_path_factory.mktemp("batch")
    write_files(place / "course", course_files)
    write_files(
        place / "submissions",
        {
            "right.py": RIGHT,
            "wrong.py": WRONG,
            "broken.py": BROKEN,
            "dies.py": DIES,
            "floods.py": FLOODS,
            "hangs.py": HANGS,
            "empty/readme.txt": "nothing here",
            "damaged.zip": b"PK\3\4 this is no archive",
            "=1+1.py": RIGHT,
            "notes.txt": "not a submission",
        },
    )
    done = batch(place)
    assert done.exit_code == 0, done.stderr
    place.joinpath("stdout").write_text(done.stdout)
    place.joinpath("stderr").write_text(done.stderr)
    return place


def batch(place: Path, *options: str, out: str = "out", seconds: float = 100) -> Done:
    return grade(*arguments(place, *options, out=out), cwd=place, seconds=seconds)


def arguments(place: Path, *options: str, out: str = "out") -> list[str]:
    return ["batch", str(place / "submissions"), "--course", str(place / "course"), "-o", out, "-j", "2", *options]


def results(out: Path) -> dict[str, dict[str, Any]]:
    read = (json.loads(file.read_text()) for file in sorted((out / "results").glob("*.json")))
    return {one["submission"]["name"]: one for one in read}


def grades(out: Path) -> list[Mapping[str, str]]:
    with (out / "grades.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


# ---------------------------------------------------------------- what comes of it


def test_every_submission_has_a_result_a_report_and_a_row(place: Path) -> None:
    found = results(place / "out")
    assert len(found) == 9
    assert len(list((place / "out/reports").glob("*.html"))) == 9
    assert len(grades(place / "out")) == 9
    assert (place / "out/index.html").stat().st_size > 1000


@pytest.mark.parametrize(
    ("name", "status", "score", "reason"),
    [
        ("right.py", "graded", 3, None),
        ("wrong.py", "graded", 1, None),
        ("broken.py", "ungradable", 0, "missing"),
        ("dies.py", "graded", 0, "crash"),
        ("floods.py", "graded", 0, "timeout"),
        ("hangs.py", "graded", 0, "timeout"),
        ("empty", "ungradable", 0, "missing"),
        ("damaged.zip", "ungradable", 0, "missing"),
    ],
)
def test_one_that_fails_costs_only_itself(
    place: Path, name: str, status: str, score: float, reason: str | None
) -> None:
    one = results(place / "out")[name]
    assert (one["status"], one["score"], one["max_score"]) == (status, score, 3)
    assert reason is None or reason in {check["reason"] for check in one["checks"]}


def test_a_name_that_is_a_formula_is_defused(place: Path) -> None:
    text = (place / "out/grades.csv").read_text(encoding="utf-8")
    assert "=1+1" in text
    assert "\n=1+1" not in text
    assert '\n"=1+1' not in text


def test_progress_is_plain_lines_when_piped(place: Path) -> None:
    printed = (place / "stdout").read_text()
    assert "\x1b" not in printed
    assert "[9/9]" in printed
    assert "3 / 3  right.py" in printed
    assert "0 / 3  broken.py · ungradable: " in printed
    assert "9 submissions: " in printed
    assert "passed over notes.txt" in (place / "stderr").read_text()


# ---------------------------------------------------------------- running it again


def test_a_second_run_grades_nothing_and_says_so(place: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in (place / "out/results").iterdir()}
    began = time.monotonic()
    done = batch(place)
    assert done.exit_code == 0
    assert "0 graded now, 9 unchanged" in done.stdout
    assert {file: file.stat().st_mtime_ns for file in (place / "out/results").iterdir()} == before
    assert time.monotonic() - began < 30


def test_only_what_changed_is_graded(tmp_path: Path, course_files: Files) -> None:
    write_files(tmp_path / "course", course_files)
    write_files(tmp_path / "submissions", {"a.py": RIGHT, "b.py": WRONG, "c.py": RIGHT})
    batch(tmp_path)
    write_files(tmp_path / "submissions", {"b.py": RIGHT})
    done = batch(tmp_path)
    assert "1 graded now, 2 unchanged" in done.stdout
    assert results(tmp_path / "out")["b.py"]["score"] == 3

    dearer = course_files["plugins/doubling.py"].replace("points=1", "points=2")
    more = course_files["assignments/doubling/assignment.toml"].replace("points = 3", "points = 4")
    write_files(tmp_path / "course", {"plugins/doubling.py": dearer, "assignments/doubling/assignment.toml": more})
    assert "unchanged" not in batch(tmp_path).stdout
    assert results(tmp_path / "out")["a.py"]["max_score"] == 4

    assert "unchanged" not in batch(tmp_path, "--force").stdout


def test_what_is_damaged_or_missing_is_made_again(tmp_path: Path, course_files: Files) -> None:
    write_files(tmp_path / "course", course_files)
    write_files(tmp_path / "submissions", {"a.py": RIGHT, "b.py": WRONG})
    batch(tmp_path)
    (tmp_path / "out/results/a.py.json").write_text('{"torn": ')
    (tmp_path / "out/reports/b.py.html").unlink()
    (tmp_path / "out/results/.grade-0123456789ab.tmp").write_text("half")
    done = batch(tmp_path)
    assert "1 graded now, 1 unchanged" in done.stdout
    assert results(tmp_path / "out")["a.py"]["score"] == 3
    assert (tmp_path / "out/reports/b.py.html").is_file()
    assert not list((tmp_path / "out/results").glob(".*"))


def test_results_of_submissions_that_are_gone_stay_and_are_said(tmp_path: Path, course_files: Files) -> None:
    write_files(tmp_path / "course", course_files)
    write_files(tmp_path / "submissions", {"a.py": RIGHT, "b.py": RIGHT})
    batch(tmp_path)
    (tmp_path / "submissions/b.py").unlink()
    done = batch(tmp_path)
    assert "also holds a result of submissions that are not in" in done.stdout
    assert [row["submission"] for row in grades(tmp_path / "out")] == ["a.py"]
    assert (tmp_path / "out/results/b.py.json").is_file()


# ---------------------------------------------------------------- stopped on the way


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_and_says_how_to_go_on(tmp_path: Path, course_files: Files, number: signal.Signals) -> None:
    write_files(tmp_path / "course", course_files)
    write_files(tmp_path / "submissions", {"a.py": RIGHT, **{f"hangs{i}.py": HANGS for i in range(4)}})
    running = start(tmp_path)
    wait_for(lambda: (tmp_path / "out/results/a.py.json").exists())
    running.send_signal(number)
    _, told = running.communicate(timeout=20)
    assert running.returncode == 130
    assert "1 of 5 are done and kept in out" in told
    assert "give the same command again" in told
    rows = {row["submission"]: row for row in grades(tmp_path / "out")}
    assert rows["a.py"]["score"] == "3"
    assert "not graded yet" in rows["hangs0.py"]["message"]
    assert not left_behind(running.pid)


def test_a_stopped_force_counts_what_it_graded_and_says_how_to_go_on(tmp_path: Path, course_files: Files) -> None:
    write_files(tmp_path / "course", course_files)
    write_files(tmp_path / "submissions", {"a.py": RIGHT, "b.py": HANGS, "c.py": HANGS})
    batch(tmp_path, "--time-limit", "1.5")
    before = (tmp_path / "out/results/a.py.json").stat().st_mtime_ns
    running = start(tmp_path, "--force", "--time-limit", "1.5")
    wait_for(lambda: (tmp_path / "out/results/a.py.json").stat().st_mtime_ns > before)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=20)
    assert running.returncode == 130
    counted = re.search(r"(\d) of 3 were graded again, (\d) still have their earlier grade", told)
    assert counted is not None
    assert int(counted[1]) + int(counted[2]) == 3
    again = told.strip().splitlines()[-1]
    assert "--time-limit 1.5" in again
    assert "--force would begin anew" in again
    assert again.count("--force") == 1


def test_one_batch_at_a_time_writes_to_a_folder(tmp_path: Path, course_files: Files) -> None:
    write_files(tmp_path / "course", course_files)
    write_files(tmp_path / "submissions", {"hangs.py": HANGS})
    running = start(tmp_path)
    wait_for(lambda: (tmp_path / "out/.lock").exists())
    done = batch(tmp_path)
    running.kill()
    running.communicate()
    assert done.exit_code == 2
    assert "another grade batch is writing to out" in done.stderr


@pytest.mark.timeout(300)
def test_killed_at_twenty_moments_the_next_run_ends_with_one_whole_result_each(
    tmp_path: Path, course_files: Files
) -> None:
    write_files(tmp_path / "course", course_files)
    names = [f"{number:03}.py" for number in range(60)]
    write_files(tmp_path / "submissions", {name: RIGHT if i % 2 else WRONG for i, name in enumerate(names)})
    moments = random.Random(3)
    whole_before: set[str] = set()
    for _ in range(KILLS):
        running = start(tmp_path)
        time.sleep(moments.uniform(0.2, 3.2))
        running.kill()
        running.communicate()
        whole = (
            {file.name for file in (tmp_path / "out/results").glob("*.json")} if (tmp_path / "out").exists() else set()
        )
        for name in whole:
            json.loads((tmp_path / "out/results" / name).read_text())
        assert whole >= whole_before
        whole_before = whole
    done = batch(tmp_path)
    assert done.exit_code == 0
    found = results(tmp_path / "out")
    assert sorted(found) == names
    assert {found[name]["score"] for name in names[::2]} == {1}
    assert {found[name]["score"] for name in names[1::2]} == {3}
    assert len(list((tmp_path / "out/results").iterdir())) == len(names)
    assert sorted(row["submission"] for row in grades(tmp_path / "out")) == names


# ---------------------------------------------------------------- names, the machine and the course


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one core cannot be shared out")
def test_each_worker_keeps_to_its_share_of_the_cores(tmp_path: Path, course_files: Files) -> None:
    cores = sorted(os.sched_getaffinity(0))
    write_files(tmp_path / "course", course_files)
    tells = f"import os, time\n\nprint(sorted(os.sched_getaffinity(0)))\ntime.sleep(0.3)\n{RIGHT}"
    write_files(tmp_path / "submissions", {f"{number}.py": tells for number in range(6)})
    for jobs, shares in (("2", [cores[::2], cores[1::2]]), ("1", [cores]), (str(len(cores) + 1), [cores])):
        out = f"out{jobs}"
        done = grade(*arguments(tmp_path, "-j", jobs, out=out), cwd=tmp_path)
        assert done.exit_code == 0, done.stderr
        told = {one["output"]["stdout"].strip() for one in results(tmp_path / out).values()}
        assert told == {str(share) for share in shares}


def test_a_file_may_have_any_name(tmp_path: Path, course_files: Files) -> None:
    write_files(tmp_path / "course", course_files)
    names = [b"\xff.py", b"a\nb.py", b"-rf.py", "漢字".encode() * 25 + b".py", b"{{ 7*7 }}<b>.py", b"x" * 252 + b".py"]
    write_files(tmp_path / "submissions", {os.fsdecode(name): RIGHT for name in names})
    done = batch(tmp_path)
    assert done.exit_code == 0, done.stderr
    assert [row["score"] for row in grades(tmp_path / "out")] == ["3"] * len(names)
    assert len(list((tmp_path / "out/reports").iterdir())) == len(names)


def test_a_submission_that_kills_its_judge_has_a_result_that_blames_the_grader(
    tmp_path: Path, course_files: Files
) -> None:
    kill = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n" + RIGHT
    write_files(tmp_path / "course", course_files)
    write_files(tmp_path / "submissions", {"a.py": RIGHT, "kills.py": kill, "z.py": RIGHT})
    done = batch(tmp_path, "--sandbox", "off")
    found = results(tmp_path / "out")
    assert done.exit_code == 0
    assert found["kills.py"]["status"] == "internal_error"
    assert "The grader failed while grading this submission" in found["kills.py"]["message"]
    assert [found[name]["score"] for name in ("a.py", "z.py")] == [3, 3]
    assert "1 graded now, 2 unchanged" in batch(tmp_path, "--sandbox", "off").stdout


def test_a_broken_course_stops_it_with_one_line(tmp_path: Path, course_files: Files) -> None:
    write_files(tmp_path / "course", {**course_files, "plugins/doubling.py": "import nothing_of_that_name\n"})
    write_files(tmp_path / "submissions", {"a.py": RIGHT})
    done = batch(tmp_path)
    assert done.exit_code == 3
    assert "plugins/doubling.py:1" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_course_s_templates_are_used_and_reports_made_anew_when_they_change(
    tmp_path: Path, course_files: Files
) -> None:
    footer = '{{% extends "grade/{}.html" %}}{{% block footer %}}<p>Room 2.14</p>{{% endblock %}}'
    write_files(tmp_path / "course", course_files)
    write_files(tmp_path / "submissions", {"a.py": RIGHT})
    report, overview = tmp_path / "out/reports/a.py.html", tmp_path / "out/index.html"
    batch(tmp_path)
    own = {f"reports/{name}.html": footer.format(name) for name in ("report", "index")}
    write_files(tmp_path / "course", own)
    assert "0 graded now, 1 unchanged" in batch(tmp_path).stdout
    assert "<p>Room 2.14</p>" in report.read_text()
    assert "<p>Room 2.14</p>" in overview.read_text()
    (tmp_path / "course/reports/report.html").unlink()
    assert "0 graded now, 1 unchanged" in batch(tmp_path).stdout
    assert "<p>Room 2.14</p>" not in report.read_text()


@pytest.mark.parametrize("name", ["report.html", "index.html"])
def test_a_broken_template_is_told_before_anything_is_graded(tmp_path: Path, course_files: Files, name: str) -> None:
    write_files(tmp_path / "course", course_files | {f"reports/{name}": "\n{% if %}"})
    write_files(tmp_path / "submissions", {"a.py": RIGHT})
    done = batch(tmp_path)
    assert done.exit_code == 3
    assert f"reports/{name}, line 2: " in done.stderr
    assert not list((tmp_path / "out/results").iterdir())


def test_a_submission_that_fits_no_assignment_has_a_row_and_is_named(tmp_path: Path, course_files: Files) -> None:
    other = {"assignments/tripling/assignment.toml": course_files["assignments/doubling/assignment.toml"]
             .replace("Doubling", "Tripling").replace('"double"', '"triple"').replace(".double]", ".triple]"),
             "assignments/tripling/reference.py": ""}  # fmt: skip
    write_files(tmp_path / "course", {**course_files, **other})
    write_files(tmp_path / "submissions", {"a.py": RIGHT, "b.py": "x = 1\n"})
    done = batch(tmp_path)
    assert done.exit_code == 2
    assert "no result for b.py" in done.stderr
    assert "which assignment is it for" in done.stderr
    rows = {row["submission"]: row for row in grades(tmp_path / "out")}
    assert rows["a.py"]["score"] == "3"
    assert "which assignment is it for" in rows["b.py"]["message"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"-o": "/dev/null/x"}, "cannot write to"),
        ({"DIR": "nowhere"}, "nowhere"),
        ({"DIR": "submissions/a.py"}, "grade run"),
        ({"-j": "0"}, "-j"),
        ({"-a": "doublin"}, 'did you mean "doubling"'),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    tmp_path: Path, course_files: Files, change: dict[str, str], said: str
) -> None:
    write_files(tmp_path / "course", course_files)
    write_files(tmp_path / "submissions", {"a.py": RIGHT})
    options = {"-o": "out", "-j": "1"} | change
    folder = options.pop("DIR", "submissions")
    words = [word for pair in options.items() for word in pair]
    done = grade("batch", folder, "--course", "course", *words, cwd=tmp_path)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_on_a_terminal_it_shows_what_each_worker_is_on(tmp_path: Path, course_files: Files) -> None:
    write_files(tmp_path / "course", course_files)
    write_files(tmp_path / "submissions", {"a.py": RIGHT, "hangs.py": HANGS, "\x1b[31mred.py": RIGHT})
    shown, terminal = pty.openpty()
    running = subprocess.Popen(
        command(*arguments(tmp_path)), cwd=tmp_path, stdout=terminal, stderr=terminal, env=environment()
    )
    os.close(terminal)
    text = b""
    while True:
        try:
            text += os.read(shown, 65536)
        except OSError:
            break
    os.close(shown)
    assert running.wait(20) == 0
    told = text.decode()
    assert "hangs.py" in told
    assert "2 of 3" in told
    assert "a minute" in told
    assert "\x1b[31mred" not in told


# ---------------------------------------------------------------- tools


def environment() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("GRADE_")}
    return own | {"TERM": "xterm-256color", "COLUMNS": "100"}


def start(place: Path, *options: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command(*arguments(place, *options)),
        cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
    )  # fmt: skip


def wait_for(condition: Any, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def left_behind(pid: int) -> list[str]:
    """Processes that descend from the command *pid*: its warm processes carry its scratch folder's name."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(status[3]) == pid and entry.name != str(pid):
                found.append(entry.name)
    return found
