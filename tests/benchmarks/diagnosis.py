"""What it costs to name mistakes: the share of the grading time that goes into it, over all wrong examples.

Counted is all that a submission without names would not need: asking twice, asking the inputs that tell hypotheses
apart, comparing, imagining students, finding expressions. Both parts are wall time of the same judges, so that a busy
machine slows them alike; read the share. The first submission of a judge pays for choosing the inputs.
Usage: python tests/benchmarks/diagnosis.py [--rounds 1]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parents[1] / "assignments/logistic_regression/examples/wrong"
WANTED = 0.1


def install(folder: str) -> None:
    """In the warm process, before it forks judges: keep how long each grading took, and its naming."""
    from grader.judge import diagnosis, grading, places, stability

    spent = {"naming": 0.0}
    for kind, name in (
        (diagnosis.Diagnosis, "named"),
        (stability.Stability, "of"),
        (places.Places, "spot"),
        (places.Places, "old_spellings"),
    ):
        setattr(kind, name, _timed(getattr(kind, name), spent))
    grade = grading.Judge.grade

    def timed_grade(self: Any, job: Any) -> Any:
        began, spent["naming"] = time.perf_counter(), 0.0
        result = grade(self, job)
        seconds = time.perf_counter() - began
        with Path(folder, "seconds").open("a") as file:
            file.write(json.dumps({"name": result.submission.name, "all": seconds, "naming": spent["naming"]}) + "\n")
        return result

    grading.Judge.grade = timed_grade


def _timed(function: Callable[..., Any], spent: dict[str, float]) -> Callable[..., Any]:
    def timed(*arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return function(*arguments)
        finally:
            spent["naming"] += time.perf_counter() - began

    return timed


def graded(folder: Path) -> list[dict[str, Any]]:
    """Seconds of every wrong example, graded as one batch."""
    popen = subprocess.Popen

    def recording(command: list[str], **options: Any) -> Any:
        start = f"import sys; sys.path.append({str(HERE)!r}); import diagnosis; diagnosis.install({str(folder)!r}); "
        return popen([*command[:-1], start + command[-1]], **options)

    from grader.cli.group import run

    subprocess.Popen = recording
    try:
        run(
            ["batch", str(EXAMPLES), "-a", "logistic_regression", "-o", str(folder / "out"), "-j", "1", "--force"], None
        )
    finally:
        subprocess.Popen = popen
    return [json.loads(line) for line in (folder / "seconds").read_text().splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1)
    rows: list[dict[str, Any]] = []
    for _ in range(parser.parse_args().rounds):
        with tempfile.TemporaryDirectory() as folder:
            rows += graded(Path(folder))
    share = sum(row["naming"] for row in rows) / sum(row["all"] for row in rows)
    dearest = sorted(rows, key=lambda row: -row["naming"])[:5]
    for row in dearest:
        sys.stdout.write(f"{row['name']:40} {1000 * row['naming']:6.0f} ms of {1000 * row['all']:6.0f}\n")
    sys.stdout.write(
        f"{len(rows)} gradings: {share:.1%} of their time goes into names (wanted: at most {WANTED:.0%})\n"
    )


if __name__ == "__main__":
    main()
