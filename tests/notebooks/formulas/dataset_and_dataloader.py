"""Data sets, loaders, samplers and scalers: 4.4.1 against PyTorch's own, scikit-learn's, and plain counting."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from types import ModuleType

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence
from torch.testing import assert_close
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

NOTEBOOK = "4.4.1"


def draw(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def batches_of(loader: object) -> list[list[Tensor]]:
    return [list(batch) for batch in loader]


def complaint_of(action: Callable[[], object], kind: type[Exception]) -> str:
    """Message of the error that an action raises, empty if it raises none of that kind."""
    try:
        action()
    except kind as error:
        return str(error)
    return ""


def check_make_arrays(notebook: ModuleType) -> None:
    x, y = notebook.make_arrays(5001, seed=0)
    noise = y - np.array([x_i + 2 * math.sin(x_i) for x_i in x])
    assert (x[0], x[-1], x.shape, y.shape) == (0.0, 20.0, (5001,), (5001,))
    assert abs(noise.std() - 1) < 0.05
    assert abs(noise.mean()) < 0.05


def check_points_dataset(notebook: ModuleType) -> None:
    x, y = draw(5).numpy(), draw(5, seed=1).numpy()
    points = notebook.PointsDataset(x, y)
    wanted = [(torch.tensor([a]).float(), torch.tensor([b]).float()) for a, b in zip(x, y, strict=True)]
    assert_close(list(points), wanted, rtol=0, atol=0)
    assert len(points) == 5
    assert "one length" in complaint_of(lambda: notebook.PointsDataset(x, y[:-1]), ValueError)


def check_bounded_squares(notebook: ModuleType) -> None:
    assert [square.item() for square in notebook.BoundedSquares()] == [0, 1, 4]
    assert "3 examples" in complaint_of(lambda: notebook.BoundedSquares()[-1], IndexError)


def check_mini_loader(notebook: ModuleType) -> None:
    data = TensorDataset(draw(11, 3), draw(11))
    for batch_size in (1, 3, 4, 11, 20):
        for drop_last in (False, True):
            got = notebook.MiniLoader(data, range(11), batch_size, drop_last=drop_last)
            wanted = DataLoader(data, batch_size=batch_size, drop_last=drop_last)
            assert_close(batches_of(got), batches_of(wanted), rtol=0, atol=0)
    got = notebook.MiniLoader(data, [4, 4, 2], 2, collate_fn=len)
    assert list(got) == [2, 1]


def check_same_batches(notebook: ModuleType) -> None:
    batches = [(draw(3), draw(3, 2)), (draw(2), draw(2, 2))]
    other = [batches[0], (draw(2), draw(2, 2) + 1)]
    assert notebook.same_batches(batches, batches)
    assert not notebook.same_batches(batches, other)
    assert not notebook.same_batches(batches, batches[::-1])
    late = iter(batches)
    notebook.same_batches(other[::-1], late)
    assert list(late) == []


def check_shuffled(notebook: ModuleType) -> None:
    sampler, generator = notebook.Shuffled(11, seeded(3)), seeded(3)
    orders = [list(sampler) for _ in range(3)]
    assert orders == [torch.randperm(11, generator=generator).tolist() for _ in range(3)]
    assert [sorted(order) for order in orders] == [list(range(11))] * 3
    assert len(sampler) == 11


def check_shuffled_like_pytorch(notebook: ModuleType) -> None:
    sampler = notebook.ShuffledLikePyTorch(11, seeded(3))
    loader = DataLoader(TensorDataset(torch.arange(11)), batch_size=4, shuffle=True, generator=seeded(3))
    for _ in range(4):
        assert list(sampler) == torch.cat([batch for (batch,) in loader]).tolist()
    first_only = notebook.ShuffledAfterSeed(11, seeded(3))
    loader = DataLoader(TensorDataset(torch.arange(11)), batch_size=4, shuffle=True, generator=seeded(3))
    assert list(first_only) == torch.cat([batch for (batch,) in loader]).tolist()


def check_slope(notebook: ModuleType) -> None:
    x, y = draw(7, 1) + 5, draw(7, 1, seed=1)
    wanted = np.polyfit(x.flatten().numpy(), y.flatten().numpy(), deg=1)[0]
    assert_close(notebook.slope(x, y), float(wanted))


def check_num_batches(notebook: ModuleType) -> None:
    for num_examples in range(1, 14):
        for batch_size in range(1, 16):
            for drop_last in (False, True):
                loader = DataLoader(range(num_examples), batch_size=batch_size, drop_last=drop_last)
                got = notebook.num_batches(num_examples, batch_size, drop_last=drop_last)
                assert got == len(loader) == sum(1 for _ in loader)


def check_times_seen(notebook: ModuleType) -> None:
    batches = [(torch.tensor([3, 0, 3]),), (torch.tensor([1]),)]
    counts = Counter(i for (batch,) in batches for i in batch.tolist())
    assert notebook.times_seen(batches, 6).tolist() == [counts[i] for i in range(6)]


def check_balancing_weights(notebook: ModuleType) -> None:
    labels = torch.tensor([2, 0, 0, 1, 0, 1, 0])
    weights = notebook.balancing_weights(labels)
    assert_close(torch.stack([weights[labels == c].sum() for c in range(3)]), torch.ones(3))
    drawn = labels[list(WeightedRandomSampler(weights, 30_000, generator=seeded(0)))]
    assert_close(drawn.bincount() / 30_000, torch.full((3,), 1 / 3), rtol=0, atol=0.02)


def check_pad_rows(notebook: ModuleType) -> None:
    rows = [draw(n, seed=n).float() for n in (3, 5, 1)]
    padded, lengths = notebook.pad_rows(rows)
    assert_close(padded, pad_sequence(rows, batch_first=True))
    assert lengths.tolist() == [3, 5, 1]


def check_row_means(notebook: ModuleType) -> None:
    rows = [draw(n, seed=n) for n in (3, 5, 1)]
    got = notebook.row_means(pad_sequence(rows, batch_first=True), torch.tensor([3, 5, 1]))
    assert_close(got, torch.stack([row.mean() for row in rows]))


def check_scaler(notebook: ModuleType) -> None:
    X = draw(7, 3) * torch.tensor([1.0, 20.0, 0.0]) + torch.tensor([5.0, -3.0, 2.0])
    new = draw(5, 3, seed=1)
    theirs = StandardScaler().fit(X.numpy())
    scaler = notebook.fit_scaler(X)
    assert_close(notebook.scale(X, scaler).numpy(), theirs.transform(X.numpy()))
    assert_close(notebook.scale(new, scaler).numpy(), theirs.transform(new.numpy()))


def check_line_forecast(notebook: ModuleType) -> None:
    x, y, new = draw(7, 1) + 5, draw(7, 1, seed=1), draw(4, 1, seed=2)
    line = np.polyfit(x.flatten().numpy(), y.flatten().numpy(), deg=1)
    assert_close(notebook.line_forecast(x, y, new).numpy(), np.polyval(line, new.numpy()))


def check_share_right(notebook: ModuleType) -> None:
    X, y = draw(60, 3) * torch.tensor([1.0, 5.0, 25.0]), torch.arange(60) % 3
    X[:, 0] += 2 * y
    train, test = torch.arange(0, 40), torch.arange(40, 60)
    theirs = make_pipeline(StandardScaler(), KNeighborsClassifier(n_neighbors=1)).fit(X[train].numpy(), y[train])
    got = notebook.share_right(X, y, train, test, fitted_on=train)
    assert_close(got, float(theirs.score(X[test].numpy(), y[test])))


def check_count_draws(notebook: ModuleType) -> None:
    for count in (0, 1, 5):
        # A float64 takes 64 bits.
        assert (
            notebook.count_draws(lambda count=count: [torch.rand(1, dtype=torch.float64) for _ in range(count)])
            == count
        )
    assert "none of 64 bits" in complaint_of(lambda: notebook.count_draws(lambda: torch.rand(1)), ValueError)


def check_train(notebook: ModuleType) -> None:
    batches = [(draw(3, 1), draw(3, 1, seed=1)), (draw(2, 1, seed=2), draw(2, 1, seed=3))]
    line = nn.Linear(1, 1).double()
    w, b = (parameter.detach().clone().squeeze().requires_grad_() for parameter in line.parameters())
    got = notebook.train(line, batches, None, num_epochs=2)
    for x, y in batches * 2:
        slopes = torch.autograd.grad(F.mse_loss(w * x + b, y), (w, b))
        w, b = (value.detach().sub(0.01 * slope).requires_grad_() for value, slope in zip((w, b), slopes, strict=True))
    assert_close(got, torch.stack([w, b]).detach())


SLIPS = [
    ("check_make_arrays", "return x, x + 2 * np.sin(x) + noise", "return x, x + np.sin(2 * x) + noise"),
    ("check_points_dataset", "if len(x) != len(y):", "if False:"),
    ("check_points_dataset", "return self.x[i], self.y[i]", "return self.y[i], self.x[i]"),
    ("check_points_dataset", "self.y = torch.tensor(y, dtype=torch.float32)", "self.y = torch.tensor(y)"),
    ("check_bounded_squares", "if not 0 <= i < len(self):", "if not i < len(self):"),
    ("check_mini_loader", "indices[start : start + self.batch_size]", "indices[start : self.batch_size]"),
    ("check_mini_loader", "or not self.drop_last", "or self.drop_last"),
    ("check_mini_loader", "torch.stack(column)", "torch.cat(column)"),
    (
        "check_mini_loader",
        "self.collate_fn([self.dataset[i] for i in chosen])",
        "stack_columns([self.dataset[i] for i in chosen])",
    ),
    ("check_same_batches", "return all(equal)", "return any(equal)"),
    ("check_shuffled", "iter(torch.randperm(self.n, generator=self.generator)", "iter(torch.arange(self.n)"),
    ("check_shuffled_like_pytorch", "draw_seed(self.generator)", "pass"),
    ("check_shuffled_like_pytorch", "        torch.randperm(self.n, generator=self.generator)\n", ""),
    ("check_slope", "x_centred.square().sum()", "x.square().sum()"),
    ("check_num_batches", "else full + 1", "else full"),
    ("check_num_batches", "drop_last or rest == 0", "rest == 0"),
    ("check_times_seen", "minlength=num_examples", "minlength=1"),
    ("check_balancing_weights", "1 / class_counts[labels]", "class_counts[labels] / len(labels)"),
    ("check_pad_rows", "padded[i, : len(row)] = row", "padded[i, -len(row) :] = row"),
    ("check_row_means", "padded.sum(dim=1) / lengths", "padded.mean(dim=1)"),
    ("check_scaler", "(X - mean).square().mean(dim=0).sqrt()", "(X - mean).square().mean(dim=0)"),
    ("check_scaler", "mean = X.mean(dim=0)", "mean = X.mean()"),
    ("check_scaler", "torch.where(std > 0, std, 1.0)", "std"),
    ("check_scaler", "return (X - mean) / std", "return X - mean / std"),
    ("check_line_forecast", "A_test @ torch.linalg", "A_test.flip(1) @ torch.linalg"),
    ("check_share_right", "fit_scaler(X[fitted_on])", "(0.0, 1.0)"),
    ("check_share_right", "distances.argmin(dim=1)", "distances.argmax(dim=1)"),
    ("check_count_draws", "torch.set_rng_state(before)", "pass"),
    ("check_train", "torch.optim.SGD(model.parameters(), lr=0.01)", "torch.optim.SGD(model.parameters(), lr=0.1)"),
    ("check_train", "optimizer.zero_grad()", "pass"),
]
