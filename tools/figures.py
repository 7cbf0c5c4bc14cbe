"""The figures of the notebooks as SVG, for slides and handouts: `make figures`.

Runs each notebook with figures drawn as SVG, and writes build/figures/<notebook>/<cell id>.svg, each with its
description inside, and index.html, which shows all that lie there. The notebooks themselves stay as they are.

Letters are stored as outlines (`svg.fonttype: path`, in course.mplstyle). As text they would be set in another font
wherever Matplotlib's is not installed, as in PowerPoint, Keynote and LibreOffice on most machines, which moves labels
and breaks formulas; outlines need no font. <desc> says what the figure shows to those who cannot see it.
"""

from __future__ import annotations

import argparse
import html
import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

import nbformat
from nbformat import NotebookNode

from tools.notebooks import all_notebooks, run
from tools.reference import ROOT, enter_reference_environment

SVG = "image/svg+xml"
AS_SVG = ("--InlineBackend.figure_formats=svg",)
# It tells to the microsecond when the figure was drawn; without it the same notebook gives the same bytes.
METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
ROOT_TAG = re.compile(r"<svg\b[^>]*>", re.DOTALL)
TITLE, DESCRIPTION = re.compile(r"<title>(.*?)</title>", re.DOTALL), re.compile(r"<desc>(.*?)</desc>", re.DOTALL)


@dataclass(frozen=True)
class Figure:
    """One figure of a notebook.

    Attributes:
        name: of its file, without suffix: the cell's id, with a number if the cell draws several.
        svg: the drawing.
        alt: what it shows.
    """

    name: str
    svg: str
    alt: str


def figures_of(notebook: NotebookNode) -> Iterator[Figure]:
    """The figures of a notebook that was run with SVG figures, in order."""
    for cell in notebook.cells:
        drawn = [output for output in cell.get("outputs", []) if SVG in output.get("data", {})]
        for number, output in enumerate(drawn, start=1):
            name = cell.id if number == 1 else f"{cell.id}-{number}"
            alt = output.metadata.get("image/png", {}).get("alt", "")
            yield Figure(name, "".join(output.data[SVG]), alt)


def described(svg: str, title: str, description: str) -> str:
    """The drawing with a title and a description, for screen readers and for whoever opens the file.

    Raises:
        ValueError: it is no SVG.
    """
    root = ROOT_TAG.search(svg)
    if not root:
        raise ValueError("the drawing has no <svg> element")
    inside = f"\n <title>{escape(title)}</title>\n <desc>{escape(description)}</desc>"
    start = root.group().removesuffix(">") + ' role="img">'
    return svg[: root.start()] + start + inside + METADATA.sub("", svg[root.end() :], count=1)


def export(path: Path, folder: Path) -> int:
    """Run a notebook and write its figures into a fresh folder of its name; how many there are."""
    figures = list(figures_of(run(path, AS_SVG)))
    title = title_of(path)
    own = folder / path.stem
    shutil.rmtree(own, ignore_errors=True)
    for figure in figures:
        own.mkdir(parents=True, exist_ok=True)
        drawing = described(figure.svg, f"{title}: {figure.name}", figure.alt)
        (own / f"{figure.name}.svg").write_text(drawing, encoding="utf-8")
    return len(figures)


def title_of(path: Path) -> str:
    """Number and title of a notebook."""
    first = nbformat.read(path, as_version=4).cells[0].source.splitlines()[0].lstrip("# ")
    number = path.stem.partition("-")[0]
    return f"{number} {first}" if number.replace(".", "").isdigit() else first


def write_index(folder: Path) -> Path:
    """Write the page that shows every figure below a folder with its description, and return its path."""
    sections = []
    for own in sorted(path for path in folder.iterdir() if path.is_dir()):
        drawings = sorted(own.glob("*.svg"))
        figures = "".join(_figure(folder, drawing) for drawing in drawings)
        sections.append(SECTION.substitute(name=html.escape(own.name), figures=figures))
    page = folder / "index.html"
    page.write_text(PAGE.substitute(sections="".join(sections)), encoding="utf-8")
    return page


def _figure(folder: Path, drawing: Path) -> str:
    text = drawing.read_text(encoding="utf-8")
    # Both were escaped when they were written; quotes matter only here.
    alt = DESCRIPTION.search(text).group(1).replace('"', "&quot;")
    name = TITLE.search(text).group(1).rpartition(": ")[2]
    return FIGURE.substitute(path=drawing.relative_to(folder).as_posix(), alt=alt, name=name)


PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Figures of Hidden Layers</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0 auto; padding: 1rem; max-width: 80rem; font: 1rem/1.5 system-ui, sans-serif; }
section { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr)); gap: 1.5rem; }
h2 { grid-column: 1 / -1; margin: 1.5rem 0 0; overflow-wrap: anywhere; }
figure { margin: 0; }
img { box-sizing: border-box; max-width: 100%; padding: 0.5rem; border-radius: 6px; background: white;
 border: 1px solid #8886; }
</style>
</head>
<body>
<main>
<h1>Figures of Hidden Layers</h1>
<p>Drag a figure into your slides, or save it: the files are SVG, sharp at any size. Texts and figures:
<a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>.</p>
$sections</main>
</body>
</html>
""")
SECTION = Template("""\
<section>
<h2>$name</h2>
$figures</section>
""")
FIGURE = Template("""\
<figure>
<a href="$path"><img src="$path" alt="$alt" loading="lazy"></a>
<figcaption><strong>$name.</strong> $alt</figcaption>
</figure>
""")


def main(arguments: Sequence[str] | None = None) -> None:
    """Export the figures of the notebooks named on the command line, or of all."""
    parser = argparse.ArgumentParser(prog="python -m tools.figures", description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all in code-units and solutions")
    parser.add_argument("--to", type=Path, default=ROOT / "build" / "figures", help="folder; default: build/figures")
    options = parser.parse_args(arguments)
    enter_reference_environment()
    os.environ["CI"] = "true"  # no progress bars
    options.to.mkdir(parents=True, exist_ok=True)
    for path in options.notebooks or all_notebooks():
        started = time.perf_counter()
        count = export(path.resolve(), options.to)
        print(f"{path}: {count} figures, {time.perf_counter() - started:.0f} s", flush=True)
    print(write_index(options.to))


if __name__ == "__main__":
    main()
