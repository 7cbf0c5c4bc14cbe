"""Web pages that are one file, run no script, load nothing, and show hostile text as text."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

TEMPLATES = Path(__file__).parent / "templates"
# The two styles of Pygments whose colours all have a contrast of 4.5 or more on the page's boxes.
LIGHT, DARK = "xcode", "github-dark"


def write_page(path: Path, template: str, **values: object) -> Path:
    """Fill in a template and write the page; return its path.

    Args:
        path: of the page; its folder is made.
        template: file name in instructor/templates/. All values are escaped, but for what `highlighted` returns.
        values: what the template asks for.
    """
    text = _environment().get_template(template).render(**values)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "replace"))
    return path


def highlighted(source: str) -> Markup:
    """Python code as HTML, escaped, in the colours of the page."""
    return Markup(highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)))


@cache
def _environment() -> Environment:
    """Templates that escape all values, with the style sheet and the hash by which the page allows it."""
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.globals.update(style=Markup(style), style_hash=f"sha256-{digest}")
    return environment


def _style() -> str:
    light, dark = (HtmlFormatter(style=name).get_style_defs("code") for name in (LIGHT, DARK))
    page = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    boxes = "code { background: none; }"  # each style brings a background of its own
    return f"{page}\n{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n{boxes}\n"
