"""The channel: plain data cross it, shared objects stay in step, and nobody asks for more than was handed over."""

from __future__ import annotations

import copy
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import hypothesis.strategies as st
import msgpack
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from torch import Tensor, nn

from instructor.channel import Broken, Closed, Peer, Refused, Wire
from instructor.channel.functions import AtSandbox, at_judge, tell_error
from instructor.channel.modules import install


@dataclass
class Pair:
    """The two ends, in two threads of this process."""

    judge: Peer
    names: dict
    raw: socket.socket


@pytest.fixture
def pair() -> Iterator[Pair]:
    with connected() as pair:
        yield pair


@contextmanager
def connected() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    judge = Peer(Wire(ours.fileno(), ours.fileno()), first=10, trusting=False)
    sandbox = Peer(Wire(theirs.fileno(), theirs.fileno()), first=11, trusting=True)
    names: dict = {}
    install(judge)
    at_judge(judge)
    install(sandbox)
    AtSandbox(sandbox)
    sandbox.tells = tell_error
    sandbox.services |= {"name": names.__getitem__, "reset": sandbox.forget_all}

    def serve() -> None:
        try:
            sandbox.serve()
        except (Closed, Refused, OSError):
            theirs.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield Pair(judge, names, theirs)
    ours.shutdown(socket.SHUT_RDWR)
    thread.join(5)
    ours.close()


def same(one: object, other: object) -> bool:
    if isinstance(one, Tensor):
        return type(other) is type(one) and one.dtype == other.dtype and torch.equal(one, other)
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and (one == other or one != one)


ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**80), 2**80),
    st.floats(),
    st.complex_numbers(allow_nan=False),
    st.text(),
    st.binary(),
    st.just(...),
    st.fractions(),
    st.sampled_from([torch.float32, torch.Size([2, 3]), Path("a/b"), range(3, 9, 2), np.float32(1.5), Decimal("1.50")]),
    st.sampled_from(
        [torch.arange(6.0).reshape(2, 3), torch.tensor(True), torch.zeros(0, 3), np.arange(3), np.array(["a"])]
    ),
)
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3) | st.tuples(inner, inner),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_value_comes_back_as_it_went(value: object) -> None:
    with connected() as pair:
        pair.names["echo"] = lambda value: value
        assert same(value, pair.judge.ask("name", "echo")(copy.deepcopy(value)))


def test_argument_that_is_changed_in_place_is_changed_here(pair: Pair) -> None:
    def spoil(X: Tensor, items: list, table: dict, array: np.ndarray) -> None:
        X.data *= 2
        items.append(X)
        table.clear()
        array[0] = 7

    pair.names["spoil"] = spoil
    X, items, table, array = torch.ones(3), [1], {"a": 1}, np.zeros(2)
    pair.judge.ask("name", "spoil")(X, items, table, array)
    assert X.tolist() == [2, 2, 2]
    assert items[0] == 1 and items[1] is X
    assert table == {}
    assert array.tolist() == [7, 0]


def test_change_here_is_seen_by_whoever_kept_the_object(pair: Pair) -> None:
    kept: list = []
    pair.names |= {"keep": kept.append, "tell": lambda: kept[0].sum().item()}
    array = np.ones(3)
    pair.judge.ask("name", "keep")(array)
    array += 1
    assert pair.judge.ask("name", "tell")() == 6


def test_random_numbers_are_drawn_from_one_source(pair: Pair) -> None:
    pair.names["draw"] = lambda generator: (torch.rand(1, generator=generator), torch.rand(1))
    draw, generator = pair.judge.ask("name", "draw"), torch.Generator().manual_seed(3)
    wanted = torch.rand(2, generator=torch.Generator().manual_seed(3))
    got = torch.cat([draw(generator)[0], draw(generator)[0]])
    assert torch.equal(got, wanted)


def test_module_of_pytorchs_own_layers_is_built_here(pair: Pair) -> None:
    pair.names["make"] = lambda: nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.ReLU(), nn.BatchNorm1d(3))
    model = pair.judge.ask("name", "make")()
    assert [type(part) for part in model] == [nn.Flatten, nn.Linear, nn.ReLU, nn.BatchNorm1d]
    assert model(torch.ones(2, 2, 2)).shape == (2, 3)


class Built(nn.Sequential):
    """Puts PyTorch's own layers together in a way of its own."""

    def __init__(self) -> None:
        super().__init__(nn.Linear(4, 3), nn.ReLU())


def test_subclass_that_only_builds_is_what_it_builds(pair: Pair) -> None:
    pair.names["make"] = Built
    assert type(pair.judge.ask("name", "make")()) is nn.Sequential


def test_lazy_layer_waits_for_its_first_inputs_here(pair: Pair) -> None:
    pair.names["make"] = lambda: nn.Sequential(nn.LazyLinear(3), nn.ReLU())
    model = pair.judge.ask("name", "make")()
    assert model(torch.ones(2, 5)).shape == (2, 3)
    assert model[0].weight.shape == (3, 5)


def test_module_with_code_of_its_own_stays_there_and_learns_from_here(pair: Pair) -> None:
    class Own(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(3, 2)

        def forward(self, X: Tensor) -> Tensor:
            return self.layer(X).tanh()

    torch.manual_seed(0)
    twin = Own()
    pair.names["make"] = lambda: copy.deepcopy(twin)
    model, X = pair.judge.ask("name", "make")(), torch.randn(5, 3)
    for net in (model, twin):
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            net(X).square().sum().backward()
            optimizer.step()
    for mine, wanted in zip(model.parameters(), twin.parameters(), strict=True):
        assert torch.allclose(mine, wanted)


def test_steps_of_an_optimizer_are_counted_here(pair: Pair) -> None:
    def train(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        for _ in range(4):
            optimizer.zero_grad()
            model(torch.ones(1, 2)).sum().backward()
            optimizer.step()

    pair.names["train"] = train
    model, steps = nn.Linear(2, 1), []
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    optimizer.register_step_post_hook(lambda *_: steps.append(1))
    before = model.weight.detach().clone()
    pair.judge.ask("name", "train")(model, optimizer)
    assert len(steps) == 4
    assert not torch.equal(before, model.weight)


def test_error_is_of_the_nearest_kind_that_python_has(pair: Pair) -> None:
    class Mine(ValueError):
        def __str__(self) -> str:
            return "no luck"

    def fail() -> None:
        raise Mine

    pair.names["fail"] = fail
    with pytest.raises(ValueError, match="no luck"):
        pair.judge.ask("name", "fail")()


class Always(float):
    """Claims to be equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


class Pretending(Tensor):
    """Answers each of PyTorch's functions with yes."""

    @classmethod
    def __torch_function__(cls, function: object, types: object, args: object = (), kwargs: object = None) -> object:
        return True


def test_object_that_pretends_arrives_as_what_it_is(pair: Pair) -> None:
    pair.names["give"] = lambda: (Always(3), torch.ones(2).as_subclass(Pretending))
    number, tensor = pair.judge.ask("name", "give")()
    assert type(number) is float and number != 4
    assert type(tensor) is Tensor


# What the sandbox may not


def sent(pair: Pair, message: object) -> None:
    """Something that the sandbox sends in the place of its answer."""
    content = msgpack.packb(message, use_bin_type=True) if not isinstance(message, bytes) else message
    pair.names["answer"] = lambda: pair.raw.sendall(len(content).to_bytes(8, "big") + content)
    pair.judge.ask("name", "answer")()


def returned(value: object) -> list:
    return ["return", True, [], [], value]


FORGED = {
    "no message": 17,
    "an unknown tag": returned(["pickle", b"cos\nsystem"]),
    "a class of helpers": returned(["value", "helpers.judges.ex1", "Run", {}, {}]),
    "an optimizer": returned(["optimizer", 13, "SGD", [], []]),
    "a shape that the bytes do not fill": returned(["tensor", 13, "float32", [10**6], b"1", False, None, False, False]),
    "an array of objects": returned(["array", 13, "|O", [1], b"12345678", True]),
    "empty strings without end": returned(["array", 13, "<U0", [10**12], b"", True]),
    "a fraction without end": returned(["fraction", "1e999999999"]),
    "bytes by the billion": returned(["bytearray", 10**12]),
    "a number of the judge's": returned(["list", 10, []]),
    "a reference to nothing": returned(["ref", 4711]),
    "a layer that is none": returned(["layers", 13, ["Module", {}], [], [True], [0]]),
    "lists within lists": b"\x91" * 3000 + b"\x90",
    "a frame that is cut": b"\xdc\xff",
}


@pytest.mark.parametrize("what", FORGED)
def test_forged_answer_breaks_the_channel_and_nothing_else(what: str, pair: Pair) -> None:
    with pytest.raises(Broken):
        sent(pair, FORGED[what])


ASKED = {
    "to call a path's method": ["call", True, [], [], ["tuple", [["path", "/etc"], ["tuple", []], ["tuple", []]]]],
    "for an attribute": ["attribute", True, [], [], ["tuple", [["path", "/etc"], "name"]]],
    "to load": ["load", True, [], [], ["tuple", ["import os", "x"]]],
    "a step of what is no optimizer": ["step", True, [], [], ["tuple", [["path", "/etc"]]]],
}


@pytest.mark.parametrize("what", ASKED)
def test_judge_answers_no_question_but_on_what_it_handed_over(what: str, pair: Pair) -> None:
    """The sandbox asks, is refused, and goes on: the call itself returns."""
    content = msgpack.packb(ASKED[what], use_bin_type=True)
    heard: list = []

    def ask() -> None:
        pair.raw.sendall(len(content).to_bytes(8, "big") + content)
        length = int.from_bytes(pair.raw.recv(8), "big")
        heard.append(msgpack.unpackb(pair.raw.recv(length))[0])

    pair.names["ask"] = ask
    pair.judge.ask("name", "ask")()
    assert heard == ["raise"]


def test_length_beyond_all_bounds_is_refused_before_it_is_read(pair: Pair) -> None:
    pair.names["answer"] = lambda: pair.raw.sendall((10**10).to_bytes(8, "big"))
    with pytest.raises(Broken, match="too large"):
        pair.judge.ask("name", "answer")()
