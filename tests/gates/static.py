"""What can be seen in a notebook file without running it. Each gate yields one line per fault: what to fix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tests.gates.bands import bands_of
from tests.gates.figures import figure_problems
from tests.gates.outputs import STAND_IN, records, texts

LARGEST_FILE = 1_000_000  # bytes
LONGEST_CELL = 40  # lines
LONG_CELL = 25  # lines; one cell in ten may be longer
OPENING = ("**You will learn**", "**Before you start**", "**Time**", "**Data**")
ENDING = ("Summary", "Common mistakes", "Try it", "Further reading")
EXERCISE_OPENING = ("**Goal**", "**Time**", "**What counts**", "**How it is marked**")
EXERCISE_ENDING = ("Go further",)
TAGS = {"fault", "parameters", "real-data", "full-run", "nbval-ignore-output", "raises-exception", "timing"}
ABSOLUTE_PATH = re.compile(r"(?<![\w./:])(?:/(?:home|root|tmp|Users|work|private|var|mnt|opt)/|[A-Z]:\\\\?[A-Za-z])")
BELITTLING = re.compile(r"\b(simply|obviously|just)\b", re.IGNORECASE)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)[^)]*\)")
SETUP_IN_NOTEBOOK = re.compile(r"^\s*[!%]\s*(pip|conda)|sys\.path", re.MULTILINE)


def check_notebook(path: Path) -> list[str]:
    """Every fault of one notebook file, in the order of the gates."""
    notebook = nbformat.read(path, as_version=4)
    problems = [problem for gate in GATES for problem in gate(notebook, path)]
    if path.stat().st_size > LARGEST_FILE:
        problems.append(f"{path.stat().st_size:,} bytes, at most {LARGEST_FILE:,}: make its figures smaller")
    return problems


def _code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _prose(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def headings(notebook: NotebookNode) -> list[tuple[int, str]]:
    """Level and text of each heading, those within code blocks left out."""
    lines = (
        line for cell in _prose(notebook) for line in re.sub(r"```.*?```", "", cell.source, flags=re.S).splitlines()
    )
    found = (re.match(r"(#{1,6})\s+(.+)", line) for line in lines)
    return [(len(match[1]), match[2].strip()) for match in found if match]


def is_exercise(path: Path) -> bool:
    """Whether a notebook is an exercise, with or without its solution."""
    return path.stem.startswith("ex")


def headings_in_order(notebook: NotebookNode, path: Path) -> Iterator[str]:
    levels = [level for level, _ in headings(notebook)]
    if levels.count(1) != 1 or levels[0] != 1:
        yield f"wanted one title (#), at the top; found {levels.count(1)}"
    for above, (level, text) in zip(levels, headings(notebook)[1:], strict=False):
        if level > above + 1:
            yield f"heading {text!r} skips a level: {'#' * above} is followed by {'#' * level}"


def opening_and_ending(notebook: NotebookNode, path: Path) -> Iterator[str]:
    if path.name == "index.ipynb":
        return
    opening, ending = (EXERCISE_OPENING, EXERCISE_ENDING) if is_exercise(path) else (OPENING, ENDING)
    first = notebook.cells[0].source if notebook.cells else ""
    yield from (f"the first cell lacks {part}" for part in opening if part not in first)
    titles = [text for _, text in headings(notebook)]
    yield from (f"there is no section {title!r}" for title in ending if title not in titles)


def counts_sequential(notebook: NotebookNode, path: Path) -> Iterator[str]:
    counts = [cell.execution_count for cell in _code(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        wrong = next(i for i, count in enumerate(counts) if count != i + 1)
        yield f"code cell {wrong + 1} has execution count {counts[wrong]}: run the notebook from the top"


def no_errors_stored(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for number, cell in enumerate(_code(notebook), start=1):
        expected = "raises-exception" in cell.metadata.get("tags", [])
        for output in cell.outputs:
            if output.output_type == "error" and not expected:
                yield f"code cell {number} stores an error: {output.ename}"
            if output.get("name") == "stderr":
                yield f"code cell {number} stores a warning: {output.text.strip().splitlines()[-1]}"


def figures_described(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for number, cell in enumerate(_code(notebook), start=1):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}) and not output.metadata.get("image/png", {}).get("alt"):
                yield f"code cell {number} draws a figure without alt text: end it with show('what it shows')"
    for cell in _prose(notebook):
        yield from (
            f"image {target} has no alt text" for bang, text, target in LINK.findall(cell.source) if bang and not text
        )


def figures_alike(notebook: NotebookNode, path: Path) -> Iterator[str]:
    yield from figure_problems(notebook)


def links_lead_somewhere(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for cell in _prose(notebook):
        for _, _, target in LINK.findall(cell.source):
            local = target.split("#")[0]
            if (
                local
                and "://" not in target
                and not target.startswith("mailto:")
                and not (path.parent / local).exists()
            ):
                yield f"link to {target}, which does not exist"


def no_absolute_paths(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for number, cell in enumerate(notebook.cells, start=1):
        for text in [cell.source, *texts(cell.get("outputs", []))]:
            match = ABSOLUTE_PATH.search(text)
            if match:
                yield f"cell {number} holds an absolute path: {text[match.start() : match.start() + 30]!r}"


def cells_small(notebook: NotebookNode, path: Path) -> Iterator[str]:
    lengths = [len(cell.source.splitlines()) for cell in _code(notebook)]
    for number, length in enumerate(lengths, start=1):
        if length > LONGEST_CELL:
            yield f"code cell {number} has {length} lines, at most {LONGEST_CELL}"
    long = sum(length > LONG_CELL for length in lengths)
    if long > len(lengths) / 10:
        yield f"{long} of {len(lengths)} code cells have over {LONG_CELL} lines, at most one in ten may"
    yield from (f"cell {i} is empty" for i, cell in enumerate(notebook.cells, start=1) if not cell.source.strip())


def metadata_minimal(notebook: NotebookNode, path: Path) -> Iterator[str]:
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "the kernel must be python3"
    yield from (
        f"notebook metadata {key!r} is not needed" for key in notebook.metadata.keys() - {"kernelspec", "language_info"}
    )
    allowed = {"tags", "nbgrader"} if is_exercise(path) else {"tags", "jupyter"}
    for number, cell in enumerate(notebook.cells, start=1):
        yield from (f"cell {number}: metadata {key!r} is not needed" for key in cell.metadata.keys() - allowed)
        others = cell.metadata.get("jupyter", {}).keys() - {"source_hidden"}
        yield from (f"cell {number}: metadata jupyter.{key} is not needed" for key in others)
        yield from (f"cell {number}: unknown tag {tag!r}" for tag in set(cell.metadata.get("tags", [])) - TAGS)
    ids = [cell.id for cell in notebook.cells]
    yield from (f"cell id {cell_id!r} stands twice" for cell_id in {i for i in ids if ids.count(i) > 1})


def small_run_possible(notebook: NotebookNode, path: Path) -> Iterator[str]:
    parameters = [cell for cell in _code(notebook) if "parameters" in cell.metadata.get("tags", [])]
    if len(parameters) > 1 or any("FAST = False" not in cell.source for cell in parameters):
        yield "wanted at most one cell tagged parameters, with FAST = False"
    if not parameters and any("FAST" in cell.source for cell in _code(notebook)):
        yield "FAST is used, but no cell tagged parameters sets it"


def no_setup_inside(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for number, cell in enumerate(_code(notebook), start=1):
        if SETUP_IN_NOTEBOOK.search(cell.source):
            yield f"code cell {number} installs packages or changes sys.path: make lab does the set-up"


def kind_words(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for cell in _prose(notebook):
        yield from (f"{word!r} belittles the reader: {cell.source[:50]!r}" for word in BELITTLING.findall(cell.source))


def no_widget_stored(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for number, cell in enumerate(_code(notebook), start=1):
        if any("application/vnd.jupyter.widget-view+json" in output.get("data", {}) for output in cell.outputs):
            yield f"code cell {number} stores a widget, whose model is gone with its kernel"


def stored_on_real_data(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for number, cell in enumerate(_code(notebook), start=1):
        if any(STAND_IN in text for text in texts(cell.outputs)):
            yield f"code cell {number} stores an output that was made on stand-in data"


def stored_numbers_in_bands(notebook: NotebookNode, path: Path) -> Iterator[str]:
    bands = bands_of(path.stem)
    for name, value in records(output for cell in _code(notebook) for output in cell.outputs):
        if name in bands and not bands[name].holds(value, "full"):
            yield f"stored {name} = {value:.4f} is outside {list(bands[name].full)}"


GATES: tuple[Callable[[NotebookNode, Path], Iterator[str]], ...] = (
    headings_in_order,
    opening_and_ending,
    counts_sequential,
    no_errors_stored,
    figures_described,
    figures_alike,
    links_lead_somewhere,
    no_absolute_paths,
    cells_small,
    metadata_minimal,
    small_run_possible,
    no_setup_inside,
    kind_words,
    no_widget_stored,
    stored_on_real_data,
    stored_numbers_in_bands,
)
