"""The pages' templates: where they are found, how they are rendered, what a page may load, and what goes wrong.

Templates are looked up in the course's ``reports/`` first, then in ours. A course overrides a whole file by its
name (``report.css``, ``macros.html``), or single blocks of a page with a ``report.html`` of its own that starts
with ``{% extends "grade/report.html" %}``: below ``grade/`` are always our own.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

import grader
from grader.errors import CourseError


def environment(folders: Sequence[Path] = ()) -> jinja2.Environment:
    """Renders the templates of a course (*folders*, first wins) and ours; kept, so that they are compiled once."""
    return _environment(tuple(folders))


@contextmanager
def explained(name: str, page: type) -> Iterator[None]:
    """Raises CourseError for what is wrong with a template while *name* is rendered with the fields of *page*."""
    try:
        yield
    except jinja2.TemplateError as error:
        raise CourseError(_told(error, name, page)) from error


def source(templates: jinja2.Environment, name: str) -> str:
    """The text of the template *name*."""
    assert templates.loader is not None
    return templates.loader.get_source(templates, name)[0]


def stylesheet(templates: jinja2.Environment, *names: str) -> str:
    """Stylesheets, joined, as they are written into a page. Raises CourseError for one that would end its tag."""
    return _inline(templates, names, "</style")


def script(templates: jinja2.Environment, *names: str) -> str:
    """Scripts, joined, as they are written into a page. Raises CourseError for one that would end its tag."""
    return _inline(templates, names, "</script")


def policy(style: str, script: str = "") -> str:
    """A content security policy that allows *style* and *script*, by their digests, and nothing else."""
    scripts = f"script-src {_allowed(script)}; " if script else ""
    return (
        f"default-src 'none'; style-src {_allowed(style)}; {scripts}img-src data:; base-uri 'none'; form-action 'none'"
    )


def _allowed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def context_of(page: Any) -> dict[str, Any]:
    """The names a template can use: the fields of its page's dataclass."""
    return {field.name: getattr(page, field.name) for field in fields(page)}


def _inline(templates: jinja2.Environment, names: Sequence[str], end: str) -> str:
    text = "".join(source(templates, name) for name in names)
    if end in text.lower():
        raise CourseError(f"{' or '.join(names)}: it cannot hold `{end}`; remove it")
    return text


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


def _told(error: jinja2.TemplateError, name: str, page: type) -> str:
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{error.filename or error.name}, line {error.lineno}: {error.message}; correct the template"
    if isinstance(error, jinja2.TemplateNotFound):
        return f"there is no template {error.name}; look for it in the course's reports/"
    known = f"{page.__module__}.{page.__qualname__}"
    return f"{_failing_template(error, name)}: {error.message}; a template can use the fields of {known}"


def _failing_template(error: BaseException, name: str) -> str:
    """The innermost template the error came through, and its line (Jinja2 rewrites tracebacks to show them)."""
    found, trace = name, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(".html"):
            found = f"{trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return found
