"""The parts of an assignment's handout that belong to its steps: a report leads back to them."""

import re
from collections.abc import Mapping
from pathlib import Path

from grader.model import Section

HANDOUT = "handout.md"
_HEADING = re.compile(r"##\s+(.+?)\s*#*$")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")


def sections_of_steps(folder: Path, steps: Mapping[str, str]) -> dict[str, Section]:
    """For each step the section of the handout in *folder* whose heading begins with the step's id.

    ``## Training`` is the section of the step ``train``. A step without one is left out; so are all when the
    assignment has no handout.
    """
    try:
        text = (folder / HANDOUT).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    found = _sections(text)
    pairs = ((step, _section_of(step, found)) for step in steps)
    return {step: section for step, section in pairs if section}


def _section_of(step: str, sections: list[Section]) -> Section | None:
    start = step.replace("_", " ").lower()
    return next((section for section in sections if section.title.lower().startswith(start)), None)


def _sections(text: str) -> list[Section]:
    """What stands below each heading of the second level, up to the next one; lines of code are no headings."""
    parts: list[tuple[str, list[str]]] = []
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        heading = None if fence else _HEADING.match(line)
        if heading:
            parts.append((heading[1], []))
        elif parts:
            parts[-1][1].append(line)
    return [Section(title, "\n".join(lines).strip()) for title, lines in parts]
