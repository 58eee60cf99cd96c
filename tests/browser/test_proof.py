"""What ``grade validate`` found, opened in a real browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from grader.validate.page import render_proof
from grader.validate.proof import Proof


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (375, True)])
def test_a_proof_can_be_read_by_everyone_at_any_width(
    visit: Callable[..., Any], proof: Proof, tmp_path: Path, width: int, dark: bool
) -> None:
    file = tmp_path / "proof.html"
    file.write_text(render_proof(proof), encoding="utf-8")
    visited = visit(file, width=width, dark=dark)
    assert visited.page.evaluate("document.documentElement.scrollWidth") <= width
    visited.page.get_by_text("All 4 mutants").click()
    assert visited.page.get_by_text("It is the same.").is_visible()
    found = Axe().run(visited.page)
    assert found.violations_count == 0, found.generate_report()
    assert visited.trouble == []
