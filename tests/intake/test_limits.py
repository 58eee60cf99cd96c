"""Limits: what is over them stays out with its reason, what was read before stays in."""

import pytest

from grader.intake import folder

pytestmark = pytest.mark.fast


def test_a_file_too_big_is_left_out_and_the_rest_read(read, handed_in):
    got = read(handed_in({"big.csv": b"x" * 2000, "main.py": ""}), file_bytes=1024)
    assert got.stored == ["main.py"]
    assert got.report("big.csv").why == "too big: 2 KiB, more than the 1 KiB a file may have"


def test_code_too_big_is_named_as_the_reason_for_no_code(read, handed_in):
    got = read(handed_in({"main.py": b"x" * 2000}), file_bytes=1024)
    assert got.intake.notes == ("main.py: too big: 2 KiB, more than the 1 KiB a file may have",)


def test_of_too_much_code_the_smallest_files_are_read(read, handed_in):
    files = {"lib/a.py": "x" * 700, "hw.py": "y" * 400, "z.py": "", "loss.py": "l" * 400}
    got = read(handed_in(files), code_bytes=1024)
    assert got.code == ["hw.py", "loss.py", "z.py"]
    why = "too much code: 700 bytes; up to 1 KiB of Python text are read in all"
    assert (got.report("lib/a.py").status, got.report("lib/a.py").why) == ("failed", why)


def test_a_notebooks_code_counts_not_its_outputs(read, handed_in, notebook):
    written = notebook("x = 1", metadata={"output": "o" * 5000})
    assert read(handed_in({"hw.ipynb": written}), code_bytes=1024).code == ["hw.ipynb"]


def test_nothing_but_too_much_code_is_said_to_be_that(read, handed_in):
    got = read(handed_in({"hw.py": "x" * 2000}), code_bytes=1024)
    assert got.code == []
    assert "hw.py: too much code: 2 KiB" in got.intake.notes[0]


def test_a_sparse_giant_is_refused_without_reading_it(read, handed_in):
    root = handed_in({"main.py": ""})
    with (root / "giant.bin").open("wb") as file:
        file.truncate(1 << 40)
    assert "too big: 1024 GiB" in read(root).report("giant.bin").why


def test_a_file_that_grows_while_it_is_read_is_counted_as_it_streams(read, handed_in, monkeypatch):
    root = handed_in({"log.txt": "", "main.py": ""})
    chunks = folder._chunks
    monkeypatch.setattr(
        folder, "_chunks", lambda fd, name: iter([b"x" * 600] * 9) if name == "log.txt" else chunks(fd, name)
    )
    got = read(root, file_bytes=1024)
    assert got.stored == ["main.py"]
    assert got.report("log.txt").why == "too big: more than the 1 KiB a file may have"


def test_reading_stops_over_the_total_with_code_read_before_data(read, handed_in):
    got = read(handed_in({"a.csv": b"x" * 600, "b.csv": b"x" * 600, "main.py": "", "sub/c.csv": ""}), total_bytes=1024)
    assert got.stored == ["a.csv", "main.py"]
    assert got.report("b.csv").why == "reading stopped here: more than 1 KiB in all"
    assert got.intake.notes == ("reading stopped at b.csv: more than 1 KiB in all; what comes after it is not graded",)


def test_reading_stops_over_the_count(read, handed_in):
    got = read(handed_in({f"{i:02}.py": "" for i in range(30)}), files=10)
    assert len(got.stored) == 10
    assert "more than 10 files" in got.intake.notes[0]


def test_links_and_empty_folders_count_too(read, handed_in):
    root = handed_in({"main.py": ""})
    for i in range(20):
        (root / f"d{i}").mkdir()
        (root / f"l{i}").symlink_to("main.py")
    assert len(read(root, files=10).intake.files) <= 11


def test_a_folder_deeper_than_allowed_is_left_out(read, handed_in):
    got = read(handed_in({"a/b/c/ok.py": "", "a/b/c/d/deep.py": ""}), depth=3)
    assert got.stored == ["a/b/c/ok.py"]
    assert got.report("a/b/c/d").why == "more than 3 folders deep"


def test_a_folder_with_too_many_names_stops_the_reading(read, handed_in, monkeypatch):
    monkeypatch.setattr(folder, "MOST_LISTED", 5)
    got = read(handed_in({f"{i}.py": "" for i in range(9)}))
    assert "more than 5 files in one folder" in got.intake.notes[0]


def test_a_name_that_outgrows_the_file_system_once_escaped_is_left_out(read, handed_in):
    got = read(handed_in({"\u202e" * 60 + ".py": "", "main.py": ""}))
    assert got.stored == ["main.py"]
    assert any(r.why == "its name is longer than 255 bytes" for r in got.intake.files)
