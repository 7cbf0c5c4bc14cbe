"""Formulas become MathML with TeX's spaces, and what cannot be converted is named."""

from __future__ import annotations

import pytest

from tools.slides.formulas import mathml


def test_formula_keeps_its_tex_as_alternative_text() -> None:
    assert r'alttext="\frac{a}{b}"' in mathml(r"\frac{a}{b}", display=True)
    assert 'display="block"' in mathml("x", display=True)
    assert 'display="inline"' in mathml("x", display=False)


def test_unknown_command_is_named() -> None:
    with pytest.raises(ValueError, match="nosuchcommand"):
        mathml(r"x + \nosuchcommand{y}", display=False)


@pytest.mark.parametrize("tex", ["-1", "(-1, 1)", "x = -2", "2^{-x}"])
def test_sign_without_a_left_side_is_a_prefix(tex: str) -> None:
    assert 'form="prefix"' in mathml(tex, display=False)


@pytest.mark.parametrize("tex", ["a - 1", "f(x) - 1", r"W^\top - 1"])
def test_difference_keeps_its_spaces(tex: str) -> None:
    assert "prefix" not in mathml(tex, display=False)


def test_function_is_set_apart_from_its_argument_but_not_from_brackets() -> None:
    assert mathml(r"t\ln p", display=False).count("mspace") == 2
    assert "mspace" not in mathml(r"\ln(p)", display=False)


def test_characters_are_not_escaped_twice() -> None:
    assert "&amp;" not in mathml(r"a < b \cdot \alpha", display=False)
    assert "α" in mathml(r"\alpha", display=False)
