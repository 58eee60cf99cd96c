"""The workflows' own steps, run in a temporary repository as a runner would; what they print, read as it would."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from grader.testing import grade, write_files

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "assignments/logistic_regression/examples"
TRUSTED_ACTIONS = {"actions/checkout@v4", "actions/setup-python@v5", "actions/upload-artifact@v4"}
HOSTILE = """
print("::error file=hw.py,line=1::owned")
print("::set-output name=score::10")
print("::add-mask::0")
print("::stop-commands::x")
print("  ::warning::owned\\r::error::owned")
print("##[error]owned")
class X(Exception): pass
def bce_loss(y_pred, y):
    raise X("\\n::error::owned\\n::stop-commands::y\\n##[group]x")
"""


@dataclass
class Job:
    """What a runner knows of a job after its steps: its exit codes, the commands it obeyed, files it was given."""

    exit_code: int = 0
    commands: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    installed: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)


class Runner:
    """Runs the steps of a GitHub job in *workspace*: ``run`` for real, but for ``pip``, which is only noted."""

    def __init__(self, folder: Path, workspace: Path) -> None:
        self._folder, self._workspace = folder, workspace
        self._job = Job()
        for name in ("temp", "bin"):
            (folder / name).mkdir()
        pip = folder / "bin/pip"
        pip.write_text(f'#!/bin/sh\necho "$@" >> {folder}/pip\n')
        pip.chmod(0o755)

    def run(self, steps: list[dict[str, Any]], env: Mapping[str, str]) -> Job:
        for step in steps:
            if "uses" in step:
                self._job.used.append(step["uses"])
            elif self._job.exit_code == 0:
                self._run(step, env)
        pip = self._folder / "pip"
        self._job.installed = pip.read_text().splitlines() if pip.exists() else []
        return self._job

    def _run(self, step: Mapping[str, Any], env: Mapping[str, str]) -> None:
        assert "${{" not in step["run"], "an expression in a script is an injection"
        files = {name: self._folder / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        script = self._folder / "step.sh"
        script.write_text(step["run"])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self._workspace,
            env=self._environment(files) | dict(env) | step.get("env", {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=100,
        )
        self._job.exit_code = done.returncode
        self._job.commands += obeyed(done.stdout)
        self._job.outputs |= values(files["GITHUB_OUTPUT"].read_text())
        self._job.summary += files["GITHUB_STEP_SUMMARY"].read_text()

    def _environment(self, files: Mapping[str, Path]) -> dict[str, str]:
        return {
            "PATH": f"{self._folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self._folder),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self._workspace),
            "GITHUB_ACTION_PATH": str(ROOT),
            "RUNNER_TEMP": str(self._folder / "temp"),
            **{name: str(file) for name, file in files.items()},
        }


def obeyed(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """The workflow commands a runner obeys in *text*; none between ``stop-commands`` and its token."""
    token = ""
    for line in re.split(r"\r\n|\n|\r", text):
        found = re.fullmatch(r"\s*::([a-z-]+)(?: ([^:]*))?::(.*)", line)
        if token:
            token = "" if line.strip() == f"::{token}::" else token
        elif found and found[1] == "stop-commands":
            token = found[3]
        elif found:
            properties = dict(part.split("=", 1) for part in (found[2] or "").split(",") if part)
            yield found[1], properties, found[3]
        elif line.startswith("##["):
            yield "legacy", {}, line


def values(text: str) -> dict[str, str]:
    """``GITHUB_OUTPUT`` as a runner reads it."""
    return {name: value for name, _, value in re.findall(r"^(\w[\w-]*)<<(\w+)\n(.*?)\n\2$", text, re.M | re.S)} | dict(
        re.findall(r"^(\w[\w-]*)=(.*)$", text, re.M)
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A student's repository: ``grade init --ci github`` and the lecture's script as the homework."""
    done = grade("init", "logistic_regression", "homework", "--ci", "github", cwd=tmp_path)
    assert done.exit_code == 0, done.stderr
    folder = tmp_path / "homework"
    (folder / "logistic_regression.py").unlink()
    shutil.copy(EXAMPLES / "wrong/lecture_script.py", folder / "hw.py")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    return folder


def github_job(folder: Path, repository: Path, **changes: str) -> Job:
    workflow = yaml.safe_load((repository / ".github/workflows/grade.yml").read_text())
    assert workflow["permissions"] == {"contents": "read"}
    job = workflow["jobs"]["grade"]
    steps = [dict(step) for step in job["steps"]]
    for step in steps:
        if "grade run" in step.get("run", ""):
            step["run"] = step["run"] + changes.get("options", "")
    (folder / "runner").mkdir()
    return Runner(folder / "runner", repository).run(steps, job["env"])


# ---------------------------------------------------------------- GitHub


def test_the_workflow_s_steps_grade_the_repository(tmp_path: Path, repository: Path) -> None:
    job = github_job(tmp_path, repository)
    assert job.exit_code == 1, "not all points"
    assert set(job.used) == TRUSTED_ACTIONS
    assert [line.split()[:2] for line in job.installed] == [
        ["install", "torch==2.13.0"],
        ["install", job.installed[1].split()[1]],
    ]
    assert job.installed[1].split()[1].startswith("torch-grader==")
    kinds = {kind for kind, _, _ in job.commands}
    assert kinds == {"warning"}
    assert {(properties["file"], properties["line"]) for _, properties, _ in job.commands} == {("hw.py", "20")}
    assert "8.75 / 10" in job.summary
    assert (job.outputs["score"], job.outputs["max_score"], job.outputs["status"]) == ("8.75", "10", "graded")
    assert Path(job.outputs["report"]).read_text().startswith("<!doctype html>")
    assert len(ElementTree.parse(tmp_path / "runner/temp/junit.xml").findall("testsuite/testcase")) == 11


def test_enough_points_make_the_job_green(tmp_path: Path, repository: Path) -> None:
    assert github_job(tmp_path, repository, options=" --min-score 8").exit_code == 0


def test_a_notebook_and_a_subfolder_are_annotated_where_they_lie(tmp_path: Path, repository: Path) -> None:
    (repository / "hw.py").unlink()
    write_files(repository, {"src/nb.ipynb": (EXAMPLES / "wrong/notebook_sum.ipynb").read_bytes()})
    job = github_job(tmp_path, repository)
    assert {properties.get("file") for _, properties, _ in job.commands} == {"src/nb.ipynb"}
    assert all("line" not in properties for _, properties, _ in job.commands)
    assert "cell " in job.commands[0][2]


def test_nothing_a_submission_prints_or_is_called_is_obeyed(tmp_path: Path, repository: Path) -> None:
    (repository / "hw.py").unlink()
    write_files(repository, {"::error::owned.py": HOSTILE, "##[error]x.py": "raise Exception('::error::owned')"})
    job = github_job(tmp_path, repository, options=" -v")
    assert {kind for kind, _, _ in job.commands} <= {"error", "warning", "notice"}
    assert all("title" in properties for _, properties, _ in job.commands)
    assert not any(message == "owned" for _, _, message in job.commands)
    assert job.outputs["score"] == "0"
    assert len([kind for kind, _, _ in job.commands if kind == "error"]) <= 10


def test_the_report_of_an_earlier_run_changes_nothing(tmp_path: Path, repository: Path) -> None:
    first = grade(
        "run", ".", "-q", "-a", "logistic_regression", "--html", "report.html", cwd=repository, env={"CI": "1"}
    )
    second = grade("run", ".", "-q", "-a", "logistic_regression", cwd=repository, env={"CI": "1"})
    assert first.stdout == second.stdout
    assert first.stdout.startswith("8.75 / 10")


# ---------------------------------------------------------------- the composite action


def action_job(folder: Path, repository: Path, **inputs: str) -> Job:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    assert action["runs"]["using"] == "composite"
    given = {name: str(value.get("default", "")) for name, value in action["inputs"].items()} | inputs
    steps = []
    for step in action["runs"]["steps"]:
        if "run" in step:
            assert step["shell"] == "bash"
        env = {name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: given[m[1]], value)
               for name, value in step.get("env", {}).items()}  # fmt: skip
        steps.append({**step, "env": env})
    for output in action["outputs"].values():
        assert re.fullmatch(r"\$\{\{ steps\.(grade|paths)\.outputs\.\w+ \}\}", output["value"])
    (folder / "runner").mkdir()
    return Runner(folder / "runner", repository).run(steps, {})


def test_the_action_grades_and_gives_its_outputs(tmp_path: Path, repository: Path) -> None:
    job = action_job(tmp_path, repository, **{"min-score": "8", "assignment": "logistic_regression"})
    assert job.exit_code == 0
    assert set(job.used) <= TRUSTED_ACTIONS
    assert job.outputs["score"] == "8.75"
    assert Path(job.outputs["junit"]).is_file()
    assert job.installed[-1] == f"install {ROOT}"


def test_an_input_is_never_a_command(tmp_path: Path, repository: Path) -> None:
    job = action_job(tmp_path, repository, submission=f"$(touch {tmp_path}/owned); touch {tmp_path}/owned #")
    assert job.exit_code == 2
    assert not (tmp_path / "owned").exists()


def test_the_action_installs_the_torch_the_grader_is_bound_to() -> None:
    bound = next(
        line
        for line in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
        if "torch" in line
    )
    assert bound == "torch>=2.13,<2.14"
    assert "torch==2.13.0 " in (ROOT / "action.yml").read_text()


# ---------------------------------------------------------------- GitLab


def test_gitlab_s_script_grades_and_leaves_what_it_promises(tmp_path: Path, repository: Path) -> None:
    done = grade("init", "logistic_regression", "homework", "--ci", "gitlab", cwd=tmp_path)
    assert done.exit_code == 0, done.stderr
    job = yaml.safe_load((repository / ".gitlab-ci.yml").read_text())["grade"]
    (tmp_path / "runner").mkdir()
    steps = [{"run": "\n".join(job["script"])}]
    ran = Runner(tmp_path / "runner", repository).run(steps, job["variables"])
    assert ran.exit_code == 1
    assert job["artifacts"]["when"] == "always"
    assert (repository / job["artifacts"]["paths"][0]).is_file()
    cases = ElementTree.parse(repository / job["artifacts"]["reports"]["junit"]).findall("testsuite/testcase")
    assert {case.get("file") for case in cases} == {None, "hw.py"}
