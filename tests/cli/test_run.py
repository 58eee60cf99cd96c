"""``grade run`` as a user meets it: what it prints, what it writes, what it exits with, and what it leaves behind."""

import copy
import json
import signal
import subprocess
import tarfile
import time
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from grader.testing import Done, command, grade, write_files

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "assignments" / "logistic_regression" / "examples"
SCHEMA = json.loads((ROOT / "grader" / "report" / "result.schema.json").read_text())

MODEL = """\
import torch

class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))
"""
LOSS = """\
import torch

def bce_loss(y_pred, y):
    return torch.nn.functional.binary_cross_entropy(y_pred, y)
"""


def graded(submission: str | Path, cwd: Path, *options: str | Path) -> tuple[dict[str, Any], Done]:
    """The result of grading *submission*, valid by the schema, and what the command printed."""
    done = grade("run", submission, "--json", "result.json", *options, cwd=cwd)
    assert (cwd / "result.json").exists(), done.stderr
    result = json.loads((cwd / "result.json").read_text())
    jsonschema.validate(result, SCHEMA)
    return result, done


def check(result: dict[str, Any], id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(check for check in result["checks"] if check["id"] == id)
    return found


def one_line(done: Done) -> str:
    """The one line of a refusal, which begins with the command's name."""
    lines = [line for line in done.stderr.splitlines() if line.startswith("grade:")]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


# ---------------------------------------------------------------- the main job


def test_right_work_gets_all_points_and_exit_code_0(tmp_path: Path) -> None:
    result, done = graded(EXAMPLES / "right" / "functions_plain.py", tmp_path)
    assert done.exit_code == 0
    assert (result["score"], result["max_score"], result["status"]) == (10, 10, "graded")
    assert "10 / 10" in done.stdout
    assert result["entry_points"]["model"]["form"] == "class"


def test_the_lectures_script_loses_half_of_the_two_loss_checks(tmp_path: Path) -> None:
    result, done = graded(EXAMPLES / "wrong" / "lecture_script.py", tmp_path)
    assert done.exit_code == 1
    assert "8.75 / 10" in done.stdout
    partial = {check["id"] for check in result["checks"] if check["status"] == "partial"}
    assert partial == {"loss.mini_batch", "loss.random_batches"}
    mini = check(result, "loss.mini_batch")
    assert mini["misconception"] == "sum_reduction"
    assert mini["evidence"]["actual"] == pytest.approx(3.3932, abs=1e-4)
    line = (EXAMPLES / "wrong" / "lecture_script.py").read_text().splitlines()[mini["location"]["line"] - 1]
    assert "BCELoss" in line


def test_enough_points_is_what_min_score_says(tmp_path: Path) -> None:
    script = EXAMPLES / "wrong" / "lecture_script.py"
    assert grade("run", script, "--min-score", "8.75", cwd=tmp_path).exit_code == 0


@pytest.mark.parametrize("points", ["99", "nan"])
def test_more_points_than_there_are_cannot_be_asked_for(points: str, tmp_path: Path) -> None:
    done = grade("run", EXAMPLES / "wrong" / "lecture_script.py", "--min-score", points, cwd=tmp_path)
    assert done.exit_code == 2
    assert f"--min-score {points} cannot be reached: there are 10 points" in done.stderr
    assert done.stdout == ""


def test_for_a_folder_of_many_scripts_grade_batch_is_named(tmp_path: Path) -> None:
    write_files(tmp_path, {f"class one/{name}.py": "x = 1\n" for name in ("ann", "bob", "cem", "dia")})
    told = "If its 4 files and folders are one each: grade batch 'class one'"
    assert told in grade("run", "class one", "-a", "logistic_regression", cwd=tmp_path).stderr
    (tmp_path / "class one/grade.toml").write_text('assignment = "logistic_regression"\n')
    assert "grade batch" not in grade("run", "class one", cwd=tmp_path).stderr


def test_no_colour_when_piped_and_a_report_is_written(tmp_path: Path) -> None:
    done = grade("run", EXAMPLES / "wrong" / "sum_reduction.py", cwd=tmp_path)
    assert "\x1b" not in done.stdout
    report = tmp_path / "grade-out" / "reports" / "sum_reduction.py.html"
    assert "8.75" in report.read_text()


def test_json_on_stdout_is_all_there_is_on_stdout(tmp_path: Path) -> None:
    done = grade("run", EXAMPLES / "right" / "functions_plain.py", "--json", "-", cwd=tmp_path)
    jsonschema.validate(json.loads(done.stdout), SCHEMA)
    assert "10 / 10" in done.stderr


def test_the_same_submission_graded_ten_times_gives_one_result(tmp_path: Path) -> None:
    script = EXAMPLES / "wrong" / "lecture_script.py"
    out = tmp_path / "results.json"
    for _ in range(2):
        done = grade("run", *[script] * 5, "--json", out, "-q", cwd=tmp_path)
        assert done.exit_code == 1, done.stderr
        out.rename(tmp_path / f"{len(list(tmp_path.iterdir()))}.json")
    results = [timeless(result) for file in tmp_path.glob("*.json") for result in json.loads(file.read_text())]
    assert len(results) == 10
    assert all(result == results[0] for result in results)


def timeless(result: dict[str, Any]) -> str:
    """The result but for its time fields, as text, so that 0.1 and 0.10000001 differ."""
    bare = copy.deepcopy(result)
    for part in (bare, *bare["checks"]):
        part.pop("started_at", None)
        part.pop("duration_s", None)
    return json.dumps(bare)


# ---------------------------------------------------------------- forms of submission


def test_a_zip_and_a_tar_are_graded_like_the_folder(tmp_path: Path) -> None:
    source = EXAMPLES / "right" / "functions_plain.py"
    with zipfile.ZipFile(tmp_path / "hw.zip", "w") as archive:
        archive.write(source, "hw/solution.py")
    with tarfile.open(tmp_path / "hw.tar.gz", "w:gz") as tar:
        tar.add(source, "hw/solution.py")
    done = grade("run", "hw.zip", "hw.tar.gz", "-q", cwd=tmp_path)
    assert done.exit_code == 0, done.stdout + done.stderr
    assert done.stdout.count("10 / 10") == 2


def test_what_grade_toml_asks_for_counts_and_the_rest_of_it_is_ignored_and_said(tmp_path: Path) -> None:
    write_files(
        tmp_path / "hw",
        {"grade.toml": 'assignment = "logistic_regression"\npoints = 100\n', "model.py": MODEL},
    )
    result, _ = graded("hw", tmp_path)
    assert result["max_score"] == 10
    assert any("points" in note for note in result["notes"])


# ---------------------------------------------------------------- bad input


def test_no_such_path_names_the_nearest(tmp_path: Path) -> None:
    write_files(tmp_path, {"my_hw/a.py": MODEL})
    done = grade("run", "my_hww", cwd=tmp_path)
    assert done.exit_code == 2
    assert 'did you mean "my_hw"' in one_line(done)


def test_a_students_own_assignments_and_plugins_are_never_the_course(tmp_path: Path) -> None:
    """The repository brings a judge that gives full marks for nothing; it is graded by the bundled course."""
    write_files(
        tmp_path,
        {
            "hw.py": "x = 1\n",
            "assignments/logistic_regression/assignment.toml": 'title = "Free points"\npoints = 10\n',
            "plugins/logistic_regression.py": "raise SystemExit('the student was the judge')\n",
        },
    )
    for env in ({}, {"CI": "true"}):
        done = grade("run", ".", "--json", "out.json", cwd=tmp_path, env=env)
        assert done.exit_code == 1, done.stderr
        assert f"course: {ROOT}" in done.stderr
        assert json.loads((tmp_path / "out.json").read_text())["score"] == 0
        (tmp_path / "out.json").unlink()


def test_a_course_inside_the_submission_is_refused_when_asked_for(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw/a.py": MODEL, "hw/course/assignments/x/assignment.toml": ""})
    done = grade("run", "hw", "--course", "hw/course", cwd=tmp_path)
    assert done.exit_code == 2
    one_line(done)


@pytest.mark.parametrize("part", ["", "starter", "reference.py"])
def test_the_assignments_own_folder_is_no_submission(part: str, tmp_path: Path) -> None:
    done = grade("run", ROOT / "assignments" / "logistic_regression" / part, cwd=tmp_path)
    assert done.exit_code == 2
    assert "grade init" in one_line(done)


@pytest.mark.parametrize("files", [{}, {"essay.docx": "Dear teacher"}], ids=["empty", "no Python"])
def test_a_submission_without_code_is_ungradable_and_lists_every_check(files: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "hw").mkdir()
    write_files(tmp_path / "hw", files)
    result, done = graded("hw", tmp_path)
    assert done.exit_code == 1
    assert (result["status"], result["score"], len(result["checks"])) == ("ungradable", 0, 11)
    assert {check["reason"] for check in result["checks"]} == {"missing"}


def test_a_broken_archive_says_so(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.zip": b"PK\x03\x04 and then nothing"})
    result, done = graded("hw.zip", tmp_path)
    assert (done.exit_code, result["status"]) == (1, "ungradable")
    assert any(file["status"] == "failed" and file["why"] for file in result["submission"]["files"])


def test_a_syntax_error_shows_line_and_caret_and_other_files_count(tmp_path: Path) -> None:
    write_files(tmp_path / "hw", {"model.py": MODEL, "loss.py": "import torch\ndef bce_loss(y_pred, y:\n    pass\n"})
    result, done = graded("hw", tmp_path)
    assert result["score"] == 3
    why = next(file["why"] for file in result["submission"]["files"] if file["path"] == "loss.py")
    assert "line 2" in why
    assert why.splitlines()[-1].strip() == "^"
    assert "def bce_loss(y_pred, y:" in done.stdout


def test_a_missing_module_is_named(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": "import nonexistent_library\n" + MODEL})
    result, _ = graded("hw.py", tmp_path)
    assert result["status"] == "ungradable"
    assert "nonexistent_library" in result["message"]


def test_input_is_an_error_with_its_line_and_what_was_there_before_counts(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": MODEL + LOSS + "name = input('Your name? ')\n"})
    result, _ = graded("hw.py", tmp_path)
    assert result["score"] == 7
    why = next(file["why"] for file in result["submission"]["files"])
    assert "input()" in why
    assert f"line {(MODEL + LOSS).count(chr(10)) + 1}" in why


def test_an_endless_loop_ends_at_its_limit_with_the_loops_line(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": MODEL + LOSS + "while True:\n    x = 1\n"})
    began = time.monotonic()
    result, _ = graded("hw.py", tmp_path, "--time-limit", "2")
    assert time.monotonic() - began < 30
    reasons = {check["reason"] for check in result["checks"]}
    assert (result["status"], reasons) == ("ungradable", {"timeout"})
    assert check(result, "model.sigmoid")["location"]["line"] == (MODEL + LOSS).count("\n") + 1


@pytest.mark.parametrize("leave", ["raise SystemExit(0)", "exit()", "import sys; sys.exit('bye')"])
def test_an_exit_at_import_keeps_what_was_there_before(leave: str, tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": f"{MODEL}{LOSS}{leave}\nx = 1\n"})
    result, _ = graded("hw.py", tmp_path)
    assert result["score"] == 7
    assert "exit" in next(file["why"] for file in result["submission"]["files"])


def test_a_process_that_ends_itself_at_import_is_tried_twice_and_no_more(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": MODEL + "import os\nos._exit(0)\n"})
    result, _ = graded("hw.py", tmp_path)
    assert (result["status"], {check["reason"] for check in result["checks"]}) == ("ungradable", {"exit"})


def test_an_exit_in_the_loss_does_not_cost_the_models_points(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": MODEL + "import os\ndef bce_loss(y_pred, y):\n    os._exit(0)\n"})
    result, _ = graded("hw.py", tmp_path)
    assert result["score"] == 3
    assert check(result, "loss.mini_batch")["reason"] == "exit"


def test_a_crash_of_python_costs_only_what_crashed(tmp_path: Path) -> None:
    crash = "import ctypes\ndef bce_loss(y_pred, y):\n    return ctypes.string_at(0)\n"
    write_files(tmp_path, {"hw.py": MODEL + crash})
    result, _ = graded("hw.py", tmp_path)
    loss = check(result, "loss.mini_batch")
    assert (result["score"], loss["reason"]) == (3, "crash")
    assert loss["location"]["line"] == MODEL.count("\n") + 3


def test_memory_without_end_is_said_to_be_that(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": MODEL + "def bce_loss(y_pred, y):\n    return torch.ones(10**10).sum()\n"})
    result, _ = graded("hw.py", tmp_path, "--memory-limit", "300")
    assert check(result, "loss.mini_batch")["reason"] == "memory"


def test_an_unknown_assignment_names_the_nearest(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": MODEL})
    done = grade("run", "hw.py", "-a", "logistic_regresion", cwd=tmp_path)
    assert done.exit_code == 2
    assert 'did you mean "logistic_regression"' in one_line(done)


def test_an_output_path_that_cannot_be_written_is_refused_before_grading(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": MODEL})
    done = grade("run", "hw.py", "--html", "no/such/folder/report.html", cwd=tmp_path)
    assert done.exit_code == 2
    assert "no/such/folder" in one_line(done)


def test_a_full_disk_is_the_graders_failure_in_one_line(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": MODEL})
    done = grade("run", "hw.py", "--json", "/dev/full", cwd=tmp_path)
    assert done.exit_code == 4
    assert "disk is full" in one_line(done)


# ---------------------------------------------------------------- a broken course

MANIFEST = """\
title = "One"
points = 1
seed = 1
[steps]
model = "The model"
[entry_points.model]
kind = "module"
symbol = "LogisticRegressionModel"
"""
PLUGIN = """\
from grader.api import check
from grader.hookspecs import hookimpl

@check("model.any", points=1, title="There is a model", step="model")
def any_model(student, reference):
    {body}

@hookimpl
def grader_checks(assignment):
    return [any_model]
"""


def course(folder: Path, manifest: str = MANIFEST, body: str = "pass", extra: str = "") -> Path:
    return write_files(
        folder / "course",
        {
            "assignments/one/assignment.toml": manifest,
            "assignments/one/reference.py": "",
            "plugins/one.py": PLUGIN.format(body=body) + extra,
        },
    )


def test_a_broken_manifest_lists_every_error_with_its_line(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": MODEL})
    broken = MANIFEST.replace("points = 1", "pionts = 1").replace('kind = "module"', 'kind = "modul"')
    done = grade("run", "hw.py", "--course", course(tmp_path, broken), cwd=tmp_path)
    assert done.exit_code == 3
    assert "assignment.toml:2" in done.stderr
    assert 'did you mean "points"' in done.stderr
    assert "assignment.toml:7" in done.stderr


def test_a_check_that_raises_is_the_courses_fault_not_the_students(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": MODEL})
    result, done = graded("hw.py", tmp_path, "--course", course(tmp_path, body="1 / 0"))
    assert done.exit_code == 3
    assert (result["status"], result["checks"][0]["status"]) == ("internal_error", "internal_error")
    assert "one.py:6" in result["checks"][0]["message"]
    assert "not your fault" in result["checks"][0]["message"]


def test_a_plugin_that_raises_is_named_and_costs_nothing(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": MODEL})
    extra = "\n@hookimpl\ndef grader_adjust_result(result):\n    raise ValueError('late')\n"
    result, done = graded("hw.py", tmp_path, "--course", course(tmp_path, extra=extra))
    assert (done.exit_code, result["score"]) == (0, 1)
    assert any("plugins/one.py" in note and "late" in note for note in result["notes"])


def test_a_plugin_that_cannot_be_imported_is_named_with_its_line(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": MODEL})
    done = grade("run", "hw.py", "--course", course(tmp_path, extra="\nimport nowhere_to_be_found\n"), cwd=tmp_path)
    assert done.exit_code == 3
    assert "plugins/one.py" in one_line(done)
    assert "nowhere_to_be_found" in one_line(done)


# ---------------------------------------------------------------- interrupted


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after_s", [0.3, 6.0], ids=["while torch loads", "while it grades"])
def test_an_interrupt_leaves_no_process_and_no_half_written_file(
    number: signal.Signals, after_s: float, tmp_path: Path
) -> None:
    write_files(tmp_path, {"hw.py": MODEL + "while True:\n    pass\n"})
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        command("run", "hw.py", "--json", "result.json"),
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(scratch)},
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(after_s)
    process.send_signal(number)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 130, stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hw.py", "scratch"]
    assert list(scratch.iterdir()) == []
    assert not _processes_with(str(scratch))


def test_a_killed_command_takes_everything_with_it(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": MODEL + "while True:\n    pass\n"})
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        command("run", "hw.py"),
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(scratch)},
        stderr=subprocess.DEVNULL,
    )
    time.sleep(6)
    assert _processes_with(str(scratch))
    process.kill()
    process.wait()
    give_up = time.monotonic() + 10
    while _processes_with(str(scratch)) and time.monotonic() < give_up:
        time.sleep(0.1)
    assert not _processes_with(str(scratch))
    assert list(scratch.iterdir()) == []


def _processes_with(text: str) -> list[str]:
    """Running processes that have *text* in their command line; forks keep that of the warm process."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            found += [line] if text in line else []
    return found


# ---------------------------------------------------------------- around the command


def test_grade_alone_shows_what_it_can_do(tmp_path: Path) -> None:
    done = grade(cwd=tmp_path)
    assert done.exit_code == 0
    assert "Commands:" in done.stdout


def test_a_course_the_submission_lies_in_is_passed_over_and_that_is_said(tmp_path: Path) -> None:
    folder = course(tmp_path)
    write_files(folder, {"sub/hw.py": MODEL})
    done = grade("run", "sub/hw.py", "-q", cwd=folder)
    assert f"passed over the course {folder}" in done.stderr
    assert f"course: {ROOT}" in done.stderr


def test_a_broken_archive_is_told_in_the_students_words(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.zip": b"PK\x03\x04 and then nothing"})
    result, _ = graded("hw.zip", tmp_path)
    assert result["message"].startswith("hw.zip could not be read")


def test_a_place_in_a_notebook_is_its_cell_and_line_everywhere(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "source": MODEL}, {"cell_type": "code", "source": "x = 1\ny = undefined_name\n"}]
    write_files(tmp_path, {"hw.ipynb": json.dumps({"nbformat": 4, "metadata": {}, "cells": cells})})
    result, done = graded("hw.ipynb", tmp_path)
    loss = check(result, "loss.mini_batch")
    assert loss["location"] == {"file": "hw.ipynb", "cell": 2, "line": 2}
    assert "(cell 2, line 2)" in loss["message"]
    assert "line 13" not in done.stdout


TRAIN = """\

def train(x_data, y_data):
    model = LogisticRegressionModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(1000):
        optimizer.zero_grad()
        bce_loss(model(x_data), y_data).backward()
        optimizer.step()
    return model
"""


@pytest.mark.parametrize(
    ("right", "wrong", "line", "step"),
    [
        ("forward(self, x)", "forward(x)", 3, "def forward(self, x)"),
        ("        super().__init__()\n", "", 5, "Write super().__init__()"),
        ("def __init__", "def _init_", 9, "set self.linear in __init__ (two underscores"),
        ("return torch.sigmoid", "torch.sigmoid", 3, "End it with a return"),
        ("self.linear(x)", "self.linaer(x)", 9, "did you mean linear?"),
        ("torch.sigmoid", "torch.sigmiod", 9, "did you mean sigmoid?"),
        ("import torch\n", "import torch\nx = hours\nhours = 3\n", 2, "Move the line (in a notebook, the cell)"),
        ("import torch\n", "import torch\nopen('C:/me/hours.csv')\n", 2, "was not handed in"),
        ("import torch\n", "import torch\nprint((1)\n", 2, "Close the bracket ("),
    ],
)
def test_the_next_step_says_what_to_do_about_a_beginner_s_mistake(
    right: str, wrong: str, line: int, step: str, tmp_path: Path
) -> None:
    code = MODEL.replace(right, wrong) + LOSS.replace("import torch\n", "") + TRAIN
    write_files(tmp_path, {"hw.py": code})
    _, done = graded("hw.py", tmp_path, "--assignment", "logistic_regression")
    told = " ".join(done.stdout.split())
    assert f"Next step: In hw.py:{line}: " in told
    assert step in told.partition("Next step: ")[2]


def test_a_class_with_nothing_in_it_is_an_unfinished_model_and_no_loss(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": "import torch\nclass LinReg(torch.nn.Module): pass\n"})
    result, _ = graded("hw.py", tmp_path, "--assignment", "logistic_regression")
    assert result["entry_points"]["loss"] is None
    assert "def forward(self, x)" in check(result, "model.sigmoid")["hint"]


def test_a_file_that_cannot_be_read_is_said_once_for_all_checks(tmp_path: Path) -> None:
    write_files(tmp_path, {"hw.py": MODEL + "\tx = 1\n"})
    result, done = graded("hw.py", tmp_path, "--assignment", "logistic_regression")
    assert len({one["message"] for one in result["checks"]}) == 1
    assert done.stdout.count("So what is checked here was not found") == 1
