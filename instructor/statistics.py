"""Numbers and figures on one exercise of one class, for report.ipynb. No student's name comes out of here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import HTML
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.plotting import COLORS
from instructor import released
from instructor.classroom import everyone, graded
from instructor.gradebook import by_hand
from instructor.marks import Earned, earned
from instructor.released import Question
from instructor.results import Mark, Result

STATUSES = ("right", "partly", "wrong", "stopped", "not attempted", "to be marked")
LOOKS = {
    "right": ("C2", ""),
    "partly": ("C9", ""),
    "wrong": ("C3", "//"),
    "stopped": ("C1", "xx"),
    "not attempted": ("0.85", ""),
    "to be marked": ("1.0", ".."),
}
NUMBER = re.compile(r"(?<![A-Za-z_\d.])[-+−]?\d+(?:,\d{3})*(?:\.\d*)?(?:e[-+]?\d+)?(?![A-Za-z_\d])")
LONGEST = 300  # characters of a message in a table
FEWEST = 3  # students for a correlation; two always lie on a line


@dataclass(frozen=True)
class Class:
    """What a report is about.

    Attributes:
        exercise: name of its folder.
        questions: in order.
        results: by student.
        earned: points, machine and person together, by student.
        size: members of the class, with or without a submission.
    """

    exercise: str
    questions: tuple[Question, ...]
    results: Mapping[str, Result]
    earned: Mapping[str, Earned]
    size: int

    @property
    def maximum(self) -> float:
        """Points that can be earned."""
        return sum(question.max_points for question in self.questions)


def read_class(class_folder: Path, exercise: str) -> Class:
    """Collect what a report needs.

    Raises:
        FileNotFoundError: the exercise has not been graded.
    """
    results = graded(class_folder, exercise)
    entries = by_hand(class_folder, exercise)
    found = {student: earned(result, entries.get(student, {})) for student, result in results.items()}
    questions = released.questions(exercise)
    return Class(exercise, questions, results, found, len(everyone(class_folder, exercise, results)))


def summary(about: Class) -> list[str]:
    """Sentences on the whole class, the warnings first."""
    totals = [one.total for one in about.earned.values()]
    waiting = sum(one.waiting for one in about.earned.values())
    bare = sum(result.sandbox == "none" for result in about.results.values())
    told = sum(bool(result.problems) for result in about.results.values())
    said = [f"{len(totals)} graded, of {about.size} in the class."]
    if bare:
        said.insert(0, f"Warning: {bare} of {len(totals)} were graded without a sandbox.")
    if waiting:
        said.append(f"{waiting} answers are still to be marked by a person. They count 0 in the totals.")
    if told:
        said.append(f"{told} notebooks had something wrong with them: a cell missing, copied or of another type.")
    if totals:
        spread = f"median {np.median(totals):.1f}, from {min(totals):g} to {max(totals):g}"
        said.append(f"Points, of {about.maximum:g}: mean {np.mean(totals):.1f}, {spread}.")
    return said


def question_table(about: Class) -> pd.DataFrame:
    """One row per question: how it went, the share of its points that was earned, and how well it tells apart.

    Discrimination is the correlation between the points of a question and those of all other questions together, over
    students who have both. Where all have the same, or fewer than three students are left, it is undefined and blank.
    """
    rows = []
    for question in about.questions:
        counts = Counter(_states(about, question))
        points = [one.points.get(question.name) for one in about.earned.values()]
        known = [value for value in points if value is not None]
        share = np.mean(known) / question.max_points if known and question.max_points else np.nan
        correlation, size = discrimination(about, question.name)
        shares = {"points": question.max_points, "points earned": share}
        tail = {"discrimination": correlation, "over students": size}
        rows.append({"question": question.title} | {name: counts[name] for name in STATUSES} | shares | tail)
    return pd.DataFrame(rows)


def discrimination(about: Class, name: str) -> tuple[float, int]:
    """Correlation of a question with the rest, NaN if undefined, and the number of students that it is over.

    Answers that a person marks belong to the rest only if all of them are marked.
    """
    rest = [
        question.name
        for question in about.questions
        if question.name != name and all(one.points.get(question.name) is not None for one in about.earned.values())
    ]
    having = [one for one in about.earned.values() if one.points.get(name) is not None]
    pairs = [(one.points[name], sum(one.points[other] for other in rest)) for one in having]
    if len(pairs) < FEWEST or any(len(set(column)) == 1 for column in zip(*pairs, strict=True)):
        return float("nan"), len(pairs)
    return float(np.corrcoef(np.array(pairs).T)[0, 1]), len(pairs)


def commonest(about: Class, most: int = 3) -> pd.DataFrame:
    """The commonest wrong answers to each question, by diagnosis: its kind, or the message with its numbers blanked."""
    rows = []
    for question in about.questions:
        found: dict[str, list[str]] = {}
        for mark in _marks(about, question):
            if mark.status in ("wrong", "stopped"):
                message = blanked(mark.message)
                found.setdefault("hidden" if mark.hidden else mark.kind or message, []).append(message)
        groups = sorted(found.items(), key=lambda group: (-len(group[1]), group[0]))[:most]
        for key, messages in groups:
            typical = Counter(messages).most_common(1)[0][0]
            shown = "passes the visible check, fails a further case" if key == "hidden" else typical
            kind = key if key not in messages and key != "hidden" else ""
            rows.append(
                {"question": question.title, "answers": len(messages), "kind": kind, "what the check says": shown}
            )
    return pd.DataFrame(rows, columns=["question", "answers", "kind", "what the check says"])


def cost_table(about: Class) -> pd.DataFrame:
    """Time and memory of grading, over submissions."""
    columns = {
        "wall-clock time (s)": [result.seconds for result in about.results.values()],
        "CPU time (s)": [result.cpu_seconds for result in about.results.values()],
        "peak memory (MB)": [result.peak_memory / 1e6 for result in about.results.values()],
    }
    rows = [
        {"of one submission": name, "median": np.median(found), "largest": max(found), "in all": sum(found)}
        for name, found in columns.items()
        if found
    ]
    table = pd.DataFrame(rows, columns=["of one submission", "median", "largest", "in all"])
    table["in all"] = table["in all"].astype(object).where(~table["of one submission"].str.contains("memory"), "")
    return table


def blanked(message: str) -> str:
    r"""A message whose numbers are blanked, so that equal mistakes with other numbers look the same; on one line.

    Example:
        >>> blanked("W1 has the wrong shape: wanted (3, 5), got (5, 3)\n  off by -1.5e-3")
        'W1 has the wrong shape: wanted (…, …), got (…, …) off by …'
    """
    line = " ".join(NUMBER.sub("…", message).split())
    return line if len(line) <= LONGEST else line[:LONGEST] + " …"


def plot_points(about: Class, *, ax: Axes | None = None) -> Axes:
    """Histogram of the points, a bar for each whole number of points."""
    ax = ax or plt.subplots()[1]
    totals = [one.total for one in about.earned.values()]
    top = max([about.maximum, *totals])
    edges = np.arange(np.floor(min([0, *totals])), np.floor(top) + 2) - 0.5
    ax.hist(np.round(totals), bins=edges, color=COLORS["model"])
    ax.set(xlabel=f"points, of {about.maximum:g}", ylabel="submissions", xlim=(edges[0], edges[-1]))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    return ax


def plot_questions(about: Class, *, ax: Axes | None = None) -> Axes:
    """How each question went: a bar of the shares of right, wrong and other answers."""
    ax = ax or plt.subplots(figsize=(6.5, 0.42 * len(about.questions) + 1.4))[1]
    table = question_table(about)
    shares = table[list(STATUSES)].to_numpy(dtype=float) / max(1, len(about.results))
    start = np.zeros(len(table))
    for name, width in zip(STATUSES, shares.T, strict=True):
        if width.any():
            colour, hatch = LOOKS[name]
            ax.barh(
                table["question"], width, left=start, label=name, color=colour, hatch=hatch, edgecolor="0.3", lw=0.5
            )
            start += width
    ax.invert_yaxis()
    ax.set(xlabel="share of the submissions", xlim=(0, 1))
    if start.any():
        ax.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.4, 1.0), fontsize="small")
    return ax


def table_html(table: pd.DataFrame) -> HTML:
    """A table as HTML: all text escaped, as it may be hostile, two decimals, and nothing where there is no number."""

    def shown(value: object) -> str:
        if isinstance(value, float):
            return "" if np.isnan(value) else f"{value:.2f}".rstrip("0").rstrip(".")
        return str(value)

    text = table.map(shown) if len(table) else table
    kind = "words" if "what the check says" in table else "numbers"
    with pd.option_context("display.max_colwidth", None):
        html = text.to_html(index=False, escape=True, border=0, classes=kind)
    return HTML(html.replace(' style="text-align: right;"', ""))  # the page allows no style of an element's own


def _marks(about: Class, question: Question) -> list[Mark]:
    return [mark for result in about.results.values() for mark in result.marks if mark.question == question.name]


def _states(about: Class, question: Question) -> list[str]:
    """How the question went for each student, in the words of the report; a person's points outdo the check."""
    found = []
    for student, result in about.results.items():
        points = about.earned[student].points.get(question.name)
        for mark in result.marks:
            if mark.question == question.name:
                found.append(_state(mark, points))
    return found


def _state(mark: Mark, points: float | None) -> str:
    if points is None:
        return "to be marked"
    if points == mark.points and mark.status != "by hand":
        return mark.status
    return "right" if points >= mark.max_points else "partly" if points > 0 else "wrong"
