"""What stands behind the check cells of ex1, *Changing layers*. For whoever writes or marks exercises.

Sizes list the layers of a fully connected network from the input to the output: (784, 50, 25, 10).
"""

from __future__ import annotations

import operator
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from statistics import mean
from types import CodeType

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from helpers.checks import NotYet, check_shape, diagnose
from helpers.checks.student_code import call, refuse_unattempted
from helpers.evaluation import accuracy, count_parameters
from helpers.judges.common import agree, check_line, demand

Sizes = tuple[int, ...]
BASELINE: Sizes = (784, 50, 25, 10)
NO_RETURN = "it returned None: is the `return` line missing? (What is printed is not returned.)"


@dataclass(frozen=True)
class Run:
    """One network, trained once with the whole budget.

    Attributes:
        sizes: the network: (784, 50, 25, 10).
        seed: of its initial weights and of the order of its batches.
        parameters: how many weights and biases it has.
        train_accuracy: share of the training images that it reads right, in [0, 1].
        valid_accuracy: the same for the validation images.
        steps: how many steps the optimizer took.
        seconds: wall-clock time of the training.
    """

    sizes: Sizes
    seed: int
    parameters: int
    train_accuracy: float
    valid_accuracy: float
    steps: int = 0
    seconds: float = 0.0


def parameters(sizes: Sizes) -> int:
    """Weights and biases of a network, counted by PyTorch.

    Args:
        sizes: the network, (784, 50, 25, 10); None for a search that chose none.

    Raises:
        NotYet: there is no network.
    """
    demand(sizes is not None, "networks", "none of them was chosen.")
    return _count(sizes)


# Question 1


def count(num_parameters: Callable[..., int], seed: int) -> None:
    """Weights and biases of 784-50-25-10, of networks drawn at random, and of one that fits in no memory.

    Demanded: an int, with biases (by default) and without.
    """
    label = "num_parameters"
    slips = [
        (40_700, "40,700 are the weights alone: the biases are missing, one for each output of a layer."),
        (41_569, "784 too many: the input is not a layer, so it has no biases."),
        (41_559, "774 too many: a layer has a bias for each of its outputs, not for each of its inputs."),
        (40_703, "40,703 are the weights and 3 more: a layer has a bias for each of its outputs, not one in all."),
        (40_525, "260 are missing: that is the last of the three layers."),
        (9_800_000, "9,800,000 is the product of all the sizes: each layer counts for itself, then they are added."),
    ]
    got = _whole(label, call(label, num_parameters, BASELINE), "")
    agree(f"{label}({BASELINE})", got, 40_785, slips)
    rng = random.Random(seed)
    cases = [tuple(rng.choices(range(1, 13), k=layers + 1)) for layers in (1, 2, 3, 5, 7)]
    cases.append((rng.randint(3, 12),) * 4)
    for sizes in (BASELINE, *cases, (10**9, 10**9, 3)):
        for bias in (False, True):
            asked = f"{label}({sizes}, bias={bias})"
            got = _whole(label, call(label, num_parameters, sizes, bias=bias), "")
            wanted, other = _count(sizes, bias=bias), _count(sizes, bias=not bias)
            demand(bias or got != other, asked, f"got {got:,}: with bias=False, biases are not counted.")
            demand(not bias or got != other, asked, f"got {got:,}: with bias=True, biases are counted.")
            demand(got == wanted, asked, f"wanted {wanted:,}, got {got:,}.")


# Question 2


def width(widest_hidden_layer: Callable[[int, int, int], int], seed: int) -> None:
    """The width fits below the limit, and one unit more does not; where no unit fits, it is 0.

    Demanded: an int, for limits that a network reaches exactly, misses by one, or that are too small for any network.
    """
    rng = random.Random(seed)
    _fits(widest_hidden_layer, _count(BASELINE), 784, 10)
    sizes = [(784, 10), *((rng.randint(2, 30), rng.randint(2, 9)) for _ in range(4))]
    for num_inputs, num_classes in sizes:
        for hidden in (rng.randint(21, 60), rng.randint(3, 20), 2, 1):
            full = _count((num_inputs, hidden, num_classes))
            for limit in (full - 1, full, full + 1, full + rng.randint(2, num_inputs)):
                _fits(widest_hidden_layer, limit, num_inputs, num_classes)
        for limit in (1, num_classes, num_classes + 1):
            _fits(widest_hidden_layer, limit, num_inputs, num_classes)
    wide = rng.randint(2_001, 4_000)
    _fits(widest_hidden_layer, _count((3, wide, 2)) + 1, 3, 2)


def _fits(widest_hidden_layer: Callable[[int, int, int], int], limit: int, num_inputs: int, num_classes: int) -> None:
    label = f"widest_hidden_layer({limit}, {num_inputs}, {num_classes})"
    got = call(label, widest_hidden_layer, limit, num_inputs, num_classes)
    hidden = _whole(label, got, " // divides and rounds down." if isinstance(got, float) else "")
    demand(hidden >= 0, label, f"got {hidden}; where not even one unit fits, it is 0.")
    parameters = _count((num_inputs, hidden, num_classes)) if hidden else 0
    units = f"{hidden} hidden unit{'s' * (hidden != 1)}"
    demand(parameters != limit, label, f"with {units} the limit is reached exactly; fewer parameters are wanted.")
    over = parameters - limit
    cause = "Perhaps the result is rounded up, or not all biases are counted: each hidden unit and each class has one."
    made = f"too many: {units} make{'s' * (hidden == 1)} {parameters:,} parameters."
    demand(over < 0 or hidden > 1, label, f"{made} Where not even one unit fits, it is 0.")
    demand(not 0 < over <= hidden + num_classes, label, f"{made} {cause}")
    demand(over < 0, label, made)
    more = _count((num_inputs, hidden + 1, num_classes))
    text = f"got {hidden}, but {hidden + 1} would fit: that makes {more:,} parameters, fewer than {limit:,}."
    demand(more >= limit, label, text)


# Question 3


def network(build_mlp: Callable[[Sizes], nn.Sequential], seed: int) -> None:
    """A new nn.Sequential with the right layers, whose outputs are those of its own weights.

    Demanded: flattening, one layer with biases per pair of sizes, a ReLU between two of them and nothing else, logits;
    weights that can be trained, and start elsewhere in each network. Nesting and names are free.
    """
    rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
    shapes = [(28, 28), (1, rng.randint(3, 9)), (rng.randint(2, 5), rng.randint(6, 8))]
    same = rng.randint(3, 6)
    for (height, across), hidden in zip(shapes, [(), (same, same, same), (rng.randint(28, 32), 4)], strict=True):
        sizes = (height * across, *hidden, rng.randint(2, 5))
        label = f"build_mlp({sizes})"
        model, again = (_sequential(label, call(label, build_mlp, sizes)) for _ in range(2))
        shared = {id(p) for p in model.parameters()} & {id(p) for p in again.parameters()}
        demand(not shared, label, "called twice, it returns the same layers: each call makes a new network.")
        _starts_elsewhere(label, model, again, torch.randn(1, height, across, generator=generator), bool(hidden))
        for num_images in (1, 6):
            images = torch.randn(num_images, height, across, generator=generator)
            _runs_as_it_should(label, model, sizes, images, generator)


def _sequential(label: str, model: object) -> nn.Sequential:
    refuse_unattempted(label, model)
    demand(model is not None, label, f"wanted an nn.Sequential. {NO_RETURN[0].upper()}{NO_RETURN[1:]}")
    unpacked = " With a star it takes a list: nn.Sequential(*layers)." if isinstance(model, list | tuple) else ""
    demand(isinstance(model, nn.Sequential), label, f"wanted an nn.Sequential, got {model!r:.60}.{unpacked}")
    return model


def _starts_elsewhere(label: str, model: nn.Module, again: nn.Module, images: Tensor, has_hidden: bool) -> None:
    with torch.no_grad():
        for made in (model, again):  # a lazy layer has weights from its first images on
            _forward(made, images.clone(), label)
    first, other = (next(iter(made.parameters()), None) for made in (model, again))
    if has_hidden and first is not None:
        text = "called twice, it returns equal weights: each network starts from random ones. Is a seed set in it?"
        demand(not torch.equal(first, other), label, text)
    frozen = any(not p.requires_grad for p in model.parameters())
    demand(not frozen, label, "some of its parameters cannot be trained: their requires_grad is False.")


def _runs_as_it_should(
    label: str, model: nn.Sequential, sizes: Sizes, images: Tensor, generator: torch.Generator
) -> None:
    model.train()
    with torch.no_grad():
        first = _forward(model, images.clone(), label)
    layers = [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
    occurrences = [m for _, m in model.named_modules(remove_duplicate=False) if isinstance(m, nn.Linear)]
    demand(len(occurrences) == len(layers), label, "one linear layer stands in two places: make a new one each time.")
    parameters = list(model.parameters())
    weights = [p for p in parameters if p.ndim == 2]
    found, wanted = [tuple(w.shape)[::-1] for w in weights], list(pairwise(sizes))
    demand(found == wanted, label, f"its linear layers are {found}, wanted {wanted}.")
    demand(len(parameters) >= 2 * len(weights), label, "not each of its layers has biases.")
    extra = (
        f"it has {len(parameters)} tensors of parameters, wanted {2 * len(weights)}: weights and biases of each layer."
    )
    demand([p.ndim for p in parameters] == [2, 1] * len(weights), label, extra)
    joined = first.shape == sizes[-1:]
    demand(not joined, label, "the batch is lost: nn.Flatten() keeps the first dimension and flattens the others.")
    check_shape(f"the result of {label}", first, (len(images), sizes[-1]))
    with torch.no_grad():
        for p in parameters:  # whatever they started from, now each layer matters
            p.copy_(torch.randn(p.shape, generator=generator) * 1.5 / p.shape[-1] ** (0.5 * (p.ndim - 1)))
        given = images.clone()
        got = _forward(model, given, label)
        demand(torch.equal(given, images), label, "the network changed the images that it was given, in place.")
        random_parts = any(diagnose(_forward(model, images.clone(), label), got) is not None for _ in range(5))
        demand(
            not random_parts, label, "called twice on the same images, it gives two results: is there dropout in it?"
        )
        pairs = list(zip(weights, [p for p in parameters if p.ndim == 1], strict=True))
        X = images.flatten(start_dim=1)
        logits = _chain(X, pairs, F.relu)
        agree(f"the result of {label}", got, logits, _slips(X, pairs, logits), rtol=1e-4, atol=1e-5)


def _forward(model: nn.Module, images: Tensor, label: str) -> Tensor:
    """The model's result; a missing flattening is told."""
    try:
        return model(images)
    except Exception as error:
        shape = tuple(images.shape)
        text = f"on images of shape {shape} it stops: {str(error).splitlines()[0]}"
        has_flatten = any(isinstance(part, nn.Flatten) for part in model.modules())
        cause = "" if has_flatten else ". There is no nn.Flatten in it: are the images flattened?"
        raise NotYet(f"{label} is not right yet\n  {text}{cause}", "error") from error


def _slips(X: Tensor, pairs: list[tuple[Tensor, Tensor]], logits: Tensor) -> Iterator[tuple[Tensor, str]]:
    yield F.relu(logits), "the logits went through a ReLU: after the last layer stands nothing."
    for name in ("softmax", "log_softmax"):
        yield getattr(F, name)(logits, dim=1), f"the logits went through a {name}: after the last layer stands nothing."
    yield _chain(X, pairs, lambda Z: Z), "its layers stand one behind the other with no ReLU between them."
    if len(pairs) > 1:
        for name in ("sigmoid", "tanh", "gelu", "leaky_relu", "elu", "silu", "relu6"):
            yield _chain(X, pairs, getattr(F, name)), f"between its layers stands {name}, wanted a ReLU."
    yield _chain(F.relu(X), pairs, F.relu), "the images went through a ReLU before the first layer."


def _chain(Z: Tensor, pairs: list[tuple[Tensor, Tensor]], between: Callable[[Tensor], Tensor]) -> Tensor:
    for place, (W, b) in enumerate(pairs):
        Z = F.linear(between(Z) if place else Z, W, b)
    return Z


# Question 4


class Probe(nn.Module):
    """A linear classifier that keeps count of what it is trained on, and of what its first step changes.

    Column 0 of its inputs holds row / number of rows, so it knows each row; only calls with gradients are counted.

    Args:
        num_rows: examples in the data.
        num_inputs: columns of X.
        num_classes: outputs.
    """

    def __init__(self, num_rows: int, num_inputs: int = 3, num_classes: int = 2) -> None:
        super().__init__()
        self.linear = nn.Linear(num_inputs, num_classes)
        self.register_buffer("seen", torch.zeros(num_rows, dtype=torch.long))
        self.register_buffer("steps", torch.zeros((), dtype=torch.long))
        self.register_buffer("order", torch.zeros(0, dtype=torch.long))
        self.register_buffer("start", torch.zeros_like(self.linear.weight))
        self.register_buffer("change", torch.zeros_like(self.linear.weight))
        self.register_buffer("gradient", torch.zeros_like(self.linear.weight))

    def forward(self, X: Tensor) -> Tensor:
        """Logits (batch, num_classes)."""
        if torch.is_grad_enabled():
            rows = (X[:, 0] * len(self.seen)).round().long()
            self.seen += torch.bincount(rows, minlength=len(self.seen))
            self.order = torch.cat([self.order, rows])
            weight = self.linear.weight.detach()
            if self.steps == 0:
                self.start = weight.clone()
                self.gradient = self._gradient(X.detach(), rows)
            elif self.steps == 1:
                self.change = weight - self.start
            self.steps += 1
        return self.linear(X)

    def _gradient(self, X: Tensor, rows: Tensor) -> Tensor:
        """That of the cross-entropy on these rows' own labels."""
        y = _data(len(self.seen))[1][rows]
        errors = self.linear(X).detach().softmax(dim=1) - F.one_hot(y, self.linear.out_features)
        return errors.T @ X / len(X)


Compare = Callable[..., Sequence[float]]
FAULTY_LINE = "1eb85606b063456e"
_budgets: dict[CodeType, list[tuple[int, int]]] = {}  # what each network took: steps, and examples


def fault(fault: Callable[[], tuple[int, int]], compare: Compare) -> None:
    """The line of the given program `compare` that has the slip, and how many steps the third network falls short.

    The number is what `compare` does to three networks: 1,000 examples, 150 of them for validation, four epochs,
    batches of 50.
    """
    label = "fault"
    answer = call(label, fault)
    refuse_unattempted(label, answer)
    demand(answer is not None, label, NO_RETURN)
    two = isinstance(answer, tuple | list) and len(answer) == 2
    demand(two, label, f"wanted two numbers, the line and the steps: `return line, steps`; got {answer!r:.60}.")
    line, steps = answer
    demand(_index(line) is not None, "the fault", f"wanted the number of a line, an int, got {line!r:.60}.")
    hint = "Write down what each name stands for after the first turn of the loop, and after the second."
    check_line("the fault", _index(line), FAULTY_LINE, last=11, hint=hint)
    steps = _whole(f"{label}: the number of steps", steps, " Steps are whole.")
    if compare.__code__ not in _budgets:
        options = dict(num_networks=3, num_rows=1_000, num_valid=150, epochs=4, batch_size=50, seed=1)
        probes, _ = _compared(compare, **options)
        _budgets[compare.__code__] = [(int(probe.steps), int((probe.seen > 0).sum())) for probe in probes]
    taken, rows = zip(*_budgets[compare.__code__], strict=True)
    short = taken[0] - taken[2]
    facts = [
        (-short, "the sign: asked is how many fewer, a positive number."),
        (taken[0] - taken[1], "so many steps the second network falls short. Asked is the third."),
        (short // 4, "so many steps fewer it takes per epoch. There are four epochs."),
        (rows[0] - rows[2], "so many examples fewer it has. Asked is how many steps fewer it takes."),
        (rows[0] - rows[1], "so many examples fewer the second network has. Asked are the third, and steps."),
        (taken[2], "so many steps it takes. Asked is how many fewer than the first."),
        (0, "then the budgets would be equal. Print len(order) at the end of each turn."),
    ]
    agree(f"{label}: the number of steps", steps, short, [(value, f"{value:,}: {text}") for value, text in facts])


def repair(compare_fairly: Compare, seed: int) -> None:
    """Networks of a repaired `compare` train on the same examples, each once per epoch, for as many steps.

    Demanded as well, since the program did it before: a random split, a new order in each epoch, AdamW at 0.01, the
    accuracies are those on the validation part, and X and y are left as they are.
    """
    label, rng = "compare_fairly", random.Random(seed)
    for num_networks in (1, 4):
        num_valid, epochs, batch_size = rng.randint(5, 12), rng.randint(2, 3), rng.choice([7, 8, 16])
        num_rows = num_valid * num_networks + rng.randint(21, 30)
        options = dict(num_rows=num_rows, num_valid=num_valid, epochs=epochs, batch_size=batch_size)
        asked = f"{label} with {num_networks} network{'s' * (num_networks > 1)}"
        probes, results = _compared(compare_fairly, num_networks=num_networks, seed=rng.randint(1, 9_999), **options)
        wanted = epochs * -(-(num_rows - num_valid) // batch_size)
        for place, probe in enumerate(probes, start=1):
            _had_its_budget(f"{asked}, network {place}", probe, probes[0], num_rows - num_valid, wanted, epochs)
        _measured_what_was_held_back(asked, results, probes, num_rows)
        held = {*(probes[0].seen == 0).nonzero().flatten().tolist()}
        in_order = held in ({*range(num_valid)}, {*range(num_rows - num_valid, num_rows)})
        demand(not in_order, asked, "the split follows the order of the rows; before, it was drawn at random.")
    splits = []
    for seed in rng.sample(range(1, 10_000), k=2):
        options = dict(num_rows=40, num_valid=15, epochs=1, batch_size=25)
        (probe,), _ = _compared(compare_fairly, num_networks=1, seed=seed, **options)
        splits.append(probe.seen)
    text = "two calls made the same split; before, each call drew one at random. Is a seed set in it?"
    demand(not torch.equal(*splits), label, text)


def _had_its_budget(label: str, probe: Probe, first: Probe, num_train: int, steps: int, epochs: int) -> None:
    rows = int((probe.seen > 0).sum())
    demand(rows > 0, label, "it was not trained. The networks that are given are to be trained, each of them.")
    demand(rows == num_train, label, f"wanted {num_train} examples to train on, it had {rows}.")
    once = bool((probe.seen[probe.seen > 0] == epochs).all())
    demand(once, label, f"each of its examples should come once per epoch, {epochs} in all.")
    demand(int(probe.steps) == steps, label, f"wanted {steps} steps, it took {int(probe.steps)}.")
    same = torch.equal(probe.seen > 0, first.seen > 0)
    demand(same, label, "as many examples as network 1, but others: all networks should train on the same ones.")
    orders = probe.order.reshape(epochs, -1)
    demand(not torch.equal(orders[0], orders[1]), label, "its examples come in the same order in every epoch.")
    change = float(probe.change.abs().max())
    text = f"its first step changes a weight by {change:.4f}; with AdamW at a rate of 0.01 it is 0.01."
    demand(0.009 < change < 0.011, label, text)
    adam = -0.01 * probe.gradient / (probe.gradient.abs() + 1e-8)
    clear = probe.gradient.abs() > 1e-3
    text = "its first step does not lead down the cross-entropy of its first batch: has each image its own label?"
    demand((probe.change.sign() == adam.sign())[clear].all(), label, text)
    decayed = (probe.change - adam + 1e-4 * probe.start)[clear].abs().max() < 1e-5
    demand(not clear.any() or decayed, label, "its first step is not one of AdamW, which also shrinks the weights.")


def _measured_what_was_held_back(label: str, results: object, probes: list[Probe], num_rows: int) -> None:
    demand(results is not None, label, NO_RETURN)
    listed = isinstance(results, Iterable) and not isinstance(results, str | dict)
    demand(listed, label, f"wanted a list of accuracies, one for each network; got {results!r:.60}.")
    got = [float(result) for result in results]
    demand(len(got) == len(probes), label, f"wanted {len(probes)} accuracies, one for each network; got {len(got)}.")
    X, y = _data(num_rows)
    for place, (probe, value) in enumerate(zip(probes, got, strict=True), start=1):
        held = probe.seen == 0
        with torch.no_grad():
            wanted = accuracy(probe.linear(X[held]), y[held])
        text = f"wanted the accuracy of network {place} on the examples held back, {wanted:.4f}, got {value:.4f}."
        demand(abs(value - wanted) < 1e-4, label, text)


def _compared(
    compare: Compare, *, num_networks: int, num_rows: int, num_valid: int, epochs: int, batch_size: int, seed: int
) -> tuple[list[Probe], object]:
    """Probes that went through a program like `compare`, and what it returned."""
    torch.manual_seed(seed)
    X, y = _data(num_rows)
    probes, given = [Probe(num_rows) for _ in range(num_networks)], (X.clone(), y.clone())
    label = getattr(compare, "__name__", "compare")
    results = call(label, compare, list(probes), *given, num_valid, epochs, batch_size)
    refuse_unattempted(label, results)
    demand(torch.equal(given[0], X) and torch.equal(given[1], y), label, "it changed X or y in place.")
    demand(torch.initial_seed() == seed, label, "it sets the seed, which the given program does not do.")
    return probes, results


def _data(num_rows: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(num_rows)
    X = torch.randn(num_rows, 3, generator=generator)
    X[:, 0] = torch.arange(num_rows) / num_rows
    return X, (X[:, 1] + torch.randn(num_rows, generator=generator) > 0).long()


# Question 5

Accuracies = dict[Sizes, list[float]]


def choice(select: Callable[[list[Run], float], Sizes | None], seed: int) -> None:
    """The smallest network whose mean validation accuracy reaches the target.

    Demanded: sizes as a tuple, None where no network reaches the target, runs in any order, any number of seeds for
    each network, a mean equal to the target is enough, the list stays as it is.
    """
    rng = random.Random(seed)
    for _ in range(4):
        wanted, target, accuracies = _crowd(rng)
        _ask(select, _in_any_order(accuracies, rng), target, wanted)
        _ask(select, _in_any_order(accuracies, rng), 0.999, None)
    h = rng.randint(4, 9)
    halves = {(784, h, 10): [0.25, 0.75], (784, h - 1, 10): [0.25, 0.5], (784, h + 3, 10): [0.75]}
    quarters = {(784, h, 10): [0.5, 0.25, 1.0, 0.25], (784, h + 1, 10): [0.875], (784, h - 2, 10): [0.25, 0.5]}
    for accuracies in (halves, quarters):
        _ask(select, _in_any_order(accuracies, rng), 0.5, (784, h, 10))
        _ask(select, _in_any_order(accuracies, rng), 0.9, None)
    _ask(select, _in_any_order(halves, rng), 0.375, (784, h - 1, 10))
    large = {(784, h, 10): [0.5], (784, 60 + h, 10): [0.75, 0.625]}
    _ask(select, _in_any_order(large, rng), 0.625, (784, 60 + h, 10))
    _ask(select, [], 0.5, None)


def _crowd(rng: random.Random) -> tuple[Sizes, float, Accuracies]:
    """The network to choose, the target, and the validation accuracies of it and of others by sizes."""
    h, target = rng.randrange(12, 21), rng.randrange(900, 960) / 1000
    wanted = (784, h, 2 * h, 10)  # deeper, and with more hidden units, than the larger (784, h + 3, 10)
    above = {
        wanted: [0.006, -0.002, -0.001],
        (784, h + 3, 10): [0.0006, 0.0002, 0.0004],
        (784, h - 2, 400, 10): [0.02, 0.03, 0.025],
        (784, h + 6, 10): [0.004, 0.005],
    }
    below = {
        (784, h, 10): [-0.02, -0.025],  # as wide in its first layer as the wanted one
        (784, h - 3, 10): [0.008, -0.012, -0.01],
        (784, h - 4, 10): [0.002, -0.03, 0.003],
        (784, h - 5, 4, 10): [-0.02, -0.021, -0.022, -0.02],
        (784, h - 6, 10): [-0.012, 0.007],
        (784, h - 7, 10): [-0.0004, -0.0006],
    }
    return wanted, target, {sizes: [target + d for d in offsets] for sizes, offsets in (above | below).items()}


def _in_any_order(accuracies: Accuracies, rng: random.Random) -> list[Run]:
    """Runs of several networks, mixed; those of one network in the order of their seeds.

    The training accuracy is high where the validation accuracy is low, as after overfitting.
    """
    turns = [sizes for sizes, values in accuracies.items() for _ in values]
    rng.shuffle(turns)
    runs, used = [], dict.fromkeys(accuracies, 0)
    for sizes in turns:
        value = accuracies[sizes][used[sizes]]
        used[sizes] += 1
        high = 0.999 - 0.01 * min(accuracies[sizes]) if mean(accuracies[sizes]) < 0.99 else 1.0
        runs.append(Run(sizes, used[sizes], _count(sizes), high, value, 2150, rng.uniform(2, 5)))
    return runs


def _ask(select: Callable[[list[Run], float], Sizes | None], runs: list[Run], target: float, wanted: object) -> None:
    label, before = "select", list(runs)
    try:
        got = call(label, select, runs, target)
    except NotYet as stop:
        if wanted is None and isinstance(
            stop.__cause__, ValueError | IndexError | TypeError | StopIteration | KeyError
        ):
            empty = "For an empty list" if not before else "Where no network reaches the target"
            cause = f"{type(stop.__cause__).__name__}: {stop.__cause__}"
            raise NotYet(f"{label} is not right yet\n  {empty}, return None; it stopped with {cause}") from stop
        raise
    refuse_unattempted(label, got)
    demand(runs == before, label, "the list of runs was changed in place: sorted(runs), for one, makes a new list.")
    if wanted is None:
        means = "there are no runs" if not before else f"no mean reaches the target {target}"
        demand(got is None, label, f"wanted None, for {means}; got {got!r:.60}.")
        return
    _explain_choice(label, runs, target, wanted, got)


def _explain_choice(label: str, runs: list[Run], target: float, wanted: Sizes, got: object) -> None:
    """Refuse another network than the wanted one, with facts about the one that was returned."""
    reached = f"the mean of {_name(wanted)}, {_mean(runs, wanted)}, reaches the target {target}"
    demand(got is not None, label, f"it returned None, but {reached}. Perhaps a `return` is missing, or never reached.")
    demand(not isinstance(got, Run), label, "it returned the whole run; return its sizes.")
    is_list = isinstance(got, list) and all(isinstance(size, int) for size in got)
    demand(not is_list, label, f"it returned the list {got!r:.60}; wanted is the tuple, as in run.sizes.")
    known = isinstance(got, tuple) and any(run.sizes == got for run in runs)
    stranger = isinstance(got, tuple) and len(got) >= 3 and not known
    demand(not stranger, label, f"it chose {got!r:.60}, but no run in the list has these sizes.")
    demand(known, label, f"wanted the sizes of a network, a tuple such as {wanted}; got {got!r:.60}.")
    low = f"but the mean of its validation accuracies is {_mean(runs, got)}, below the target {target}."
    demand(_missed(runs, got) >= target, label, f"it chose {_name(got)}, {low}")
    fewer = f"{_name(wanted)} has fewer, {_count(wanted):,}, and its mean, {_mean(runs, wanted)}, reaches the target."
    demand(got == wanted, label, f"it chose {_name(got)} with {_count(got):,} parameters. {fewer}")


def _missed(runs: list[Run], sizes: Sizes) -> Fraction:
    return mean(Fraction(run.valid_accuracy) for run in runs if run.sizes == sizes)


def _mean(runs: list[Run], sizes: Sizes) -> str:
    return f"{float(_missed(runs, sizes)):.4f}"


# Question 6


def entries(networks: Callable[[], list[Sizes]], max_lr: Callable[[], float]) -> tuple[list[Sizes], float]:
    """The networks to try and the learning rate, if they keep the rules.

    Demanded: four to eight different networks, each from 784 inputs over hidden units to 10 classes, below the
    baseline's number of parameters; a learning rate above 0 and at most 0.1.

    Returns:
        The networks as tuples of ints, and the rate as a float.
    """
    label = "networks"
    listed = call(label, networks)
    refuse_unattempted(label, listed)
    demand(listed is not None, label, NO_RETURN)
    demand(isinstance(listed, Iterable), label, f"wanted a list of tuples, got {listed!r:.60}.")
    tried = [_sizes(label, sizes) for sizes in listed]
    demand(4 <= len(tried) <= 8, label, f"wanted 4 to 8 networks, got {len(tried)}.")
    twice = [_name(sizes) for sizes in tried if tried.count(sizes) > 1]
    demand(not twice, label, f"{twice[0] if twice else ''} stands twice in the list.")
    rate = call("max_lr", max_lr)
    refuse_unattempted("max_lr", rate)
    demand(rate is not None, "max_lr", NO_RETURN)
    number = hasattr(rate, "__float__") and not isinstance(rate, bool | str)
    demand(number and 0 < float(rate) <= 0.1, "max_lr", f"wanted a number above 0 and at most 0.1, got {rate!r:.60}.")
    return tried, float(rate)


def _sizes(label: str, sizes: object) -> Sizes:
    whole = isinstance(sizes, tuple | list) and all(_index(size) is not None for size in sizes)
    demand(whole, label, f"{sizes!r:.60} is not a tuple of ints, such as (784, 20, 10).")
    sizes = tuple(map(_index, sizes))
    ends = len(sizes) >= 3 and sizes[0] == 784 and sizes[-1] == 10 and min(sizes) >= 1
    demand(ends, label, f"{sizes} does not lead from 784 pixels over hidden units to 10 classes.")
    parameters, most = _count(sizes), _count(BASELINE)
    text = f"{sizes} has {parameters:,} parameters; the baseline has {most:,}, and fewer are wanted."
    demand(parameters < most, label, text)
    return sizes


def search(
    runs: list[Run],
    baseline: list[Run],
    select: Callable[[list[Run], float], Sizes | None],
    tolerance: float,
    *,
    slack: float = 0.0,
) -> None:
    """A search that found a network which keeps up with the baseline, and looked below it.

    Demanded: every run had the baseline's number of steps; `select` finds a network whose mean validation accuracy is
    at most `tolerance` below the baseline's; some smaller network misses that, with at least half of its parameters.

    Args:
        runs: the student's networks, trained over the baseline's seeds.
        baseline: its runs.
        select: the student's, already judged.
        tolerance: how far below the baseline's mean a mean may lie.
        slack: for marks, the demands may also hold at a tolerance that is smaller or larger by up to so much:
            accuracies differ a little from machine to machine, and with them which network is the smallest.
    """
    label = "networks"
    budgets = {run.steps for run in (*runs, *baseline)}
    demand(len(budgets) == 1, label, f"the numbers of steps differ, {sorted(budgets)}: that is no equal budget.")
    target = mean(run.valid_accuracy for run in baseline) - tolerance
    findings = [_gap(runs, select, target + slack * part / 4) for part in (0, 1, -1, 2, -2, 3, -3, 4, -4)]
    demand("" in findings, label, findings[0])


def _gap(runs: list[Run], select: Callable[[list[Run], float], Sizes | None], target: float) -> str:
    """What the search lacks at this target; empty if nothing."""
    winner = call("select", select, list(runs), target)
    if winner is None:
        best = max(float(_missed(runs, run.sizes)) for run in runs)
        advice = "Perhaps wider layers, or another max_lr: the baseline ran at 0.015."
        return f"no mean reaches {target:.4f}; the best is {best:.4f}. {advice}"
    smaller = [run.parameters for run in runs if run.parameters < _count(winner)]
    if not smaller:
        return f"{_name(winner)} is the smallest in the list, and it keeps up. A smaller one might, too: add some."
    if 2 * max(smaller) < _count(winner):
        between = f"{max(smaller):,} and {_count(winner):,} parameters"
        return f"between {between} there is no network in the list: add one, for it might keep up."
    return ""


# What several questions need


@cache
def _count(sizes: Sizes, *, bias: bool = True) -> int:
    # On the device "meta", layers have shapes and take no memory.
    layers = (nn.Linear(*pair, bias=bias, device="meta") for pair in pairwise(sizes))
    return sum(map(count_parameters, layers))


def _name(sizes: Sizes) -> str:
    return "-".join(map(str, sizes))


def _index(value: object) -> int | None:
    """A whole number as an int, NumPy's too; None for all else."""
    if isinstance(value, bool | Tensor):
        return None
    try:
        return operator.index(value)
    except TypeError:
        return None


def _whole(label: str, got: object, hint: str) -> int:
    refuse_unattempted(label, got)
    demand(got is not None, label, NO_RETURN)
    demand(not isinstance(got, Tensor), label, f"wanted an int, got {got!r:.60}: .item() takes the number out.")
    number = _index(got)
    demand(number is not None, label, f"wanted an int, got {got!r:.60}.{hint}")
    return number
