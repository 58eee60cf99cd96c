"""The report as one self-contained page: no script, no request to anywhere, every text inert."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from grader.model import Result
from grader.report.page import ReportPage, report_page
from grader.report.templates import context_of, environment, explained, policy, stylesheet

_TAGS = {
    *("p", "br", "hr", "em", "strong", "del", "sub", "sup", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("table", "thead", "tbody", "tr", "th", "td", "h3", "h4", "h5", "h6"),
}


def render_report(result: Result, template_folders: Sequence[Path] = ()) -> str:
    """The report of *result*. Templates are taken from *template_folders* first.

    Raises CourseError when a template is broken.
    """
    templates = environment(template_folders)
    with explained("report.html", ReportPage):
        style = stylesheet(templates, "report.css")
        page = report_page(result, style=Markup(style), policy=policy(style), to_html=_to_html)
        return templates.get_template("report.html").render(context_of(page))


def prepare(template_folders: Sequence[Path] = ()) -> None:
    """Compile the templates (once, 50 ms), say while the grading runs; rendering then takes a few ms.

    Raises CourseError when a template is broken.
    """
    with explained("report.html", ReportPage):
        for name in ("page.html", "macros.html", "report.html"):
            environment(template_folders).get_template(name)


@lru_cache(maxsize=64)  # the handout's sections are the same in every report of a batch
def _to_html(markdown: str) -> Markup:
    """A plugin's markdown as HTML without links or images: it may quote the student, and a report leads nowhere."""
    html = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render(markdown)
    return Markup(nh3.clean(html, tags=_TAGS, attributes={}, url_schemes=set()))
