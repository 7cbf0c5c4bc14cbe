"""Image files: each read as it was written, and a bad one named with its path."""

from __future__ import annotations

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
    loader = DataLoader(data, batch_size=4, num_workers=1, multiprocessing_context="spawn")
    batches = list(loader)
    assert torch.equal(torch.cat([X for X, _ in batches]), images)
    assert torch.equal(torch.cat([y for _, y in batches]), labels)
    file_of(data, 5).unlink()
    with pytest.raises(BadImageError, match=r"00005\.png: the file is missing"):
        list(loader)
