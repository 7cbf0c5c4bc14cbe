"""What one test switches in its process, the next does not meet."""

from helpers.environment import set_seed

TINY = 5e-324


def test_set_seed_takes_denormal_numbers_as_zero() -> None:
    set_seed(1)
    assert TINY * 1.0 == 0.0


def test_and_the_next_test_has_them_again() -> None:
    assert TINY * 1.0 > 0.0
