"""A batch costs little more than the students' arithmetic. In one run, medians of interleaved rounds:

    arithmetic    the students' code answers what the checks ask, in one warm unprotected process
    grade batch   the same submissions: right, wrong, broken, mixed (and some that hang, whose limits are added)

and, on the same three checks (the sigmoid on a grid, the lecture's table, one training run) at equal -j:

    pytest        `python -m pytest`, once for each submission
    grade batch   the same submissions and checks

Read the ratios, not the seconds. Usage: python tests/benchmarks/batch.py [--submissions 100] [--hanging 2] [--rounds 3]
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import recording

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "assignments/logistic_regression/examples"
HANGING = "endless_training.py"
OVER_ARITHMETIC = 1.25
TIMES_PYTEST = 10.0

ASSIGNMENT = """
title = "Three checks"
points = 3
[steps]
model = "Model"
loss = "Loss"
train = "Training"
[entry_points.model]
kind = "module"
symbol = "LogisticRegressionModel"
arguments = ["x"]
[entry_points.loss]
kind = "loss"
symbol = "bce_loss"
arguments = ["y_pred", "y"]
[entry_points.train]
kind = "training"
symbol = "train"
arguments = ["x_data", "y_data"]
[data]
x = [[1.0], [2.0], [3.0]]
y = [[0.0], [0.0], [1.0]]
"""
REFERENCE = "def model(x):\n    return x.sigmoid()\n"
CHECKS = """
import torch
from grader.api import TrainingRun, check, expect, expect_close
from grader.hookspecs import hookimpl

RUN = TrainingRun("the lecture's", (-0.96, 0.92))
X = torch.linspace(-5, 5, 101).reshape(-1, 1)

@check("model.sigmoid", points=1, title="sigmoid", step="model")
def sigmoid(student, reference):
    expect_close(student.model(X, values=(1.0, 0.0)), reference.model(X), atol=2e-4, what="sigmoid")

@check("loss.table", points=1, title="table", step="loss")
def table(student, reference):
    p, y = torch.tensor([[0.2], [0.2], [0.7], [0.3]]), torch.tensor([[1.0], [0.0], [1.0], [1.0]])
    expect_close(student.loss(p, y), 0.8483, atol=5e-5, what="loss")

@check("train.converges", points=1, title="train", step="train", runs=(RUN,))
def converges(student, reference):
    p = student.trained(RUN)(torch.tensor([[1.0], [4.0]])).reshape(-1)
    expect(bool(p[1] > 0.5 > p[0]), f"p(1h) is {p[0]}, p(4h) is {p[1]}", hint="train longer")

@hookimpl
def grader_checks(assignment):
    return (sigmoid, table, converges)
"""
TESTS = """
import torch
import submission

def test_sigmoid():
    x = torch.linspace(-5, 5, 101).reshape(-1, 1)
    model = submission.LogisticRegressionModel()
    with torch.no_grad():
        for value, number in zip(model.parameters(), (1.0, 0.0)):
            value.fill_(number)
    assert torch.allclose(model(x), x.sigmoid(), atol=2e-4)

def test_table():
    p, y = torch.tensor([[0.2], [0.2], [0.7], [0.3]]), torch.tensor([[1.0], [0.0], [1.0], [1.0]])
    assert abs(float(submission.bce_loss(p, y)) - 0.8483) < 5e-5

def test_converges():
    model = submission.train(torch.tensor([[1.0], [2.0], [3.0]]), torch.tensor([[0.0], [0.0], [1.0]]))
    p = model(torch.tensor([[1.0], [4.0]])).reshape(-1)
    assert p[1] > 0.5 > p[0]
"""
FUNCTIONS = ("functions_plain.py", "type_hints.py", "hand_written_eps.py", "functional_bce.py", "raw_parameters.py")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--hanging", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        over_arithmetic(Path(folder), asked.submissions, asked.rounds, asked.jobs, asked.hanging)
    with tempfile.TemporaryDirectory() as folder:
        over_pytest(Path(folder), asked.submissions, asked.rounds, asked.jobs)


# ---------------------------------------------------------------- against the arithmetic


def over_arithmetic(folder: Path, count: int, rounds: int, jobs: int, hanging: int) -> None:
    """Without submissions that hang the ratio, with *hanging* of them what the whole may take."""
    clean, mixed = submissions(folder / "clean", count, 0), submissions(folder / "mixed", count, hanging)
    recorded = folder / "recorded"
    recorded.mkdir()
    recording.record(lambda: batch_in_process(clean, folder / "first", jobs), recorded)
    arithmetic, batches = [], []
    for number in range(rounds):
        arithmetic.append(recording.replayed_s(recorded))
        batches.append(batch_s(clean, folder / f"out{number}", jobs))
    tell("arithmetic, one after another", arithmetic)
    tell(f"grade batch, -j {jobs}", batches)
    ratios = [whole / (summed / jobs) for whole, summed in zip(batches, arithmetic, strict=True)]
    print(f"grade batch / (arithmetic / {jobs}): {statistics.median(ratios):.2f} (wanted: at most {OVER_ARITHMETIC})")
    if hanging:
        whole, limits = batch_s(mixed, folder / "out", jobs), hanging_s(folder / "out")
        allowed = OVER_ARITHMETIC * statistics.median(arithmetic) / jobs + limits
        print(f"with {hanging} that hang ({limits:.0f} s of limits): {whole:.1f} s (wanted: at most {allowed:.1f} s)")


def batch_s(submissions: Path, out: Path, jobs: int, *options: object) -> float:
    return seconds([grade(), "batch", submissions, "-o", out, "-j", jobs, "-q", *options], submissions)


def submissions(folder: Path, count: int, hanging: int) -> Path:
    """*count* submissions: every example in turn, shuffled; *hanging* of them, spread evenly, hang instead."""
    folder.mkdir()
    every = [path for kind in ("right", "wrong") for path in sorted((EXAMPLES / kind).iterdir())]
    sources = [path for path in every if path.suffix != ".toml" and path.name != HANGING]
    random.Random(6).shuffle(sources)
    hang = {(2 * number + 1) * count // (2 * hanging) for number in range(hanging)}
    for number in range(count):
        source = EXAMPLES / "wrong" / HANGING if number in hang else sources[number % len(sources)]
        target = folder / f"{number:04}_{source.name}"
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    return folder


def batch_in_process(submissions: Path, out: Path, jobs: int) -> None:
    from grader.cli.group import run

    if run(["batch", str(submissions), "-o", str(out), "-j", str(jobs), "-q"]):
        sys.exit("the recorded batch failed")


def hanging_s(out: Path) -> float:
    """The seconds spent in submissions that ran into a limit, all together."""
    results = [json.loads(file.read_text()) for file in (out / "results").iterdir()]
    return sum(one["duration_s"] for one in results if any(check["reason"] == "timeout" for check in one["checks"]))


# ---------------------------------------------------------------- against pytest


def over_pytest(folder: Path, count: int, rounds: int, jobs: int) -> None:
    handed_in, course = folder / "submissions", folder / "course"
    handed_in.mkdir()
    suites = [suite(folder, handed_in, number) for number in range(count)]
    write(course / "assignments/three/assignment.toml", ASSIGNMENT)
    write(course / "assignments/three/reference.py", REFERENCE)
    write(course / "plugins/three.py", CHECKS)
    tests, batches = [], []
    for number in range(rounds):
        tests.append(timed(lambda: run_suites(suites, jobs)))
        out = folder / f"out{number}"
        batches.append(batch_s(handed_in, out, jobs, "--course", course))
        check_all_right(out, count)
    tell(f"pytest, {jobs} at a time", tests)
    tell(f"grade batch, -j {jobs}", batches)
    ratios = [test / batch for test, batch in zip(tests, batches, strict=True)]
    print(f"pytest / grade batch: {statistics.median(ratios):.1f} (wanted: at least {TIMES_PYTEST:g})")


def suite(folder: Path, submissions: Path, number: int) -> Path:
    source = EXAMPLES / "right" / FUNCTIONS[number % len(FUNCTIONS)]
    shutil.copy(source, submissions / f"{number:04}_{source.name}")
    write(folder / f"suite{number}/submission.py", source.read_text())
    return write(folder / f"suite{number}/test_submission.py", TESTS).parent


def run_suites(suites: Sequence[Path], jobs: int) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda suite: seconds([*command, "."], suite, threads=1), suites))


def check_all_right(out: Path, count: int) -> None:
    results = [json.loads(file.read_text()) for file in (out / "results").iterdir()]
    wrong = [one["submission"]["name"] for one in results if one["score"] != one["max_score"]]
    if wrong or len(results) != count:
        sys.exit(f"{len(results)} results, and without full marks: {wrong}")


# ---------------------------------------------------------------- measuring


def grade() -> Path:
    return Path(sys.executable).with_name("grade")


def seconds(command: Sequence[object], folder: Path, threads: int = 0) -> float:
    # Without the plugins that happen to be installed here, pytest starts as fast as it can.
    environment = dict(os.environ) | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment |= {"OMP_NUM_THREADS": str(threads)} if threads else {}
    began = time.perf_counter()
    done = subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, check=False, env=environment)
    if done.returncode:
        sys.exit(f"{command} ended with {done.returncode}: {done.stderr.decode()}{done.stdout.decode()}")
    return time.perf_counter() - began


def timed(action: Callable[[], None]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def tell(name: str, values: Sequence[float]) -> None:
    print(f"{name:40} median {statistics.median(values):7.2f} s   min {min(values):7.2f}   max {max(values):7.2f}")


if __name__ == "__main__":
    main()
