"""A worker's view, without a worker."""

from __future__ import annotations

import pytest
import torch
from torch.utils.data import DataLoader, Dataset, get_worker_info

from helpers.workers import as_worker


class View(Dataset):
    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> tuple[int, int, int, int]:
        info = get_worker_info()
        return info.id, info.num_workers, info.seed, torch.initial_seed()


def test_view_is_that_of_a_real_worker() -> None:
    loader = DataLoader(View(), batch_size=1, num_workers=2, generator=torch.Generator().manual_seed(1), timeout=60)
    real = [tuple(value.item() for value in example) for example in loader]
    generator = torch.Generator().manual_seed(1)
    base_seed = torch.empty((), dtype=torch.int64).random_(generator=generator).item()
    seen = []
    for worker_id in (0, 1):
        with as_worker(worker_id, num_workers=2, dataset=View(), base_seed=base_seed):
            seen.append(get_worker_info().dataset[worker_id])
    assert seen == real


def test_view_and_random_numbers_are_as_before_even_after_an_error() -> None:
    state = torch.get_rng_state()
    with pytest.raises(RuntimeError, match="inside"), as_worker(0, num_workers=1):
        torch.rand(3)
        raise RuntimeError("inside")
    assert get_worker_info() is None
    assert torch.equal(torch.get_rng_state(), state)


def test_refuses_a_worker_that_is_not_there() -> None:
    with pytest.raises(ValueError, match=r"in 0\.\.1, got 2"), as_worker(2, num_workers=2):
        pass
