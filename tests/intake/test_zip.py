"""Zip archives, honest and hostile."""

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from grader.errors import UsageError

pytestmark = pytest.mark.fast


def info(name: str, mode: int = 0, flags: int = 0) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.filename = name  # as given: the constructor would cut it at a zero byte
    made.external_attr = mode << 16
    made.compress_type = zipfile.ZIP_DEFLATED
    made.flag_bits |= flags
    return made


@pytest.fixture
def zipped(tmp_path):
    def make(*members, name="alice.zip", method=zipfile.ZIP_DEFLATED) -> Path:
        with zipfile.ZipFile(tmp_path / name, "w", method) as archive:
            for member, content in members:
                archive.writestr(member, content)
        return tmp_path / name

    return make


def test_a_zip_is_its_files(read, zipped):
    got = read(zipped(("main.py", "x = 1"), ("sub/", ""), ("sub/data.csv", "1")))
    assert got.stored == ["main.py", "sub/data.csv"]
    assert got.intake.name == "alice.zip"
    assert got.intake.notes == ()


def test_a_zip_and_a_folder_of_the_same_files_have_one_digest(read, zipped, handed_in):
    files = {"main.py": "x = 1", "sub/data.csv": "1"}
    assert read(zipped(*files.items())).intake.digest == read(handed_in(files)).intake.digest


def test_a_single_top_folder_is_kept(read, zipped):
    assert read(zipped(("alice/main.py", ""), ("__MACOSX/alice/._main.py", ""))).code == ["alice/main.py"]


@pytest.mark.parametrize(
    "name",
    ["../evil.py", "a/../../evil.py", "/etc/evil.py", "\\evil.py", "..\\evil.py", "C:\\evil.py", "c:evil.py", "a/.."],
)
def test_a_name_that_leads_out_is_left_out(read, zipped, name):
    got = read(zipped(("main.py", ""), (info(name), "evil")))
    assert got.stored == ["main.py"]
    assert [r.status for r in got.intake.files if r.path != "main.py"] == ["ignored"]


def test_backslashes_of_old_windows_tools_are_folders(read, zipped):
    assert read(zipped((info("src\\net.py"), ""), (info("src\\"), ""))).code == ["src/net.py"]


def test_a_name_with_a_zero_byte_is_left_out(read, zipped, tmp_path):
    path = zipped(("mainX.py", ""), ("ok.py", ""))
    path.write_bytes(path.read_bytes().replace(b"mainX.py", b"main\0.py"))
    got = read(path)
    assert got.stored == ["ok.py"]
    assert got.report("main\\x00.py").why == "a zero byte in its name"


def test_links_and_devices_are_never_made(read, zipped):
    got = read(
        zipped(
            ("main.py", ""),
            (info("link.py", stat.S_IFLNK | 0o777), "/etc/passwd"),
            (info("pipe", stat.S_IFIFO | 0o666), ""),
            (info("disk", stat.S_IFBLK | 0o666), ""),
        )
    )
    assert got.stored == ["main.py"]
    assert got.report("link.py").why.startswith("a link")
    assert got.report("pipe").why.startswith("not an ordinary file")


def test_names_that_only_look_strange_are_kept(read, zipped):
    got = read(zipped(("CON.py", ""), ("nul", ""), ("a.py ", ""), ("A.py", ""), ("a.py", ""), ("./b//c.py", "")))
    assert got.stored == ["A.py", "CON.py", "a.py", "a.py ", "b/c.py", "nul"]


def test_a_name_of_utf8_without_the_flag_is_read_as_utf8(read, zipped):
    path = zipped(("t__r.py", ""))
    path.write_bytes(path.read_bytes().replace(b"t__r.py", "tür.py".encode()))
    assert read(path).code == ["tür.py"]


def test_a_name_flagged_utf8_that_is_none_is_said(read, zipped):
    path = zipped(("tür.py", ""))
    path.write_bytes(path.read_bytes().replace("tür.py".encode(), b"t\xff\xffr.py"))
    assert "not valid UTF-8" in read(path).report("alice.zip").why


def test_a_name_too_long_is_left_out(read, zipped):
    got = read(zipped(("main.py", ""), ("x" * 300 + ".py", ""), ("/".join(["y" * 200] * 6), "")))
    assert got.stored == ["main.py"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_members_with_one_name_the_last_counts_and_it_is_said(read, zipped):
    got = read(zipped(("main.py", "first"), ("main.py", "last")))
    assert got.text("main.py") == "last"
    assert got.intake.notes == ("main.py was handed in more than once: the last one counts",)


def test_a_file_where_a_folder_is_needed_loses_nothing_else(read, zipped):
    got = read(zipped(("a", "data"), ("a/b.txt", ""), ("main.py", ""), ("c/d.txt", ""), ("c", "")))
    assert got.stored == ["a", "c/d.txt", "main.py"]
    assert got.report("a/b.txt").why == "a is a file, not a folder"
    assert got.report("c").why == "a folder has the same name"


def test_an_encrypted_member_is_said(read, zipped):
    path = zipped(("main.py", "x = 1"), method=zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    got = read(path)
    assert got.report("main.py").status == "failed"
    assert got.intake.notes == ("main.py: encrypted: pack it again without a password",)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_that_cannot_be_bounded_is_not_read(read, zipped, method):
    got = read(zipped(("main.py", "x = 1"), method=method))
    assert "pack as an ordinary zip" in got.report("main.py").why


def test_a_zip_cut_off_is_damaged(read, zipped):
    path = zipped(("main.py", "x = 1" * 100))
    path.write_bytes(path.read_bytes()[:-30])
    got = read(path)
    assert got.report("alice.zip").status == "failed"
    assert got.intake.notes == ("alice.zip: not a whole zip archive: damaged or cut off; pack it again",)


def test_a_member_whose_bytes_are_wrong_fails_alone(read, zipped):
    path = zipped(("main.py", "good = 1"), ("bad.py", "evil = 1"), method=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"evil = 1", b"EVIL = 1"))
    got = read(path)
    assert got.stored == ["main.py"]
    assert got.report("bad.py").status == "failed"


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"<html>404</html>", b"PK\5\6" + b"\xff" * 18])
def test_what_only_calls_itself_a_zip_is_said(read, tmp_path, content):
    (tmp_path / "x.zip").write_bytes(content)
    assert read(tmp_path / "x.zip").report("x.zip").status == "failed"


def test_an_empty_zip_has_no_python(read, zipped):
    assert "found nothing" in read(zipped()).intake.notes[0]


def test_a_bomb_is_stopped_by_its_ratio_and_what_came_before_is_kept(read, zipped):
    bomb = b"\0" * (4 << 20)
    got = read(zipped(("main.py", ""), ("z1.bin", bomb), ("z2.bin", bomb)))
    assert got.code == ["main.py"]
    assert "unpacks to more than 200 times its size" in got.intake.notes[0]


def test_a_bomb_is_stopped_by_its_total(read, zipped):
    bomb = b"\0" * (1 << 20)
    got = read(zipped(*((f"{i}.bin", bomb) for i in range(8))), total_bytes=3 << 20, ratio=10**6)
    assert len(got.stored) == 3
    assert "more than 3 MiB in all" in got.intake.notes[0]


def test_a_bomb_whose_headers_lie_is_stopped_while_it_streams(read, zipped):
    path = zipped(("bomb.bin", b"\0" * (1 << 20)))
    data = bytearray(path.read_bytes())
    for start, at in ((data.index(b"PK\3\4"), 22), (data.index(b"PK\1\2"), 24)):
        data[start + at : start + at + 4] = struct.pack("<I", 100)
    path.write_bytes(data)
    assert read(path, file_bytes=1 << 16).stored == []


def test_many_entries_stop_at_the_count(read, tmp_path):
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for i in range(20_000):
            archive.writestr(f"{i}.txt", "")
    got = read(tmp_path / "many.zip")
    assert len(got.stored) == 2000
    assert "more than 2000 files" in got.intake.notes[0]


def test_a_directory_too_large_to_hold_is_refused(read, zipped, monkeypatch):
    monkeypatch.setattr("grader.intake.zip_members._AT_ONCE", 500)
    got = read(zipped(*((f"{i}.txt", "") for i in range(50))))
    assert got.report("alice.zip").why == "a zip archive with too many entries"


def test_a_virtual_environment_in_a_zip_is_left_out(read, zipped):
    got = read(zipped(("p/venv/lib/a.py", ""), ("p/venv/pyvenv.cfg", ""), ("p/main.py", "")))
    assert got.stored == ["p/main.py"]
    assert got.report("p/venv").why == "left out: installed packages"


def inner(*members) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


def test_the_only_archive_in_a_folder_is_opened_where_it_lies(read, handed_in):
    got = read(handed_in({"sub/hw.zip": inner(("main.py", "x = 1")), "notes.txt": ""}))
    assert got.stored == ["notes.txt", "sub/main.py"]
    assert got.code == ["sub/main.py"]
    assert got.report("sub/hw.zip").why == "an archive: opened where it lies"


def test_the_only_archive_in_an_archive_is_opened_and_none_deeper(read, zipped):
    deeper = inner(("main.py", ""))
    got = read(zipped(("hw.zip", inner(("more.zip", deeper), ("read.me", "")))))
    assert got.stored == ["more.zip", "read.me"]
    assert got.code == []


def test_an_archive_beside_code_stays_closed(read, handed_in):
    assert read(handed_in({"main.py": "", "old.zip": inner(("old.py", ""))})).stored == ["main.py", "old.zip"]


def test_of_two_archives_none_is_opened(read, handed_in):
    got = read(handed_in({"a.zip": inner(("a.py", "")), "b.zip": inner(("b.py", ""))}))
    assert got.stored == ["a.zip", "b.zip"]
    assert "found 2 files: a.zip, b.zip" in got.intake.notes[0]


def test_an_archive_in_a_folder_whose_name_is_escaped_lands_beside_itself(read, handed_in):
    got = read(handed_in({"a\\b/hw.zip": inner(("main.py", ""))}))
    assert got.code == ["a\\x5cb/main.py"]


def test_a_broken_archive_in_a_folder_is_said(read, handed_in):
    got = read(handed_in({"hw.zip": b"PK\3\4 and no more"}))
    assert got.report("hw.zip").status == "failed"
    assert got.code == []


def test_a_folder_is_not_an_archive_whatever_its_name(read, tmp_path):
    (tmp_path / "alice.zip").mkdir()
    (tmp_path / "alice.zip/main.py").write_text("")
    assert read(tmp_path / "alice.zip").code == ["main.py"]


def test_an_archive_that_is_not_there_is_a_usage_error(read, tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        read(tmp_path / "nobody.zip")
