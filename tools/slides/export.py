"""Decks as HTML, and the folder of assets that they share: reveal.js and fonts, copied from installed packages."""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import pass_context
from nbconvert import SlidesExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pygments.formatters import HtmlFormatter

from tools.slides.fitting import SIZES, fit, formula_size, is_long, letter_size
from tools.slides.formulas import mathml
from tools.slides.planning import COURSE, Column, Part, Slide, plan
from tools.slides.reading import read

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "code-units"
TEMPLATES = Path(__file__).parent
ASSETS = "assets"
EXTRA = "it belongs to the extra `instructor`: make slides installs it"
TAGS = {"title": "h1", "heading": "h2"}
CLASSES = {"small": "small-print"}
REVEAL = "_static/revealjs/dist/{}"
# Where in an installed package each asset lies.
FILES = {
    "sphinx_revealjs": [
        *map(REVEAL.format, ("reset.css", "reveal.css", "reveal.js")),
        "_static/revealjs/plugin/notes/notes.js",
        *(
            REVEAL.format(f"theme/fonts/source-sans-pro/source-sans-pro-{style}.woff")
            for style in ("regular", "italic", "semibold")
        ),
    ],
    "ziamath": ["fonts/STIXTwoMath-Regular.ttf"],
}


class DeckExporter(SlidesExporter):
    """nbconvert's exporter for reveal.js with the course's template, and formulas that need no script."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            template_name="template",
            extra_template_basedirs=[str(TEMPLATES)],
            reveal_url_prefix=ASSETS,
            reveal_width="1280",
            reveal_height="720",
            **options,
        )

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """HTML of Markdown, with formulas in MathML."""
        return MarkdownWithMath(renderer=_Renderer(escape=False)).render(source)


class _Renderer(IPythonRenderer):
    """Markdown without anchors; formulas in MathML."""

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        return f"<p>{text}</p>\n"

    def inline_math(self, body: str) -> str:
        return mathml(body, display=False)

    def block_math(self, body: str) -> str:
        return mathml(body, display=True)


def numbered_notebooks() -> list[Path]:
    """The notebooks of the course, in order, without the start page."""
    found = (path for path in NOTEBOOKS.rglob("[0-9]*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    return sorted(found)


def make_deck(notebook: Path, folder: Path) -> Path:
    """Write the deck of a notebook; the folder must get its assets by `copy_assets`.

    Args:
        notebook: one of code-units/, with stored outputs.
        folder: where the deck is written, as `<stem>.html`.
    """
    columns = columns_of(notebook)
    slides = as_notebook(columns, notebook, folder)
    html, _ = _exporter().from_notebook_node(slides)
    deck = folder / f"{notebook.stem}.html"
    folder.mkdir(parents=True, exist_ok=True)
    deck.write_text(re.sub(r"[ \t]+\n", "\n", html), encoding="utf-8", newline="\n")
    return deck


def columns_of(notebook: Path) -> list[Column]:
    """The slides of a notebook, fitted."""
    return fit(plan(read(nbformat.read(notebook, as_version=4))))


def as_notebook(columns: Sequence[Column], notebook: Path, folder: Path) -> NotebookNode:
    """The slides as a notebook with nbconvert's metadata for slide shows; links lead on from the deck's folder."""
    number = notebook.stem.split("-")[0]
    title = next(part.text for part in columns[0][0].parts if part.kind == "title")
    link = Path(os.path.relpath(notebook, folder)).as_posix()
    cells = []
    for column in columns:
        for k, slide in enumerate(column):
            down = " · ↓ the answer is below" if k == 0 and len(column) > 1 else ""
            footer = f"{COURSE} · {number} · [{notebook.name}]({link}){down}"
            cells += _cells(slide, "subslide" if k else "slide", footer)
    for cell in cells:
        cell.source = _relinked(cell.source, notebook, folder) if cell.cell_type == "markdown" else cell.source
    return new_notebook(cells=cells, metadata={"title": f"{number} {title}", "language_info": {"name": "python"}})


def copy_assets(folder: Path) -> None:
    """Put what all decks need into the folder beside them.

    Raises:
        FileNotFoundError: a package that holds some of it is not installed, or holds it no longer.
    """
    assets = folder / ASSETS
    assets.mkdir(parents=True, exist_ok=True)
    for package, files in FILES.items():
        place = place_of(package)
        for file in files:
            shutil.copyfile(place / file, assets / Path(file).name)
    style = (TEMPLATES / "template" / "deck.css").read_text(encoding="utf-8")
    styles = HtmlFormatter(style="default").get_style_defs(".code .highlight").split("\n")
    code = "\n".join(line for line in styles if re.match(r"\.code \.highlight \.", line))
    (assets / "deck.css").write_text(f"{style}\n/* Code, by Pygments */\n{code}\n", encoding="utf-8", newline="\n")


def place_of(package: str) -> Path:
    """The folder of an installed package, which is not imported."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"the package {package} is not installed; {EXTRA}")
    return Path(next(iter(spec.submodule_search_locations)))


@functools.cache
def _exporter() -> DeckExporter:
    """One for all decks: to read nbconvert's templates takes longer than to fill them."""
    return DeckExporter()


def _cells(slide: Slide, slide_type: str, footer: str) -> Iterator[NotebookNode]:
    """The cells of one slide: its parts, the footer, the notes."""
    cells = [_cell(part, SIZES[slide.size]) for part in slide.parts]
    cells.append(new_markdown_cell(footer, metadata={"part": "footer", "tag": "div"}))
    cells[0].metadata.update(slideshow={"slide_type": slide_type}, size=slide.size)
    yield from cells
    if slide.notes:
        yield new_markdown_cell("\n\n".join(slide.notes), metadata={"slideshow": {"slide_type": "notes"}})


def _cell(part: Part, pixels: int) -> NotebookNode:
    """One part as a cell: Markdown, code, or an output."""
    block = {"letters": letter_size(part.text, pixels), "long": "long" if is_long(part.text) else ""}
    if part.kind == "code":
        return new_code_cell(part.text, metadata=block)
    if part.kind == "printed":
        output = new_output("stream", name="stdout", text=part.text)
        return new_code_cell(outputs=[output], metadata=block)
    if part.kind == "figure":
        data, metadata = {"image/png": part.text}, {"image/png": {"alt": part.alt}}
        return new_code_cell(outputs=[new_output("display_data", data=data, metadata=metadata)])
    metadata = {"part": CLASSES.get(part.kind, part.kind), "tag": TAGS.get(part.kind, "div")}
    if "$$" in part.text and (letters := formula_size(part.text, pixels)) < pixels:
        metadata["style"] = f"--formula: {letters}px"
    return new_markdown_cell(part.text, metadata=metadata)


def _relinked(markdown: str, notebook: Path, folder: Path) -> str:
    """Links to other notebooks lead to their decks, links to other files to where they lie."""

    def relinked(match: re.Match[str]) -> str:
        address, _, anchor = match[1].partition("#")
        target = (notebook.parent / address).resolve()
        if re.match(r"\w+:", address) or not address or not target.exists():
            return match[0]
        if target.suffix == ".ipynb" and target != notebook.resolve() and target.stem[0].isdigit():
            return f"]({target.stem}.html)"
        return f"]({Path(os.path.relpath(target, folder)).as_posix()}{'#' * bool(anchor)}{anchor})"

    return re.sub(r"\]\(([^)\s]+)\)", relinked, markdown)
