"""A real Chromium that opens pages as a reader would, and keeps a list of everything they should not do."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

HEIGHT = 900


@dataclass
class Visit:
    """An open page. ``trouble`` lists what no page of ours may do: errors, console output, dialogs, requests."""

    page: Page
    trouble: list[str] = field(default_factory=list)


Open = Callable[..., Visit]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Without it the test is skipped, or fails where everything must be there (``.ci/run``)."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        told = "there is no chromium; `apt-get install chromium` brings it"
        if os.environ.get("GRADE_TESTS_NEED_EVERYTHING"):
            pytest.fail(told)
        pytest.skip(told)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Open]:
    """``visit(path, width=1440, dark=False, script=True)`` opens a file (or a URL) and watches it."""
    contexts: list[BrowserContext] = []

    def open_page(where: Path | str, *, width: int = 1440, dark: bool = False, script: bool = True) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        contexts.append(context)
        url = where.as_uri() if isinstance(where, Path) else where
        visited = Visit(context.new_page())
        watch(visited, url)
        visited.page.goto(url)
        return visited

    yield open_page
    for context in contexts:
        context.close()


def watch(visited: Visit, url: str) -> None:
    """Note every request but the one for the page itself, every error, console line, dialog and new window."""
    page, trouble = visited.page, visited.trouble

    def asked(address: str) -> None:
        if address.split("#")[0] != url.split("#")[0] and not address.startswith("data:"):
            trouble.append(f"request for {address}")

    page.on("request", lambda request: asked(request.url))
    page.on("pageerror", lambda error: trouble.append(f"error {error}"))
    page.on("console", lambda message: trouble.append(f"console {message.text}"))
    page.on("dialog", lambda dialog: (trouble.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("popup", lambda popup: trouble.append(f"window {popup.url}"))
