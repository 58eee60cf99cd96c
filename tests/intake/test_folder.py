"""A folder handed in: what is kept, what is left out, and what cannot lead anywhere."""

import os
import socket
from pathlib import Path

import pytest

from grader.errors import GraderError, UsageError
from grader.intake import folder
from grader.model import IntakeLimits

pytestmark = pytest.mark.fast


def test_code_and_data_are_copied_as_they_are(read, handed_in):
    got = read(handed_in({"main.py": b"\xef\xbb\xbfx = 1\r\n", "pkg/net.PY": "y = 2", "data.csv": "1,2"}))
    assert got.stored == ["data.csv", "main.py", "pkg/net.PY"]
    assert got.code == ["main.py", "pkg/net.PY"]
    assert (got.folder / "main.py").read_bytes() == b"\xef\xbb\xbfx = 1\r\n"
    assert got.report("data.csv").status == "used"
    assert got.report("data.csv").why == "data"
    assert got.intake.name == "alice"
    assert got.intake.notes == ()


def test_an_empty_folder_is_an_intake_that_says_so(read, handed_in):
    got = read(handed_in({}))
    assert got.intake.notes == ("no Python file found: looked for .py and .ipynb; found nothing",)


def test_a_folder_without_python_says_what_was_found(read, handed_in):
    got = read(handed_in({"a.docx": "", "b.txt": "", "c.png": ""}))
    assert got.intake.notes == ("no Python file found: looked for .py and .ipynb; found 3 files: a.docx, b.txt, c.png",)


def test_a_long_listing_is_cut(read, handed_in):
    got = read(handed_in({f"{i}.txt": "" for i in range(9)}))
    assert got.intake.notes[0].endswith("found 9 files: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt and 4 more")


def test_junk_is_one_quiet_line_a_folder(read, handed_in):
    junk = {f"__MACOSX/{i}": "" for i in range(50)} | {f"pkg/__pycache__/{i}.pyc": "" for i in range(50)}
    junk |= {f"._{i}.py": "" for i in range(20)} | {".DS_Store": "", "Thumbs.db": "", "x.pyc": ""}
    junk |= {f"{f}/a.py": "" for f in (".git", ".ipynb_checkpoints", "node_modules", "grade-out", "x.egg-info")}
    got = read(handed_in({"main.py": "", **junk}))
    assert got.stored == ["main.py"]
    assert got.report("__MACOSX").why == "left out: left by the operating system"
    assert got.report("pkg/__pycache__").status == "ignored"
    assert got.report("._0.py").why == "left out: left by the operating system (20 files ._*)"
    assert len(got.intake.files) == 12


@pytest.mark.parametrize("name", ["venv", ".venv", "env", "torch-env"])
def test_a_virtual_environment_is_left_out(read, handed_in, name):
    got = read(handed_in({"main.py": "", f"{name}/pyvenv.cfg": "", f"{name}/bin/x.py": ""}))
    assert got.stored == ["main.py"]
    assert got.report(name).why == "left out: installed packages"


def test_a_folder_called_env_that_is_none_is_kept(read, handed_in):
    assert read(handed_in({"env/gym.py": "", "project/pyvenv.cfg": "", "project/main.py": ""})).code == [
        "env/gym.py",
        "project/main.py",
    ]


@pytest.mark.parametrize(
    "name", ["conftest.py", "pytest.ini", "sitecustomize.py", "usercustomize.py", "x.pth", "pyproject.toml", "Tox.ini"]
)
def test_nothing_handed_in_configures_python(read, handed_in, name):
    got = read(handed_in({"main.py": "", f"sub/{name}": ""}))
    assert got.stored == ["main.py"]
    assert got.report(f"sub/{name}").status == "ignored"
    assert got.report(f"sub/{name}").why.startswith("never copied")


def test_a_students_assignments_and_plugins_are_just_files(read, handed_in):
    assert read(handed_in({"assignments/a/reference.py": "", "plugins/p.py": ""})).code == [
        "assignments/a/reference.py",
        "plugins/p.py",
    ]


def test_links_are_reported_and_never_followed(read, handed_in, tmp_path):
    root = handed_in({"main.py": ""})
    (tmp_path / "secret.py").write_text("secret")
    (root / "out.py").symlink_to(tmp_path / "secret.py")
    (root / "etc").symlink_to("/etc")
    (root / "circle").symlink_to(root)
    (root / "dangling.py").symlink_to("nowhere")
    got = read(root)
    assert got.stored == ["main.py"]
    for name in ("out.py", "etc", "circle", "dangling.py"):
        assert got.report(name).status == "ignored"
        assert got.report(name).why.startswith("a link")


def test_pipes_and_sockets_neither_block_nor_come_along(read, handed_in, monkeypatch):
    root = handed_in({"main.py": ""})
    os.mkfifo(root / "pipe.py")
    monkeypatch.chdir(root)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.py")
        got = read(root)
    assert got.stored == ["main.py"]
    assert "not an ordinary file" in got.report("pipe.py").why
    assert "not an ordinary file" in got.report("socket.py").why


def test_a_file_that_becomes_a_link_between_look_and_read_is_not_followed(read, handed_in, tmp_path, monkeypatch):
    root = handed_in({"main.py": "honest", "z.py": ""})
    (tmp_path / "secret.py").write_text("secret")
    look = folder._file

    def swap(parent, parts):
        entry = look(parent, parts)
        (root / parts[-1]).unlink()
        (root / parts[-1]).symlink_to(tmp_path / "secret.py")
        return entry

    monkeypatch.setattr(folder, "_file", swap)
    got = read(root)
    assert got.stored == []
    assert got.report("main.py").status == "failed"


def test_the_users_own_link_to_a_submission_is_followed_and_names_it(read, handed_in, tmp_path):
    (tmp_path / "latest").symlink_to(handed_in({"main.py": ""}))
    got = read(tmp_path / "latest")
    assert got.code == ["main.py"]
    assert got.intake.name == "latest"


def test_a_name_that_does_not_print_is_shown_and_stored_escaped(read, handed_in):
    got = read(handed_in({"a\nb.py": "", "\u202eyp.exe.py": "", "back\\slash.py": "", "tür.py": ""}))
    assert got.code == ["\\u202eyp.exe.py", "a\\x0ab.py", "back\\x5cslash.py", "tür.py"]
    assert got.stored == got.code


def test_a_name_that_is_not_utf8_is_kept_escaped(read, handed_in):
    root = handed_in({})
    Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.py")).write_text("x = 1")
    got = read(root)
    assert got.code == ["caf\\xe9.py"]


def test_names_that_differ_in_case_are_two_files(read, handed_in):
    assert read(handed_in({"Main.py": "1", "main.py": "2"})).code == ["Main.py", "main.py"]


def test_the_digest_is_of_paths_and_contents_alone(read, handed_in, tmp_path):
    root = handed_in({"main.py": "x = 1", "b/c.csv": "1"})
    first = read(root).intake.digest
    other = tmp_path / "bob"
    (other / "b").mkdir(parents=True)
    (other / "b/c.csv").write_text("1")
    (other / "main.py").write_text("x = 1")
    (other / ".DS_Store").write_text("junk")
    assert read(other).intake.digest == first
    (other / "b/c.csv").rename(other / "c.csv")
    assert read(other).intake.digest != first


def test_a_path_that_is_not_there_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match=r"no such file or folder: .*nobody"):
        folder.grader_read_submission(tmp_path / "nobody", tmp_path, IntakeLimits())


def test_a_link_in_circles_is_a_usage_error(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(UsageError, match="cannot read"):
        folder.grader_read_submission(tmp_path / "a", tmp_path, IntakeLimits())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_said(read, handed_in):
    root = handed_in({"main.py": "", "locked.py": ""})
    (root / "locked.py").chmod(0)
    got = read(root)
    assert got.report("locked.py").status == "failed"
    assert got.report("locked.py").why == "cannot be read: Permission denied"


def test_a_destination_that_cannot_be_written_is_the_graders_fault(handed_in, tmp_path):
    with pytest.raises(GraderError, match=r"cannot copy the submission to .*TMPDIR"):
        folder.grader_read_submission(handed_in({"main.py": ""}), tmp_path / "gone", IntakeLimits())


def test_a_full_disk_is_the_graders_fault(handed_in, tmp_path, monkeypatch):
    def full(fd, data):
        raise OSError(28, "No space left on device")

    destination = tmp_path / "private"
    destination.mkdir()
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(GraderError, match="No space left on device"):
        folder.grader_read_submission(handed_in({"main.py": "x"}), destination, IntakeLimits())


def test_other_kinds_of_files_are_not_ours(tmp_path):
    (tmp_path / "essay.docx").write_text("")
    assert folder.grader_read_submission(tmp_path / "essay.docx", tmp_path, IntakeLimits()) is None
