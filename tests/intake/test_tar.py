"""Tar archives, honest and hostile."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.fast


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    return made


def packed(*members, form=tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for info, content in members:
            info = member(info) if isinstance(info, str) else info
            data = content.encode() if isinstance(content, str) else content
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


@pytest.fixture
def tarred(tmp_path):
    def make(*members, name="alice.tar.gz", form=tarfile.PAX_FORMAT) -> Path:
        data = packed(*members, form=form)
        (tmp_path / name).write_bytes(data if name.endswith(".tar") else gzip.compress(data))
        return tmp_path / name

    return make


@pytest.mark.parametrize("name", ["alice.tar.gz", "alice.tgz", "alice.tar", "ALICE.TAR.GZ"])
def test_a_tar_is_its_files(read, tarred, tmp_path, name):
    tarred(("p/main.py", "x = 1"), ("p/data.csv", "1" * 5000), name=name.lower()).rename(tmp_path / name)
    got = read(tmp_path / name)
    assert got.stored == ["p/data.csv", "p/main.py"]
    assert (got.folder / "p/data.csv").read_text() == "1" * 5000


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_are_read_in_every_dialect(read, tarred, form):
    name = "/".join(["folder" * 7] * 4) + "/main.py"
    assert read(tarred((name, "x = 1"), form=form)).code == [name]


def test_a_very_long_name_is_left_out_and_the_next_member_read(read, tarred):
    got = read(tarred(("x" * 5000, "data"), ("main.py", "")))
    assert got.stored == ["main.py"]


def test_links_devices_and_pipes_are_never_made(read, tarred):
    got = read(
        tarred(
            (member("soft.py", tarfile.SYMTYPE, "/etc/passwd"), ""),
            (member("hard.py", tarfile.LNKTYPE, "../../etc/passwd"), ""),
            (member("dir", tarfile.SYMTYPE, "/tmp"), ""),
            ("dir/through.py", "x = 1"),
            (member("null", tarfile.CHRTYPE), ""),
            (member("disk", tarfile.BLKTYPE), ""),
            (member("pipe", tarfile.FIFOTYPE), ""),
            (member("d", tarfile.DIRTYPE), ""),
            ("main.py", ""),
        )
    )
    assert got.stored == ["dir/through.py", "main.py"]
    assert got.report("soft.py").why.startswith("a link")
    assert got.report("hard.py").why.startswith("a link")
    for name in ("null", "disk", "pipe"):
        assert got.report(name).why.startswith("not an ordinary file")


@pytest.mark.parametrize("name", ["../evil.py", "/evil.py", "a/../../evil.py", "..\\evil.py"])
def test_a_name_that_leads_out_is_left_out(read, tarred, name):
    assert read(tarred((name, "evil"), ("main.py", ""))).stored == ["main.py"]


def test_names_that_are_not_utf8_are_kept_escaped(read, tarred):
    got = read(tarred(("caf\udce9.py", "x = 1"), form=tarfile.GNU_FORMAT))
    assert got.code == ["caf\\xe9.py"]


def test_a_zero_byte_in_a_pax_path_is_refused(read, tmp_path):
    data = packed((member("x" * 120 + "@.py"), "")).replace(b"@.py", b"\0.py")
    (tmp_path / "a.tar").write_bytes(data + packed(("main.py", "")))
    assert read(tmp_path / "a.tar").stored == []


def test_of_two_members_with_one_name_the_last_counts(read, tarred):
    assert read(tarred(("main.py", "first"), ("main.py", "last"))).text("main.py") == "last"


def test_a_virtual_environment_is_left_out_wherever_its_mark_stands(read, tarred):
    assert read(tarred(("env/lib/a.py", ""), ("env/pyvenv.cfg", ""), ("main.py", ""))).stored == ["main.py"]


def test_a_tar_cut_off_keeps_what_came_whole(read, tmp_path):
    data = packed(("main.py", "x = 1"), ("big.csv", "1" * 9000))
    (tmp_path / "a.tar").write_bytes(data[:5000])
    got = read(tmp_path / "a.tar")
    assert got.stored == ["main.py"]
    assert got.report("big.csv").status == "failed"
    assert got.report("a.tar").why == "damaged or cut off: pack it again"


def test_a_gzip_cut_off_is_said(read, tarred):
    path = tarred(("main.py", "x = 1"), ("b.txt", "2" * 100_000))
    path.write_bytes(path.read_bytes()[:-20])
    got = read(path)
    assert got.report("alice.tar.gz").status == "failed"


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"x" * 600, gzip.compress(b"hello", mtime=0), b"\x1f\x8b", b"\x1f\x8bxx" * 200]
)
def test_what_only_calls_itself_a_tar_is_said(read, tmp_path, content):
    (tmp_path / "a.tar.gz").write_bytes(content)
    got = read(tmp_path / "a.tar.gz")
    assert got.report("a.tar.gz").status == "failed"
    assert got.intake.notes[0].startswith("a.tar.gz: ")


def test_a_gzip_whose_checksum_is_wrong_is_said(read, tarred):
    path = tarred(("main.py", "x = 1"))
    data = bytearray(path.read_bytes())
    data[-6] ^= 1
    path.write_bytes(data)
    assert read(path).report("alice.tar.gz").why == "damaged or cut off: pack it again"


def test_a_zip_called_tar_gz_is_read_for_what_it_is(read, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.tar.gz", "w") as archive:
        archive.writestr("main.py", "")
    assert read(tmp_path / "a.tar.gz").code == ["main.py"]


def test_a_bomb_is_stopped_and_what_came_before_is_kept(read, tarred):
    got = read(tarred(("main.py", ""), ("bomb.bin", b"\0" * (12 << 20))))
    assert got.stored == ["main.py"]
    assert got.intake.notes


def test_a_bomb_in_members_left_out_is_stopped_too(read, tarred):
    path = tarred(("main.py", ""), *((f"{i}.bin", b"\0" * (4 << 20)) for i in range(3)))
    got = read(path, file_bytes=1 << 20)
    assert got.report("alice.tar.gz").why.endswith("too much for its size")


def test_a_long_name_as_large_as_memory_is_not_read(read, tmp_path):
    header = member("././@LongLink", tarfile.GNUTYPE_LONGNAME)
    header.size = 1 << 33
    (tmp_path / "a.tar").write_bytes(header.tobuf(tarfile.GNU_FORMAT) + b"x" * 4096)
    assert read(tmp_path / "a.tar").report("a.tar").status == "failed"


def test_a_negative_size_does_not_turn_the_reader_back(read, tmp_path):
    data = bytearray(packed(("main.py", "x"), form=tarfile.GNU_FORMAT))
    data[124:136] = b"\xff" * 12
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    (tmp_path / "a.tar").write_bytes(data)
    assert read(tmp_path / "a.tar").report("a.tar").status == "failed"


@pytest.mark.parametrize("record", [b"11 size=-5\n", b"0 size=5\n", b"99999 path=a\n", b"nonsense", b"-3 a=b\n"])
def test_nonsense_in_a_pax_block_is_damage(read, tmp_path, record):
    header = member("pax", tarfile.XHDTYPE)
    header.size = len(record)
    data = header.tobuf(tarfile.USTAR_FORMAT) + record.ljust(512, b"\0") + packed(("main.py", ""))
    (tmp_path / "a.tar").write_bytes(data)
    assert read(tmp_path / "a.tar").report("a.tar").status == "failed"


def test_a_sparse_file_is_refused(read, tarred):
    assert "not read" in read(tarred((member("s", tarfile.GNUTYPE_SPARSE), ""), ("main.py", ""))).report("s").why


def test_many_members_stop_at_the_count(read, tarred):
    got = read(tarred(*((f"{i}.txt", "") for i in range(3000)), form=tarfile.USTAR_FORMAT))
    assert len(got.stored) == 2000


def test_members_are_counted_even_as_junk(read, tarred, monkeypatch):
    monkeypatch.setattr("grader.intake.tar_members._MOST_MEMBERS", 10)
    got = read(tarred(*((f"{i}.pyc", "") for i in range(20))))
    assert got.report("alice.tar.gz").why == "more than 10 files in it"
