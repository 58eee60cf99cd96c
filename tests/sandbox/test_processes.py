"""Students' processes: what they leave behind, what they print, and what they answer out of turn."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from grader.testing import grade, write_files

MODEL = """\
import os, sys, time
import torch

class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        {forward}
        return torch.sigmoid(self.linear(x))
"""
MODEL_POINTS = 3


def result_of(folder: Path, code: str, *options: str) -> dict[str, Any]:
    write_files(folder, {"hw.py": code})
    done = grade("run", "hw.py", "--json", "result.json", *options, cwd=folder)
    assert done.exit_code in (0, 1), done.stderr
    result: dict[str, Any] = json.loads((folder / "result.json").read_text())
    return result


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_process_that_hides_in_another_session_does_not_outlive_the_submission(tmp_path: Path) -> None:
    """Forked twice, in a session of its own, its parent gone: even with no sandbox it is found and killed."""
    daemon = """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        with open({path!r}, "w") as file:
            file.write(str(os.getpid()))
        time.sleep(600)
    os._exit(0)
time.sleep(0.5)
"""
    path = tmp_path / "pid"
    result = result_of(tmp_path, MODEL.format(forward="pass") + daemon.format(path=str(path)), "--sandbox", "off")
    assert result["score"] == MODEL_POINTS
    assert [note for note in result["notes"] if "went on after it" in note]
    pid = int(path.read_text())
    give_up = time.monotonic() + 5
    while is_alive(pid) and time.monotonic() < give_up:
        time.sleep(0.05)
    assert not is_alive(pid)


def test_output_is_capped_and_printing_never_fails(tmp_path: Path) -> None:
    result = result_of(tmp_path, MODEL.format(forward="pass") + "for i in range(100_000): print('line', i)\n")
    assert result["score"] == MODEL_POINTS
    assert result["output"]["stdout"].startswith("line 0\nline 1\n")
    assert len(result["output"]["stdout"]) == 64 * 1024
    assert result["output"]["truncated"] is True


def test_what_a_training_prints_is_told_once(tmp_path: Path) -> None:
    training = "def train(x_data, y_data):\n    print('training')\n    return LogisticRegressionModel()\n"
    forward = "print('asked') if len(x) == 201 else None"  # as the trained model is
    result = result_of(tmp_path, MODEL.format(forward=forward) + "print('loaded', end='')\n" + training)
    lines = result["output"]["stdout"].splitlines()
    assert lines[0] == "loaded"
    assert lines[-1] == "training"
    assert lines.count("training") == 1


def test_output_names_no_folder_of_the_grader(tmp_path: Path) -> None:
    result = result_of(tmp_path, MODEL.format(forward="pass") + "print(__file__, os.getcwd())\n")
    assert result["output"]["stdout"] == "/submission/hw.py /submission\n"


def test_an_answer_that_is_no_answer_ends_the_process_and_is_said(tmp_path: Path) -> None:
    result = result_of(tmp_path, MODEL.format(forward='os.write(3, b"\\x00\\x00\\x00\\x05hello")'))
    sigmoid = next(check for check in result["checks"] if check["id"] == "model.sigmoid")
    assert (result["score"], sigmoid["reason"]) == (0, "protocol")


def test_a_second_answer_behind_the_first_earns_nothing(tmp_path: Path) -> None:
    """The student's own reply to the question is read, then the real one comes out of turn."""
    forged = """
import grader.wire as wire
real = wire.send
def twice(connection, message):
    real(connection, message)
    real(connection, message)
wire.send = twice
"""
    result = result_of(tmp_path, MODEL.format(forward="pass") + forged)
    assert result["score"] == 0
    assert {check["reason"] for check in result["checks"] if check["step"] == "model"} == {"protocol"}


def test_a_sleeping_call_ends_at_the_limit_of_a_call(tmp_path: Path) -> None:
    began = time.monotonic()
    result = result_of(tmp_path, MODEL.format(forward="time.sleep(600)"), "--time-limit", "3")
    assert time.monotonic() - began < 40
    sigmoid = next(check for check in result["checks"] if check["id"] == "model.sigmoid")
    assert (sigmoid["status"], sigmoid["reason"]) == ("error", "timeout")


def test_no_file_is_left_where_the_grader_worked(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    write_files(tmp_path, {"hw.py": MODEL.format(forward="pass") + "open('made.txt', 'w').write('x')\n"})
    done = grade("run", "hw.py", cwd=tmp_path, env={"TMPDIR": str(scratch)})
    assert done.exit_code == 1, done.stderr
    assert list(scratch.iterdir()) == []
    assert not (tmp_path / "made.txt").exists()


FORGED = """
from grader import wire
from grader.sandbox.student import recorder

def bce_loss(y_pred, y):
    return torch.nn.functional.binary_cross_entropy(y_pred, y)

def train(x, y):
    return {model}

recorder.Recorder.seen = lambda self, module: wire.TrainingSeen({seen})
"""


def test_evidence_without_end_is_no_answer_and_costs_nobody_else(tmp_path: Path) -> None:
    many = "(), 1, 1, False, tuple(range(10**6)), (0.0,) * 10**6, (), ()"
    code = MODEL.format(forward="pass") + FORGED.format(model="LogisticRegressionModel()", seen=many)
    result = result_of(tmp_path, code)
    assert result["score"] == 7
    assert {check["reason"] for check in result["checks"] if check["step"] == "train"} == {"protocol"}


def test_forged_evidence_never_looks_like_the_graders_fault(tmp_path: Path) -> None:
    forged = "(5.0, 5.0), 1, 1, False, (), (), (), ()"
    one_number = "torch.nn.Sequential(torch.nn.Linear(1, 1, bias=False), torch.nn.Sigmoid())"
    code = MODEL.format(forward="pass") + FORGED.format(model=one_number, seen=forged)
    result = result_of(tmp_path, code)
    assert result["status"] == "graded"


def test_a_library_the_course_does_not_allow_is_missing_by_its_name(tmp_path: Path) -> None:
    result = result_of(tmp_path, "import click\n")
    told = "hw.py did not run to its end: ModuleNotFoundError: No module named 'click' (line 1)."
    assert told in result["message"]


def test_a_judge_that_is_stopped_is_given_up(tmp_path: Path) -> None:
    """Whatever stops the judge, the command ends and says so in one line."""
    write_files(tmp_path, {"hw.py": MODEL.format(forward="pass") + "time.sleep(600)\n"})
    program = (
        "import os, signal, threading, time\n"
        "import grader.local_executor as local\n"
        "local.SLACK_S = 1.0\n"
        "def stop():\n"
        "    time.sleep(5)\n"
        "    for warm in children(os.getpid()):\n"
        "        os.kill(children(warm)[0], signal.SIGSTOP)\n"
        "from grader.sandbox.linux import children\n"
        "threading.Thread(target=stop, daemon=True).start()\n"
        "from grader.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, "run", "hw.py", "--time-limit", "8"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert "gave no result in time" in done.stderr
