"""Grading takes less time than running the homework: medians, in one run, of

    python -c "import torch"          what everybody pays
    python lecture_script.py          the homework, run bare
    grade run lecture_script.py       its whole rubric

Rounds are interleaved, so that a busy machine slows all three alike; read the ratios, not the seconds.
Usage: python tests/benchmarks/grade_run.py [--rounds 7]
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "assignments/logistic_regression/examples/wrong/lecture_script.py"
GRADE = Path(sys.executable).with_name("grade")
WANTED = 0.7


def commands() -> dict[str, list[str]]:
    python = sys.executable
    return {
        "import torch": [python, "-c", "import torch"],
        "bare script": [python, str(SCRIPT)],
        "grade run": [str(GRADE), "run", str(SCRIPT)],
    }


def seconds(command: list[str], folder: str) -> float:
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()}")
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        for command in commands().values():  # fill the page cache
            seconds(command, folder)
        taken = {name: [] for name in commands()}
        for _ in range(rounds):
            for name, command in commands().items():
                taken[name].append(seconds(command, folder))
    for name, values in taken.items():
        print(f"{name:14} median {statistics.median(values):6.3f} s   min {min(values):6.3f}   max {max(values):6.3f}")
    paired = [run / bare for run, bare in zip(taken["grade run"], taken["bare script"], strict=True)]
    print(f"grade run / bare script: {statistics.median(paired):.2f} (wanted: at most {WANTED})")


if __name__ == "__main__":
    main()
