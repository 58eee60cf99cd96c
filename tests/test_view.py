"""What the viewer gives, and to whom: over real sockets."""

import http.client
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.testing import write_files
from grader.view import Viewer

pytestmark = pytest.mark.fast

OUT = {
    "index.html": "the overview",
    "grades.csv": "submission,score\r\n",
    "reports/a.py.html": "report of a",
    "reports/é ü.html": "report of é",
    "results/a.py.json": "{}",
    ".lock": "",
    "reports/notes.txt": "private",
    "reports/deep/x.html": "deep",
}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    write_files(tmp_path, {"secret.html": "secret", "key.pem": "secret"})
    return write_files(tmp_path / "out", OUT)


@pytest.fixture
def viewer(out: Path) -> Iterator[Viewer]:
    yield from serving(out)


def serving(out: Path) -> Iterator[Viewer]:
    with Viewer(out) as viewer:
        thread = threading.Thread(target=viewer.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield viewer
        viewer.shutdown()
        thread.join()


def ask(
    viewer: Viewer, path: str = "", *, method: str = "GET", headers: Mapping[str, str] | None = None, raw: bool = False
) -> tuple[int, str, Mapping[str, str]]:
    """Status, text and headers of the answer; *path* is below the token unless *raw*."""
    token = viewer.url.rsplit("/", 2)[1]
    connection = http.client.HTTPConnection("127.0.0.1", viewer.server_port, timeout=5)
    connection.putrequest(method, path if raw else f"/{token}/{path}", skip_host=True)
    for name, value in ({"Host": f"127.0.0.1:{viewer.server_port}"} | dict(headers or {})).items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text, dict(response.getheaders())


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("", "the overview", "text/html"),
        ("index.html", "the overview", "text/html"),
        ("index.html?a=/b", "the overview", "text/html"),
        ("reports/a.py.html", "report of a", "text/html"),
        ("reports/%C3%A9%20%C3%BC.html", "report of é", "text/html"),
        ("results/a.py.json", "{}", "application/json"),
        ("grades.csv", "submission,score\r\n", "text/csv"),
    ],
)
def test_what_a_batch_wrote_is_served(viewer: Viewer, path: str, text: str, kind: str) -> None:
    status, found, headers = ask(viewer, path)
    assert (status, found) == (200, text)
    assert headers["Content-Type"] == f"{kind}; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"


@pytest.mark.parametrize(
    "path",
    [
        "../secret.html", "reports/../../secret.html", "reports/..%2f..%2fsecret.html", "%2e%2e/secret.html",
        "reports/%2e%2e/%2e%2e/secret.html", "/etc/passwd", "reports//etc/passwd", "reports/%2fetc%2fpasswd",
        "reports/notes.txt", "reports/deep/x.html", "reports/deep", "reports/", "reports", "results/", ".lock",
        "reports/link.html", "linked/secret.html", "reports/pipe.html", "reports/folder.html", "reports/a%00.html",
        "reports/none.html", "reports/%ff.html", "reports\\..\\..\\secret.html", "index.html/", "INDEX.HTML", "//",
        "reports/" + "x" * 5000 + ".html",
    ],
)  # fmt: skip
def test_nothing_else_is(viewer: Viewer, out: Path, path: str) -> None:
    (out / "reports/link.html").symlink_to(out.parent / "secret.html")
    (out / "linked").symlink_to(out.parent)
    (out / "reports/folder.html").mkdir()
    os.mkfifo(out / "reports/pipe.html")
    status, text, _ = ask(viewer, path)
    assert (status, text) == (404, "There is no such file here.\n")


def test_a_folder_of_reports_that_is_a_link_is_not_followed(viewer: Viewer, out: Path) -> None:
    (out / "reports").rename(out.parent / "elsewhere")
    (out / "reports").symlink_to(out.parent / "elsewhere")
    assert ask(viewer, "reports/a.py.html")[0] == 404


@pytest.mark.parametrize("path", ["/", "/index.html", "", "*", "/wrong/index.html", "//index.html", "/%C3%A9/"])
def test_nothing_is_served_without_the_token(viewer: Viewer, path: str) -> None:
    status, text, _ = ask(viewer, path or "/", raw=True)
    assert (status, text) == (404, "Open the address that `grade view` printed.\n")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "[::1]:{port}", ""]
)
def test_a_foreign_host_is_refused(viewer: Viewer, host: str) -> None:
    status, text, _ = ask(viewer, headers={"Host": host.format(port=viewer.server_port)})
    assert (status, text) == (403, "This server answers to 127.0.0.1 only.\n")


def test_localhost_is_this_machine_too(viewer: Viewer) -> None:
    assert ask(viewer, headers={"Host": f"localhost:{viewer.server_port}"})[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "BREW"])
def test_only_get_is_answered(viewer: Viewer, method: str) -> None:
    assert ask(viewer, method=method)[0] == 501


def test_only_this_machine_can_reach_it_at_an_address_drawn_anew(out: Path) -> None:
    with Viewer(out) as one, Viewer(out) as other:
        assert one.server_address[0] == "127.0.0.1"
        assert one.server_port != other.server_port
        tokens = {viewer.url.rsplit("/", 2)[1] for viewer in (one, other)}
        assert len(tokens) == 2
        assert min(map(len, tokens)) >= 32


def test_a_client_that_says_nothing_keeps_nobody_waiting(viewer: Viewer) -> None:
    silent = http.client.HTTPConnection("127.0.0.1", viewer.server_port)
    silent.connect()
    assert ask(viewer)[0] == 200
    silent.close()


def test_a_new_overview_is_served_at_once(viewer: Viewer, out: Path) -> None:
    (out / "index.html").write_text("newer")
    assert ask(viewer)[1] == "newer"
    (out / "index.html").unlink()
    assert ask(viewer)[0] == 404


def test_one_report_is_shown_by_itself(out: Path) -> None:
    for viewer in serving(out / "reports/a.py.html"):
        assert ask(viewer)[1] == "report of a"
        assert ask(viewer, "index.html")[0] == 404


def test_reports_without_an_overview_are_listed(out: Path) -> None:
    (out / "index.html").unlink()
    (out / "reports/<b>&.html").write_text("odd")
    for viewer in serving(out):
        text = ask(viewer)[1]
        assert '<a href="reports/a.py.html">a.py</a>' in text
        assert '<a href="reports/%3Cb%3E%26.html">&lt;b&gt;&amp;</a>' in text
        assert ask(viewer, "reports/%3Cb%3E%26.html")[1] == "odd"


def test_the_only_report_is_shown_at_once(tmp_path: Path) -> None:
    for viewer in serving(write_files(tmp_path, {"reports/a.html": "report of a"})):
        assert ask(viewer)[1] == "report of a"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("none", "none: there is no such file or folder; grade something first"),
        ("empty", "empty: no index.html and no reports/ in it; name the folder"),
        ("key.pem", "key.pem: not a report; name a folder that grade wrote, or a report in it"),
    ],
)
def test_what_cannot_be_shown_is_told_in_one_line(out: Path, name: str, told: str) -> None:
    (out.parent / "empty").mkdir()
    with pytest.raises(UsageError) as caught:
        Viewer(out.parent / name)
    assert told in str(caught.value)
