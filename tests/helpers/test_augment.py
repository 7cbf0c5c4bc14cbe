"""Deformed images: none at zero strength, the same ones for a seed, each in its place, by as much as asked."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from helpers import augment
from helpers.augment import affine, distort, elastic

quick = settings(deadline=None, max_examples=15)
AFFINE = {"degrees": 15.0, "scale": 0.2, "shift": 2.0, "shear": 10.0}
DEFORMATIONS = {
    "affine": lambda images, generator: affine(images, **AFFINE, generator=generator),
    "elastic": lambda images, generator: elastic(images, strength=1.5, generator=generator),
    "both": lambda images, generator: distort(images, **AFFINE, strength=1.5, generator=generator),
}
each_deformation = pytest.mark.parametrize("deform", DEFORMATIONS.values(), ids=DEFORMATIONS)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def noise(count: int = 8, side: int = 28) -> Tensor:
    return torch.rand(count, side, side, generator=seeded(0))


def blob(down: float = 13.5, right: float = 13.5, width: float = 2.0) -> Tensor:
    """A round spot, (28, 28)."""
    lines = torch.arange(28.0)
    return torch.exp(-((lines[:, None] - down) ** 2 + (lines - right) ** 2) / (2 * width**2))


def centres(images: Tensor) -> Tensor:
    """Where the ink of each image lies on average, (N, 2): down, right."""
    lines = torch.arange(images.shape[-1], dtype=images.dtype)
    ink = images.sum(dim=(1, 2))
    return torch.stack([(images.sum(dim=2) * lines).sum(1) / ink, (images.sum(dim=1) * lines).sum(1) / ink], dim=1)


# Nothing asked for, nothing changed


def test_zero_amounts_change_nothing_and_still_give_new_images():
    images = noise()
    for same in (affine(images), elastic(images, strength=0.0), distort(images)):
        assert torch.equal(same, images)
        assert same.data_ptr() != images.data_ptr()


@pytest.mark.parametrize("amount", ["degrees", "scale", "shift", "shear", "strength"])
def test_the_lookup_itself_is_the_identity_for_an_amount_near_zero(amount):
    images = noise()
    torch.testing.assert_close(distort(images, **{amount: 1e-9}), images, atol=1e-5, rtol=0)


# Order, seeds, input


@each_deformation
def test_the_same_seed_gives_the_same_images_and_another_seed_others(deform):
    images = noise()
    assert torch.equal(deform(images, seeded(1)), deform(images, seeded(1)))
    assert not torch.equal(deform(images, seeded(1)), deform(images, seeded(2)))


@each_deformation
def test_a_generator_of_its_own_leaves_the_global_one_alone(deform):
    before = torch.get_rng_state()
    deform(noise(), seeded(1))
    assert torch.equal(torch.get_rng_state(), before)


@each_deformation
def test_labels_keep_their_places(deform):
    images = torch.stack([k * blob() for k in range(1, 9)])  # image k is k times as bright
    brightness = deform(images, seeded(1)).flatten(1).amax(dim=1)
    assert brightness.argsort().tolist() == list(range(8))


@each_deformation
def test_each_image_is_deformed_in_its_own_way(deform):
    new = deform(blob().expand(5, 28, 28), seeded(1))
    assert all(not torch.allclose(new[0], other, atol=0.01) for other in new[1:])


@each_deformation
def test_the_input_is_left_as_it_was(deform):
    images = noise()
    kept = images.clone()
    deform(images, seeded(1))
    assert torch.equal(images, kept)


@each_deformation
def test_flat_rows_are_deformed_as_squares_are(deform):
    images = noise()
    assert torch.equal(deform(images.flatten(1), seeded(1)), deform(images, seeded(1)).flatten(1))


@quick
@given(st.integers(0, 9), st.integers(2, 40), st.sampled_from([torch.float32, torch.float64]))
def test_shape_dtype_and_range_stay(count, side, dtype):
    images = torch.rand(count, side, side, dtype=dtype)
    new = distort(images, **AFFINE, strength=1.0)
    assert (new.shape, new.dtype) == (images.shape, dtype)
    assert bool(((new >= 0) & (new <= 1 + 1e-6)).all())


# By how much


def test_shifts_reach_from_minus_to_plus_the_amount_both_ways():
    moved = centres(affine(blob().expand(600, 28, 28), shift=3.0, generator=seeded(1))) - 13.5
    assert moved.abs().max() < 3.05
    torch.testing.assert_close(moved.std(dim=0), torch.full((2,), 3 / 3**0.5), atol=0.1, rtol=0)
    torch.testing.assert_close(moved.mean(dim=0), torch.zeros(2), atol=0.25, rtol=0)


def test_a_rotation_turns_about_the_middle_by_up_to_the_angle():
    images = blob(down=13.5, right=21.5).expand(600, 28, 28)
    down, right = (centres(affine(images, degrees=30.0, generator=seeded(1))) - 13.5).unbind(1)
    torch.testing.assert_close(torch.hypot(down, right), torch.full((600,), 8.0), atol=0.15, rtol=0)
    angles = torch.rad2deg(torch.atan2(down, right))
    assert 27 < angles.max() < 30.5
    assert -30.5 < angles.min() < -27


def test_a_stretch_leaves_the_middle_and_changes_the_widths():
    new = affine(blob().expand(500, 28, 28), scale=0.5, generator=seeded(1))
    torch.testing.assert_close(centres(new), torch.full((500, 2), 13.5), atol=0.1, rtol=0)
    ink = new.sum(dim=(1, 2)) / blob().sum()  # width times height: between 1 / 1.5² and 1 / 0.5²
    assert 0.43 < ink.min() < 0.55
    assert 2.5 < ink.max() < 4.1


def test_a_shear_slants_the_upright_and_keeps_the_rows():
    stroke = torch.stack([blob(down, 13.5, 1.0) for down in (5.5, 13.5, 21.5)]).amax(dim=0)
    new = affine(stroke.expand(500, 28, 28), shear=20.0, generator=seeded(1))
    top = centres(torch.cat([new[:, :10], torch.zeros(500, 18, 28)], dim=1))  # of the upper third, (N, 2)
    torch.testing.assert_close(top[:, 0], torch.full((500,), 5.5), atol=0.2, rtol=0)
    assert 8 * 0.3 < (top[:, 1] - 13.5).abs().max() < 8 * 0.37  # tan 20° is 0.364


@pytest.mark.parametrize("smoothness", [2.0, 4.0, 8.0])
def test_an_elastic_displacement_has_the_asked_spread_at_every_pixel(smoothness):
    square = torch.zeros(1500, 28, 28)
    moves = augment._elastic_moves(square, 1.5, smoothness, seeded(1)) / augment._pixel(square)
    torch.testing.assert_close(moves.std(dim=0), torch.full((2, 28, 28), 1.5), atol=0.16, rtol=0)
    torch.testing.assert_close(moves.mean(dim=0), torch.zeros(2, 28, 28), atol=0.2, rtol=0)


def test_neighbours_move_together_and_distant_pixels_do_not():
    square = torch.zeros(1500, 28, 28)
    right = augment._elastic_moves(square, 1.0, 4.0, seeded(1))[:, 0] / augment._pixel(square)

    def correlation(distance: int) -> float:
        pair = torch.stack([right[:, 14, 4], right[:, 14, 4 + distance]])
        return torch.corrcoef(pair)[0, 1].item()

    assert correlation(1) > 0.95
    assert correlation(4) == pytest.approx(0.78, abs=0.06)  # exp(-d² / (4 · smoothness²)), d = 4
    assert abs(correlation(20)) < 0.1


def test_elastic_shifts_a_spot_by_the_asked_spread():
    moved = centres(elastic(blob(width=1.0).expand(600, 28, 28), strength=1.0, smoothness=8.0, generator=seeded(1)))
    torch.testing.assert_close((moved - 13.5).std(dim=0), torch.ones(2), atol=0.1, rtol=0)


# Refusals


@pytest.mark.parametrize(
    ("images", "error", "says"),
    [
        (torch.zeros(2, 28, 28, dtype=torch.uint8), TypeError, r"images\.float\(\) / 255"),
        (torch.zeros(28, 28), ValueError, r"\(N, side, side\)"),
        (torch.zeros(2, 28, 27), ValueError, r"\(2, 28, 27\)"),
        (torch.zeros(2, 1, 28, 28), ValueError, r"\(2, 1, 28, 28\)"),
        (torch.zeros(784), ValueError, r"\(784,\)"),
    ],
)
def test_what_is_no_batch_of_square_float_images_is_refused(images, error, says):
    with pytest.raises(error, match=says):
        affine(images, degrees=1.0)


@pytest.mark.parametrize(
    "amounts",
    [{"degrees": -1}, {"scale": 1.0}, {"shift": -0.5}, {"shear": 90}, {"strength": -1}, {"smoothness": 0.1}],
    ids=lambda amounts: next(iter(amounts)),
)
def test_an_amount_out_of_its_range_is_named(amounts):
    with pytest.raises(ValueError, match=f"^{next(iter(amounts))} must be"):
        distort(noise(), **amounts)


# Devices


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no graphics card here")
@each_deformation
def test_images_on_a_graphics_card_stay_there(deform):
    images = noise().cuda()
    new = deform(images, seeded(1))  # drawn on the CPU, as the generator lives there
    assert new.device == images.device
    torch.testing.assert_close(new.cpu(), deform(images.cpu(), seeded(1)), atol=1e-4, rtol=0)


@each_deformation
def test_all_tensors_are_made_on_the_images_device(deform):
    new = deform(torch.zeros(4, 28, 28, device="meta"), torch.Generator())  # a device that computes nothing
    assert new.device.type == "meta"
