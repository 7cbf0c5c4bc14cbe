"""A loader for data that fit in memory: readable, and near the speed of the arithmetic.

For the student who wants to see what a loader does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor
from torch.utils.data import TensorDataset


class BatchLoader:
    """Batches from tensors in memory, cut by one indexing operation per batch.

    A `DataLoader` over a `TensorDataset` fetches example by example and stacks them again; this loader takes the
    whole batch with `index_select`. Use it wherever a `DataLoader` is taken.

    Its random order comes from a generator of its own, so nothing else that draws random numbers (dropout, another
    loader, an evaluation in between) changes it, and it changes nothing else that draws them. The whole order is
    drawn when a pass starts: a pass left early disturbs none that follow.

    Args:
        *tensors: all with the same first dimension N: `BatchLoader(images, labels)`.
        batch_size: examples in a batch; the last one may be shorter.
        shuffle: draw a new order at the start of every pass.
        drop_last: leave out a short last batch.
        generator: source of the orders; by default a new one, seeded with torch's initial seed (see `set_seed`).
            Save and restore it with `get_state` and `set_state` to get the same orders again.
        transform: called on the first tensor of each batch, after the move to `device`; uint8 images become floats
            here: `transform=lambda X: X.float() / 255`.
        device: where the batches go. Tensors that already live there are not copied.

    Raises:
        TypeError: something else than tensors: a NumPy array, a data set.
        ValueError: no tensors, different lengths, or a batch size below 1.

    Example:
        >>> loader = BatchLoader(torch.arange(5), torch.arange(5) * 10, batch_size=2)
        >>> [(X.tolist(), y.tolist()) for X, y in loader]
        [([0, 1], [0, 10]), ([2, 3], [20, 30]), ([4], [40])]
        >>> len(loader)
        3
    """

    def __init__(
        self,
        *tensors: Tensor,
        batch_size: int = 64,
        shuffle: bool = False,
        drop_last: bool = False,
        generator: torch.Generator | None = None,
        transform: Callable[[Tensor], Tensor] | None = None,
        device: torch.device | str | None = None,
    ) -> None:
        if others := [type(other).__name__ for other in tensors if not isinstance(other, Tensor)]:
            raise TypeError(
                f"wanted tensors, got {', '.join(others)}: use torch.from_numpy(array) for an array, "
                "or a DataLoader for a data set that reads its examples one by one"
            )
        if not tensors or len({len(tensor) for tensor in tensors}) > 1:
            raise ValueError(f"wanted tensors of one length, got lengths {[len(tensor) for tensor in tensors]}")
        if batch_size < 1:
            raise ValueError(f"batch_size must be 1 or more, got {batch_size}")
        self.tensors = tensors
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.generator = generator or torch.Generator().manual_seed(torch.initial_seed())
        self.transform = transform
        self.device = device

    def __len__(self) -> int:
        whole, rest = divmod(len(self.tensors[0]), self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        for chosen in self._batches_of_indices():
            batch = [tensor.index_select(0, chosen) for tensor in self.tensors]
            if self.device is not None:
                batch = [tensor.to(self.device, non_blocking=True) for tensor in batch]
            if self.transform is not None:
                batch[0] = self.transform(batch[0])
            yield tuple(batch)

    def _batches_of_indices(self) -> tuple[Tensor, ...]:
        num_examples = len(self.tensors[0])
        if self.shuffle:
            order = torch.randperm(num_examples, generator=self.generator, device=self.generator.device)
        else:
            order = torch.arange(num_examples)
        return order.to(self.tensors[0].device).split(self.batch_size)[: len(self)]

    @property
    def dataset(self) -> TensorDataset:
        """The examples, as a `DataLoader` offers them: `len(loader.dataset)`."""
        return TensorDataset(*self.tensors)
