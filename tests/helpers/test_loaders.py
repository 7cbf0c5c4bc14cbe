"""A loader gives each example once an epoch, in an order that nothing else disturbs."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from helpers.evaluation import evaluate
from helpers.loaders import BatchLoader

quick = settings(deadline=None, max_examples=60)
lengths = st.integers(0, 50)
batch_sizes = st.integers(1, 60)
seeds = st.integers(0, 2**31)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def order_of(loader: BatchLoader | DataLoader) -> list[int]:
    """The numbers of one pass, over a loader whose first tensor counts the examples."""
    return [number for batch in loader for number in batch[0].tolist()]


# Each example once an epoch


@quick
@given(lengths, batch_sizes, st.booleans(), seeds)
def test_every_example_comes_exactly_once_an_epoch(length, batch_size, shuffle, seed):
    loader = BatchLoader(torch.arange(length), batch_size=batch_size, shuffle=shuffle, generator=seeded(seed))
    for _ in range(2):
        assert sorted(order_of(loader)) == list(range(length))


@quick
@given(lengths, batch_sizes, seeds)
def test_drop_last_leaves_out_less_than_one_batch_and_repeats_nothing(length, batch_size, seed):
    loader = BatchLoader(
        torch.arange(length), batch_size=batch_size, shuffle=True, drop_last=True, generator=seeded(seed)
    )
    order = order_of(loader)
    assert len(set(order)) == len(order) == length - length % batch_size


@quick
@given(lengths, batch_sizes, st.booleans())
def test_length_counts_the_batches(length, batch_size, drop_last):
    loader = BatchLoader(torch.arange(length), batch_size=batch_size, drop_last=drop_last)
    assert len(loader) == len(list(loader))


@quick
@given(st.integers(1, 50), batch_sizes, st.booleans())
def test_unshuffled_batches_equal_those_of_a_dataloader_bit_for_bit(length, batch_size, drop_last):
    X, y = torch.randn(length, 3, generator=seeded(length)), torch.arange(length)
    ours = BatchLoader(X, y, batch_size=batch_size, drop_last=drop_last)
    theirs = DataLoader(TensorDataset(X, y), batch_size=batch_size, drop_last=drop_last)
    assert len(ours) == len(theirs)
    for batch, wanted in zip(ours, theirs, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(batch, wanted, strict=True))


@quick
@given(st.integers(1, 50), batch_sizes, seeds)
def test_tensors_stay_aligned_when_shuffled(length, batch_size, seed):
    numbers = torch.arange(length)
    loader = BatchLoader(numbers, numbers * 10, -numbers, batch_size=batch_size, shuffle=True, generator=seeded(seed))
    for a, b, c in loader:
        assert torch.equal(a * 10, b) and torch.equal(-a, c)


def test_batches_are_copies_so_changing_one_in_place_spares_the_data():
    X = torch.zeros(4, 2)
    for (batch,) in BatchLoader(X, batch_size=2):
        batch += 1
    assert X.eq(0).all()


# The order


@quick
@given(st.integers(2, 50), batch_sizes, seeds)
def test_same_generator_state_gives_the_same_orders(length, batch_size, seed):
    loader = BatchLoader(torch.arange(length), batch_size=batch_size, shuffle=True, generator=seeded(seed))
    state = loader.generator.get_state()
    first, second = order_of(loader), order_of(loader)
    loader.generator.set_state(state)
    assert (order_of(loader), order_of(loader)) == (first, second)


def test_each_pass_has_a_new_order():
    loader = BatchLoader(torch.arange(100), shuffle=True, generator=seeded(0))
    orders = {tuple(order_of(loader)) for _ in range(5)}
    assert len(orders) == 5


def test_default_order_follows_the_global_seed():
    orders = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        orders.append(order_of(BatchLoader(torch.arange(100), shuffle=True)))
    assert orders[0] == orders[1] != orders[2]


def test_order_does_not_depend_on_the_batch_size():
    orders = [
        order_of(BatchLoader(torch.arange(20), batch_size=size, shuffle=True, generator=seeded(3)))
        for size in (1, 7, 20)
    ]
    assert orders[0] == orders[1] == orders[2]


def test_pass_left_early_disturbs_no_later_order():
    whole = BatchLoader(torch.arange(20), batch_size=4, shuffle=True, generator=seeded(0))
    left = BatchLoader(torch.arange(20), batch_size=4, shuffle=True, generator=seeded(0))
    order_of(whole)
    next(iter(left))
    assert order_of(left) == order_of(whole)


# What disturbs a DataLoader does not disturb it


def second_epoch(loader: BatchLoader | DataLoader, in_between) -> list[int]:
    order_of(loader)
    in_between()
    return order_of(loader)


def evaluation_pass() -> None:
    data = TensorDataset(torch.randn(8, 2), torch.randn(8, 2))
    evaluate(nn.Identity(), DataLoader(data, batch_size=4), loss_fn=nn.functional.mse_loss)


def random_draw() -> None:
    torch.rand(1)


def nothing() -> None:
    pass


@pytest.mark.parametrize("in_between", [evaluation_pass, random_draw])
def test_what_happens_between_epochs_does_not_change_the_order(in_between):
    def make() -> BatchLoader:
        torch.manual_seed(0)
        return BatchLoader(torch.arange(50), batch_size=8, shuffle=True)

    assert second_epoch(make(), in_between) == second_epoch(make(), nothing)


@pytest.mark.parametrize("in_between", [evaluation_pass, random_draw])
def test_dataloader_without_a_generator_is_disturbed_by_the_same(in_between):
    def make() -> DataLoader:
        torch.manual_seed(0)
        return DataLoader(TensorDataset(torch.arange(50)), batch_size=8, shuffle=True)

    assert second_epoch(make(), nothing) == second_epoch(make(), nothing)
    assert second_epoch(make(), in_between) != second_epoch(make(), nothing)


def test_loader_does_not_advance_the_global_random_numbers():
    before = torch.get_rng_state()
    order_of(BatchLoader(torch.arange(50), shuffle=True))
    assert torch.equal(torch.get_rng_state(), before)


# Types and devices


def test_transform_turns_uint8_images_to_floats_and_leaves_labels_alone():
    images, labels = torch.randint(256, (10, 28, 28), dtype=torch.uint8), torch.arange(10)
    loader = BatchLoader(images, labels, batch_size=4, transform=lambda X: X.float() / 255)
    X, y = (torch.cat(parts) for parts in zip(*loader, strict=True))
    assert torch.equal(X, images.float() / 255)
    assert torch.equal(y, labels)
    assert images.dtype == torch.uint8


def test_batches_go_to_the_device_and_the_transform_works_there():
    seen = []

    def transform(X: Tensor) -> Tensor:
        seen.append(X.device.type)
        return X

    loader = BatchLoader(torch.zeros(4, 2), torch.zeros(4), batch_size=2, device="meta", transform=transform)
    assert {tensor.device.type for batch in loader for tensor in batch} == {"meta"}
    assert seen == ["meta", "meta"]


def test_tensors_that_live_on_the_device_stay_there():
    loader = BatchLoader(torch.zeros(4, 2, device="meta"), batch_size=2, shuffle=True)
    assert [tuple(X.shape) for (X,) in loader] == [(2, 2), (2, 2)]
    assert all(X.device.type == "meta" for (X,) in loader)


def test_dataset_counts_the_examples_as_a_dataloader_does():
    loader = BatchLoader(torch.zeros(10, 3), torch.zeros(10), batch_size=4, drop_last=True)
    assert len(loader.dataset) == 10


# Mistakes


@pytest.mark.parametrize(("lengths", "named"), [((5, 4), r"\[5, 4\]"), ((), r"\[\]")])
def test_lengths_that_differ_are_named(lengths, named):
    with pytest.raises(ValueError, match=f"tensors of one length, got lengths {named}"):
        BatchLoader(*(torch.zeros(length) for length in lengths))


@pytest.mark.parametrize("batch_size", [0, -3])
def test_batch_size_below_one_is_named(batch_size):
    with pytest.raises(ValueError, match=f"batch_size must be 1 or more, got {batch_size}"):
        BatchLoader(torch.zeros(3), batch_size=batch_size)


def test_array_and_data_set_are_told_what_takes_them():
    dataset = TensorDataset(torch.zeros(3))
    with pytest.raises(TypeError, match=r"got ndarray: use torch\.from_numpy"):
        BatchLoader(torch.zeros(3), torch.zeros(3).numpy())
    with pytest.raises(TypeError, match=r"got TensorDataset: .*DataLoader for a data set"):
        BatchLoader(dataset, batch_size=2)
