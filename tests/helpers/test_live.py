"""A curve that draws itself while a network trains, without a page: what is kept, shown and said, however it ends."""

from __future__ import annotations

import base64
import math
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pytest
import torch
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel
from nbclient import NotebookClient
from PIL import Image
from torch import nn

from helpers import _curves, _widgets, live
from helpers._curves import Curves
from helpers.live import ENDED, LiveCurve
from helpers.training import fit

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def on_real_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_curves, "stand_ins_in_use", lambda: False)


@pytest.fixture(autouse=True)
def interrupts_as_in_a_kernel() -> Iterator[None]:
    """What a kernel sets while a cell runs; it is there again after each test."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    after = signal.signal(signal.SIGINT, before)
    assert after is signal.default_int_handler, "the curve has not given back what an interrupt means"


class Page:
    """A notebook's page, as far as a curve sees it: what it displays, updates and sends."""

    def __init__(self) -> None:
        self.bundles: list[dict] = []
        self.sent: list[dict] = []

    def display(self, shown: LiveCurve, *, display_id: bool = False) -> Page:
        self.bundles.append(shown._repr_mimebundle_()[0])
        return self

    def update(self, shown: LiveCurve) -> None:
        self.display(shown)

    def send(self, content: dict) -> None:
        self.sent.append(content)

    @property
    def page(self) -> str:
        return "page"

    def press(self) -> str:
        """Press the button, where the page cannot interrupt the kernel; what comes back."""
        key = re.search(r'data-key="([^"]+)"', self.bundles[0]["text/html"])[1]
        replies: list[dict] = []
        thread = threading.Thread(target=lambda: replies.append(_widgets._receive({"key": key, "answer": "stop"})))
        thread.start()
        thread.join()
        return replies[0]["reply"]


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    """A learner in front of a notebook, and no waiting between drawings."""
    page = Page()
    monkeypatch.setattr(live, "can_answer", lambda: True)
    monkeypatch.setattr(live, "in_notebook", lambda: True)
    monkeypatch.setattr(live, "SECONDS_BETWEEN", 0)
    monkeypatch.setattr(_widgets, "_bridge", lambda: page)
    monkeypatch.setattr("IPython.display.display", page.display)
    return page


def interrupt() -> None:
    """What ■ and Ctrl-C do."""
    signal.raise_signal(signal.SIGINT)


# What is kept


def test_history_has_one_number_per_epoch_and_name() -> None:
    with LiveCurve() as curve:
        for epoch in curve.watch(range(3)):
            curve.add(training=1 / (epoch + 1), set_aside=torch.tensor(2.0))
    assert curve.history == {"training": [1, 1 / 2, 1 / 3], "set aside": [2.0, 2.0, 2.0]}
    assert not curve.stopped


def test_other_names_than_before_are_refused() -> None:
    curve = LiveCurve()
    curve.add(training=1, validation=2)
    with pytest.raises(ValueError, match=r"for each of \['training', 'validation'\], as before, got \['training'\]"):
        curve.add(training=1)
    assert curve.history == {"training": [1], "validation": [2]}


def test_curve_that_is_entered_again_goes_on() -> None:
    curve = LiveCurve()
    for _ in range(2):
        with curve:
            for epoch in curve.watch([1, 2, 3]):
                curve.add(loss=epoch)
                if epoch == 2:
                    interrupt()
    assert curve.history["loss"] == [1, 2, 1, 2]
    assert curve._curves.in_words() == "loss, epoch 4 of 5: loss 2"


def test_what_is_watched_may_have_no_length() -> None:
    with LiveCurve() as curve:
        for _ in curve.watch(iter(range(4))):
            curve.add(loss=1)
    assert curve._curves.in_words() == "loss, epoch 4: loss 1"


# How it is stopped


def test_button_ends_the_training_after_the_running_epoch(page: Page, capsys: pytest.CaptureFixture) -> None:
    finished = []
    with LiveCurve() as curve:
        for epoch in curve.watch(range(1, 31)):
            curve.add(loss=1 / epoch)
            if epoch == 7:
                assert page.press() == _curves.ASKED
            finished.append(epoch)
    assert finished == [1, 2, 3, 4, 5, 6, 7]
    assert len(curve.history["loss"]) == 7
    assert curve.stopped
    assert (
        capsys.readouterr().out == "Stopped by hand, epochs finished: 7 of 30. The weights and the history are kept.\n"
    )


def test_button_of_a_training_that_has_ended_stops_nothing(page: Page) -> None:
    with LiveCurve() as curve:
        curve.add(loss=1)
    assert page.press() == ENDED
    assert not curve.stopped


def test_first_interrupt_ends_after_the_running_epoch() -> None:
    finished = []
    with LiveCurve() as curve:
        for epoch in curve.watch(range(1, 31)):
            if epoch == 3:
                interrupt()
            curve.add(loss=1 / epoch)
            finished.append(epoch)
    assert finished == [1, 2, 3]


def test_second_interrupt_ends_at_once_and_is_no_error(capsys: pytest.CaptureFixture) -> None:
    finished = []
    with LiveCurve() as curve:
        for epoch in curve.watch(range(1, 31)):
            curve.add(loss=1 / epoch)
            if epoch == 3:
                interrupt()
                interrupt()
            finished.append(epoch)
    assert finished == [1, 2]
    assert len(curve.history["loss"]) == 3
    assert "Stopped by hand, epochs finished: 3 of 30." in capsys.readouterr().out


def test_interrupt_after_the_button_does_not_break_a_step(page: Page) -> None:
    """Whoever presses one may press the other, too."""
    finished = []
    with LiveCurve() as curve:
        for epoch in curve.watch(range(9)):
            page.press()
            interrupt()
            finished.append(epoch)
    assert finished == [0]


def test_interrupt_that_comes_too_late_stops_nothing(page: Page, capsys: pytest.CaptureFixture) -> None:
    """The button may be pressed while the picture is made."""

    def update(shown: LiveCurve) -> None:
        interrupt()
        interrupt()

    page.update = update
    with LiveCurve() as curve:
        curve.add(loss=1)
    assert not curve.stopped
    assert capsys.readouterr().out == ""


def test_other_errors_are_not_swallowed_and_the_curve_is_shown(page: Page) -> None:
    with pytest.raises(FileNotFoundError), LiveCurve() as curve:
        curve.add(loss=1)
        raise FileNotFoundError
    assert "image/png" in page.bundles[-1]


def test_curve_in_another_thread_leaves_interrupts_alone() -> None:
    kept = []

    def train() -> None:
        with LiveCurve() as curve:
            for epoch in curve.watch(range(2)):
                curve.add(loss=epoch)
        kept.append(curve.history)

    thread = threading.Thread(target=train)
    thread.start()
    thread.join()
    assert kept == [{"loss": [0, 1]}]


def test_interrupts_that_are_ignored_stay_ignored() -> None:
    """So they are in a job in the background."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with LiveCurve() as curve:
            for _ in curve.watch(range(3)):
                interrupt()
                curve.add(loss=1)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(curve.history["loss"]) == 3


# With `fit`


def train(curve: LiveCurve, *, epochs: int = 9, **options: object) -> tuple[object, nn.Module]:
    torch.manual_seed(0)
    model, batch = nn.Linear(2, 1), (torch.randn(8, 2), torch.randn(8, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    options |= {"loss_fn": nn.functional.mse_loss, "optimizer": optimizer, "epochs": epochs, "progress": False}
    with curve:
        history = fit(model, [batch], valid_loader=[batch], on_epoch_end=curve, **options)
    return history, model


def test_fit_fills_the_curve() -> None:
    curve = LiveCurve()
    history, _ = train(curve)
    assert curve.history == {"training": history.train_loss, "validation": history.valid_loss}
    assert len(history.train_loss) == 9


def test_fit_fills_the_curve_with_a_metric() -> None:
    curve = LiveCurve("distance")
    history, _ = train(curve, metrics={"distance": nn.functional.l1_loss})
    assert curve.history["validation"] == history.metrics["valid_distance"]


def test_quantity_that_fit_does_not_measure_is_named_with_those_it_does() -> None:
    with pytest.raises(KeyError, match=r"no 'accuracy'; it has \['train_loss', 'valid_loss'\]"):
        train(LiveCurve("accuracy"))


def test_button_ends_fit_with_the_weights_of_as_many_epochs(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    class Pressed(LiveCurve):
        def add(self, **values: float) -> None:
            super().add(**values)
            if len(self.history["training"]) == 4:
                page.press()

    history, model = train(Pressed())
    _, wanted = train(LiveCurve(), epochs=4)
    assert len(history.train_loss) == 4
    assert not history.interrupted, "its last epoch is whole"
    assert torch.equal(model.weight, wanted.weight)


# What is shown


def test_page_is_drawn_while_the_training_runs_and_replaced_by_a_picture(page: Page) -> None:
    with LiveCurve("error (%)", title="A line") as curve:
        assert set(page.bundles[0]) == {"text/html", "text/plain"}
        for epoch in curve.watch(range(3)):
            curve.add(training=3 - epoch)
            assert page.sent[-1]["drawing"] == _curves.drawing(curve._curves)
    assert page.sent[-1] == {"key": curve._key, "closes": True}
    assert [set(bundle) for bundle in page.bundles[1:]] == [{"image/png", "text/plain"}]


def test_drawings_are_at_most_ten_per_second(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "SECONDS_BETWEEN", 0.1)
    clock = iter(range(1000))
    monkeypatch.setattr(live.time, "monotonic", lambda: next(clock) / 100)
    with LiveCurve() as curve:
        for epoch in curve.watch(range(100)):
            curve.add(loss=epoch)
    assert sum("drawing" in content for content in page.sent) == 10


def test_picture_has_a_description_and_is_none_of_pyplots() -> None:
    with LiveCurve("error (%)", title="A line") as curve:
        for error in (9.0, 1.0, 2.0):
            curve.add(training=error, validation=error + 1)
    data, metadata = curve._repr_mimebundle_()
    assert Image.open(BytesIO(base64.b64decode(data["image/png"]))).width > 600
    assert data["text/plain"] == "error (%), epoch 3: training 2, validation 3"
    assert metadata["image/png"]["alt"] == (
        "A line: error (%) over 3 epochs. training goes from 9 to 2, lowest 1 in epoch 2; "
        "validation goes from 10 to 3, lowest 2 in epoch 2."
    )
    assert plt.get_fignums() == []


def test_picture_is_the_same_each_time() -> None:
    curves = Curves("loss", values={"training": [3.0, 2.0, 1.5]})
    assert _curves.picture(curves) == _curves.picture(curves)


def test_curve_without_an_epoch_says_so_and_draws_no_picture(page: Page) -> None:
    with LiveCurve():
        pass
    assert page.bundles[-1] == {"text/plain": "loss: no epoch is finished yet"}


def test_stand_ins_are_marked_in_words_drawing_and_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_curves, "stand_ins_in_use", lambda: True)
    curves = Curves("error (%)", "A line", {"training": [3.0, 2.0]})
    assert curves.heading == "A line (offline stand-in)"
    for text in (curves.in_words(), curves.described(), _curves.drawing(curves)):
        assert "(offline stand-in)" in text


# How it is drawn


def points(curves: Curves) -> list[list[tuple[float, float]]]:
    """Of each line in the drawing, its points, in per cent from the left and from the top."""
    paths = re.findall(r'<path d="([^"]+)" stroke="[^"]+" stroke-dasharray', _curves.drawing(curves).split("</svg>")[0])
    return [[tuple(map(float, point.split())) for point in re.split("[ML]", path)[1:]] for path in paths]


def test_curves_fill_the_axes_and_share_them() -> None:
    first, second = points(Curves("loss", values={"training": [3.0, 2.0, 1.0], "validation": [3.0, 3.0, 2.0]}))
    assert [x for x, _ in first] == [0, 50, 100]
    margin = pytest.approx(100 * 0.05 / 1.1, abs=0.01)
    assert first[0][1] == second[0][1] == second[1][1] == margin
    assert 100 - first[2][1] == margin
    assert second[2][1] == pytest.approx(50)


def test_axis_is_as_long_as_the_training_will_be() -> None:
    ((*_, last),) = points(Curves("loss", values={"training": [2.0, 1.0, 1.0]}, total=5))
    assert last[0] == 50


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_value_that_is_no_number_leaves_a_gap(value: float) -> None:
    curves = Curves("loss", values={"training": [3.0, 2.0, value, 1.0]})
    assert re.search(r'd="M[\d.]+ [\d.]+L[\d.]+ [\d.]+M100.00 [\d.]+"', _curves.drawing(curves))
    assert "lowest" not in curves.described()


@pytest.mark.parametrize("values", [[0.0], [5.0, 5.0], [math.nan], [-1e-9, 1e9]])
def test_every_height_can_be_drawn(values: list[float]) -> None:
    curves = Curves("loss", values={"training": values})
    assert all(0 <= y <= 100 for line in points(curves) for _, y in line)
    assert re.findall('style="(?:left|bottom): ([^%]+)%"', _curves.drawing(curves))
    assert not re.search('style="[^"]*(nan|inf)', _curves.drawing(curves))


def test_long_curve_is_thinned_and_keeps_its_last_point() -> None:
    values = [1 / (i + 1) for i in range(10_007)]
    (line,) = points(Curves("loss", values={"training": values}))
    assert 250 < len(line) < 310
    assert line[-1][0] == 100


def test_names_are_escaped() -> None:
    drawn = _curves.drawing(Curves("<b>", "<i>", {"<u>": [1.0]}))
    assert not re.search("<[biu]>", drawn)


def test_page_needs_nothing_from_the_network() -> None:
    page = _curves.page(Curves("loss", values={"training": [1.0, 0.5]}), 'data-key="live:1"')
    assert not re.search(r"https?://|src=|@import", page)


def test_what_a_press_does_is_one_whole_attribute() -> None:
    found = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            found.setdefault(tag, dict(attributes))

    Reader().feed(_curves.page(Curves("loss"), 'data-key="live:1"'))
    assert found["section"]["onclick"].endswith(f"'{_curves.NOT_HEARD}' : '{_curves.ASKED}';")
    assert set(found["section"]) == {
        "class", "aria-label", "data-key", "data-lm-suppress-shortcuts", "onkeydown", "onclick"
    }  # fmt: skip
    assert found["button"] == {"type": "button"}


# In a kernel, and in a terminal


def test_run_that_stores_outputs_keeps_one_picture_and_no_widget() -> None:
    source = "from helpers.live import LiveCurve\n\nwith LiveCurve() as live:\n    live.add(training=1.0)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    environment = os.environ | {"CI": "true", "PYTHONPATH": str(ROOT)}
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute(env=environment)
    (output,) = notebook.cells[0].outputs
    assert set(output.data) == {"image/png", "text/plain"}
    assert output.metadata["image/png"]["alt"] == "loss over 1 epoch. training is 1."
    assert "widgets" not in notebook.metadata


LONG = """\
import time

from helpers.live import LiveCurve

with LiveCurve() as live:
    for epoch in live.watch(range(400)):
        live.add(training=1.0)
        time.sleep(0.05)
print("kept:", 1 <= len(live.history["training"]) < 400)"""


@pytest.fixture
def kernel() -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    """A kernel with a learner in front of it, and a client that plays the page."""
    environment = {name: value for name, value in os.environ.items() if name != "CI"} | {"PYTHONPATH": str(ROOT)}
    manager, client = start_new_kernel(env=environment)
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def messages_until(client: BlockingKernelClient, wanted: Callable[[dict], bool]) -> list[dict]:
    """What the kernel says, up to the first message that is wanted."""
    heard: list[dict] = []
    while not heard or not wanted(heard[-1]):
        heard.append(client.get_iopub_msg(timeout=120))
    return heard


def is_drawing(message: dict) -> bool:
    return "drawing" in message["content"].get("data", {}).get("content", {})


def is_idle_after(request: str) -> Callable[[dict], bool]:
    def is_idle(message: dict) -> bool:
        idle = message["content"].get("execution_state") == "idle"
        return idle and message["parent_header"].get("msg_id") == request

    return is_idle


def test_interrupt_of_a_busy_kernel_ends_the_training_without_an_error(
    kernel: tuple[KernelManager, BlockingKernelClient],
) -> None:
    manager, client = kernel
    request = client.execute(LONG)
    messages_until(client, is_drawing)
    manager.interrupt_kernel()
    heard = messages_until(client, is_idle_after(request))
    said = "".join(message["content"]["text"] for message in heard if message["msg_type"] == "stream")
    assert re.fullmatch(r"Stopped by hand, epochs finished: \d+ of 400\. .* kept\.\nkept: True\n", said)
    assert not [message for message in heard if message["msg_type"] == "error"]


SCRIPT = """\
from helpers.live import LiveCurve
import time

with LiveCurve() as live:
    for epoch in live.watch(range(1000)):
        live.add(training=1.0)
        print("epoch", flush=True)
        time.sleep(0.05)
print(len(live.history["training"]) >= 1)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to all processes of a window, this one among them")
def test_ctrl_c_in_a_terminal_keeps_the_results() -> None:
    command = [sys.executable, "-c", f"import signal; signal.signal(2, signal.default_int_handler)\n{SCRIPT}"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout.readline() == "epoch\n"
        process.send_signal(signal.SIGINT)
        *_, values, told, kept = process.stdout.read().splitlines()
    assert process.returncode == 0
    assert re.fullmatch(r"loss, epoch \d+ of 1000: training 1", values)
    assert re.fullmatch(r"Stopped by hand, epochs finished: \d+ of 1000\. The weights and the history are kept\.", told)
    assert kept == "True"
