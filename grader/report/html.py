"""The report as one self-contained page: no script, no request to anywhere, every text inert.

Templates are looked up in the course's ``reports/`` first, then in ours. A course overrides a whole file by its
name (``report.css``, ``macros.html``), or single blocks of the page with a ``report.html`` of its own that starts
with ``{% extends "grade/report.html" %}``: below ``grade/`` are always our own.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

import grader
from grader.errors import CourseError
from grader.model import Result
from grader.report.page import ReportPage, report_page

_TAGS = {
    *("p", "br", "hr", "em", "strong", "del", "sub", "sup", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("table", "thead", "tbody", "tr", "th", "td", "h3", "h4", "h5", "h6"),
}


def render_report(result: Result, template_folders: Sequence[Path] = ()) -> str:
    """The report of *result*. Templates are taken from *template_folders* first.

    Raises CourseError when a template is broken.
    """
    try:
        environment = _environment(tuple(template_folders))
        style = _source(environment, "report.css")
        if "</style" in style.lower():
            raise CourseError("report.css: a stylesheet cannot hold `</style`; remove it")
        page = report_page(result, style=Markup(style), policy=_policy(style), to_html=_to_html)
        return environment.get_template("report.html").render(context_of(page))
    except jinja2.TemplateError as error:
        raise CourseError(_told(error)) from error


def prepare(template_folders: Sequence[Path] = ()) -> None:
    """Compile the templates (once, 50 ms), say while the grading runs; rendering then takes a few ms.

    Raises CourseError when a template is broken.
    """
    try:
        for name in ("macros.html", "report.html"):
            _environment(tuple(template_folders)).get_template(name)
    except jinja2.TemplateError as error:
        raise CourseError(_told(error)) from error


def context_of(page: ReportPage) -> dict[str, Any]:
    """The names a template can use: the fields of ReportPage, no more and no less."""
    return {field.name: getattr(page, field.name) for field in fields(page)}


@lru_cache(maxsize=8)
def _environment(folders: tuple[Path, ...]) -> jinja2.Environment:
    ours = jinja2.FileSystemLoader(_our_templates())
    theirs = jinja2.FileSystemLoader(folders)
    return jinja2.Environment(
        loader=jinja2.ChoiceLoader([theirs, ours, jinja2.PrefixLoader({"grade": ours})]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _our_templates() -> Path:
    """Inside the package when installed from a wheel, beside it in a checkout."""
    package = Path(grader.__file__).parent
    bundled = package / "_bundled" / "reports"
    return bundled if bundled.is_dir() else package.parent / "reports"


def _source(environment: jinja2.Environment, name: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _policy(style: str) -> str:
    """Nothing may load or run. The stylesheet is allowed by its digest, so an injected one would not apply."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


def _to_html(markdown: str) -> Markup:
    """A plugin's markdown as HTML without links or images: it may quote the student, and a report leads nowhere."""
    html = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render(markdown)
    return Markup(nh3.clean(html, tags=_TAGS, attributes={}, url_schemes=set()))


def _told(error: jinja2.TemplateError) -> str:
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{error.filename or error.name}, line {error.lineno}: {error.message}; correct the template"
    if isinstance(error, jinja2.TemplateNotFound):
        return f"there is no template {error.name}; look for it in the course's reports/"
    name = _failing_template(error)
    return f"{name}: {error.message}; a template can use the fields of grader.report.page.ReportPage"


def _failing_template(error: BaseException) -> str:
    """The innermost template the error came through, and its line (Jinja2 rewrites tracebacks to show them)."""
    found, trace = "report.html", error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(".html"):
            found = f"{trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return found
