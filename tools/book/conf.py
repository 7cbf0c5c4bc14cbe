"""Sphinx's settings for the book; `python -m tools.book` runs Sphinx with them on the folder that it has staged."""

from __future__ import annotations

import tomllib

from tools.book.__main__ import STATIC, TEMPLATES
from tools.release import ROOT

project = "Hidden Layers"
author = "the authors of Hidden Layers"
copyright = "texts and figures CC BY 4.0, code MIT"
version = release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
language = "en"
extensions = ["myst_nb", "sphinx_copybutton", "tools.book.extension"]
templates_path = [str(TEMPLATES)]
exclude_patterns = ["**/.ipynb_checkpoints"]

# The notebooks are shown with the outputs that they have stored.
nb_execution_mode = "off"
nb_merge_streams = True
nb_render_text_lexer = "none"
myst_enable_extensions = ["dollarmath", "amsmath", "html_image"]
myst_heading_anchors = 4
myst_dmath_double_inline = True
suppress_warnings = ["mystnb.unknown_mime_type"]

html_theme = "furo"
html_title = "Hidden Layers"
html_static_path = [str(STATIC)]
html_css_files = ["questions.css", "book.css"]
html_js_files = [("book.js", {"defer": "defer"})]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_use_index = False
html_domain_indices = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
copybutton_exclude = ".linenos, .gp, .go"
copybutton_selector = "div.cell_input div.highlight pre, div.highlight-sh pre, div.highlight-python pre"

epub_show_urls = "no"
epub_theme = "epub"
epub_tocscope = "includehidden"
epub_copyright = copyright
epub_description = "Interactive notebooks on training multilayer neural networks in PyTorch"
