"""`fit` trains what the loop written by hand trains, and explains what goes wrong."""

import functools
import math
from collections.abc import Callable, Iterator

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.lr_scheduler import CyclicLR, ExponentialLR, OneCycleLR, ReduceLROnPlateau, StepLR
from torch.utils.data import DataLoader, TensorDataset

from helpers.evaluation import accuracy, evaluate
from helpers.loaders import BatchLoader
from helpers.training import History, NonFiniteLossError, fit

quick = settings(deadline=None, max_examples=25)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def points(length: int = 10, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Points of 4 numbers, of 3 classes."""
    generator = seeded(seed)
    return torch.randn(length, 4, generator=generator), torch.randint(3, (length,), generator=generator)


def network(seed: int = 0) -> nn.Sequential:
    """A network that draws random numbers while it trains, and behaves otherwise when it does not."""
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3))


def weights(model: nn.Module) -> list[Tensor]:
    return [tensor.clone() for tensor in model.state_dict().values()]


def same(a: list[Tensor], b: list[Tensor]) -> bool:
    return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


def train(model: nn.Module, loader, **options) -> History:
    """`fit` with the options that a test does not care about filled in."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    defaults = {"loss_fn": F.cross_entropy, "optimizer": optimizer, "epochs": 1, "progress": False}
    return fit(model, loader, **defaults | options)


def loop_by_hand(model: nn.Module, loader, *, loss_fn=F.cross_entropy, epochs: int = 1) -> None:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for _ in range(epochs):
        model.train()
        for X, y in loader:
            loss = loss_fn(model(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


class Scripted:
    """A loader whose passes are given one by one; an exception among the batches is raised in its turn."""

    def __init__(self, *passes: list) -> None:
        self.passes = iter(passes)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for batch in next(self.passes):
            if isinstance(batch, BaseException):
                raise batch
            yield batch


# It trains what the loop by hand trains


@pytest.mark.parametrize("validate", [False, True])
def test_weights_equal_those_of_the_loop_by_hand_bit_for_bit(validate):
    by_hand, by_fit = network(), network()
    loaders = [BatchLoader(*points(50), batch_size=8, shuffle=True, generator=seeded(7)) for _ in range(2)]
    valid_loader = BatchLoader(*points(20, seed=1), batch_size=8, shuffle=True) if validate else None
    torch.manual_seed(1)
    loop_by_hand(by_hand, loaders[0], epochs=3)
    torch.manual_seed(1)
    train(by_fit, loaders[1], epochs=3, valid_loader=valid_loader, metrics={"accuracy": accuracy})
    assert same(weights(by_fit), weights(by_hand))


def classes_as_bytes() -> tuple:
    X, y = points()
    return nn.Linear(4, 3), F.cross_entropy, X, y.to(torch.uint8)


def class_probabilities() -> tuple:
    X, y = points()
    return nn.Linear(4, 3), nn.CrossEntropyLoss(), X, F.one_hot(y, 3).float()


def padding_to_ignore() -> tuple:
    X, y = points()
    y[3] = -100
    return nn.Linear(4, 3), F.cross_entropy, X, y


def another_label_to_ignore() -> tuple:
    X, y = points()
    y[3] = 255
    return nn.Linear(4, 3), functools.partial(F.cross_entropy, ignore_index=255), X, y


def a_class_for_each_pixel() -> tuple:
    X, y = torch.randn(6, 1, 5, 5), torch.randint(3, (6, 5, 5))
    return nn.Conv2d(1, 3, 1), nn.CrossEntropyLoss(), X, y


def binary_labels() -> tuple:
    X, y = points()
    return nn.Linear(4, 1), nn.BCEWithLogitsLoss(), X, (y > 0).float().unsqueeze(1)


def regression_on_one_number_an_example() -> tuple:
    X, _ = points()
    return nn.Sequential(nn.Linear(4, 1), nn.Flatten(0)), nn.MSELoss(), X, X.sum(dim=1)


def double_precision_throughout() -> tuple:
    X, _ = points()
    return nn.Linear(4, 1).double(), F.mse_loss, X.double(), X.sum(dim=1, keepdim=True).double()


def words_as_numbers() -> tuple:
    words = torch.randint(3, (10,))
    return nn.Sequential(nn.Embedding(3, 4), nn.Linear(4, 3)), F.cross_entropy, words, words


@pytest.mark.parametrize(
    "case",
    [
        classes_as_bytes,
        class_probabilities,
        padding_to_ignore,
        another_label_to_ignore,
        a_class_for_each_pixel,
        binary_labels,
        regression_on_one_number_an_example,
        double_precision_throughout,
        words_as_numbers,
    ],
    ids=lambda case: case.__name__,
)
def test_what_the_loop_by_hand_trains_fit_trains_too(case):
    torch.manual_seed(0)
    model, loss_fn, X, y = case()
    start = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    loop_by_hand(model, BatchLoader(X, y, batch_size=4), loss_fn=loss_fn)
    wanted = weights(model)
    model.load_state_dict(start)
    train(model, BatchLoader(X, y, batch_size=4), loss_fn=loss_fn)
    assert same(weights(model), wanted)


def test_a_loss_of_the_reader_may_broadcast():
    X, _ = points()
    history = train(nn.Linear(4, 1), [(X, torch.zeros(10))], loss_fn=lambda y_hat, y: ((y_hat - y) ** 2).mean())
    assert math.isfinite(history.train_loss[0])


def test_fit_takes_a_dataloader_and_a_list_of_batches():
    X, y = points(8)
    from_loader, from_list = nn.Linear(4, 3), nn.Linear(4, 3)
    from_list.load_state_dict(from_loader.state_dict())
    train(from_loader, DataLoader(TensorDataset(X, y), batch_size=8))
    train(from_list, [(X, y)])
    assert same(weights(from_loader), weights(from_list))


def test_every_epoch_trains_in_train_mode_whatever_the_caller_does_between_epochs():
    modes = []

    def loss_fn(logits: Tensor, y: Tensor) -> Tensor:
        modes.append(model.training)
        return F.cross_entropy(logits, y)

    model = network()
    train(model, [points()], loss_fn=loss_fn, epochs=3, on_epoch_end=lambda epoch, history: model.eval() and None)
    assert modes == [True, True, True]


# Means


@quick
@given(st.integers(1, 40), st.integers(1, 50))
def test_train_loss_and_metrics_are_means_over_examples(length, batch_size):
    X, y = points(length, seed=length)
    model = nn.Linear(4, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)  # the weights stay, so the mean can be computed at once
    loader = BatchLoader(X, y, batch_size=batch_size)
    history = train(model, loader, optimizer=optimizer, valid_loader=loader, metrics={"accuracy": accuracy})
    wanted = pytest.approx(F.cross_entropy(model(X), y).item(), rel=1e-5)
    assert history.train_loss == [wanted]
    assert history.valid_loss == [wanted]
    assert history.metrics["train_accuracy"] == [pytest.approx(accuracy(model(X), y))]


def test_short_last_batch_counts_by_its_examples():
    X, y = torch.tensor([[0.0], [0.0], [0.0], [4.0]]), torch.zeros(4, 1)
    model = nn.Linear(1, 1, bias=False)
    nn.init.ones_(model.weight)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    history = train(model, BatchLoader(X, y, batch_size=3), loss_fn=F.mse_loss, optimizer=optimizer)
    assert history.train_loss == [16 / 4]  # not the mean of the batch means, (0 + 16) / 2


def test_validation_equals_evaluate_and_runs_without_dropout():
    model, valid_loader = network(), BatchLoader(*points(20, seed=1), batch_size=8)
    history = train(model, [points()], valid_loader=valid_loader, metrics={"accuracy": accuracy})
    result = evaluate(model, valid_loader, loss_fn=F.cross_entropy, metrics={"accuracy": accuracy})
    assert history.valid_loss == [result["loss"]]
    assert history.metrics["valid_accuracy"] == [result["accuracy"]]


# History


def test_history_has_one_entry_an_epoch_in_every_list():
    history = train(network(), [points()], epochs=3, valid_loader=[points()], metrics={"accuracy": accuracy})
    assert list(history.metrics) == ["train_accuracy", "valid_accuracy"]
    lists = [history.train_loss, history.valid_loss, *history.metrics.values(), history.learning_rate, history.seconds]
    assert [len(values) for values in lists] == [3] * 6
    assert history.learning_rate == [0.1] * 3
    assert all(seconds > 0 for seconds in history.seconds)
    assert not history.interrupted


def test_history_without_validation_leaves_it_out():
    history = train(network(), [points()], metrics={"accuracy": accuracy})
    assert history.valid_loss == []
    assert list(history.metrics) == ["train_accuracy"]
    assert "valid_loss" not in history.to_frame()


def test_frame_has_one_row_an_epoch_counted_from_one():
    history = train(network(), [points()], epochs=2, valid_loader=[points()], metrics={"accuracy": accuracy})
    frame = history.to_frame()
    columns = ["train_loss", "valid_loss", "train_accuracy", "valid_accuracy", "learning_rate", "seconds"]
    assert list(frame.columns) == columns
    assert frame.index.name == "epoch" and list(frame.index) == [1, 2]
    assert frame["valid_accuracy"].tolist() == history.metrics["valid_accuracy"]


def test_frame_of_no_epochs_is_empty():
    assert train(network(), [points()], epochs=0).to_frame().empty


# The model is left as it was found


@pytest.mark.parametrize("training", [True, False])
def test_mode_is_restored_module_by_module(training):
    model = network().train(training)
    model[1].train(not training)
    before = [module.training for module in model.modules()]
    train(model, [points()], valid_loader=[points()])
    assert [module.training for module in model.modules()] == before


def test_model_visits_the_device_and_returns_home():
    class Traveller(nn.Linear):
        def to(self, device: torch.device | str) -> nn.Module:
            sent_to.append(str(device))
            return self  # stays, for machines with one device

    sent_to = []
    train(Traveller(4, 3), [points()], device="meta", valid_loader=[points()])
    assert sent_to == ["meta", "cpu"]


# Stopping


def interrupted_by_loader() -> dict:
    return {"train_loader": Scripted([points()], [points()], [points(), KeyboardInterrupt()])}


def interrupted_in_validation() -> dict:
    return {"valid_loader": Scripted([points()], [points()], [points(), KeyboardInterrupt()])}


def interrupted_by_metric() -> dict:
    calls = []

    def metric(logits: Tensor, y: Tensor) -> float:
        calls.append(1)
        if len(calls) > 4:  # an epoch calls it twice: in training, and in validation
            raise KeyboardInterrupt
        return 0.0

    return {"metrics": {"metric": metric}}


def interrupted_between_epochs() -> dict:
    def on_epoch_end(epoch: int, history: History) -> None:
        if epoch == 2:
            raise KeyboardInterrupt

    return {"on_epoch_end": on_epoch_end}


@pytest.mark.parametrize(
    "interruption",
    [interrupted_by_loader, interrupted_in_validation, interrupted_by_metric, interrupted_between_epochs],
    ids=lambda case: case.__name__,
)
def test_interrupt_returns_the_finished_epochs_and_restores_the_mode(interruption, capsys):
    model = network().eval()
    start = weights(model)
    options = {"train_loader": [points()], "valid_loader": [points()], "metrics": {"accuracy": accuracy}}
    options |= {"epochs": 9} | interruption()
    history = train(model, options.pop("train_loader"), **options)
    lists = [history.train_loss, history.valid_loss, *history.metrics.values(), history.learning_rate, history.seconds]
    assert [len(values) for values in lists] == [2] * 6
    assert history.interrupted
    assert not any(module.training for module in model.modules())
    assert not same(weights(model), start)
    assert "stopped by hand: 2 of 9 epochs finished" in capsys.readouterr().out


def test_other_errors_are_not_swallowed_and_the_mode_is_restored():
    model = network().eval()
    with pytest.raises(FileNotFoundError):
        train(model, Scripted([points(), FileNotFoundError("gone")]))
    assert not any(module.training for module in model.modules())


def test_on_epoch_end_stops_when_it_returns_true():
    seen = []

    def on_epoch_end(epoch: int, history: History) -> bool:
        seen.append((epoch, len(history.train_loss)))
        return epoch == 2

    history = train(network(), [points()], epochs=9, on_epoch_end=on_epoch_end)
    assert seen == [(1, 1), (2, 2)]
    assert len(history.train_loss) == 2
    assert not history.interrupted


# A loss that is no number


def test_loss_that_is_not_a_number_stops_with_the_place_and_three_causes():
    good, (X, y) = points(), points()
    X[3, 2] = math.nan
    with pytest.raises(NonFiniteLossError) as caught:
        train(nn.Linear(4, 3), Scripted([good, good], [good, (X, y)]), epochs=2)
    message = str(caught.value)
    assert message.startswith("the loss is nan in epoch 2, batch 2. The likeliest causes: (1) the learning rate, 0.1, ")
    assert "(2) the inputs hold NaN or infinity, AND THIS BATCH DOES" in message
    assert "(3) the loss takes the logarithm of 0, or divides by 0" in message


def test_infinite_loss_names_the_learning_rate_in_use_and_the_size_of_the_inputs():
    X, y = torch.full((2, 4), 200.0), torch.zeros(2, 1)
    model = nn.Linear(4, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=30.0)
    with pytest.raises(NonFiniteLossError, match=r"the loss is inf in epoch \d+, batch 1\.") as caught:
        train(model, [(X, y)], loss_fn=F.mse_loss, optimizer=optimizer, epochs=99)
    assert "the learning rate, 30, is too large: try 3;" in str(caught.value)
    assert "far from size 1 (here they are finite, and at most 200)" in str(caught.value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_weights_are_untouched_by_the_step_that_would_have_spoilt_them(value):
    X, y = points()
    trained, wanted = nn.Linear(4, 3), nn.Linear(4, 3)
    wanted.load_state_dict(trained.state_dict())
    loop_by_hand(wanted, [(X, y), (X, y)])
    losses = iter([0.0, 0.0, value])
    with pytest.raises(NonFiniteLossError, match="epoch 1, batch 3"):
        train(trained, [(X, y)] * 3, loss_fn=lambda logits, y: F.cross_entropy(logits, y) + next(losses))
    assert same(weights(trained), weights(wanted))


def test_mode_is_restored_after_a_loss_that_is_no_number():
    model = network().eval()
    with pytest.raises(NonFiniteLossError):
        train(model, [points()], loss_fn=lambda logits, y: logits.sum() * math.nan)
    assert not any(module.training for module in model.modules())


# Progress


@pytest.mark.parametrize(("ci", "progress", "shown"), [("", True, True), ("true", True, False), ("", False, False)])
def test_progress_is_shown_unless_it_is_turned_off_or_under_ci(monkeypatch, capsys, ci, progress, shown):
    monkeypatch.setenv("CI", ci)
    train(network(), [points()], valid_loader=[points()], metrics={"accuracy": accuracy}, epochs=2, progress=progress)
    captured = capsys.readouterr()
    assert captured.out == ""
    for text in ("2/2", "train_loss=", "valid_accuracy="):
        assert (text in captured.err) == shown


# Schedules


def rates_after_each_step(scheduler_class: Callable, **options) -> tuple[list[float], History]:
    """The learning rate that each batch was trained with, in 3 epochs of 4 batches, and the History."""
    model, rates = nn.Linear(4, 3), []
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def loss_fn(logits: Tensor, y: Tensor) -> Tensor:
        rates.append(optimizer.param_groups[0]["lr"])
        return F.cross_entropy(logits, y)

    scheduler = scheduler_class(optimizer, **options)
    history = train(model, [points()] * 4, loss_fn=loss_fn, optimizer=optimizer, scheduler=scheduler, epochs=3)
    return rates, history


@pytest.mark.parametrize(
    ("scheduler_class", "options"),
    [(OneCycleLR, {"max_lr": 0.4, "total_steps": 12}), (CyclicLR, {"base_lr": 0.1, "max_lr": 0.4, "step_size_up": 6})],
)
def test_cycles_are_stepped_after_every_batch(scheduler_class, options):
    rates, history = rates_after_each_step(scheduler_class, **options)
    assert len(set(rates[:4])) == 4
    assert max(rates) == pytest.approx(0.4, rel=0.2)
    assert history.learning_rate == [rates[3], rates[7], rates[11]]


@pytest.mark.parametrize(
    ("scheduler_class", "options"), [(StepLR, {"step_size": 1, "gamma": 0.5}), (ExponentialLR, {"gamma": 0.5})]
)
def test_other_schedules_are_stepped_after_every_epoch(scheduler_class, options):
    rates, history = rates_after_each_step(scheduler_class, **options)
    assert rates == [0.1] * 4 + [0.05] * 4 + [0.025] * 4
    assert history.learning_rate == [0.1, 0.05, 0.025]


@pytest.mark.parametrize("validate", [True, False])
def test_plateau_watches_the_validation_loss_where_there_is_one(monkeypatch, validate):
    watched = []
    monkeypatch.setattr(ReduceLROnPlateau, "step", lambda self, loss: watched.append(loss))
    model = nn.Linear(4, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    valid_loader = [points(seed=1)] if validate else None
    scheduler = ReduceLROnPlateau(optimizer)
    history = train(model, [points()], optimizer=optimizer, scheduler=scheduler, valid_loader=valid_loader, epochs=3)
    assert watched == (history.valid_loss if validate else history.train_loss)


def test_one_cycle_that_is_too_short_is_refused_before_the_first_step():
    model = nn.Linear(4, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scheduler = OneCycleLR(optimizer, max_lr=0.4, epochs=2, steps_per_epoch=4)
    start = weights(model)
    with pytest.raises(
        ValueError, match=r"has 8 steps left, but 3 epochs of 4 batches need 12: build it with epochs=3"
    ):
        train(model, [points()] * 4, optimizer=optimizer, scheduler=scheduler, epochs=3)
    assert same(weights(model), start)


def test_one_cycle_that_was_used_up_by_an_earlier_run_is_refused():
    model = nn.Linear(4, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scheduler = OneCycleLR(optimizer, max_lr=0.4, epochs=2, steps_per_epoch=4)
    train(model, [points()] * 4, optimizer=optimizer, scheduler=scheduler, epochs=2)
    with pytest.raises(ValueError, match=r"has 0 steps left, .* anew for every run"):
        train(model, [points()] * 4, optimizer=optimizer, scheduler=scheduler, epochs=2)


# Mistakes


def refusal(model: nn.Module, loader, **options) -> str:
    """The message of the error, which comes before the model has changed."""
    start = weights(model)
    with pytest.raises(ValueError) as caught:
        train(model, loader, **options)
    assert same(weights(model), start)
    return str(caught.value)


def forms(functional: Callable, module: type[nn.Module]) -> list:
    """The ways in which a notebook may write a loss."""
    ways = {
        "functional": functional,
        "module": module(),
        "partial": functools.partial(functional, reduction="mean"),
        "partial of a module": functools.partial(module()),
    }
    return [pytest.param(loss_fn, id=f"{module.__name__}, {way}") for way, loss_fn in ways.items()]


class_losses = pytest.mark.parametrize(
    "loss_fn", forms(F.cross_entropy, nn.CrossEntropyLoss) + forms(F.nll_loss, nn.NLLLoss)
)
paired_losses = pytest.mark.parametrize(
    "loss_fn",
    forms(F.mse_loss, nn.MSELoss)
    + forms(F.l1_loss, nn.L1Loss)
    + forms(F.smooth_l1_loss, nn.SmoothL1Loss)
    + forms(F.huber_loss, nn.HuberLoss)
    + forms(F.binary_cross_entropy_with_logits, nn.BCEWithLogitsLoss),
)


@class_losses
@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda y: y.float(), "got float32 (10,): use labels.long()"),
        (lambda y: y.int(), "got int32 (10,): use labels.long()"),
        (lambda y: y.unsqueeze(1), "got int64 (10, 1): use labels.squeeze(1)"),
        (lambda y: y.unsqueeze(1).float(), "got float32 (10, 1): use labels.long().squeeze(1)"),
        (lambda y: F.one_hot(y, 3), "got int64 (10, 3): use labels.argmax(dim=1)"),
        (lambda y: y[:7], "got int64 (7,)"),
        (
            lambda y: y + 1,
            "labels must lie in 0..2, for the model has 3 outputs; got 3: perhaps subtract the lowest label, or",
        ),
        (
            lambda y: y - 1,
            "labels must lie in 0..2, for the model has 3 outputs; got -1: perhaps subtract the lowest label, or",
        ),
    ],
    ids=["float", "int32", "column", "float column", "one-hot", "too few", "from 1", "negative"],
)
def test_labels_that_the_loss_cannot_take_get_their_mend(loss_fn, mistake, message):
    X, y = points()
    assert {0, 2} <= set(y.tolist())
    assert message in refusal(nn.Linear(4, 3), [(X, mistake(y))], loss_fn=loss_fn)


@class_losses
def test_label_out_of_range_in_a_later_batch_gets_its_mend_too(loss_fn):
    X, y = points()
    with pytest.raises(ValueError, match=r"labels must lie in 0\.\.2"):
        train(nn.Linear(4, 3), [(X, y), (X, y + 1)], loss_fn=loss_fn)


def test_cross_entropy_on_one_output_is_refused_instead_of_being_always_zero():
    X, y = points()
    labels = (y > 0).float().unsqueeze(1)
    assert F.cross_entropy(torch.randn(10, 1), labels) == 0
    message = refusal(nn.Linear(4, 1), [(X, labels)])
    assert message.startswith("cross-entropy wants one output per class, got logits (10, 1): give the last layer two")


@paired_losses
def test_column_of_predictions_against_a_row_of_targets_is_no_silent_broadcast(loss_fn):
    message = refusal(nn.Linear(4, 1), [(points()[0], torch.zeros(10))], loss_fn=loss_fn)
    assert message.startswith("predictions are (10, 1), but targets are (10,)")
    assert message.endswith("use y.unsqueeze(1)")


@paired_losses
def test_row_of_predictions_against_a_column_of_targets_is_no_silent_broadcast(loss_fn):
    model = nn.Sequential(nn.Linear(4, 1), nn.Flatten(0))
    message = refusal(model, [(points()[0], torch.zeros(10, 1))], loss_fn=loss_fn)
    assert message.startswith("predictions are (10,), but targets are (10, 1)")
    assert message.endswith("use y.squeeze(1)")


@paired_losses
@pytest.mark.parametrize("dtype", [torch.float64, torch.int64])
def test_targets_of_another_type_get_their_mend(loss_fn, dtype):
    message = refusal(nn.Linear(4, 1), [(points()[0], torch.zeros(10, 1, dtype=dtype))], loss_fn=loss_fn)
    name = str(dtype).removeprefix("torch.")
    assert message == f"targets must be float32 like the predictions, got {name}: use y.float()"


def test_float32_targets_of_a_double_precision_model_get_their_mend():
    X, _ = points()
    message = refusal(nn.Linear(4, 1).double(), [(X.double(), torch.zeros(10, 1))], loss_fn=nn.MSELoss())
    assert message == "targets must be float64 like the predictions, got float32: use y.to(torch.float64)"


def mlp() -> nn.Sequential:
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


@pytest.mark.parametrize("shape", [(2, 28, 28), (2, 1, 28, 28)])
def test_images_that_are_not_flat_get_their_mend(shape):
    message = refusal(mlp(), [(torch.zeros(shape), torch.zeros(2).long())])
    assert message == (
        f"layer 0 wants 784 numbers per example, got images of shape {shape}: "
        "put nn.Flatten() in front, or pass X.flatten(start_dim=1)"
    )


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (torch.zeros(2, 784, dtype=torch.uint8), "got uint8 (2, 784): use X.float() / 255, if these are pixels"),
        (torch.zeros(2, 784, dtype=torch.float64), "got float64 (2, 784): use X.float()"),
        (torch.zeros(2, 784, dtype=torch.int64), "got int64 (2, 784): use X.float()"),
    ],
    ids=["uint8", "float64", "int64"],
)
def test_inputs_of_another_type_get_their_mend(X, message):
    assert refusal(mlp(), [(X, torch.zeros(2).long())]) == f"the model computes with float32, {message}"


def test_uint8_images_before_a_convolution_get_their_mend():
    model = nn.Sequential(nn.Conv2d(1, 3, 28), nn.Flatten())
    X = torch.zeros(2, 1, 28, 28, dtype=torch.uint8)
    assert "use X.float() / 255" in refusal(model, [(X, torch.zeros(2).long())])


def test_inner_widths_that_do_not_fit_name_the_layer():
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(64, 10))
    message = refusal(model, [(torch.zeros(2, 28, 28), torch.zeros(2).long())])
    assert message == (
        "the widths do not fit: layer 3 wants 64 numbers per example and gets 128 (X is (2, 28, 28)): "
        "make its in_features 128, or change what comes before it"
    )


def test_inputs_of_another_width_name_the_layer():
    message = refusal(mlp(), [(torch.zeros(2, 100), torch.zeros(2).long())])
    assert message.startswith(
        "the widths do not fit: layer 0 wants 784 numbers per example and gets 100 (X is (2, 100))"
    )


def test_errors_of_the_model_itself_are_passed_on_as_they_are():
    class Broken(nn.Linear):
        def forward(self, X: Tensor) -> Tensor:
            raise RuntimeError("no such thing")

    with pytest.raises(RuntimeError, match=r"^no such thing$"):
        train(Broken(4, 3), [points()])


def test_empty_loader_says_why_it_may_be_empty():
    loader = BatchLoader(*points(3), batch_size=4, drop_last=True)
    assert "shorter than one batch with drop_last=True" in refusal(nn.Linear(4, 3), loader)


def test_generator_that_is_exhausted_after_an_epoch_is_told_what_to_pass():
    batches = (batch for batch in [points()])
    with pytest.raises(
        ValueError, match="A generator, too, is empty the second time: pass a DataLoader or a BatchLoader"
    ):
        train(nn.Linear(4, 3), batches, epochs=2)


def test_exhausted_validation_generator_is_told_what_to_pass():
    batches = (batch for batch in [points()])
    with pytest.raises(ValueError, match="A generator, too, is empty the second time"):
        train(nn.Linear(4, 3), [points()], valid_loader=batches, epochs=2)


def test_optimizer_of_another_model_is_refused():
    optimizer = torch.optim.SGD(nn.Linear(4, 3).parameters(), lr=0.1)
    message = refusal(nn.Linear(4, 3), [points()], optimizer=optimizer)
    assert message.startswith("the optimizer holds none of this model's parameters")
    assert "build it after the model" in message


def test_optimizer_of_a_part_of_the_model_is_welcome():
    model = nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 3))
    body = weights(model[0])
    train(model, [points()], optimizer=torch.optim.SGD(model[1].parameters(), lr=0.1))
    assert same(weights(model[0]), body)


@pytest.mark.parametrize("name", ["loss", "learning_rate"])
def test_metric_with_a_name_that_fit_uses_itself_is_refused(name):
    message = refusal(nn.Linear(4, 3), [points()], metrics={name: accuracy})
    assert message == f"{name} is already reported: give the metric another name"
