"""What the offline stand-ins promise: the original's shapes, about its difficulty, and an honest test split."""

import random
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from helpers.data import standins
from helpers.data.formats import ImageArrays
from helpers.data.images import DATASETS
from helpers.data.standins import STAND_INS, Variation, show_often

SHAPES = {"mnist": (60_000, 28, 28), "fashion-mnist": (60_000, 28, 28), "cifar10": (50_000, 3, 32, 32)}
NAMES = list(SHAPES)


@pytest.fixture(scope="module")
def drawn() -> Callable[[str], ImageArrays]:
    done: dict[str, ImageArrays] = {}

    def draw(name: str) -> ImageArrays:
        if name not in done:
            done[name] = STAND_INS[name].draw()
        return done[name]

    return draw


def show_a_tenth_as_often(bases: Tensor, labels: Tensor, count: int, variation: Variation, seed: int):
    return show_often(bases, labels, count // 10, variation, seed)


def random_states() -> tuple[object, ...]:
    numpy_state = np.random.get_state()
    return random.getstate(), numpy_state[1].tobytes(), numpy_state[2], torch.get_rng_state().numpy().tobytes()


def linear_accuracy(arrays: ImageArrays, count: int = 1_500) -> float:
    """Accuracy on test images of a ridge regression on the labels: an exact fit, the same on every machine."""
    images = arrays.train_images[:count], arrays.test_images[:2_000]
    X, X_test = (split.flatten(1).double() / 255 for split in images)
    targets = torch.nn.functional.one_hot(arrays.train_labels[:count], 10).double()
    W = X.T @ torch.linalg.solve(X @ X.T + 10 * torch.eye(count, dtype=torch.float64), targets)
    return ((X_test @ W).argmax(dim=1) == arrays.test_labels[:2_000]).double().mean().item()


@pytest.mark.parametrize("name", NAMES)
def test_stand_in_has_the_shapes_types_and_range_of_the_original(drawn, name):
    arrays = drawn(name)
    assert arrays.train_images.shape == SHAPES[name]
    assert arrays.test_images.shape == (10_000, *SHAPES[name][1:])
    for images, labels in (arrays[:2], arrays[2:]):
        assert images.dtype == torch.uint8 and labels.dtype == torch.int64
        assert labels.shape == images.shape[:1] and images.is_contiguous()
        assert images.max() > 240 and images.min() == 0


@pytest.mark.parametrize("name", NAMES)
def test_stand_in_has_every_class_about_equally_often(drawn, name):
    for labels in (drawn(name).train_labels, drawn(name).test_labels):
        shares = labels.bincount(minlength=len(DATASETS[name].classes)) / len(labels)
        assert len(shares) == len(DATASETS[name].classes)
        assert shares.min() > 0.085 and shares.max() < 0.115


@pytest.mark.parametrize("name", NAMES)
def test_stand_in_is_the_same_each_time_and_leaves_global_randomness_alone(monkeypatch, name):
    monkeypatch.setattr(standins, "show_often", show_a_tenth_as_often)
    monkeypatch.setattr(standins, "CHUNK", 250)
    first = STAND_INS[name].draw()
    torch.manual_seed(1)
    before = random_states()
    again = STAND_INS[name].draw()
    assert len(first.train_images) == SHAPES[name][0] // 10
    assert random_states() == before
    assert all(torch.equal(one, other) for one, other in zip(first, again, strict=True))


def test_a_change_of_global_randomness_would_be_seen():
    before = random_states()
    torch.rand(1)
    assert random_states() != before


@pytest.mark.parametrize(
    ("name", "low", "high"), [("mnist", 0.75, 0.92), ("fashion-mnist", 0.7, 0.9), ("cifar10", 0.2, 0.5)]
)
def test_stand_in_is_neither_hopeless_nor_solved_by_a_linear_model(drawn, name, low, high):
    assert low < linear_accuracy(drawn(name)) < high


def test_test_digits_come_from_scans_that_training_never_sees(monkeypatch):
    bases = []
    monkeypatch.setattr(standins, "show_often", lambda images, labels, *_: bases.append(images) or (images, labels))
    standins.draw_digits()
    train, test = ({image.numpy().tobytes() for image in images} for images in bases)
    assert (len(bases[0]), len(bases[1])) == (1_437, 360)
    assert not train & test


@pytest.mark.parametrize("draw", [standins.draw_clothes, standins.draw_scenes])
def test_test_drawings_are_not_those_of_training(monkeypatch, draw):
    bases = []
    monkeypatch.setattr(standins, "show_often", lambda images, labels, *_: bases.append(images) or (images, labels))
    draw()
    train, test = ({image.numpy().tobytes() for image in images} for images in bases)
    assert len(train) > 1_000 and not train & test


def test_digits_look_like_mnist_dark_outside_the_middle(drawn):
    images = drawn("mnist").train_images.float()
    assert 25 < images.mean() < 42  # MNIST: 33
    assert images[:, :2].mean() < 1 and images[:, :, :2].mean() < 1


def test_showing_without_variation_gives_the_base_image_back():
    bases = torch.arange(2 * 36.0).reshape(2, 1, 6, 6)
    images, labels = show_often(bases, torch.tensor([4, 7]), 20, Variation(0, 0, 0, 0), seed=0)
    expected = torch.stack([bases[0 if label == 4 else 1, 0] for label in labels.tolist()])
    assert set(labels.tolist()) == {4, 7}
    assert (images.float() - expected).abs().max() <= 1


def test_another_seed_shows_other_images():
    bases, labels = torch.rand(5, 1, 6, 6) * 255, torch.arange(5)
    one, other = (show_often(bases, labels, 50, Variation(10, 0.1, 0.1, 1), seed)[0] for seed in (0, 1))
    assert not torch.equal(one, other)
