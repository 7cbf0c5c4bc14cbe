"""Blocks, cuts, crops and worker seeds: 4.4.2 against loops, torchvision and generators of their own."""

from __future__ import annotations

import math
from types import ModuleType

import pandas as pd
import torch
from torch.testing import assert_close
from torchvision.transforms import v2

NOTEBOOK = "4.4.2"


def check_space_on_disk(notebook: ModuleType) -> None:
    for size in (0, 1, 275, 4095, 4096, 4097, 10**6):
        assert notebook.space_on_disk(size) == math.ceil(size / 4096) * 4096
        assert notebook.space_on_disk(size, block=512) == math.ceil(size / 512) * 512


def check_cut(notebook: ModuleType) -> None:
    table = pd.DataFrame({"filepath": [f"{i}.png" for i in range(53)], "label": range(53)})
    first, rest = notebook.cut(table, share=0.9, seed=3)
    assert (len(first), len(rest)) == (48, 5)
    assert sorted([*first["filepath"], *rest["filepath"]]) == sorted(table["filepath"])
    assert first["label"].tolist() != list(range(48))
    again, _ = notebook.cut(table, share=0.9, seed=3)
    other, _ = notebook.cut(table, share=0.9, seed=4)
    assert first.equals(again)
    assert not first.equals(other)


def check_normalise(notebook: ModuleType) -> None:
    x = torch.rand(5, 1, 3, 3, generator=torch.Generator().manual_seed(0))
    assert_close(notebook.normalise(x), v2.Normalize([0.5], [0.5])(x))
    assert_close(notebook.normalise(x, 0.1307, 0.3081), v2.Normalize([0.1307], [0.3081])(x))


def check_number_of_crops(notebook: ModuleType) -> None:
    for large, small in ((32, 28), (7, 7), (9, 2)):
        board = torch.arange(large * large).reshape(large, large)
        corners = board.unfold(0, small, 1).unfold(1, small, 1)[..., 0, 0]
        assert notebook.number_of_crops(large, small) == corners.numel()


def check_ink_cut(notebook: ModuleType) -> None:
    whole = torch.rand(5, 4, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    outside = torch.ones(4, 3, dtype=torch.bool)
    outside[1:, :2] = False
    wanted = [image[outside].sum().item() / image.sum().item() for image in whole]
    assert_close(notebook.ink_cut(whole, whole[:, 1:, :2]), torch.tensor(wanted, dtype=torch.float64))


class Draws:
    """Example i is i beside a random number."""

    def __getitem__(self, index: int) -> torch.Tensor:
        return torch.tensor([float(index), torch.rand(1).item()])


def check_replay(notebook: ModuleType) -> None:
    got = notebook.replay(Draws(), 40, num_workers=2, batch_size=3, num_batches=5)
    generators = [torch.Generator().manual_seed(40), torch.Generator().manual_seed(41)]
    turn = iter([0, 1, 0, 1, 0])
    assert len(got) == 5
    for j, batch in enumerate(got):
        drawn = torch.rand(3, generator=generators[next(turn)])
        assert_close(batch, torch.stack([torch.arange(3.0) + 3 * j, drawn], dim=1))


SLIPS = [
    ("check_space_on_disk", "-(-size // block) * block", "size // block * block"),
    ("check_cut", "frac=1, random_state=seed", "frac=1"),
    ("check_cut", "shuffled[:num_first], shuffled[num_first:]", "shuffled[:num_first], shuffled"),
    ("check_normalise", "return (x - m) / s", "return x - m / s"),
    ("check_number_of_crops", "(large - small + 1) ** 2", "(large - small) ** 2"),
    ("check_ink_cut", "1 - kept.sum(dim=(1, 2))", "kept.sum(dim=(1, 2))"),
    ("check_replay", "torch.manual_seed(base_seed + worker)", "torch.manual_seed(base_seed)"),
    ("check_replay", "range(worker, num_batches, num_workers)", "range(num_batches)"),
]
