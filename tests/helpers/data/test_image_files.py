"""Image files: each read as it was written, and a bad one named with its path."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from helpers.data import BadImageError, ImageFiles, write_image_files


def make_images(count: int = 6) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (count, 28, 28), dtype=torch.uint8, generator=generator)
    return images, torch.arange(count) % 10


@pytest.fixture
def written(tmp_path: Path) -> ImageFiles:
    return ImageFiles(write_image_files(*make_images(), tmp_path), tmp_path, num_classes=10)


def file_of(data: ImageFiles, index: int) -> Path:
    return data.folder / data.filepaths[index]


def test_images_come_back_pixel_for_pixel(written: ImageFiles) -> None:
    images, labels = make_images()
    assert len(written) == len(images)
    for index in range(len(images)):
        image, label = written[index]
        assert np.array_equal(np.asarray(image), images[index].numpy())
        assert label == labels[index].item()
        assert type(label) is int


def test_transform_is_called_on_the_image(tmp_path: Path) -> None:
    csv_path = write_image_files(*make_images(), tmp_path)
    data = ImageFiles(csv_path, tmp_path, num_classes=10, transform=lambda image: image.size)
    assert data[0][0] == (28, 28)


def test_no_folder_holds_all_files(tmp_path: Path) -> None:
    write_image_files(*make_images(250), tmp_path)
    assert max(len(list(folder.iterdir())) for folder in tmp_path.iterdir() if folder.is_dir()) == 3


def test_progress_sees_each_index(tmp_path: Path) -> None:
    seen = []
    write_image_files(*make_images(), tmp_path, progress=lambda indices: seen.extend(indices) or indices)
    assert seen == list(range(6))


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda path: path.unlink(), "the file is missing"),
        (lambda path: path.write_bytes(b""), "the file is empty"),
        (lambda path: path.write_bytes(b"no image"), "damaged or no image"),
        (lambda path: path.write_bytes(path.read_bytes()[:20]), "damaged or no image"),
        (lambda path: path.write_bytes(path.read_bytes()[:200]), "damaged or no image"),
    ],
)
def test_bad_file_is_named_and_not_skipped(written: ImageFiles, damage, reason: str) -> None:
    path = file_of(written, 3)
    damage(path)
    with pytest.raises(BadImageError, match=reason) as caught:
        written[3]
    assert str(caught.value).startswith(str(path))
    (problem,) = written.find_bad_files()
    assert problem == str(caught.value)


# --- damage of every kind ----------------------------------------------------------------------------------------


def damaged(png: bytes, seed: int) -> bytes:
    """A PNG file with something cut off, cut out, put in or overwritten, and its check sums as they were."""
    rng, content = random.Random(seed), bytearray(png)
    at = rng.randrange(len(content))
    match rng.randrange(4):
        case 0:
            del content[at:]
        case 1:
            del content[at : at + rng.randint(1, 40)]
        case 2:
            content[at:at] = rng.randbytes(rng.randint(1, 20))
        case _:
            for _ in range(rng.randint(1, 4)):  # half of them in the header
                content[rng.randrange(rng.choice([60, len(content)]))] = rng.randrange(256)
    return bytes(content)


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8  # after the signature
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def join_chunks(parts: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A PNG file of these chunks, with check sums that fit."""
    content = b"\x89PNG\r\n\x1a\n"
    for kind, data in parts:
        content += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return content


def forged(png: bytes, seed: int) -> bytes:
    """A PNG file whose chunks are cut, changed or strange, with check sums that fit, so that PIL reads further."""
    rng, parts = random.Random(seed), list(chunks(png))
    at = rng.randrange(len(parts))
    kind, data = parts[at]
    match rng.randrange(3):
        case 0:
            parts[at] = kind, data[: rng.randrange(len(data) + 1)]
        case 1:
            where = rng.randrange(max(1, len(data)))
            parts[at] = kind, data[:where] + rng.randbytes(1) + data[where + 1 :]
        case _:
            kinds = [b"acTL", b"fcTL", b"fdAT", b"zTXt", b"iCCP", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"pHYs", b"sRGB"]
            parts.insert(rng.randrange(1, len(parts) + 1), (rng.choice(kinds), rng.randbytes(rng.randrange(20))))
    return join_chunks(parts)


def read_damaged(data: ImageFiles, content: bytes) -> str:
    """What reading a file with this content ends in: "read", or why not."""
    path = file_of(data, 3)
    path.write_bytes(content)
    try:
        data[3]
    except BadImageError as error:
        assert str(error).startswith(str(path))
        return type(error.__cause__).__name__
    return "read"


BARE_VALUE_ERRORS = [11_970, 15_699, 20_925, 23_741, 30_607]  # found among the first 40,000 seeds of `damaged`


@pytest.mark.filterwarnings("ignore")  # PIL warns of large images and strange chunks
@pytest.mark.parametrize("damage", [damaged, forged])
def test_no_damage_escapes_as_another_error(written: ImageFiles, damage: Callable[[bytes, int], bytes]) -> None:
    png = file_of(written, 3).read_bytes()
    ends = {read_damaged(written, damage(png, seed)) for seed in (*range(300), *BARE_VALUE_ERRORS)}
    assert {"read", "OSError", "UnidentifiedImageError"} <= ends
    assert damage is damaged or {"ValueError", "DecompressionBombError"} <= ends


def test_header_that_is_too_short_is_named_though_pil_raises_a_bare_value_error(written: ImageFiles) -> None:
    png = bytearray(file_of(written, 3).read_bytes())
    png[11] = 5  # the length of the header, of 13 bytes
    assert read_damaged(written, bytes(png)) == "ValueError"


def test_image_of_gigabytes_is_refused_before_it_fills_the_memory(written: ImageFiles) -> None:
    (kind, header), *rest = chunks(file_of(written, 3).read_bytes())
    file_of(written, 3).write_bytes(join_chunks([(kind, struct.pack(">II", 1 << 16, 1 << 16) + header[8:]), *rest]))
    with pytest.raises(BadImageError, match="too large for memory"):
        written[3]


def test_file_that_may_not_be_opened_is_not_called_damaged(written: ImageFiles) -> None:
    file_of(written, 3).unlink()
    file_of(written, 3).mkdir()
    with pytest.raises(BadImageError, match=r"cannot be opened \((Is a directory|Permission denied)\)"):
        written[3]


# --- the table beside them ---------------------------------------------------------------------------------------


def test_good_files_have_no_problems(written: ImageFiles) -> None:
    assert written.find_bad_files() == []


def test_label_outside_the_classes_is_named_with_file_and_line(tmp_path: Path) -> None:
    csv_path = write_image_files(*make_images(), tmp_path)
    csv_path.write_text(csv_path.read_text().replace("00004.png,4", "00004.png,10"))
    with pytest.raises(BadImageError, match=r"04/00004\.png has the label 10, .* in 0\.\.9 \(line 6 of labels\.csv"):
        ImageFiles(csv_path, tmp_path, num_classes=10)


def test_table_without_a_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("filepath,digit\na.png,1\n")
    with pytest.raises(ValueError, match=r"lacks \['label'\]"):
        ImageFiles(tmp_path / "labels.csv", tmp_path, num_classes=10)


@pytest.mark.parametrize("images", [torch.zeros(2, 28, 28), torch.zeros(3, 28, 28, dtype=torch.uint8)])
def test_images_that_do_not_fit_are_not_written(images: Tensor, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="wanted uint8 images"):
        write_image_files(images, torch.zeros(2), tmp_path)


def to_tensor(image) -> Tensor:
    return torch.from_numpy(np.array(image))


def test_spawned_worker_reads_the_same_images_and_passes_its_error_on(tmp_path: Path) -> None:
    images, labels = make_images()
    csv_path = write_image_files(images, labels, tmp_path)
    data = ImageFiles(csv_path, tmp_path, num_classes=10, transform=to_tensor)
    # One worker for both rounds: a spawned one has to import torch.
    loader = DataLoader(data, batch_size=4, num_workers=1, multiprocessing_context="spawn", persistent_workers=True)
    batches = list(loader)
    assert torch.equal(torch.cat([X for X, _ in batches]), images)
    assert torch.equal(torch.cat([y for _, y in batches]), labels)
    file_of(data, 5).unlink()
    with pytest.raises(BadImageError, match=r"00005\.png: the file is missing"):
        list(loader)
