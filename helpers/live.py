"""A curve that draws itself while a network trains, with a Stop button that keeps what was learned: `LiveCurve`.

How a click reaches a kernel that is busy: the page interrupts it, as the ■ in the toolbar does. The interrupt is caught
here, and only asks, so that the training ends between two epochs and not in the middle of a step. That works in every
JupyterLab. A message would not arrive before the cell ends: ipykernel 7 has threads beside the cell that read messages
(*subshells*), but as soon as the cell has drawn something, answers to it are handed to the cell's own thread. And a
loop that reads the kernel's messages in between would have to put back those that are not for it.

For the student who wants to watch a training, by hand or by `fit`. Imports `_curves`, `_widgets`, `memory`, the
width of figures from `plotting`, and the type of `training`'s History.
"""

from __future__ import annotations

import itertools
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from helpers import _curves
from helpers._curves import Curves
from helpers._widgets import attributes, can_answer, close, redraw
from helpers.memory import in_notebook

if TYPE_CHECKING:
    from IPython.display import DisplayHandle

    from helpers.training import History

T = TypeVar("T")

SECONDS_BETWEEN = 0.1  # drawings; more often, nobody sees a difference
ENDED = "This training has ended."
_numbers = itertools.count(1)


class LiveCurve:
    """Curves over epochs, drawn in the page while they are measured; afterwards, a picture.

    Under CI and outside of a notebook nothing is drawn while the training runs. The first interrupt (■, Ctrl-C) asks it
    to stop, as the button does; a second one stops it at once. Neither is an error: the cell ends, the weights keep
    what they learned, and `history` the epochs that were finished. Entered once more, the curves go on.

    Args:
        quantity: what is measured, with its unit: the name of the vertical axis. For `fit`, `"loss"` or the name of a
            metric.
        title: above the curves.

    Attributes:
        history: by name, one number per finished epoch.

    Example:
        >>> with LiveCurve("error (%)") as live:  # doctest: +ELLIPSIS
        ...     for epoch in live.watch(range(3)):
        ...         live.add(training=9 / (1 + epoch), validation=9.5 / (1 + epoch))
        error (%), epoch 3 of 3: training 3, validation 3.167...
        >>> live.history["training"]
        [9.0, 4.5, 3.0]

        With `fit`, the curve is what it calls after each epoch:

            with LiveCurve("loss") as live:
                history = fit(..., on_epoch_end=live)
    """

    def __init__(self, quantity: str = "loss", *, title: str = "") -> None:
        self._curves = Curves(quantity, title)
        self._key = f"live:{next(_numbers)}"
        self._stop = threading.Event()  # a message from the page may be read in another thread
        self._interrupted = False
        self._running = False
        self._next_drawing = 0.0
        self._shown: DisplayHandle | None = None
        self._before: Any = None  # what an interrupt meant outside

    @property
    def history(self) -> dict[str, list[float]]:
        """By name, one number per finished epoch."""
        return self._curves.values

    @property
    def stopped(self) -> bool:
        """Whether somebody has stopped the training."""
        return self._stop.is_set()

    def watch(self, epochs: Iterable[T]) -> Iterator[T]:
        """Go through `epochs`; after a stop, end when the one that runs is finished."""
        if hasattr(epochs, "__len__"):
            self._curves.total = self._curves.epochs + len(epochs)
        for epoch in epochs:
            yield epoch
            if self.stopped:
                return

    def add(self, **values: float) -> None:
        """Add what was measured in an epoch; an underscore in a name is shown as a space.

        Args:
            values: numbers, or tensors of one number; the same names every time.

        Raises:
            ValueError: other names than before.
        """
        named = {name.replace("_", " "): float(value) for name, value in values.items()}
        if self.history and named.keys() != self.history.keys():
            raise ValueError(f"wanted a value for each of {list(self.history)}, as before, got {list(named)}")
        for name, value in named.items():
            self.history.setdefault(name, []).append(value)
        self._draw()

    def __call__(self, epoch: int, history: History) -> bool:
        """What `fit` calls after each epoch: add its last values; True, which ends the training, after a stop.

        Raises:
            KeyError: the history holds no such quantity; the message lists what it holds.
        """
        lists = {"train_loss": history.train_loss, "valid_loss": history.valid_loss, **history.metrics}
        quantity = self._curves.quantity
        columns = {"training": f"train_{quantity}", "validation": f"valid_{quantity}"}
        latest = {name: lists[column][-1] for name, column in columns.items() if lists.get(column)}
        if not latest:
            raise KeyError(f"the history has no {quantity!r}; it has {[name for name in lists if lists[name]]}")
        self.add(**latest)
        return self.stopped

    def __enter__(self) -> Self:
        self._stop.clear()
        self._interrupted, self._running, self._next_drawing = False, True, 0.0
        if can_answer():
            from IPython.display import display

            self._shown = display(self, display_id=True)
        self._catch_interrupts()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._running = False
        self._show_result()
        self._release_interrupts()  # not before: a click may come while the picture is made
        interrupted = isinstance(error, KeyboardInterrupt)
        if interrupted or self.stopped:
            of = f" of {self._curves.total}" if self._curves.total else ""
            print(f"Stopped by hand, epochs finished: {self._curves.epochs}{of}. The weights and the history are kept.")
        return interrupted

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        """What a notebook shows: the page while the training runs, the picture afterwards."""
        text = {"text/plain": self._curves.in_words()}
        if self._running and can_answer():
            return text | {"text/html": _curves.page(self._curves, attributes(self._key, self._on_click))}, {}
        if not self._curves.epochs:
            return text, {}
        from helpers.plotting import width_on_page

        png, dpi = _curves.picture(self._curves)
        shown_with = {"alt": self._curves.described(), "width": width_on_page(png, dpi)}
        return text | {"image/png": png}, {"image/png": shown_with}

    def _draw(self) -> None:
        """Send the page a new drawing, unless it has got one a moment ago."""
        now = time.monotonic()
        if self._running and self._shown is not None and now >= self._next_drawing:
            self._next_drawing = now + SECONDS_BETWEEN
            redraw(self._key, _curves.drawing(self._curves))

    def _show_result(self) -> None:
        """The picture in place of the page; the last values where there is no notebook."""
        if self._shown is not None:
            close(self._key)
            self._shown.update(self)
            self._shown = None
        elif in_notebook():
            from IPython.display import display

            display(self)
        else:
            print(self._curves.in_words())

    def _on_click(self, answer: str | float) -> str:
        """The button was pressed where the page cannot interrupt the kernel; returns what to say."""
        if not self._running:
            return ENDED
        self._stop.set()
        return _curves.ASKED

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        """The button, ■ or Ctrl-C was pressed: the first time, only ask; when the training has ended, nothing."""
        if not self._running:
            return
        if self._interrupted:
            raise KeyboardInterrupt
        self._interrupted = True
        self._stop.set()

    def _catch_interrupts(self) -> None:
        """Only the main thread can, and only it is interrupted; where interrupts are ignored, they stay so."""
        before = signal.getsignal(signal.SIGINT)
        if callable(before) and threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._on_interrupt)

    def _release_interrupts(self) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None
