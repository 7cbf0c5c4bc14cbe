"""Evaluation counts each example once, and gives the model back as it was."""

import functools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from helpers._running import borrowed
from helpers.evaluation import accuracy, count_parameters, error_rate, evaluate, mse, predict
from helpers.loaders import BatchLoader

quick = settings(deadline=None, max_examples=40)
lengths = st.integers(1, 40)
batch_sizes = st.integers(1, 50)
seeds = st.integers(0, 2**31)


def classification(length: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(length, 4, generator=generator), torch.randint(3, (length,), generator=generator)


def network() -> nn.Sequential:
    """Every kind of layer that behaves otherwise in training."""
    return nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3))


class Traveller(nn.Linear):
    """A layer that notes where it is sent, and stays: for machines with one device."""

    def __init__(self) -> None:
        super().__init__(4, 3)
        self.sent_to: list[str] = []

    def to(self, device: torch.device | str) -> "Traveller":
        self.sent_to.append(str(device))
        return self


# The values


@quick
@given(lengths, batch_sizes, seeds)
def test_evaluate_equals_the_full_batch_value_for_any_batch_size(length, batch_size, seed):
    X, y = classification(length, seed)
    model = network().eval()
    loader = BatchLoader(X, y, batch_size=batch_size)
    result = evaluate(model, loader, loss_fn=F.cross_entropy, metrics={"accuracy": accuracy})
    assert result["loss"] == pytest.approx(F.cross_entropy(model(X), y).item(), rel=1e-5)
    assert result["accuracy"] == pytest.approx(accuracy(model(X), y))


@quick
@given(lengths, batch_sizes)
def test_predict_keeps_the_order_for_any_batch_size(length, batch_size):
    X = torch.arange(float(length)).unsqueeze(1)
    assert torch.equal(predict(nn.Identity(), X, batch_size=batch_size), X)


@quick
@given(lengths, seeds)
def test_accuracy_and_error_rate_are_shares_that_add_up_to_one(length, seed):
    X, y = classification(length, seed)
    logits = X[:, :3]
    right = sum(row.index(max(row)) == label for row, label in zip(logits.tolist(), y.tolist(), strict=True))
    assert accuracy(logits, y) == pytest.approx(right / length)
    assert accuracy(logits, y) + error_rate(logits, y) == 1


def test_evaluate_takes_a_dataloader_and_gives_python_floats():
    X, y = classification(10)
    loader = DataLoader(TensorDataset(X, y), batch_size=4)
    result = evaluate(network(), loader, loss_fn=nn.CrossEntropyLoss(), metrics={"error": error_rate})
    assert result.keys() == {"loss", "error"}
    assert all(type(value) is float for value in result.values())


def test_evaluate_takes_a_metric_that_returns_a_tensor():
    X, y = classification(10)
    result = evaluate(nn.Linear(4, 3), BatchLoader(X, y), metrics={"largest": lambda logits, y: logits.new_tensor(2.5)})
    assert result == {"largest": 2.5}


WEIGHTS = torch.tensor([0.2, 1.0, 5.0])


@quick
@given(lengths, batch_sizes, seeds)
@pytest.mark.parametrize(
    "loss_fn",
    [
        nn.CrossEntropyLoss(weight=WEIGHTS),
        nn.CrossEntropyLoss(ignore_index=1),
        nn.CrossEntropyLoss(weight=WEIGHTS, ignore_index=0, label_smoothing=0.1),
        functools.partial(F.cross_entropy, weight=WEIGHTS),
        functools.partial(nn.CrossEntropyLoss(ignore_index=0)),
    ],
    ids=["weights", "ignored label", "weights, ignored label, smoothing", "partial", "partial of a module"],
)
def test_loss_with_class_weights_is_the_same_for_any_batch_size(loss_fn, length, batch_size, seed):
    X, y = classification(length, seed)
    model = nn.Linear(4, 3)
    for part in y.split(batch_size):  # a batch of ignored labels alone has no mean
        part[0] = 2
    result = evaluate(model, BatchLoader(X, y, batch_size=batch_size), loss_fn=loss_fn)
    assert result["loss"] == pytest.approx(loss_fn(model(X), y).item(), rel=1e-5)


def test_metric_called_loss_is_refused():
    X, y = classification(10)
    with pytest.raises(ValueError, match="loss is already reported: give the metric another name"):
        evaluate(network(), BatchLoader(X, y), loss_fn=F.cross_entropy, metrics={"loss": accuracy})


# The model is left as it was


def test_dropout_is_off_during_evaluation_and_prediction():
    X, y = classification(20)
    model = nn.Sequential(nn.Dropout(0.5), nn.Linear(4, 3)).train()
    wanted = model[1](X)
    assert torch.equal(predict(model, X), wanted)
    loss = evaluate(model, BatchLoader(X, y), loss_fn=F.cross_entropy)["loss"]
    assert loss == pytest.approx(F.cross_entropy(wanted, y).item())


def evaluation(model: nn.Module) -> None:
    evaluate(model, BatchLoader(*classification(10), batch_size=4), loss_fn=F.cross_entropy)


def prediction(model: nn.Module) -> None:
    predict(model, classification(10)[0], batch_size=4)


borrowers = pytest.mark.parametrize("borrow", [evaluation, prediction])


@borrowers
@pytest.mark.parametrize("training", [True, False])
def test_mode_is_restored_module_by_module(borrow, training):
    model = network().train(training)
    model[1].train(not training)  # one part is in the other mode, like a frozen BatchNorm
    before = [module.training for module in model.modules()]
    borrow(model)
    assert [module.training for module in model.modules()] == before


def test_model_that_is_on_the_wanted_device_stays_where_it_is():
    model = Traveller()
    with borrowed(model, training=False, device="cpu:0"):  # its parameters say `cpu`
        pass
    assert model.sent_to == []


def test_groups_of_a_moved_optimizer_are_those_that_others_hold(monkeypatch):
    model = Traveller()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    group = optimizer.param_groups[0]
    with borrowed(model, training=True, device="meta", optimizer=optimizer):
        pass
    group["lr"] = 0.01
    assert optimizer.param_groups[0]["lr"] == 0.01


def test_mode_is_restored_after_an_error():
    model = network().train()
    with pytest.raises(ValueError, match="widths do not fit"):
        predict(model, torch.zeros(2, 5))
    assert all(module.training for module in model.modules())


@borrowers
def test_parameters_running_statistics_and_gradients_stay_as_they_are(borrow):
    model = network().train()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    borrow(model)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    assert all(parameter.grad is None and parameter.requires_grad for parameter in model.parameters())


def test_nothing_is_attached_to_a_graph():
    seen = []

    def metric(logits: Tensor, y: Tensor) -> float:
        seen.append(logits.requires_grad)
        return 0.0

    evaluate(network(), BatchLoader(*classification(10), batch_size=4), metrics={"m": metric})
    assert seen == [False, False, False]
    assert not predict(network(), torch.zeros(3, 4)).requires_grad
    assert torch.is_grad_enabled()


@borrowers
def test_global_random_numbers_are_not_advanced(borrow):
    model = network()
    before = torch.get_rng_state()
    borrow(model)
    assert torch.equal(torch.get_rng_state(), before)


# Devices


def test_model_visits_the_device_and_returns_home():
    model = Traveller()
    evaluate(model, BatchLoader(*classification(4)), loss_fn=F.cross_entropy, device="meta")
    predict(model, torch.zeros(2, 4), device="meta")
    assert model.sent_to == ["meta", "cpu", "meta", "cpu"]


def test_model_that_is_there_already_is_not_moved():
    model = Traveller()
    predict(model, torch.zeros(2, 4), device="cpu")
    assert model.sent_to == []


def test_model_returns_home_after_an_error():
    model = Traveller()
    with pytest.raises(ValueError, match="no batches"):
        evaluate(model, [], loss_fn=F.cross_entropy, device="meta")
    assert model.sent_to == ["meta", "cpu"]


def test_model_without_a_wanted_device_is_not_moved_even_if_its_parts_live_apart():
    model = nn.ModuleDict({"here": nn.Linear(4, 3), "there": nn.Linear(4, 3, device="meta")})
    with borrowed(model, training=False, device=None) as device:
        assert device == torch.device("cpu")
    assert [parameter.device.type for parameter in model.parameters()] == ["cpu", "cpu", "meta", "meta"]


def test_optimizer_state_travels_with_the_model_there_and_back():
    class Changeling(nn.Linear):
        """For machines with one device: elsewhere, its parameters become another type instead."""

        def to(self, device: torch.device | str) -> nn.Module:
            return self.double() if str(device) == "meta" else self.float()

    model = Changeling(4, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(torch.ones(1, 4)).sum().backward()
    optimizer.step()
    with borrowed(model, training=True, device="meta", optimizer=optimizer):
        away = {state["momentum_buffer"].dtype for state in optimizer.state.values()}
    home = {state["momentum_buffer"].dtype for state in optimizer.state.values()}
    assert (away, home) == ({torch.float64}, {torch.float32})
    assert optimizer.param_groups[0]["params"] == list(model.parameters())


def test_prediction_comes_back_to_the_cpu(monkeypatch):
    asked = []
    cpu = Tensor.cpu
    monkeypatch.setattr(Tensor, "cpu", lambda self: asked.append(self.shape) or cpu(self))
    outputs = predict(nn.Linear(4, 3), torch.zeros(5, 4), batch_size=2)
    assert outputs.device == torch.device("cpu")
    assert asked == [(2, 3), (2, 3), (1, 3)]


# Counting


def test_count_parameters_counts_weights_and_biases():
    model = nn.Sequential(nn.Linear(784, 50), nn.ReLU(), nn.Linear(50, 25), nn.ReLU(), nn.Linear(25, 10))
    assert count_parameters(model) == 784 * 50 + 50 + 50 * 25 + 25 + 25 * 10 + 10 == 40_785


def test_count_parameters_counts_shared_weights_once():
    model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 8))
    model[1].weight = model[0].weight
    assert count_parameters(model) == 8 * 8 + 8 + 8


def test_count_parameters_can_leave_out_what_is_frozen():
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).requires_grad_(False)
    model[1].requires_grad_(True)
    assert count_parameters(model) == 3 * 2 + 2 + 4  # the running statistics are no parameters
    assert count_parameters(model, trainable_only=True) == 4


# Mistakes


def test_evaluate_without_loss_and_metrics_says_what_to_pass():
    with pytest.raises(ValueError, match=r"nothing to compute: pass loss_fn=\.\.\., metrics="):
        evaluate(network(), BatchLoader(*classification(4)))


@pytest.mark.parametrize("loader", [[], BatchLoader(*classification(3), batch_size=4, drop_last=True)])
def test_evaluate_on_an_empty_loader_says_why_it_may_be_empty(loader):
    with pytest.raises(ValueError, match=r"the loader gave no batches: .*drop_last=True"):
        evaluate(network(), loader, loss_fn=F.cross_entropy)


def test_predict_of_nothing_is_refused():
    with pytest.raises(ValueError, match=r"X is empty, of shape \(0, 4\)"):
        predict(network(), torch.zeros(0, 4))


@pytest.mark.parametrize(("logits", "labels"), [((4, 3), (4, 1)), ((4, 3), (5,)), ((4,), (4,)), ((0, 3), (0,))])
def test_accuracy_names_shapes_that_do_not_fit(logits, labels):
    with pytest.raises(ValueError, match=r"wanted logits \(batch, num_classes\) and labels \(batch,\), got") as caught:
        accuracy(torch.zeros(logits), torch.zeros(labels))
    assert str(caught.value).endswith(f"{logits} and {labels}")


def test_evaluate_names_the_mend_for_labels_before_a_metric_stumbles_over_them():
    X, y = classification(4)
    loader = BatchLoader(X, y.unsqueeze(1).float())
    loss_fn = functools.partial(F.cross_entropy, label_smoothing=0.1)
    with pytest.raises(ValueError, match=r"use labels\.long\(\)\.squeeze\(1\)"):
        evaluate(network(), loader, loss_fn=loss_fn, metrics={"accuracy": accuracy})


def test_predict_names_the_mend_for_images_that_are_not_flat():
    with pytest.raises(ValueError, match=r"nn\.Flatten\(\) in front"):
        predict(nn.Linear(784, 10), torch.zeros(2, 1, 28, 28))


def test_mse_is_the_mean_of_the_squares_and_refuses_to_broadcast():
    y_hat, y = torch.tensor([[1.0], [5.0]]), torch.tensor([[4.0], [4.0]])
    assert mse(y_hat, y) == 5.0
    with pytest.raises(ValueError, match=r"\(2, 1\) and \(2,\)"):
        mse(y_hat, y.flatten())
    with pytest.raises(ValueError, match="one shape"):
        mse(torch.empty(0), torch.empty(0))
