"""What a worker process of a `DataLoader` sees, without starting one: for checks of code that runs in workers.

For whoever writes a notebook. Imports nothing else of `helpers`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.utils.data._utils import worker as _worker


@contextmanager
def as_worker(worker_id: int, *, num_workers: int, dataset: Any = None, base_seed: int = 0) -> Iterator[None]:
    """Within the block, `get_worker_info()` answers as in a worker, and PyTorch is seeded as there.

    Args:
        worker_id: which worker, from 0.
        num_workers: how many there are.
        dataset: what the worker knows as its data set.
        base_seed: of the loader; the worker's seed is `base_seed + worker_id`.

    Raises:
        ValueError: there is no such worker.

    Example:
        >>> from torch.utils.data import get_worker_info
        >>> with as_worker(1, num_workers=2, base_seed=40):
        ...     get_worker_info().id, torch.initial_seed()
        (1, 41)
        >>> get_worker_info() is None
        True
    """
    if not 0 <= worker_id < num_workers:
        raise ValueError(f"worker_id must be in 0..{num_workers - 1}, got {worker_id}")
    seed = base_seed + worker_id
    before = _worker._worker_info
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        _worker._worker_info = _worker.WorkerInfo(id=worker_id, num_workers=num_workers, seed=seed, dataset=dataset)
        try:
            yield
        finally:
            _worker._worker_info = before
