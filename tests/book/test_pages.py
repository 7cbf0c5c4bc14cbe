"""The pages of the book: complete, in one piece, light, and nothing given away. No browser is needed."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from urllib.parse import unquote, urlparse
from xml.etree import ElementTree

import nbformat
import pytest

from tests.book.conftest import REPOSITORY
from tests.book.pages import elements, pages_of
from tools.book import cells, contents
from tools.book.contents import all_pages
from tools.book.extension import NOTEBOOKS
from tools.book.staging import stage
from tools.release import ROOT

MEGABYTE = 10**6
LOADED = {"script": "src", "link": "href", "img": "src", "source": "src", "iframe": "src", "video": "src"}
NOTEBOOK_PAGES = [page for page in all_pages() if page.source.suffix == ".ipynb"]
UNITS = [page for page in NOTEBOOK_PAGES if page.path.startswith("code-units/")]
each_notebook = pytest.mark.parametrize("page", NOTEBOOK_PAGES, ids=lambda page: page.path.rpartition("/")[2])
each_unit = pytest.mark.parametrize("page", UNITS, ids=lambda page: page.path.rpartition("/")[2])


def test_every_notebook_and_guide_is_a_page(book: Path) -> None:
    made = {path.relative_to(book).with_suffix("").as_posix() for path in pages_of(book)}
    notebooks = {path.relative_to(ROOT).with_suffix("").as_posix() for path in _notebooks()}
    assert made == {page.path for page in all_pages()} | {"index", "search"}
    assert notebooks == {page.path for page in NOTEBOOK_PAGES}
    assert {f"docs/{path.stem}" for path in (ROOT / "docs").glob("*.md")} <= made


def _notebooks() -> list[Path]:
    found = [*(ROOT / "code-units").rglob("[0-9]*.ipynb"), *(ROOT / "exercises").rglob("*.ipynb")]
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def test_solutions_are_in_the_book_only_if_asked_for(book: Path, tmp_path: Path) -> None:
    everything = [path for path in book.rglob("*") if path.is_file()]
    assert not [path for path in everything if "solutions" in path.relative_to(book).parts]
    texts = (
        path.read_text(encoding="utf-8", errors="ignore")
        for path in everything
        if path.suffix in {".html", ".ipynb", ".js"}
    )
    assert not any("BEGIN SOLUTION" in text or "BEGIN HIDDEN TESTS" in text for text in texts)
    stage(tmp_path / "book", solutions=True, on_paper=False)
    assert len(list((tmp_path / "book" / "solutions").rglob("*.ipynb"))) == len(contents.names())
    assert "</solutions/" in (tmp_path / "book" / "index.md").read_text(encoding="utf-8")


def test_every_link_within_the_book_holds(book: Path) -> None:
    known = {path: {e.attributes["id"] for e in elements(path) if "id" in e.attributes} for path in pages_of(book)}
    broken = []
    for page in known:
        for element in elements(page):
            address = urlparse(element.attributes.get("href", element.attributes.get("src", "")))
            if address.scheme or address.netloc or not (address.path or address.fragment):
                continue
            target = (page.parent / unquote(address.path)).resolve() if address.path else page
            anchors = known.get(target)
            if not target.is_file() or (address.fragment and anchors is not None and address.fragment not in anchors):
                broken.append((page.relative_to(book).as_posix(), address.geturl()))
    assert broken == []


def test_no_page_loads_anything_from_elsewhere(book: Path) -> None:
    loaded = [
        element.attributes.get(LOADED[element.tag], "")
        for page in pages_of(book)
        for element in elements(page)
        if element.tag in LOADED
    ]
    assert len(loaded) > 500
    assert [address for address in loaded if re.match(r"(?:https?:)?//", address)] == []
    styles = "".join(path.read_text(encoding="utf-8") for path in book.rglob("*.css"))
    assert re.findall(r"url\(['\"]?(?:https?:)?//[^)]*|@import[^;]*", styles) == []


def test_every_page_is_light(book: Path) -> None:
    heavy = {page.name: size for page in pages_of(book) if (size := _weight(page)) > MEGABYTE}
    assert heavy == {}


def _weight(page: Path) -> int:
    """Bytes of a page with its styles, scripts and fonts: all that it loads but its pictures."""
    files = {page}
    for element in elements(page):
        is_style = element.tag == "link" and element.attributes.get("rel") == "stylesheet"
        if element.tag == "script" or is_style:
            address = element.attributes.get("src" if element.tag == "script" else "href", "").split("?")[0]
            files |= {(page.parent / address).resolve()} if address else set()
    for style in [path for path in files if path.suffix == ".css"]:
        fonts = re.findall(r"url\(['\"]?([^'\")]+\.(?:woff2?|ttf))", style.read_text(encoding="utf-8"))
        files |= {(style.parent / font).resolve() for font in fonts}
    return sum(path.stat().st_size for path in files)


@each_notebook
def test_every_figure_says_what_it_shows(book: Path, page: contents.Page) -> None:
    shown = [e.attributes.get("alt", "") for e in elements(book / f"{page.path}.html") if e.tag == "img"]
    assert all(len(alt) > 10 for alt in shown)
    stored = [alt for alt, _ in cells.figures(nbformat.read(page.source, as_version=4))]
    assert [alt for alt in shown if alt in stored] == stored


@each_unit
def test_outcomes_and_answers_stand_behind_a_click(book: Path, page: contents.Page) -> None:
    found = elements(book / f"{page.path}.html")
    notebook = nbformat.read(page.source, as_version=4)
    reveals = sum(len(cells.REVEALED.findall(cell.source)) for cell in notebook.cells if cell.cell_type == "code")
    guesses = sum(len(cells.ASKED.findall(cell.source)) for cell in notebook.cells if cell.cell_type == "code")
    outcomes = [e for e in found if e.attributes.get("aria-label", "").startswith("Your guess and what happened")]
    assert len(outcomes) == reveals > 0
    assert all(any(outer.tag == "details" and "data-guess" in outer.attributes for outer in e.inside) for e in outcomes)
    assert sum(e.tag == "form" and e.attributes.get("data-page") == "book" for e in found) == guesses == reveals
    hidden = [cell.source for cell in notebook.cells if cell.metadata.get("jupyter", {}).get("source_hidden")]
    text = (book / f"{page.path}.html").read_text(encoding="utf-8")
    assert text.count(">One way to write it</p>") == len(hidden) > 0
    checks = [cell.source for cell in notebook.cells if cell.cell_type == "code" and cells.CHECK.search(cell.source)]
    inputs = [e for e in found if "cell_input" in e.classes]
    folded = [e for e in inputs if any(outer.tag == "details" for outer in e.inside)]
    assert len(folded) == len(hidden) + len(checks)
    assert len(checks) >= 3


@each_notebook
def test_every_button_leads_to_the_notebook(book: Path, page: contents.Page) -> None:
    html = book / f"{page.path}.html"
    found = elements(html)
    bar = [e for e in found if e.tag == "a" and any("course-bar" in outer.classes for outer in e.inside)]
    download, binder, colab = (e.attributes["href"] for e in bar)
    assert (html.parent / download).resolve() == book / NOTEBOOKS / f"{page.path}.ipynb"
    assert (html.parent / download).read_bytes() == page.source.read_bytes()
    opened = re.fullmatch(rf"https://mybinder\.org/v2/gh/{REPOSITORY}/main\?urlpath=lab%2Ftree%2F(.+)", binder)
    assert ROOT / unquote(opened[1]) == page.source
    opened = re.fullmatch(rf"https://colab\.research\.google\.com/github/{REPOSITORY}/blob/main/(.+)", colab)
    assert ROOT / unquote(opened[1]) == page.source
    assert f"!pip install git+https://github.com/{REPOSITORY}<" in html.read_text(encoding="utf-8")


def test_formulas_are_mathml_in_a_font_of_the_book(book: Path) -> None:
    shown = sum((book / f"{page.path}.html").read_text(encoding="utf-8").count("<math ") for page in UNITS)
    written = sum(
        cell.source.count("$")
        for page in UNITS
        for cell in nbformat.read(page.source, 4).cells
        if cell.cell_type == "markdown"
    )
    assert 400 < shown <= written / 2
    assert "<code>\\" not in "".join((book / f"{page.path}.html").read_text(encoding="utf-8") for page in UNITS)
    assert 10_000 < (book / "_static" / "formulas.woff").stat().st_size < 150_000


def test_epub_is_complete_and_well_formed(made: Path) -> None:
    with zipfile.ZipFile(made / "epub" / "HiddenLayers.epub") as epub:
        names = epub.namelist()
        assert names[0] == "mimetype" and epub.read("mimetype") == b"application/epub+zip"
        pages = {name: ElementTree.fromstring(epub.read(name)) for name in names if name.endswith(".xhtml")}
        package = ElementTree.fromstring(epub.read("content.opf"))
    spine = {item.get("idref") for item in package.iter("{http://www.idpf.org/2007/opf}itemref")}
    items = {item.get("id"): item.get("href") for item in package.iter("{http://www.idpf.org/2007/opf}item")}
    read = {items[name] for name in spine}
    assert {f"{page.path}.xhtml" for page in all_pages()} <= read
    figures = [image for page in pages.values() for image in page.iter("{http://www.w3.org/1999/xhtml}img")]
    assert len(figures) > 70
    assert all(len(image.get("alt", "")) > 10 for image in figures)
    left_out = [f"{{http://www.w3.org/1999/xhtml}}{tag}" for tag in ("form", "script", "button")]
    assert not any(list(page.iter(tag)) for page in pages.values() for tag in left_out)
    assert sum(len(list(page.iter("{http://www.w3.org/2000/svg}svg"))) for page in pages.values()) == 4  # playgrounds
