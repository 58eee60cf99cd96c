"""The sections of a handout that a report shows beside the checks."""

from pathlib import Path

import pytest

from grader.course import bundled_course
from grader.handout import sections_of_steps
from grader.model import Section

pytestmark = pytest.mark.fast

HANDOUT = """# Sheet

## Training cycle ##
Do this.

```sh
## train: no heading
```
### Smaller
More.

## Result
Look.
"""


def test_a_step_gets_the_section_whose_heading_begins_with_its_id(tmp_path: Path) -> None:
    (tmp_path / "handout.md").write_text(HANDOUT)
    found = sections_of_steps(tmp_path, {"train": "4 · Training", "data": "1 · Data", "result": "5 · Result"})
    code = "Do this.\n\n```sh\n## train: no heading\n```\n### Smaller\nMore."
    assert found == {"train": Section("Training cycle", code), "result": Section("Result", "Look.")}


def test_an_assignment_needs_no_handout(tmp_path: Path) -> None:
    assert sections_of_steps(tmp_path, {"model": "Model"}) == {}


@pytest.mark.parametrize("name", bundled_course().names)
def test_every_step_of_ours_has_a_section(name: str) -> None:
    course = bundled_course()
    steps = course.assignment(name).steps
    assert list(sections_of_steps(course.folder(name), steps)) == list(steps)
