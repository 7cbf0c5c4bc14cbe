"""Questions in a page that a learner answers, and the bridge that carries the answers to the kernel.

A question is HTML that works by itself, by mouse and by keyboard, in light and in dark; it is all that a notebook
stores. Where a kernel runs, one invisible widget, the bridge, listens in the page for the event that an answered
question sends (`hidden-layers-answer`), and gives the answer to the function that asked. So a stored output holds no
widget, a page that was loaded again goes on working, and without a kernel everything can still be read.

For whoever writes a notebook, below `quiz` and `predictions`. Imports `memory` alone.
"""

from __future__ import annotations

import functools
import html
import os
import re
import uuid
from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from helpers.memory import in_notebook

if TYPE_CHECKING:
    from anywidget import AnyWidget

# What to do with an answer, by key of the question; it returns what to say to the learner ("" for nothing).
_asked: dict[str, Callable[[Any], str]] = {}


def can_answer() -> bool:
    """Whether a learner may be there to answer: in a notebook, and not in the runs that store or compare outputs."""
    return in_notebook() and not os.environ.get("CI")


def attributes(key: str, on_answer: Callable[[Any], str]) -> str:
    """HTML attributes that make an element a question whose answer reaches the kernel.

    Args:
        key: the question's key in the memory, such as `"quiz:what-is-a-neuron"`.
        on_answer: takes the answer, a string or a number; returns what to say to the learner, "" for nothing.
    """
    _asked[key] = on_answer
    return f'data-key="{html.escape(key)}" data-page="{_bridge().page}"'


def send(answer: str, *, urgent: bool = False) -> str:
    """JavaScript that sends an answer from within a question; it is true if nobody listens.

    Args:
        answer: JavaScript expression of the answer; `question` is the element with the attributes.
        urgent: the kernel is busy while it is asked: the page interrupts it, and sends the answer only where it can't.
    """
    detail = f"page: question.dataset.page, key: question.dataset.key, answer: {answer}{', urgent: true' * urgent}"
    return (
        "question.dispatchEvent(new CustomEvent('hidden-layers-answer', {bubbles: true, cancelable: true, "
        f"detail: {{{detail}}}}}))"
    )


def redraw(key: str, drawing: str) -> None:
    """Replace the drawing in an element with that key, while the cell runs that has shown it."""
    _bridge().send({"key": key, "drawing": drawing})


def close(key: str) -> None:
    """End what an element with that key can do: its buttons are off, and whoever stands in it is back in the cell."""
    _bridge().send({"key": key, "closes": True})


def inline(text: str) -> str:
    """HTML of a text in which `backticks` mark code and a blank line parts paragraphs."""
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text.strip()))
    return marked.replace("\n\n", "<br><br>")


def show(text: str, page: str) -> None:
    """Display a page with its plain text; outside of a notebook, print the text."""
    if not in_notebook():
        print(text)
        return
    from IPython.display import display

    display({"text/plain": text, "text/html": page}, raw=True)


def _receive(content: dict[str, Any]) -> dict[str, str] | None:
    """What to send back for an answer from the page, None for nothing."""
    key, answer = content.get("key"), content.get("answer")
    if key not in _asked or not isinstance(answer, (str, int, float)):
        return None
    reply = _asked[key](answer)
    return {"key": key, "reply": reply} if reply else None


@functools.cache
def _bridge() -> AnyWidget:
    """The one widget of this kernel. It is never displayed: to exist in the page is enough."""
    import anywidget
    import traitlets

    class Bridge(anywidget.AnyWidget):
        _esm = (files("helpers") / "bridge.js").read_text(encoding="utf-8")
        page = traitlets.Unicode().tag(sync=True)

    bridge = Bridge(page=uuid.uuid4().hex)
    bridge.on_msg(lambda _, content, buffers: (reply := _receive(content)) and bridge.send(reply))
    return bridge
