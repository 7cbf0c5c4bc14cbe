"""`make figures`: each figure of a notebook becomes a described SVG, and the notebook stays as it is."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools import figures
from tools.figures import Figure, described, export, figures_of, main, title_of, write_index

SVG_NAMESPACE = {"svg": "http://www.w3.org/2000/svg"}
DRAWING = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9pt"><path d="M0 0"/></svg>'
ALT = "A line that falls: from 4 to 1 & on, never < 0."
DRAW = """\
import matplotlib.pyplot as plt
from helpers.plotting import show
_, ax = plt.subplots()
ax.plot([4, 2, 1])
ax.set_title("$x_1$ falls")
show("A line that falls: from 4 to 1 & on, never < 0.")
"""


def notebook(path: Path, *sources: str) -> Path:
    cells = [
        new_markdown_cell("# A line"),
        *(new_code_cell(source, id=f"draw-{i}") for i, source in enumerate(sources)),
    ]
    nbformat.write(new_notebook(cells=cells), path)
    return path


def svg_output(alt: str = ALT):
    return new_output("display_data", {figures.SVG: DRAWING}, metadata={"image/png": {"alt": alt}})


def test_notebook_becomes_described_drawings_twice_the_same_and_stays_as_it_is(tmp_path: Path) -> None:
    path = notebook(tmp_path / "9.9.9-a-line.ipynb", DRAW)
    before = path.read_bytes()
    written = []
    for name in ("first", "second"):
        assert export(path, tmp_path / name) == 1
        written.append((tmp_path / name / "9.9.9-a-line" / "draw-0.svg").read_text(encoding="utf-8"))
    assert path.read_bytes() == before
    assert written[0] == written[1]
    root = ElementTree.fromstring(written[0])
    assert [root.find(f"svg:{part}", SVG_NAMESPACE).text for part in ("title", "desc")] == ["9.9.9 A line: draw-0", ALT]
    assert root.findall(".//svg:text", SVG_NAMESPACE) == [], "letters are outlines"
    assert root.findall(".//svg:path", SVG_NAMESPACE)


def test_several_figures_of_a_cell_have_names_of_their_own() -> None:
    cells = [new_code_cell("", id="pair", outputs=[svg_output("one"), svg_output("two")]), new_code_cell("", id="none")]
    assert list(figures_of(new_notebook(cells=cells))) == [
        Figure("pair", DRAWING, "one"),
        Figure("pair-2", DRAWING, "two"),
    ]


def test_description_is_escaped_and_comes_first() -> None:
    root = ElementTree.fromstring(described(DRAWING, "4.1.1 A & B: draw", ALT))
    assert [child.tag.rpartition("}")[2] for child in root] == ["title", "desc", "path"]
    assert root[0].text == "4.1.1 A & B: draw" and root[1].text == ALT
    assert root.get("role") == "img" and root.get("width") == "9pt"


def test_something_else_than_a_drawing_is_refused() -> None:
    with pytest.raises(ValueError, match="no <svg> element"):
        described("<html></html>", "a", "b")


def test_title_has_the_number_of_the_notebook_if_it_has_one(tmp_path: Path) -> None:
    assert title_of(notebook(tmp_path / "4.1.1-x.ipynb")) == "4.1.1 A line"
    assert title_of(notebook(tmp_path / "ex1_changing-layers.ipynb")) == "A line"


def test_page_shows_all_that_lies_there_and_a_second_run_replaces_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "enter_reference_environment", lambda: None)
    monkeypatch.setenv("CI", "true")
    drawn = {"4.1.1-a": ["old", "new"], "4.1.2-b": ["kept"]}
    monkeypatch.setattr(
        figures,
        "run",
        lambda path, arguments: new_notebook(
            cells=[
                new_code_cell("", id=drawn[path.stem].pop(0), outputs=[svg_output('A "quoted" & <b>bold</b> line.')])
            ]
        ),
    )
    paths = [notebook(tmp_path / f"{name}.ipynb") for name in drawn]
    to = tmp_path / "figures"
    main([*map(str, paths), "--to", str(to)])
    main([str(paths[0]), "--to", str(to)])
    assert sorted(path.relative_to(to).as_posix() for path in to.rglob("*.*") if path.is_file()) == [
        "4.1.1-a/new.svg",
        "4.1.2-b/kept.svg",
        "index.html",
    ]
    page = (to / "index.html").read_text(encoding="utf-8")
    assert page.count("<img ") == 2
    assert 'src="4.1.1-a/new.svg" alt="A &quot;quoted&quot; &amp; &lt;b&gt;bold&lt;/b&gt; line."' in page
    assert page.index("4.1.1-a") < page.index("4.1.2-b")


def test_page_of_an_empty_folder_is_a_page(tmp_path: Path) -> None:
    assert "<section>" not in write_index(tmp_path).read_text(encoding="utf-8")
