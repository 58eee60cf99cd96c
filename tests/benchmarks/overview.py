"""The overview of many submissions opens at once and stays smooth. In one run, in a real browser, medians:

    open      from asking for the file until everything is drawn
    search    from a key in the search field until the table is drawn anew
    sort      from a click on a column until the table is drawn anew

each for the whole class and for a tenth of it. Read how the times grow with the class, and whether a key is answered
within 100 ms, where people begin to notice. Usage: python tests/benchmarks/overview.py [--submissions 500] [--rounds 9]
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from grader.model import Result, Row
from grader.report.overview import render_overview
from grader.report.result_json import from_json

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "assignments/logistic_regression/examples"
SAMPLES = ("right/functions_plain.py", "wrong/sum_reduction.py", "wrong/no_sigmoid.py", "wrong/missing_minus.py")
AFTER = """async action => {
    const began = performance.now();
    action();
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - began;
}"""
SEARCH = "const field = document.getElementById('search'); field.value = text; field.dispatchEvent(new Event('input'))"
OPENED = "performance.getEntriesByType('navigation')[0].loadEventEnd"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        results = graded(Path(folder))
        path = shutil.which("chromium") or sys.exit("there is no chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for size in (asked.submissions // 10, asked.submissions):
            file = Path(folder, f"{size}.html")
            rows = [row(number, results[number % len(results)]) for number in range(size)]
            file.write_text(render_overview(rows), encoding="utf-8")
            print(f"{size} submissions, {file.stat().st_size / 1000:.0f} kB")
            tell(browser, file, asked.rounds)
        browser.close()


def graded(folder: Path) -> list[Result]:
    command = [
        Path(sys.executable).with_name("grade"),
        "run",
        *(EXAMPLES / name for name in SAMPLES),
        "--min-score",
        "0",
    ]
    subprocess.run([*command, "-a", "logistic_regression", "--json", "all.json", "-q"], cwd=folder, check=True)
    return from_json((folder / "all.json").read_bytes())


def row(number: int, result: Result) -> Row:
    name = f"{number:04}_{result.submission.name}"
    return Row(name, name, replace(result, submission=replace(result.submission, name=name)))


def tell(browser: Browser, file: Path, rounds: int) -> None:
    times: dict[str, list[float]] = {"open": [], "search": [], "sort": []}
    for number in range(rounds):
        page = browser.new_page()
        page.goto(file.as_uri())
        times["open"].append(page.evaluate(OPENED))
        times["search"].append(page.evaluate(f"({AFTER})(() => {{ const text = '{number % 10}'; {SEARCH} }})"))
        clear = f"({AFTER})(() => {{ const text = ''; {SEARCH} }})"
        page.evaluate(clear)
        times["sort"].append(page.evaluate(f"({AFTER})(() => document.querySelector('#table button').click())"))
        page.close()
    for what, found in times.items():
        print(f"    {what:8} median {statistics.median(found):6.0f} ms   max {max(found):6.0f} ms")


if __name__ == "__main__":
    main()
