"""What `fit` and `evaluate` say of data, models and losses that do not fit together: one line per trial.

A trial is a model, a batch and a loss; words that must be said, and words that would be wrong. What PyTorch trains must
train here, however unusual; what cannot be explained passes through as it is.
"""

from __future__ import annotations

import functools
import timeit
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset, default_collate

from helpers._explaining import as_pair
from helpers.evaluation import evaluate
from helpers.training import fit

X = torch.randn(6, 4, generator=torch.Generator().manual_seed(0))
LABELS = torch.tensor([0, 1, 2, 0, 1, 2])
IMAGES = torch.zeros(6, 1, 4, 4)
WORDS = torch.tensor([[0, 1], [2, 3], [4, 4], [3, 2], [1, 0], [0, 0]])  # (6, 2)


def train(model: nn.Module, batch: object, loss_fn: Callable) -> None:
    optimizer = torch.optim.SGD([*model.parameters(), nn.Parameter(torch.zeros(1))], lr=0.1)
    fit(model, [batch], loss_fn=loss_fn, optimizer=optimizer, epochs=1, progress=False)


def validate(model: nn.Module, batch: object, loss_fn: Callable) -> None:
    evaluate(model, [batch], loss_fn=loss_fn)


# Models and losses as readers write them


class Recipe(nn.Module):
    """A model of the reader's own: some layers, and what to do with them."""

    def __init__(self, forward: Callable, **layers: nn.Module) -> None:
        super().__init__()
        self.recipe = forward
        for name, layer in layers.items():
            self.add_module(name, layer)

    def forward(self, X: Tensor) -> Tensor:
        return self.recipe(self, X)


class Halved(nn.MSELoss):
    """A subclass that changes nothing in what is compared."""


class SqueezedMSE(nn.MSELoss):
    """A subclass that makes the shapes fit itself."""

    def forward(self, y_hat: Tensor, y: Tensor) -> Tensor:
        return super().forward(y_hat.squeeze(1), y)


class MSELoss(nn.Module):
    """The reader's own, of a famous name."""

    def forward(self, y_hat: Tensor, y: Tensor) -> Tensor:
        return ((y_hat.squeeze(1) - y) ** 2).mean()


def mse_loss(y_hat: Tensor, y: Tensor) -> Tensor:
    return ((y_hat.squeeze(1) - y) ** 2).mean()


def cross_entropy(logits: Tensor, y: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits.squeeze(1), (y > 0).float())


def of_rank(model: nn.Module, words: Tensor) -> Tensor:
    return model.out(model.words(words).double().mean(dim=1))


deep = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 5), nn.ReLU(), nn.Linear(5, 5), nn.Linear(6, 3))
text = Recipe(of_rank, words=nn.Embedding(5, 4), out=nn.Linear(4, 3))
own_matrix = Recipe(lambda model, X: X @ model.layer.weight.T, layer=nn.Linear(4, 3))


def pixels(dtype: torch.dtype = torch.float32) -> Tensor:
    return IMAGES.to(dtype)


# What PyTorch trains, trains


@dataclass(frozen=True)
class Sound:
    """Right, however unusual."""

    name: str
    model: nn.Module
    batch: object
    loss_fn: Callable


SOUND = [
    Sound("own function called mse_loss", nn.Linear(4, 1), (X, X[:, 0]), mse_loss),
    Sound("own function called cross_entropy", nn.Linear(4, 1), (X, LABELS), cross_entropy),
    Sound("own module called MSELoss", nn.Linear(4, 1), (X, X[:, 0]), MSELoss()),
    Sound("subclass that computes otherwise", nn.Linear(4, 1), (X, X[:, 0]), SqueezedMSE()),
    Sound("partial of an own function", nn.Linear(4, 1), (X, X[:, 0]), functools.partial(mse_loss)),
    Sound("class weights", nn.Linear(4, 3), (X, LABELS), nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 3.0]))),
    Sound("label smoothing", nn.Linear(4, 3), (X, LABELS), functools.partial(F.cross_entropy, label_smoothing=0.1)),
    Sound("probabilities as targets", nn.Linear(4, 3), (X, torch.full((6, 3), 1 / 3)), F.cross_entropy),
    Sound("a class for each pixel", nn.Conv2d(1, 3, 1), (IMAGES, torch.ones(6, 4, 4).long()), F.cross_entropy),
    Sound("300 classes in uint8", nn.Linear(4, 300), (X, torch.full((6,), 44, dtype=torch.uint8)), F.cross_entropy),
    Sound("uint8 with a label ignored", nn.Linear(4, 3), (X, LABELS.byte()), nn.CrossEntropyLoss(ignore_index=2)),
    Sound("one class by its log-probability", nn.Linear(4, 1), (X, LABELS * 0), F.nll_loss),
    Sound("words", nn.Sequential(nn.Embedding(5, 4), nn.Flatten(), nn.Linear(8, 3)), (WORDS, LABELS), F.cross_entropy),
    Sound(
        "predictions in bfloat16",
        nn.Sequential(nn.Linear(4, 1), Recipe(lambda _, Z: Z.bfloat16())),
        (X, X[:, :1]),
        F.mse_loss,
    ),
    Sound("sparse inputs", own_matrix, (X.to_sparse(), LABELS), F.cross_entropy),
    Sound(
        "complex inputs",
        Recipe(lambda m, Z: m.layer(Z.abs()), layer=nn.Linear(4, 3)),
        (X + 0j, LABELS),
        F.cross_entropy,
    ),
    Sound("batch as a list", nn.Linear(4, 3), [X, LABELS], F.cross_entropy),
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in SOUND])
@pytest.mark.parametrize("run", [train, validate])
def test_what_is_right_but_unusual_is_left_alone(run: Callable, case: Sound) -> None:
    run(case.model, case.batch, case.loss_fn)


# What does not fit is told


@dataclass(frozen=True)
class Slip:
    """What does not fit, what must be said of it, and what must not."""

    name: str
    model: nn.Module
    batch: object
    loss_fn: Callable
    says: tuple[str, ...]
    never: tuple[str, ...] = ()


ce, mse = F.cross_entropy, F.mse_loss
SLIPS = [
    # Widths
    Slip(
        "the sixth layer fails",
        deep,
        (X, LABELS),
        ce,
        ("layer 5 wants 6 numbers per example and gets 5",),
        ("layer 0",),
    ),
    Slip(
        "the fourth of equal layers fails",
        nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 3), nn.Linear(4, 3)),
        (X, LABELS),
        ce,
        ("layer 3 wants 4 numbers per example and gets 3",),
        ("layer 0", "layer 1"),
    ),
    Slip(
        "images not flat",
        nn.Linear(16, 3),
        (IMAGES, LABELS),
        ce,
        ("the model (Linear) wants 16", "pass X.flatten(start_dim=1)"),
    ),
    Slip(
        "feature maps not flat",
        nn.Sequential(nn.Conv2d(1, 2, 1), nn.Linear(32, 3)),
        (IMAGES, LABELS),
        ce,
        (
            "layer 1 wants 32 numbers per example, got a batch of shape (6, 2, 4, 4): ",
            "put nn.Flatten() in front of layer 1",
        ),
        ("X.flatten",),
    ),
    Slip(
        "own product does not fit",
        Recipe(lambda model, X: X @ model.layer.weight, layer=nn.Linear(4, 3)),
        (X, LABELS),
        ce,
        ("in the model (Recipe) a matrix product does not fit, (6x4) by (3x4)",),
        ("in_features",),
    ),
    Slip(
        "layer of a layer",
        Recipe(lambda model, X: model.body(X), body=nn.Sequential(nn.ReLU(), nn.Linear(9, 3))),
        (X, LABELS),
        ce,
        ("layer body.1 wants 9 numbers per example and gets 4",),
    ),
    # Types
    Slip(
        "pixels as bytes",
        nn.Sequential(nn.Flatten(), nn.Linear(16, 3)),
        (pixels(torch.uint8), LABELS),
        ce,
        ("X.float() / 255",),
    ),
    Slip(
        "float64 from NumPy",
        nn.Linear(4, 3),
        (X.double(), LABELS),
        ce,
        ("computes with float32, got float64 (6, 4): use X.float()",),
    ),
    Slip(
        "float64 within a text model",
        text,
        (WORDS, LABELS),
        ce,
        ("layer out computes with float32 and gets float64",),
        ("X.float",),
    ),
    Slip(
        "words as floats",
        nn.Embedding(5, 3),
        (WORDS.float()[:, 0], LABELS),
        ce,
        ("wants int64, got float32 (6,): use .long() on X",),
    ),
    Slip(
        "own product of two types",
        own_matrix,
        (X.double(), LABELS),
        ce,
        ("two types met", "perhaps X.float()"),
        ("use X.float()",),
    ),
    Slip(
        "own float64 in a text model",
        Recipe(
            lambda m, words: m.words(words).mean(dim=1).double() @ m.out.weight.T,
            words=nn.Embedding(5, 4),
            out=nn.Linear(4, 3),
        ),
        (WORDS, LABELS),
        ce,
        ("same dtype",),
        ("X.float",),
    ),
    # Other layers
    Slip(
        "word out of the vocabulary", nn.Embedding(3, 3), (WORDS[:, 0], LABELS), ce, ("has 3 rows", "asked for row 4")
    ),
    Slip(
        "LSTM into a layer",
        nn.Sequential(nn.LSTM(4, 5), nn.Linear(5, 3)),
        (X, LABELS),
        ce,
        ("layer 1 wants a tensor and gets a tuple", "nn.LSTM"),
        ("layer 0",),
    ),
    Slip("model returns a tuple", nn.LSTM(4, 3), (X, LABELS), ce, ("the model returns a tuple",)),
    # Class labels
    Slip("labels from 1", nn.Linear(4, 3), (X, LABELS + 1), ce, ("labels must lie in 0..2", "got 3: perhaps subtract")),
    Slip("labels in uint8 from 1", nn.Linear(4, 3), (X, (LABELS + 1).byte()), ce, ("labels must lie in 0..2", "got 3")),
    Slip("a pixel's label out of range", nn.Conv2d(1, 3, 1), (IMAGES, torch.full((6, 4, 4), 7)), ce, ("0..2", "got 7")),
    Slip(
        "pixels' labels with a channel",
        nn.Conv2d(1, 3, 1),
        (IMAGES, torch.ones(6, 1, 4, 4)),
        ce,
        ("labels.long().squeeze(1)",),
    ),
    Slip("one-hot", nn.Linear(4, 3), (X, F.one_hot(LABELS)), ce, ("use labels.argmax(dim=1)",), ("BCE", ".long()")),
    Slip(
        "several labels at once",
        nn.Linear(4, 3),
        (X, torch.ones(6, 3).long()),
        ce,
        ("or BCEWithLogitsLoss if several",),
    ),
    Slip(
        "probabilities for nll",
        nn.Linear(4, 3),
        (X, F.one_hot(LABELS).float()),
        F.nll_loss,
        ("labels.argmax(dim=1)",),
        (".long()",),
    ),
    Slip("booleans", nn.Linear(4, 2), (X, LABELS > 0), ce, ("got bool (6,): use labels.long()",)),
    Slip("one output", nn.Linear(4, 1), (X, LABELS), ce, ("wants one output per class",)),
    Slip(
        "own label error in an own loss",
        nn.Linear(4, 3),
        (X, LABELS + 1),
        lambda z, y: F.cross_entropy(z, y),
        ("got 3",),
    ),
    # Numbers
    Slip("subclass of a loss", nn.Linear(4, 1), (X, X[:, 0]), Halved(), ("use y.unsqueeze(1)",)),
    Slip("partial of a subclass", nn.Linear(4, 1), (X, X[:, 0]), functools.partial(Halved()), ("use y.unsqueeze(1)",)),
    Slip("labels for squares", nn.Linear(4, 3), (X, LABELS), mse, ("perhaps these are class labels",), ("unsqueeze",)),
    Slip(
        "targets of another width",
        nn.Linear(4, 3),
        (X, X[:, :2]),
        mse,
        ("predictions are (6, 3), but targets are (6, 2)",),
        ("use",),
    ),
    Slip("targets in float64", nn.Linear(4, 1), (X, X[:, :1].double()), mse, ("use y.float()",)),
    Slip(
        "targets in float32 for float64",
        nn.Linear(4, 1).double(),
        (X.double(), X[:, :1]),
        mse,
        ("y.to(torch.float64)",),
    ),
    # Batches
    Slip(
        "a dictionary",
        nn.Linear(4, 3),
        {"image": X, "label": LABELS},
        ce,
        ("got a dict with the keys 'image', 'label'", 'return batch["image"], batch["label"]', "collate_fn=pair"),
    ),
    Slip(
        "a larger dictionary",
        nn.Linear(4, 3),
        {"a": X, "b": X, "c": X},
        ce,
        ("the keys 'a', 'b', 'c'", 'batch["..."]'),
        ('"a"',),
    ),
    Slip("three in a batch", nn.Linear(4, 3), (X, X, LABELS), ce, ("got a tuple of 3 (Tensor, Tensor, Tensor)",)),
    Slip("inputs alone", nn.Linear(4, 3), X, ce, ("got one tensor of shape (6, 4)", "TensorDataset(X, y)")),
    Slip("two rows are no pair", nn.Linear(4, 3), X[:2], ce, ("got one tensor of shape (2, 4)",)),
    Slip("words for labels", nn.Linear(4, 3), (X, ["cat"] * 6), ce, ("got a tuple of 2 (Tensor, list)",)),
    Slip("no batch", nn.Linear(4, 3), 3.0, ce, ("got a float",)),
]


@pytest.mark.parametrize("slip", [pytest.param(slip, id=slip.name) for slip in SLIPS])
@pytest.mark.parametrize("run", [train, validate])
def test_what_does_not_fit_is_told_where_it_broke(run: Callable, slip: Slip) -> None:
    with pytest.raises((ValueError, RuntimeError)) as caught:
        run(slip.model, slip.batch, slip.loss_fn)
    for words in slip.says:
        assert words in str(caught.value)
    for words in slip.never:
        assert words not in str(caught.value)


def test_names_of_the_trials_are_their_own() -> None:
    for trials in (SOUND, SLIPS):
        assert len({trial.name for trial in trials}) == len(trials)


# What cannot be explained passes through


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (RuntimeError, "no such thing"),
        (TypeError, "no such type"),
        (IndexError, "index out of range in self"),
        (RuntimeError, "mat1 and mat2 have a type"),
    ],
)
@pytest.mark.parametrize("run", [train, validate])
def test_error_of_ones_own_passes_through(run: Callable, error: type[Exception], message: str) -> None:
    def forward(model: nn.Module, X: Tensor) -> Tensor:
        raise error(message)

    with pytest.raises(error, match=f"^{message}$"):
        run(Recipe(forward, layer=nn.Linear(4, 3)), (X, LABELS), ce)


def test_error_in_a_loss_is_not_laid_at_the_models_door() -> None:
    other = nn.Linear(7, 1)
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        train(nn.Linear(4, 3), (X, LABELS), lambda logits, y: other(logits).sum())


def test_label_error_inside_the_model_is_not_laid_at_its_outputs() -> None:
    model = Recipe(lambda model, X: F.cross_entropy(model.layer(X), LABELS + 7), layer=nn.Linear(4, 3))
    with pytest.raises(IndexError, match=r"Target \d is out of bounds"):
        train(model, (X, LABELS), ce)


# A dictionary is made a pair


def test_advice_for_a_dictionary_works() -> None:
    def pair(examples: list[dict]) -> tuple[Tensor, Tensor]:
        batch = default_collate(examples)
        return batch["image"], batch["label"]

    examples = [{"image": x, "label": y} for x, y in zip(X, LABELS, strict=True)]
    (batch,) = DataLoader(examples, batch_size=6, collate_fn=pair)
    train(nn.Linear(4, 3), batch, ce)


def test_pair_is_handed_through_and_costs_little() -> None:
    (batch,) = DataLoader(TensorDataset(X, LABELS), batch_size=6)
    assert as_pair(batch)[0] is batch[0]
    assert as_pair(batch)[1] is batch[1]
    assert min(timeit.repeat(lambda: as_pair(batch), number=10_000, repeat=5)) / 10_000 < 5e-6  # 0.3e-6 when quiet
