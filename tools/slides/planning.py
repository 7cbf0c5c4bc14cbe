"""The items of a notebook as slides, in columns: right goes on, down answers."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import Literal

from helpers.predictions import Prediction, find
from helpers.quiz import load_quiz
from tools.slides.prose import Block, digest, first_sentences, num_words, sentences
from tools.slides.reading import Asked, Figure, Heading, Item, Prose, Quiz, Revealed, Run, Turn

LINES_OF_CODE = 12  # longer code stays in the notebook
LINES_PRINTED = 16
LINES_TOGETHER = 16  # code above what it prints
LONGEST_HEADLINE = 45  # words
COURSE = "Hidden Layers"
NUMBER = re.compile(r"\d[\d,]*\.?\d*")
IN_BACKTICKS = re.compile(r"`([A-Za-z_][\w.]*)")
GIST = 3  # formulas, tables or lists that one slide may hold

PartKind = Literal[
    "title", "heading", "kicker", "ask", "answer", "headline", "text", "small", "options", "code", "printed", "figure"
]
DISPLAYED = ("formula", "table", "list", "code")


@dataclass(frozen=True)
class Part:
    """One thing on a slide: Markdown, code, printed text, or a figure in base64 with its description."""

    kind: PartKind
    text: str
    alt: str = ""


@dataclass
class Slide:
    """What one slide shows, from top to bottom, and what the speaker may add; `size` is set by `fitting`."""

    parts: list[Part]
    notes: list[str] = field(default_factory=list)
    size: str = ""


Column = list[Slide]  # the first is reached by going right, the others by going down


def plan(found: Sequence[Item]) -> list[Column]:
    """The slides of a notebook, before they are fitted."""
    return _Planner(found).columns()


class _Planner:
    """Goes through the items once, and remembers the section and the sentences that stand on a slide already."""

    def __init__(self, found: Sequence[Item]) -> None:
        self.items = found
        self.made: list[Column] = []
        self.section = ""
        self.is_opened = True  # whether a slide shows the heading of this section
        self.used: set[str] = set()
        self.questions: dict[str, Column] = {}
        self.shown: set[int] = set()  # items that stand on a slide of an answer

    def columns(self) -> list[Column]:
        self._title(self.items[0])
        for i, item in enumerate(self.items[1:], start=1):
            match item:
                case Heading():
                    self.section, self.is_opened = item.text, False
                case Prose():
                    self._prose(i, item)
                case Asked():
                    self._question(find(item.name))
                case Revealed():
                    self._answer(i, item)
                case Turn():
                    self._turn(item)
                case Run() if i not in self.shown and not self._outcome_of(i):
                    self._run(i, item)
                case Quiz():
                    self._quiz(item.notebook)
        return self.made

    def _add(self, *parts: Part, notes: Sequence[str] = ()) -> Column:
        """A slide to the right, below the name of its section."""
        opening = Part("kicker" if self.is_opened else "heading", self.section)
        first = [opening] if self.section else []
        self.is_opened = True
        self.made.append([Slide([*first, *parts], list(notes))])
        return self.made[-1]

    def _title(self, item: Item) -> None:
        """The title with its first sentences and the question, then what one will learn."""
        title, *rest = item.blocks if isinstance(item, Prose) else ()
        texts = [block.text for block in rest]
        labelled = {match[1]: match[2] for text in texts if (match := re.match(r"(?s)\*\*([^*]+)\*\*\s+(.+)", text))}
        intro = " ".join(text for text in texts if not text.startswith("**"))
        told, left = _with_question(intro)
        small = re.split(r"\*\*Data\*\*", labelled.get("Time", ""))[0].strip()
        self.made.append(
            [Slide([Part("kicker", COURSE), Part("title", title.text), Part("text", told)], [left] if left else [])]
        )
        goals = [_capitalised(goal.strip(" .")) for goal in labelled.get("You will learn", "").split(";")]
        before = [f"Before you start: {labelled['Before you start']}"] if "Before you start" in labelled else []
        if any(goals):
            parts = [Part("headline", "You will learn"), Part("text", "\n".join(f"- {goal}" for goal in goals))]
            self.made.append([Slide(parts, [*before, f"Time: {small}"])])

    def _prose(self, i: int, item: Prose) -> None:
        """At the start of a section what matters most; later only what is displayed or bold; the rest as notes."""
        if any(block.text == sentence for block in item.blocks for sentence in self.used):
            item = Prose(tuple(block for block in item.blocks if block.text not in self.used))
        if isinstance(self.items[i + 1] if i + 1 < len(self.items) else None, Quiz):
            return  # says how the notebook shows the questions
        shown, left = digest(item.blocks, used=tuple(self.used))
        opens = not self.is_opened
        if not opens and not any(block.kind in DISPLAYED or "**" in block.text for block in shown):
            self._note(*_paragraphs(item.blocks, self.used))
            return
        for k, group in enumerate(_groups(shown)):
            parts = [Part("code" if block.kind == "code" else "text", block.text) for block in group]
            self._add(*parts, notes=left if k == 0 else ())

    def _note(self, *paragraphs: str) -> None:
        """Leave some prose to the notes of the slide before it."""
        column = self.made[-1]
        asked = next((c for c in self.questions.values() if c is column), None)
        if asked is not None and len(asked) == 1:
            asked.append(Slide([], list(paragraphs)))  # never beside a question that is still open
        else:
            column[-1].notes += paragraphs

    def _question(self, prediction: Prediction) -> None:
        """A prediction, and nothing of its answer."""
        column = self._add(Part("headline", _plain(prediction.text)), *_asked(prediction))
        column[0].parts.insert(1, Part("ask", "Predict"))
        self.questions[prediction.id] = column

    def _answer(self, i: int, item: Revealed) -> None:
        """Below the question: what happened and why, with the figures and numbers that show it."""
        prediction, column = find(item.name), self.questions[item.name]
        owned = [(k, run) for k, run in enumerate(self.items[:i]) if self._outcome_of(k) == item.name]
        self.shown |= {k for k, _ in owned}
        figures = [figure for _, run in owned for figure in run.figures]
        printed = [run.printed for _, run in owned if run.printed and run.printed.count("\n") < LINES_PRINTED]
        waiting = column.pop().notes if len(column) > 1 and not column[-1].parts else []
        verdict = [Part("answer", "What happened"), Part("headline", _outcome(prediction, item))]
        why = [Part("text", "\n\n".join(_plain(text) for text in item.why))]
        first = _figure(figures[0]) if figures else _printed(printed[:1])
        notes = [*waiting, *_reasons(prediction), *([self._seen(i)] if self._seen(i) else [])]
        column.append(Slide([self._kicker(), *verdict, *first, *why], notes))
        for figure in figures[1:]:
            column.append(Slide([self._kicker(), Part("headline", _plain(figure.alt)), *_figure(figure)]))
        for text in printed if figures else printed[1:]:
            seen = self._take(i, text)
            headline = [Part("headline", seen)] if seen else []
            column.append(Slide([self._kicker(), *headline, *_printed([text])]))

    def _kicker(self) -> Part:
        return Part("kicker", self.section)

    def _outcome_of(self, i: int) -> str:
        """The prediction that this item's outputs answer: the one asked before and revealed next; or nothing."""
        if not isinstance(self.items[i], Run):
            return ""
        asked = {item.name for item in self.items[:i] if isinstance(item, Asked)}
        later = (item.name for item in self.items[i:] if isinstance(item, Revealed))
        return next((name for name in later if name in asked), "")

    def _turn(self, item: Turn) -> None:
        """The task with its stub and what the check compares; below it, one way to write it."""
        said = item.task[0].text.removeprefix("**Your turn.**").strip()
        shown, left = digest([Block("text", said), *item.task[1:]])
        whole = " ".join(block.text for block in item.task)
        if num_words(whole) <= 70:
            shown, left = [Block("text", said), *item.task[1:]], []
        check = [Part("small", _check(item))]
        parts = [Part("ask", "Your turn"), *(Part("text", block.text) for block in shown)]
        column = self._add(*parts, *([Part("code", _definitions(item.stub))] if item.stub else []), *check, notes=left)
        praise = [Part("text", _plain(item.praise))] if item.praise else []
        code = Part("code", _definitions(item.one_way, docstrings=False))
        column.append(Slide([self._kicker(), Part("answer", "One way to write it"), code, *praise]))

    def _run(self, i: int, item: Run) -> None:
        """Each figure on a slide, with the sentence that says what one sees; short code and numbers spoken of."""
        for k, figure in enumerate(item.figures):
            seen = self._take(i) if k == 0 else ""
            self._add(Part("headline", seen or _plain(figure.alt)), *_figure(figure))
        if item.figures:
            return
        before, after = self._prose_at(i - 1), self._prose_at(i + 1)
        is_short = len(item.source.split("\n")) <= LINES_OF_CODE
        code = [Part("code", item.source)] if is_short and _is_spoken_of(item.source, before, after) else []
        is_brief = item.printed.count("\n") < LINES_PRINTED
        numbers = _printed([item.printed]) if item.printed and is_brief else []
        if numbers and len(f"{item.source}\n{item.printed}".split("\n")) > LINES_TOGETHER:
            code = []
        if code or (numbers and (self._speaks_of(i, item.printed) or before.endswith(":"))):
            seen = self._take(i, item.printed) if numbers else _leading(before)
            headline = [Part("headline", seen)] if seen else []
            self._add(*headline, *code, *numbers)

    def _quiz(self, notebook: str) -> None:
        """Each question of the quiz, with its answer below."""
        unit = notebook.rpartition(".")[0]
        for question in (q for q in load_quiz(unit) if q.notebook == notebook):
            options = [option.text for option in question.options]
            column = self._add(Part("ask", "Question"), Part("headline", _plain(question.text)), _options(options))
            right = next(k for k, option in enumerate(question.options) if option.is_right)
            parts = [self._kicker(), Part("answer", "Answer"), Part("small", _plain(question.text))]
            parts += [Part("headline", f"{ascii_uppercase[right]}. {_plain(options[right])}")]
            parts += [Part("text", _plain(question.options[right].because))]
            others = [
                f"{ascii_uppercase[k]}. {_plain(option.text)}: {_plain(option.because)}"
                for k, option in enumerate(question.options)
                if not option.is_right
            ]
            column.append(Slide(parts, others))

    def _prose_at(self, i: int) -> str:
        """The text of an item, if it is prose."""
        item = self.items[i] if 0 <= i < len(self.items) else None
        return " ".join(block.text for block in item.blocks) if isinstance(item, Prose) else ""

    def _seen(self, i: int, printed: str = "") -> str:
        """The sentence of the prose after an output that says what one sees; with a number of it, if it prints some."""
        item = next((item for item in self.items[i + 1 :] if not isinstance(item, Revealed)), None)
        if not isinstance(item, Prose):
            return ""
        first = item.blocks[0].text if item.blocks[0].kind == "text" else ""
        said = [s for s in sentences(first) if s not in self.used and not s.startswith("(") and not s.endswith(":")]
        said = [s for s in said if num_words(s) <= LONGEST_HEADLINE]
        numbers = {number for number in NUMBER.findall(printed) if len(number.strip("0.,")) > 1}
        # max takes the first of those that share most.
        return max(said, key=lambda s: len(numbers & set(NUMBER.findall(s))), default="")

    def _speaks_of(self, i: int, printed: str) -> bool:
        """Whether that sentence has a number that was printed."""
        return bool(set(NUMBER.findall(printed)) & set(NUMBER.findall(self._seen(i, printed))))

    def _take(self, i: int, printed: str = "") -> str:
        """The same, and no other slide shows it."""
        sentence = self._seen(i, printed)
        self.used |= {sentence} if sentence else set()
        return sentence


def _with_question(intro: str) -> tuple[str, str]:
    """The first sentences of the introduction and the question that it asks; and what is left."""
    found = sentences(intro)
    asked = [sentence for sentence in found if sentence.endswith("?")][-1:]
    told, _ = first_sentences(intro, limit=60 - num_words(" ".join(asked)))
    kept = [sentence for sentence in found if sentence in told or sentence in asked]
    paragraphs = [" ".join(s for s in kept if s not in asked), " ".join(asked)]
    return "\n\n".join(filter(None, paragraphs)), " ".join(s for s in found if s not in kept)


def _capitalised(text: str) -> str:
    """A goal without its *to*, as a line of a list."""
    text = re.sub(r"\A(?:and )?to ", "", text)
    return text[:1].upper() + text[1:]


def _leading(before: str) -> str:
    """The sentence that leads to some code, if it is not the only one: then it stands on the slide before."""
    found = sentences(before)
    return found[-1] if len(found) > 1 and found[-1].endswith(":") and num_words(found[-1]) <= LONGEST_HEADLINE else ""


def _paragraphs(run: Sequence[Block], used: set[str]) -> list[str]:
    """The text of some blocks without the sentences on slides."""
    texts = [
        block.text if block.kind != "text" else " ".join(s for s in sentences(block.text) if s not in used)
        for block in run
    ]
    return [text for text in texts if text]


def _groups(shown: Sequence[Block]) -> list[list[Block]]:
    """Blocks that share a slide: at most so many that are displayed, each with the text before it."""
    groups: list[list[Block]] = [[]]
    for k, block in enumerate(shown):
        leads = k + 1 < len(shown) and block.kind == "text" and shown[k + 1].kind in DISPLAYED
        displayed = sum(other.kind in DISPLAYED for other in groups[-1])
        is_large = block.kind in ("table", "list") or (leads and shown[k + 1].kind in ("table", "list"))
        if groups[-1] and (displayed >= GIST or (is_large and displayed)) and (leads or block.kind in DISPLAYED):
            if block.kind in DISPLAYED and groups[-1][-1].kind == "text" and len(groups[-1]) > 1:
                groups.append([groups[-1].pop()])  # its lead goes with it
            else:
                groups.append([])
        groups[-1].append(block)
    return [group for group in groups if group]


def _asked(prediction: Prediction) -> list[Part]:
    """The options of a prediction, or what it asks for."""
    if prediction.kind == "choice":
        return [_options([option.text for option in prediction.options])]
    unit = f" {_plain(prediction.unit)}" if prediction.unit else ""
    return [Part("text", f"*A number:* …{unit}" if prediction.kind == "number" else "*In a few words: …*")]


def _options(texts: Sequence[str]) -> Part:
    return Part("options", "\n".join(f"{k}. {_plain(text)}" for k, text in enumerate(texts, start=1)))


def _outcome(prediction: Prediction, item: Revealed) -> str:
    """What came true, with its letter."""
    letters = [ascii_uppercase[k] for k, option in enumerate(prediction.options) if option.is_true]
    return f"{', '.join(letters)}. {_plain(item.outcome)}" if letters else _plain(item.outcome)


def _reasons(prediction: Prediction) -> list[str]:
    """What answers those who chose another option."""
    return [
        f"{ascii_uppercase[k]}. {_plain(option.text)}: {_plain(option.because)}"
        for k, option in enumerate(prediction.options)
        if not option.is_true
    ]


def _check(item: Turn) -> str:
    """What the check of a turn is for."""
    if not item.compared:
        return f"**The check** runs `{item.name}` on a small case whose answer is known."
    what = ", ".join(_plain(name) for name in dict.fromkeys(item.compared))
    return f"**The check** runs `{item.name}` on a small case and compares: {what}."


def _definitions(source: str, *, docstrings: bool = True) -> str:
    """The functions and classes of a cell: no imports around them, and if asked for, no docstring of the stub."""
    lines, found = source.split("\n"), []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
            kept = lines[start : node.end_lineno]
            if not docstrings and ast.get_docstring(node) and len(node.body) > 1:
                del kept[node.body[0].lineno - 1 - start : node.body[1].lineno - 1 - start]
            found.append("\n".join(kept))
    return "\n\n".join(found) or source


def _is_spoken_of(source: str, before: str, after: str) -> bool:
    """Whether the text beside some code leads to it, or names something that it defines or calls."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.Name):
            names.add(node.id)
    told = {part for name in IN_BACKTICKS.findall(before + after) for part in name.split(".")}
    return before.endswith(":") or bool(names & told)


def _figure(figure: Figure) -> list[Part]:
    return [Part("figure", figure.png, figure.alt)]


def _printed(texts: Sequence[str]) -> list[Part]:
    return [Part("printed", text) for text in texts]


def _plain(text: str) -> str:
    """Markdown of a text in which only backticks mean something."""
    pieces = re.split(r"(`[^`]+`)", text.strip())
    return "".join(piece if piece.startswith("`") else re.sub(r"([\\_<$\[\]|#])", r"\\\1", piece) for piece in pieces)
