"""The course's part of Sphinx: formulas as MathML, figures with their descriptions, and a bar below each title."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from tools.book.repository import find_repository
from tools.book.staging import FIGURES
from tools.slides.formulas import mathml

LOG = logging.getLogger(__name__)
NOTEBOOKS = "notebooks"  # folder of the book with the notebooks to download
BAR = '<p class="course-bar">{links}</p>'
# What the theme leaves to guess for somebody who listens to the page instead of looking at it.
LANDMARKS = {
    '<aside class="sidebar-drawer"': '<aside aria-label="The book" class="sidebar-drawer"',
    '<aside class="toc-drawer': '<aside aria-label="This page" class="toc-drawer',
    'role="heading"': 'role="heading" aria-level="2"',
}
IN_COLAB = "<span>In Colab, run this first: <code>!pip install git+https://github.com/{repository}</code></span>"
EMPTY_HEADER = re.compile(r"<th[^>]*>\s*(?:<p>\s*</p>)?\s*</th>")  # in the corner of a table; it heads nothing
LINK = '<a href="{address}"{more}>{words}</a>'


def setup(app: Sphinx) -> dict[str, bool]:
    """What Sphinx calls."""
    app.add_html_math_renderer("mathml", (_inline_math, None), (_block_math, None))
    app.connect("doctree-read", _describe_figures)
    app.connect("html-page-context", _add_bar)
    app.connect("build-finished", _name_landmarks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline_math(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(_formula(node, display=False))
    raise nodes.SkipNode


def _block_math(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="math">{_formula(node, display=True)}</div>')
    raise nodes.SkipNode


def _formula(node: nodes.Element, *, display: bool) -> str:
    """MathML; a formula that cannot be shown is a warning, and with it the end of the build."""
    try:
        return mathml(node.astext(), display=display)
    except Exception as error:  # the converter raises many kinds
        LOG.warning("no MathML for %r: %s", node.astext(), error, location=node)
        return f"<code>{html.escape(node.astext())}</code>"


def _describe_figures(app: Sphinx, doctree: nodes.document) -> None:
    """Give the figures of a notebook the descriptions and widths that lie in its outputs, in their order."""
    stored = json.loads((Path(app.srcdir) / FIGURES).read_text(encoding="utf-8"))
    described = stored.get(app.env.docname, [])
    figures = [image for image in doctree.findall(nodes.image) if _is_output(image)]
    if len(figures) != len(described):
        raise SphinxError(f"{app.env.docname}: {len(figures)} figures, {len(described)} descriptions")
    for figure, (alt, width) in zip(figures, described, strict=True):
        figure["alt"] = alt
        if width:
            figure["width"] = f"{width}px"


def _is_output(node: nodes.Node) -> bool:
    while node := node.parent:
        if "cell_output" in node.get("classes", []):
            return True
    return False


def _add_bar(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Below the title of a notebook: download it, or open it elsewhere."""
    if app.builder.name != "html" or doctree is None or Path(app.env.doc2path(page)).suffix != ".ipynb":
        return
    up = "../" * page.count("/")
    links = [LINK.format(address=f"{up}{NOTEBOOKS}/{page}.ipynb", more=" download", words="Download the notebook")]
    if repository := find_repository():
        name = f"{page}.ipynb"
        links.append(LINK.format(address=repository.binder(name), more="", words="Open on Binder"))
        links.append(LINK.format(address=repository.colab(name), more="", words="Open in Colab"))
        links.append(IN_COLAB.format(repository=repository.name))
    bar = BAR.format(links=" ".join(links))
    context["body"] = re.sub(r"</h1>", lambda found: found[0] + bar, context["body"], count=1)


def _name_landmarks(app: Sphinx, error: Exception | None) -> None:
    """Say what the parts of each page are; raises SphinxError if the theme's pages are no longer made so."""
    if error or app.builder.name != "html":
        return
    for path in (Path(app.outdir) / f"{page}.html" for page in [*app.env.found_docs, "search"]):
        page = path.read_text(encoding="utf-8")
        for before, after in LANDMARKS.items():
            if before not in page:
                raise SphinxError(f"{path}: the theme has no {before} any more: see LANDMARKS")
            page = page.replace(before, after)
        path.write_text(EMPTY_HEADER.sub("<td></td>", page), encoding="utf-8")
