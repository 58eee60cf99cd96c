"""A report or a batch, served to this machine's browser and to nobody else.

    http://127.0.0.1:PORT/TOKEN/            the overview, the only report, or a list of the reports
                               /reports/NAME.html
                               /results/NAME.json
                               /grades.csv

The port and the token are drawn anew at every start. What does not carry the token, asks for another host (as a page
elsewhere could make a browser do, by a name of its own that leads here), is no GET or names anything else than these
files is refused. Files are opened below the folder one step at a time, so no link and no ``..`` leads out of it.
"""

import contextlib
import os
import re
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from markupsafe import Markup

from grader.errors import UsageError
from grader.report.plain import plain_line
from grader.report.templates import environment, policy, stylesheet

HOST = "127.0.0.1"
OVERVIEW = "index.html"
_FOLDERS = {"reports": ".html", "results": ".json"}
_TOP = (OVERVIEW, "grades.csv")
_TYPES = {".html": "text/html", ".json": "application/json", ".csv": "text/csv"}
# Without O_NONBLOCK a pipe of that name would be waited for.
_BELOW = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_PATIENCE_S = 10
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True)
class Answer:
    """What a request gets; ``kind`` is the media type."""

    status: HTTPStatus
    kind: str
    body: bytes


class Viewer(ThreadingHTTPServer):
    """Serves what lies in ``out``, a folder of ours or a single report, until ``shutdown``."""

    daemon_threads = True

    def __init__(self, out: Path) -> None:
        """Raises UsageError when *out* is not there or holds nothing to show."""
        self._page = _first_page(out)
        self._out = out
        self._token = secrets.token_urlsafe(24)
        super().__init__((HOST, 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server_port}/{self._token}/"

    def answer(self, host: str, path: str) -> Answer:
        """The answer to a GET of *path* at *host*, both as the request gives them."""
        if host not in (f"{HOST}:{self.server_port}", f"localhost:{self.server_port}"):
            return _refused(HTTPStatus.FORBIDDEN, "This server answers to 127.0.0.1 only.")
        token, *rest = path.partition("?")[0].removeprefix("/").split("/")
        if not rest or not secrets.compare_digest(token.encode("utf-8", "replace"), self._token.encode()):
            return _refused(HTTPStatus.NOT_FOUND, "Open the address that `grade view` printed.")
        parts = [os.fsdecode(unquote_to_bytes(part)) for part in rest]
        found = self._page() if parts == [""] else _file(self._out, parts)
        return found or _refused(HTTPStatus.NOT_FOUND, "There is no such file here.")

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up is no trouble."""


class _Handler(BaseHTTPRequestHandler):
    server: Viewer
    timeout = _PATIENCE_S
    server_version = "grade"
    sys_version = ""

    def do_GET(self) -> None:
        answer = self.server.answer(self.headers.get("Host", ""), self.path)
        self.send_response(answer.status)
        self.send_header("Content-Type", f"{answer.kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged: an address holds the token."""


# ---------------------------------------------------------------- what is shown


def _first_page(out: Path) -> Callable[[], Answer | None]:
    """What the address itself shows, made anew at every request."""
    if not out.exists():
        told = "there is no such file or folder; grade something first (grade run, grade batch), or name its OUT"
        raise UsageError(f"{plain_line(str(out))}: {told}")
    if not out.is_dir():
        if out.suffix != ".html":
            raise UsageError(f"{plain_line(str(out))}: not a report; name a folder that grade wrote, or a report in it")
        return partial(_opened, out.parent, [out.name])
    if (out / OVERVIEW).is_file():
        return partial(_file, out, [OVERVIEW])
    if not _reports(out):
        told = "no index.html and no reports/ in it; name the folder that grade run or grade batch wrote"
        raise UsageError(f"{plain_line(str(out))}: {told}")
    return partial(_reports_page, out)


def _reports(out: Path) -> list[str]:
    return sorted(file.name for file in (out / "reports").glob("*.html") if file.is_file())


def _reports_page(out: Path) -> Answer | None:
    """The only report, or links to all of them."""
    names = _reports(out)
    if len(names) == 1:
        return _opened(out, ["reports", *names])
    reports = [(plain_line(name.removesuffix(".html")), f"reports/{quote(os.fsencode(name))}") for name in names]
    templates = environment()
    style = stylesheet(templates, "report.css")
    text = templates.get_template("list.html").render(
        title=f"{len(reports)} reports", style=Markup(style), policy=policy(style), reports=reports
    )
    return Answer(HTTPStatus.OK, _TYPES[".html"], text.encode("utf-8", "backslashreplace"))


def _file(out: Path, parts: list[str]) -> Answer | None:
    """One of the files a batch writes, or None."""
    match parts:
        case [name] if name in _TOP:
            pass
        case [folder, name] if folder in _FOLDERS and name.endswith(_FOLDERS[folder]):
            pass
        case _:
            return None
    return None if re.search(r"[/\0]", parts[-1]) else _opened(out, parts)


def _opened(folder: Path, parts: list[str]) -> Answer | None:
    """The regular file at *parts* below *folder*; no link below it is followed."""
    with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
        at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        stack.callback(os.close, at)
        for part in parts:
            at = os.open(part, _BELOW, dir_fd=at)
            stack.callback(os.close, at)
        if stat.S_ISREG(os.fstat(at).st_mode):
            body = os.fdopen(at, "rb", closefd=False).read()
            return Answer(HTTPStatus.OK, _TYPES[Path(parts[-1]).suffix], body)
    return None


def _refused(status: HTTPStatus, text: str) -> Answer:
    return Answer(status, "text/plain", f"{text}\n".encode())
