"""The HTML of a deck and its assets: nothing from the network, the same every time, links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.slides.conftest import NOTEBOOKS
from tools.slides import export
from tools.slides.export import ASSETS, copy_assets, make_deck
from tools.slides.reading import Run, read

SAMPLE = NOTEBOOKS[::8]  # of several units


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some decks with their assets."""
    folder = tmp_path_factory.mktemp("slides")
    copy_assets(folder)
    for notebook in SAMPLE:
        make_deck(notebook, folder)
    return folder


@pytest.fixture(scope="module", params=SAMPLE, ids=lambda path: path.stem.split("-")[0])
def page(request: pytest.FixtureRequest, folder: Path) -> BeautifulSoup:
    return BeautifulSoup((folder / f"{request.param.stem}.html").read_text(encoding="utf-8"), "html.parser")


def test_deck_loads_nothing_but_its_assets(page: BeautifulSoup, folder: Path) -> None:
    loaded = [tag.get("src") or tag.get("href") for tag in page.select("script[src], link[href]")]

    assert len(loaded) >= 5
    assert all((folder / address).is_file() for address in loaded)
    assert all(image["src"].startswith("data:image/png;base64,") for image in page.select("img"))
    assert not page.select("iframe, object, embed")


def test_assets_load_nothing_from_the_network(folder: Path) -> None:
    for sheet in (folder / ASSETS).glob("*.css"):
        for address in re.findall(r"url\(([^)]*)\)|@import\s+([^;]*)", sheet.read_text(encoding="utf-8")):
            name = "".join(address).strip("\"'")
            assert name.startswith("data:") or (folder / ASSETS / name).is_file(), sheet


def test_assets_are_small(folder: Path) -> None:
    assert sum(path.stat().st_size for path in (folder / ASSETS).iterdir()) < 3_000_000
    assert all(path.stat().st_size < 2_000_000 for path in folder.glob("*.html"))


def test_every_image_has_its_description(page: BeautifulSoup) -> None:
    assert all(len(image["alt"].split()) >= 4 for image in page.select("img"))


def test_formulas_are_mathml(page: BeautifulSoup) -> None:
    for tag in page.select("code, pre, .code, script, .small-print"):
        tag.decompose()

    assert page.select("math")
    assert "$$" not in page.get_text()


def test_sections_stand_two_deep(page: BeautifulSoup) -> None:
    columns = page.select(".slides > section")

    assert len(columns) > 20
    assert all(column.find_all("section", recursive=False) for column in columns)
    assert all(len(slide.select(".page")) == 1 for column in columns for slide in column.select("section"))
    assert len(page.select("h1")) == 1


def test_relative_links_lead_to_files(page: BeautifulSoup, folder: Path) -> None:
    stems = {notebook.stem for notebook in NOTEBOOKS}
    links = {link["href"].partition("#")[0] for link in page.select(".page a[href]")}
    local = {link for link in links if link and not re.match(r"\w+:", link)}

    assert any(link.endswith(".ipynb") for link in local)  # in the footer
    for link in local:
        is_deck = link.endswith(".html") and Path(link).stem in stems
        assert is_deck or (folder / link).resolve().exists(), link


def test_notes_of_the_speaker_hold_what_was_left_out(page: BeautifulSoup) -> None:
    assert len(page.select(".page > aside.notes")) > 5


def test_deck_is_the_same_every_time(folder: Path) -> None:
    deck = folder / f"{SAMPLE[0].stem}.html"
    before = deck.read_bytes()

    make_deck(SAMPLE[0], folder)

    assert deck.read_bytes() == before


def test_missing_package_is_named_with_its_extra(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "FILES", {"no_such_package": ["reveal.js"]})

    with pytest.raises(FileNotFoundError, match=r"no_such_package is not installed.*instructor"):
        copy_assets(folder)


def test_notebook_is_not_changed_and_not_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = SAMPLE[0].read_bytes()
    monkeypatch.setattr("nbclient.NotebookClient.execute", lambda *_: pytest.fail("the notebook was run"))

    make_deck(SAMPLE[0], folder)

    assert SAMPLE[0].read_bytes() == before


def test_stored_outputs_are_what_is_read() -> None:
    import nbformat

    cell = nbformat.v4.new_code_cell("print(1)", outputs=[nbformat.v4.new_output("stream", name="stdout", text="42\n")])

    assert read(nbformat.v4.new_notebook(cells=[cell])) == [Run("print(1)", "42")]
