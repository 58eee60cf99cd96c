"""A class that hands in attacks: graded for real, and read by a teacher in a browser, from files and served."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from grader.report.plain import INVISIBLE
from grader.testing import grade, write_files
from grader.view import Viewer

Open = Callable[..., Any]
ATTACK = "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}{% raw %}</title></style></pre>"
STEER = "\x1b]0;owned\x07\x1b[2J\u202egpj\u2066 javascript:alert(1) [x](javascript:alert(1)) \x00\x9b"
TEXT = ATTACK + STEER
NAME = TEXT.replace("\x00", "")  # a class cannot be called with a zero byte
NAMES = (
    "<img src=x onerror=alert(1)>.py", "{{ 7*7 }}{% raw %}.py", "javascript:alert(1).py", "\u202egpj.exe\u2066.py",
    "a\x1b]0;owned\x07\n.py",
    "\"><svg onload='alert(1)'>.py", "=cmd|' calc'!A0.py", "&lt;script&gt;.py", "%2e%2e%2f.py",
)  # fmt: skip
WITH_NAMES = f"""
import sys
import torch
print({TEXT!r})
print({TEXT!r}, file=sys.stderr)
class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)
    def forward(self, x):
        return self.linear(x)
Model.__name__ = Model.__qualname__ = {NAME!r}
class Oops(Exception):
    pass
Oops.__name__ = Oops.__qualname__ = {NAME!r}
def bce_loss(y_pred, y):  # </span><script>alert(1)</script> {{{{ 7*7 }}}}
    raise Oops({TEXT!r})
def train(x_data, y_data):
    raise Oops({TEXT!r})
"""
WITH_A_LINE = f"import torch\nraise ValueError({TEXT!r})  # <script>alert(1)</script>\u202e\x0c\n"
WITH_FILES = {
    f"<b>folder{{{{ 7*7 }}}}\u202e/{name}": "def bce_loss(y_pred, y)\n    return <script>alert(1)</script>\n"
    for name in ("<script>alert(1)<\u2215script>.py", "javascript:alert(1).py", "notes\x1b[2J.txt")
}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("hostile")
    codes = (WITH_NAMES, WITH_A_LINE)
    write_files(place / "submissions", {name: codes[number % 2] for number, name in enumerate(NAMES)})
    write_files(place / "submissions/<i>team</i>{{ 7*7 }}", WITH_FILES)
    done = grade("batch", "submissions", "-o", "out", "-j", "2", "-a", "logistic_regression", cwd=place)
    assert done.exit_code == 0, done.stderr
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2066]", done.stdout + done.stderr)
    return place / "out"


@pytest.fixture
def viewer(out: Path) -> Iterator[Viewer]:
    with Viewer(out) as viewer:
        thread = threading.Thread(target=viewer.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield viewer
        viewer.shutdown()
        thread.join()


def read(page: Page) -> str:
    """The text of a page with everything unfolded, used as a reader would: nothing of it may act."""
    title = page.title()
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    for each in page.locator("#table button, summary").all():
        each.click(force=True)
    page.wait_for_timeout(50)
    assert page.title() == title
    assert page.locator("img, iframe, object, embed, form, svg[onload], [style], [onerror]").count() == 0
    assert page.locator("script").count() == page.locator("body.overview").count()
    targets = page.locator("[href]").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    assert [target for target in targets if not re.match(r"#|reports/|data:,$", target)] == []
    text: str = page.evaluate("document.documentElement.textContent")
    assert not re.search(f"[{INVISIBLE}]", text)
    return text


def test_reports_and_overview_are_inert(out: Path, visit: Open) -> None:
    reports = sorted((out / "reports").iterdir())
    assert len(reports) == len(NAMES) + 1
    texts = []
    for file in [out / "index.html", *reports]:
        visited = visit(file)
        texts.append(read(visited.page))
        assert visited.trouble == []
    everything = "".join(texts)
    assert "What your code printed" in everything
    for part in ("<script>alert(1)</script>", "{{ 7*7 }}{% raw %}", "\\x1b]0;owned", "\\u202e", "javascript:alert(1)"):
        assert part in everything


def test_served_they_are_inert_too_and_every_link_leads_to_its_report(viewer: Viewer, visit: Open) -> None:
    visited = visit(viewer.url)
    page = visited.page
    read(page)
    links = page.locator("#table a")
    assert links.count() == len(NAMES) + 1
    for number in range(links.count()):
        name = links.nth(number).inner_text()
        links.nth(number).click()
        assert page.title().endswith(name)
        page.go_back()
    own = viewer.url.removesuffix("/")
    assert [each for each in visited.trouble if not each.startswith(f"request for {own}/")] == []
