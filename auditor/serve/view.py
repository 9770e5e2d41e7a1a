"""Pages as HTML, made here and without a script. Each text is escaped, and each character that could mislead
is written as a code."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from auditor.text import safe_text

TEXT_LIMIT = 2_000


def style() -> str:
    """The style sheet of every page."""
    return _read("style.css")


def render(template: str, **values: Any) -> str:
    """The page of a template."""
    return _ENVIRONMENT.get_template(template).render(**values)


def _read(name: str) -> str:
    return files("auditor.serve").joinpath("web", name).read_text(encoding="utf-8")


def _shown(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and not isinstance(value, Markup):
        return safe_text(value, TEXT_LIMIT)
    return value


def _kind(block: object) -> str:
    return type(block).__name__.lower()


_ENVIRONMENT = Environment(
    loader=FunctionLoader(_read),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=_shown,
)
_ENVIRONMENT.filters["kind"] = _kind
