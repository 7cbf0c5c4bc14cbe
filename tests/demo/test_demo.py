"""The demo without a browser: what becomes of a drawing, what is refused and why, what is kept and read again."""

from __future__ import annotations

import json
import os
import re
import socket
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import torch
import uvicorn
from PIL import Image

from helpers.data import ImageData
from helpers.data.drawings import draw_digit
from helpers.environment import set_seed
from helpers.models import make_mlp
from tools.demo import network
from tools.demo.__main__ import free_socket
from tools.demo.app import PAGE, make_app
from tools.demo.network import SIZES, DigitReader, get_reader, load_reader, save_reader, train_reader
from tools.demo.sheet import MOST_BYTES, SIDE, SheetError, decode, prepare, shrink

SHEET = draw_digit(7, paper=255, ink=0)


def png(image: Image.Image) -> bytes:
    """A picture as a PNG file."""
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def png_of(sheet: torch.Tensor) -> bytes:
    """A grey sheet as a PNG file."""
    return png(Image.fromarray(sheet.numpy()))


def untrained(*, is_stand_in: bool = False) -> DigitReader:
    """A network that has learned nothing, for what does not depend on its answers."""
    set_seed(1)
    return DigitReader(make_mlp(SIZES).eval(), "nothing", 0.1, is_stand_in)


# From a drawing to an image in MNIST's form


@pytest.mark.parametrize("pen", [2, 4, 12, 20])
@pytest.mark.parametrize(("height", "left", "top"), [(190, 70, 45), (60, 10, 10), (60, 200, 200)])
def test_drawing_is_centred_scaled_and_bright_wherever_and_however_thin(pen, height, left, top) -> None:
    image = prepare(draw_digit(3, height=height, left=left, top=top, pen=pen, paper=255, ink=0))
    assert image.shape == (28, 28) and image.min() == 0 and image.max() == 1
    rows, columns = image.any(dim=1).nonzero(), image.any(dim=0).nonzero()
    assert max(rows.max() - rows.min(), columns.max() - columns.min()) == 20 - 1
    places = torch.arange(28.0)
    centre = [(image.sum(dim=dim) @ places / image.sum()).item() for dim in (0, 1)]
    assert all(abs(value - 14) < 1 for value in centre)


def test_thin_pen_keeps_as_much_light_as_the_brightest_pixel_allows() -> None:
    """Without this, the thin line of a large digit fades as it is shrunk: 4.6.2 shows what a network makes of it."""
    from helpers.data.drawings import like_mnist

    thin = draw_digit(3, height=250, left=20, top=15, pen=2, paper=255, ink=0)
    assert like_mnist(thin).max() < 0.5
    assert prepare(thin).max() == 1


def test_empty_sheet_is_refused_with_what_to_do() -> None:
    for grey in (0, 128, 255):
        with pytest.raises(SheetError, match="nothing is drawn yet: draw a digit from 0 to 9") as refused:
            prepare(torch.full((SIDE, SIDE), grey, dtype=torch.uint8))
        assert refused.value.status == 422


def test_shrinking_alone_moves_nothing() -> None:
    sheet = torch.full((SIDE, SIDE), 255, dtype=torch.uint8)
    sheet[:10, -10:] = 0
    wanted = torch.zeros(28, 28)
    wanted[0, -1] = 1
    assert torch.equal(shrink(sheet), wanted)


def test_png_is_decoded_in_grey_colours_and_with_transparent_paper() -> None:
    grey = Image.fromarray(SHEET.numpy())
    clear = Image.new("RGBA", grey.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=grey.point(lambda value: 255 - value))
    for image in (grey, grey.convert("RGB"), grey.convert("1"), clear):
        assert (decode(png(image)).int() - SHEET.int()).abs().max() <= 1, image.mode


def cut_short() -> bytes:
    whole = png_of(SHEET)
    return whole[: len(whole) // 2]


def with_chunk(kind: bytes, content: bytes) -> bytes:
    """A sheet as a PNG file with a chunk of this kind right after the header (in its place, where it is the header)."""
    whole = png_of(SHEET)
    chunk = len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")
    return whole[: 8 if kind == b"IHDR" else 33] + chunk + whole[33:]


REFUSED = {
    "nothing": (b"", 400, "no image came: send a PNG file as the body of the request"),
    "a text": (b'{"image": "7"}', 415, "what came is no PNG file that can be read"),
    "a JPEG": (b"\xff\xd8\xff\xe0" + bytes(100), 415, "what came is no PNG file that can be read"),
    "half a file": (cut_short(), 415, "what came is no PNG file that can be read"),
    "a thumbnail": (png(Image.new("L", (28, 28))), 422, "wanted 280 by 280 pixels, got 28 by 28"),
    "a wide one": (png(Image.new("L", (560, 280))), 422, "wanted 280 by 280 pixels, got 560 by 280"),
    "a bomb": (png(Image.new("1", (20_000, 20_000))), 415, "what came is no PNG file that can be read"),
    "a short header": (with_chunk(b"IHDR", bytes(4)), 415, "what came is no PNG file that can be read"),
    "a short size": (with_chunk(b"pHYs", bytes(2)), 415, "what came is no PNG file that can be read"),
    "a bomb of text": (
        with_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(3_000_000))),
        415,
        "what came is no PNG file that can be read",
    ),
    "too much": (bytes(MOST_BYTES + 1), 413, "too much came: at most 500,000 bytes"),
    "an empty sheet": (png(Image.new("L", (SIDE, SIDE), 255)), 422, "nothing is drawn yet: draw a digit from 0 to 9"),
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A running demo with a network that has learned nothing."""
    listener = free_socket(0)
    server = uvicorn.Server(uvicorn.Config(make_app(untrained(is_stand_in=True)), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
        assert thread.is_alive()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=30)


def ask(address: str, path: str, body: bytes | Iterator[bytes] | None = None) -> tuple[int, bytes]:
    """Status and body of the answer, refused or not."""
    request = urllib.request.Request(f"{address}/{path}", data=body, method="GET" if body is None else "POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@pytest.mark.parametrize("case", REFUSED)
def test_bad_request_is_refused_with_a_reason(address: str, case: str) -> None:
    body, wanted, reason = REFUSED[case]
    status, told = ask(address, "read", body)
    assert (status, json.loads(told)) == (wanted, {"detail": reason})


def test_body_without_end_is_cut_off(address: str) -> None:
    """No length is told beforehand, so the server has to count."""
    chunks = (bytes(100_000) for _ in range(100))
    try:
        status, _ = ask(address, "read", chunks)
    except (ConnectionError, urllib.error.URLError):
        return  # hung up on while sending
    assert status == 413


def test_drawing_is_answered_with_ten_probabilities_and_what_the_network_saw(address: str) -> None:
    status, told = ask(address, "read", png_of(SHEET))
    answer, reader = json.loads(told), untrained()
    assert status == 200 and set(answer) == {"prepared", "shrunk"}
    for name, image in {"prepared": prepare(SHEET), "shrunk": shrink(SHEET)}.items():
        wanted = reader.probabilities(image[None])[0]
        torch.testing.assert_close(torch.tensor(answer[name]["probabilities"]), wanted)
        assert torch.equal(torch.tensor(answer[name]["pixels"]), (255 * image).round().int())


def test_page_and_facts_are_served_and_nothing_else(address: str) -> None:
    for name in ("", "index.html", "page.js", "page.css"):
        status, told = ask(address, name)
        assert status == 200 and told == (PAGE / (name or "index.html")).read_bytes()
    assert json.loads(ask(address, "facts")[1]) == {"data": "nothing", "accuracy": 0.1, "is_stand_in": True}
    for name in ("app.py", "../app.py", "..%2fapp.py", "docs", "openapi.json", "page/page.js"):
        assert ask(address, name)[0] == 404, name


def test_page_names_no_other_site() -> None:
    for path in PAGE.iterdir():
        assert not re.search(r"""\w://|["'(]//""", path.read_text(encoding="utf-8")), path.name


# The network that is kept


def some_images(source: str) -> ImageData:
    """Noise with labels, 6,000 of each split."""
    generator = torch.Generator().manual_seed(1)
    images = torch.randint(0, 256, (6_000, 28, 28), dtype=torch.uint8, generator=generator)
    labels = torch.randint(0, 10, (6_000,), generator=generator)
    return ImageData("mnist", "MNIST", source, tuple("0123456789"), images, labels, images, labels, "", "")


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where the data of each training came from; `source` in the environment says where they come from."""
    done: list[str] = []

    def train(data: ImageData) -> DigitReader:
        done.append(data.source)
        return untrained(is_stand_in=data.is_stand_in)

    monkeypatch.setenv("COURSE_OFFLINE", "")
    monkeypatch.setenv("SOURCE", "cache")
    monkeypatch.setattr(network, "load_dataset", lambda name: some_images(os.environ["SOURCE"]))
    monkeypatch.setattr(network, "train_reader", train)
    return done


def test_network_is_trained_once(tmp_path: Path, trainings: list[str]) -> None:
    first, second = get_reader(tmp_path), get_reader(tmp_path)
    assert trainings == ["cache"]
    X = torch.rand(3, 28, 28)
    assert torch.equal(first.probabilities(X), second.probabilities(X))
    assert (first.data, first.accuracy, first.is_stand_in) == (second.data, second.accuracy, second.is_stand_in)


def test_network_of_stand_ins_gives_way_to_one_of_mnist(
    tmp_path: Path, trainings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE", "offline stand-in")
    assert get_reader(tmp_path).is_stand_in and get_reader(tmp_path).is_stand_in
    monkeypatch.setenv("SOURCE", "download")
    assert not get_reader(tmp_path).is_stand_in
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    monkeypatch.setenv("SOURCE", "offline stand-in")
    assert get_reader(tmp_path).is_stand_in
    assert trainings == ["offline stand-in", "download"]


@pytest.mark.parametrize("damage", ["cut short", "empty", "text", "other version", "other sizes"])
def test_file_that_does_not_fit_is_replaced(tmp_path: Path, trainings: list[str], damage: str, monkeypatch) -> None:
    path = tmp_path / "mnist.safetensors"
    if damage == "other version":
        with monkeypatch.context() as older:
            older.setattr(network, "VERSION", "0")
            save_reader(untrained(), path)
    elif damage == "other sizes":
        save_reader(DigitReader(make_mlp([784, 10]), "", 0.1, False), path)
    else:
        save_reader(untrained(), path)
        content = {"cut short": path.read_bytes()[:1000], "empty": b"", "text": b"no weights"}[damage]
        path.write_bytes(content)
    assert load_reader(path) is None
    get_reader(tmp_path)
    assert trainings == ["cache"] and load_reader(path) is not None
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name], "nothing half-written is left"


def test_folder_that_cannot_be_written_is_told_and_the_demo_goes_on(tmp_path: Path, trainings, capsys) -> None:
    (tmp_path / "file").write_text("no folder")
    assert get_reader(tmp_path / "file" / "demo").data == "nothing"
    assert "could not be kept" in capsys.readouterr().out


def test_training_tells_the_accuracy_on_images_held_back(capsys: pytest.CaptureFixture) -> None:
    data = some_images("offline stand-in")
    data.train_images[:] = 0
    data.train_images[torch.arange(6_000), 0, data.train_labels] = 255  # a pixel says which digit
    reader = train_reader(data, epochs=2)
    assert reader.is_stand_in and reader.data == "MNIST (offline stand-in)"
    wanted = reader.probabilities(data.train_images[-5_000:] / 255).argmax(dim=1) == data.train_labels[-5_000:]
    assert reader.accuracy == pytest.approx(wanted.float().mean().item())
    assert "training a network on MNIST (offline stand-in)" in capsys.readouterr().out


def test_taken_port_is_left_alone() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with free_socket(port) as listener:
            assert listener.getsockname()[1] != port
