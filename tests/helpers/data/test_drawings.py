"""Drawn digits come back in MNIST's form, wherever on the sheet, how large, and with whatever pen they were drawn."""

import pytest
import torch

from helpers.data.drawings import SHEET, draw_digit, like_mnist

PLACES = {
    "middle": {},
    "large": {"height": 235, "left": 50, "top": 22},
    "corner": {"height": 90, "left": 15, "top": 20, "pen": 9},
    "chalk": {"paper": 30, "ink": 220},
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("digit", range(10))
def test_longer_side_is_20_and_the_centre_of_mass_in_the_middle(digit: int, place: str) -> None:
    image = like_mnist(draw_digit(digit, **PLACES[place]))
    assert image.shape == (28, 28)
    assert image.min() == 0
    assert image.max() <= 1
    sides = [int((image.amax(dim=dim) > 0).sum()) for dim in (0, 1)]
    assert max(sides) == 20
    for dim in (0, 1):
        centre = image.sum(dim=1 - dim) @ torch.arange(28.0) / image.sum()
        assert abs(centre - 14) <= 0.6  # whole pixels: up to a half, and a little for rounding


def test_dark_pen_and_light_pen_give_the_same_image() -> None:
    dark, light = draw_digit(5, paper=200, ink=20), draw_digit(5, paper=55, ink=235)
    torch.testing.assert_close(like_mnist(dark), like_mnist(light))


def test_sheet_is_paper_and_ink() -> None:
    sheet = draw_digit(0)
    assert sheet.shape == (SHEET, SHEET)
    assert sheet.unique().tolist() == [60, 225]


def test_unknown_digit_is_refused() -> None:
    with pytest.raises(ValueError, match="digit must be 0 to 9, got 10"):
        draw_digit(10)


def test_empty_sheet_is_refused() -> None:
    with pytest.raises(ValueError, match="no ink on this sheet"):
        like_mnist(torch.full((50, 50), 200, dtype=torch.uint8))


def test_colour_photo_is_refused() -> None:
    with pytest.raises(ValueError, match=r"wanted a grey image \(height, width\), got \(3, 50, 50\)"):
        like_mnist(torch.zeros(3, 50, 50, dtype=torch.uint8))
