import json
import subprocess
import sys

import pytest

from grader import hookspecs
from grader.errors import UsageError
from grader.model import Result
from grader.report import exporters

pytestmark = pytest.mark.fast


def by_name(name: str) -> hookspecs.Exporter:
    return next(one for one in exporters.grader_exporters() if one.name == name)


def test_the_hook_is_one_of_the_grader_s() -> None:
    import pluggy

    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(exporters)
    manager.check_pending()
    offered = [one for answer in manager.hook.grader_exporters() for one in answer]
    assert [(one.name, one.suffix) for one in offered] == [("json", ".json"), ("junit", ".xml"), ("html", ".html")]


def test_json_takes_one_or_several(perfect: Result, partial: Result) -> None:
    assert json.loads(by_name("json").render([perfect], ()))["score"] == 10
    assert len(json.loads(by_name("json").render([perfect, partial], ()))) == 2


def test_html_takes_one_and_says_what_to_do_with_several(perfect: Result) -> None:
    assert by_name("html").render([perfect], ()).startswith("<!doctype html>")
    with pytest.raises(UsageError, match="grade batch"):
        by_name("html").render([perfect, perfect], ())


def test_offering_the_formats_does_not_import_them() -> None:
    code = "import sys; from grader.report import exporters; exporters.grader_exporters(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"jinja2", "nh3", "markdown_it", "torch"} & set(loaded)
