"""Seeds repeat what follows, and one place knows devices."""

import random

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.environment import get_device, set_seed, versions


def draw_from_each_source() -> tuple[float, float, float]:
    return random.random(), np.random.rand(), torch.rand(()).item()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_same_seed_repeats_python_numpy_and_torch(seed):
    set_seed(seed)
    first = draw_from_each_source()
    set_seed(seed)
    assert draw_from_each_source() == first


def test_another_seed_changes_python_numpy_and_torch():
    set_seed(1)
    first = draw_from_each_source()
    set_seed(2)
    second = draw_from_each_source()
    assert all(a != b for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_seed_out_of_range_is_named(seed):
    with pytest.raises(ValueError, match=f"from 0 to .*got {seed}"):
        set_seed(seed)


def test_set_seed_lets_the_cpu_treat_denormal_numbers_as_zero():
    torch.set_flush_denormal(False)
    set_seed(0)
    assert (torch.full((8,), 1e-30) * 1e-10).eq(0).all()


@pytest.mark.parametrize(
    ("cuda", "mps", "wanted"),
    [(True, True, "cuda"), (True, False, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_device_is_cuda_then_mps_then_cpu(monkeypatch, cuda, mps, wanted):
    monkeypatch.delenv("COURSE_DEVICE", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert get_device() == torch.device(wanted)


def test_course_device_overrides_the_choice(monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "cuda:1")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert get_device() == torch.device("cuda", 1)


def test_versions_name_python_torch_numpy_and_the_device_on_one_line(monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    line = versions()
    assert "\n" not in line
    assert line.endswith(f"torch {torch.__version__} · NumPy {np.__version__} · cpu")
