"""The folder for torchvision holds the real files, and nothing where there are none."""

import os

import pytest

from helpers.data import images, load_dataset
from helpers.data.for_torchvision import torchvision_folder
from helpers.data.sources import DownloadError


def test_without_the_real_files_there_is_no_folder(monkeypatch):
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    with torchvision_folder("mnist") as root:
        assert root is None


def test_without_a_network_there_is_no_folder(monkeypatch):
    def fail(spec, *, progress):
        raise DownloadError("no network")

    monkeypatch.delenv("COURSE_OFFLINE", raising=False)
    monkeypatch.setattr("helpers.data.for_torchvision.find_files", fail)
    with torchvision_folder("mnist") as root:
        assert root is None


def test_files_lie_where_torchvision_looks_and_go_with_the_block(monkeypatch):
    monkeypatch.delenv("COURSE_OFFLINE", raising=False)
    files = {"train-images-idx3-ubyte": b"images", "train-labels-idx1-ubyte": b"labels"}
    monkeypatch.setattr("helpers.data.for_torchvision.find_files", lambda spec, *, progress: ("cache", files))
    with torchvision_folder("mnist") as root:
        raw = root / "MNIST" / "raw"
        assert {path.name: path.read_bytes() for path in raw.iterdir()} == files
    assert not root.exists()


def test_unknown_name_is_refused():
    with pytest.raises(ValueError, match="unknown data set 'digits'"), torchvision_folder("digits"):
        pass


@pytest.mark.skipif(os.environ.get("COURSE_OFFLINE") == "1" or not os.environ.get("COURSE_DATA"), reason="real files")
def test_torchvision_reads_what_load_dataset_reads():
    from torchvision.datasets import MNIST

    data = load_dataset(images.DATASETS["mnist"].name, verbose=False)
    with torchvision_folder("mnist") as root:
        theirs = MNIST(root, train=False)
    assert theirs.data.equal(data.test_images)
    assert theirs.targets.equal(data.test_labels)
