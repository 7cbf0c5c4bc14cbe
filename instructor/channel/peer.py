"""One end of the channel: objects that both ends know, kept in step, and calls from one to the other.

Tensors, arrays, lists, dictionaries, generators of random numbers, modules and optimizers are *shared*: each end has
its own, under a common number, and every message first says which of them have changed. So a function that was handed
a tensor may change it in place, and whoever handed it over sees the change, as if both were one process. Functions and
objects of a student's own stay where they are; the other end holds a handle that calls them.

The two ends take turns: whoever asks waits for the answer, and answers what it is asked meanwhile.
"""

from __future__ import annotations

import inspect
import random
import re
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from instructor.channel import values
from instructor.channel.values import Refused
from instructor.channel.wire import Broken, Wire

MOST_CONTAINERS = 30  # lists and dictionaries of the other end that are kept in step; the oldest are let go
MOST_OBJECTS = 100_000
REPORT = 4
CONTAINERS = {"dict": dict, "set": set, "list": list}
GENERATORS = {1: "torch", 2: "random", 3: "numpy"}
SPECIAL = ("__len__", "__getitem__", "__iter__", "__next__", "__call__", "__float__", "__index__", "__contains__")
ATOMS = (type(None), bool, int, float, str, bytes, complex)


@dataclass
class Entry:
    """A shared object, and what was last told or heard of it."""

    holds: Any
    kind: str
    known: Any
    key: int = 0  # its id() here
    own: bool = False  # made at this end


class Peer:
    """One end.

    Args:
        wire: the connection.
        first: 10 at one end and 11 at the other: the numbers of the objects that this end shares first.
        trusting: whether the other end's values may name classes of `helpers`; the sandbox trusts the judge.

    Attributes:
        services: by name, what this end answers; each is called with the decoded values that were sent.
        collect: gives what this end has to report with the next message, such as the files that were opened.
        heard: called with what the other end reports.
    """

    def __init__(self, wire: Wire, *, first: int, trusting: bool) -> None:
        self.wire = wire
        self.trusting = trusting
        self.services: dict[str, Callable[..., Any]] = {"call": self._call_here}
        if trusting:
            self.services |= {
                "item": lambda thing, name, *args: _special(thing, name)(*args),
                "attribute": lambda thing, name: getattr(thing, name),
            }
        self.raises: Callable[[Any], BaseException] = lambda told: RuntimeError(str(told))
        self.tells: Callable[[BaseException, Any], Any] = lambda error, function: str(error)
        self.collect: Callable[[], list] = list
        self.heard: Callable[[Any], None] = lambda report: None
        self._first = self._next = first
        self._entries: dict[int, Entry] = {}
        self._numbers: dict[int, int] = {}  # id() of an object here -> its number
        self._lent: set[int] = set()  # tensors and arrays of the other end
        self._containers: OrderedDict[int, None] = OrderedDict()
        self._dropped: list[int] = []
        self._random = dict.fromkeys(GENERATORS)
        self.kinds = dict(_KINDS)
        self.makers = dict(_MAKERS)
        self.looks = dict(_LOOKS)

    # Asking and answering

    def ask(self, service: str, *arguments: Any) -> Any:
        """What a service of the other end answers.

        Raises:
            Whatever `raises` makes of an error there.
            Closed: the other end is gone.
            Refused: it sent what is no data of this channel.
        """
        self._send(service, arguments)
        while True:
            kind, content = self._receive()
            if kind == "return":
                return content
            if kind == "raise":
                raise self.raises(content)
            self._answer(kind, content)

    def serve(self) -> None:
        """Answer until the other end is gone."""
        while True:
            self._answer(*self._receive())

    def _answer(self, service: str, arguments: Any) -> None:
        function = None
        try:
            if service not in self.services or not isinstance(arguments, tuple):
                raise Refused(f"there is no {service!r} here")
            function = next((argument for argument in arguments[:2] if callable(argument)), None)
            result, kind = self.services[service](*arguments), "return"
        except Exception as error:
            result, kind = self.tells(error, function), "raise"
        except (SystemExit, KeyboardInterrupt) as error:
            result, kind = self.tells(error, function), "raise"
        try:
            self._send(kind, result)
        except Exception as error:  # what cannot be told as data
            self._send("raise", self.tells(error, function))

    def _call_here(self, function: Callable, args: tuple, kwargs: tuple) -> Any:
        self.refuse_strangers(function, "handle")
        return function(*args, **dict(kwargs))

    def refuse_strangers(self, thing: Any, kind: str) -> None:
        """`Refused` unless this end handed the thing over itself, as something to be asked; the judge asks anything.

        Raises:
            Refused: the sandbox asks for what it was not given.
        """
        number = self.number_of(thing)
        entry = self._entries.get(number) if number is not None else None
        if not self.trusting and (entry is None or not entry.own or entry.kind != kind):
            raise Refused("this was not handed over to be asked")

    def _send(self, kind: str, content: Any) -> None:
        self._let_go_of_the_dead()
        updates = self._changes()
        dropped, self._dropped = self._dropped, []
        self.wire.send([kind, torch.is_grad_enabled(), dropped, updates, self.encode(content)])

    def _receive(self) -> tuple[str, Any]:
        """The next message.

        Raises:
            Closed: the other end is gone; `Broken` where the judge receives what is no data of this channel.
        """
        try:
            return self._take()
        except (Refused, RecursionError, MemoryError) as error:
            if self.trusting:
                raise
            raise Broken(str(error)) from None

    def _take(self) -> tuple[str, Any]:
        message = self.wire.receive()
        if not isinstance(message, list) or len(message) != 5 or not isinstance(message[0], str):
            raise Refused("no message of this channel")
        kind, recording, dropped, updates, content = message
        if not isinstance(dropped, list) or not isinstance(updates, list) or not isinstance(recording, bool):
            raise Refused("no message of this channel")
        for number in dropped:
            self._forget(number)
        for update in updates:
            self._update(update)
        torch.set_grad_enabled(recording)
        return kind, self.decode(content)

    def reset(self) -> None:
        """Forget all shared objects, at both ends."""
        self.ask("reset")
        self.forget_all()

    def forget_all(self) -> None:
        """Forget all shared objects here; the service behind `reset`."""
        self._entries.clear()
        self._numbers.clear()
        self._containers.clear()
        self._lent.clear()
        self._dropped.clear()

    # Values

    def encode(self, value: Any, depth: int = 0) -> Any:
        """A value as plain data; what is shared gets a number, what is neither gets a handle."""
        if depth > values.DEEPEST:
            raise Refused("it is nested too deeply, or holds itself")
        simple = values.encode_simple(value)
        if simple is not NotImplemented:
            if self.trusting or type(value).__module__.split(".")[0] != "helpers":
                return simple
            return encode_helper(type(value), simple)
        number = self.number_of(value)
        if number is not None:
            return ["ref", number]
        for base in (tuple, frozenset):
            if base in type(value).__mro__:
                return [base.__name__, [self.encode(item, depth + 1) for item in base.__iter__(value)]]
        for kind, maker in self.kinds.items():
            if kind in type(value).__mro__:
                encoded = maker(self, value, depth)
                if encoded is not None:
                    return encoded
        return self._encode_handle(value)

    def decode(self, data: Any, depth: int = 0) -> Any:
        """The value that plain data stand for.

        Raises:
            Refused: they stand for none.
        """
        if depth > values.DEEPEST:
            raise Refused("it is nested too deeply")
        if not isinstance(data, list):
            if isinstance(data, ATOMS):
                return data
            raise Refused(f"a bare {type(data).__name__}")
        if not data:
            raise Refused("a value without a tag")
        simple = values.decode_simple(data)
        if simple is not NotImplemented:
            return simple
        maker = self.makers.get(data[0]) if isinstance(data[0], str) else None
        if maker is None:
            raise Refused(f"an unknown tag {str(data[0])[:40]!r}")
        try:
            return maker(self, data, depth)
        except (IndexError, KeyError, ValueError, TypeError, AttributeError, RuntimeError, OverflowError) as error:
            raise Refused(f"a damaged {data[0]}: {type(error).__name__}: {error}") from None

    def share(self, value: Any, kind: str, known: Any) -> int:
        """Give an object of this end a number."""
        number, self._next = self._next, self._next + 2
        self._enter(number, value, kind, known)
        return number

    def adopt(self, number: Any, value: Any, kind: str, known: Any) -> None:
        """Take an object that the other end has numbered."""
        if type(number) is not int or number % 2 == self._first % 2 or number < 10 or number in self._entries:
            raise Refused(f"the number {str(number)[:20]} is not the other end's to give")
        self._enter(number, value, kind, known)
        if kind in ("tensor", "array"):
            self._lent.add(number)
        if kind in CONTAINERS:
            self._containers[number] = None

    def _enter(self, number: int, value: Any, kind: str, known: Any) -> None:
        if len(self._entries) >= MOST_OBJECTS:
            raise Refused("too many objects")
        own = number % 2 == self._first % 2
        self._entries[number] = Entry(value, kind, known, id(value), own)
        self._numbers[id(value)] = number

    def _let_go_of_the_dead(self) -> None:
        """Of the other end's tensors and arrays, let go of those that nobody here has any more; and of old lists.

        Done right before a message says so: what the other end names in its answer is still here.
        """
        while len(self._containers) > MOST_CONTAINERS:
            self._let_go(self._containers.popitem(last=False)[0])
        for number in list(self._lent):
            entry = self._entries.get(number)
            if entry is None:
                self._lent.discard(number)
                continue
            reference, entry.holds = weakref.ref(entry.holds), None
            entry.holds = reference()
            if entry.holds is None:
                self._let_go(number)

    def _let_go(self, number: int) -> None:
        """An object of the other end's is not needed here any more; said with the next message."""
        if number in self._entries:
            self._remove(number)
            self._dropped.append(number)

    def _forget(self, number: Any) -> None:
        if type(number) is int and number in self._entries:
            self._remove(number)

    def _remove(self, number: int) -> None:
        entry = self._entries.pop(number)
        self._lent.discard(number)
        if self._numbers.get(entry.key) == number:
            del self._numbers[entry.key]

    def number_of(self, value: Any) -> int | None:
        """The number of a shared object."""
        number = self._numbers.get(id(value))
        return number if number is not None and self._entries[number].holds is value else None

    def object(self, number: Any) -> Any:
        """The shared object behind a number.

        Raises:
            Refused: there is none.
        """
        entry = self._entries.get(number) if type(number) is int else None
        if entry is None or entry.holds is None:
            raise Refused(f"there is no object of the number {str(number)[:20]}")
        return entry.holds

    # Changes

    def _changes(self) -> list:
        report = self.collect()
        changes: list = [[REPORT, report]] if report else []
        for number, kind in GENERATORS.items():
            state = _random_state(kind)
            if state != self._random[number]:
                self._random[number] = state
                changes.append([number, state])
        for number, entry in list(self._entries.items()):
            value, look = entry.holds, self.looks.get(entry.kind)
            if value is None or look is None or self._is_as_it_was(entry, value):
                continue
            known = look.know(self, value)
            if not look.same(entry.known, known):
                before, entry.known = entry.known, known
                content = look.tell(self, value, known)
                if entry.kind == "tensor":
                    content[5] = known[5] is None or known[5] != before[5]
                changes.append([number, content])
        return changes

    def _is_as_it_was(self, entry: Entry, value: Any) -> bool:
        """Whether PyTorch's own count of changes says so, where that is enough.

        It misses what goes by way of `.data` or NumPy. Students write so to what they are handed, `gradcheck` to inputs
        that want gradients; nobody does to what a function has returned.
        """
        if entry.kind != "tensor" or value.is_inference() or value.grad is not None or entry.known[4] is not None:
            return False
        trusted = entry.own if self.trusting else not (value.requires_grad and entry.own)
        counts = trusted and value._version == entry.known[5] and value.requires_grad == entry.known[3]
        return counts and list(value.shape) == entry.known[1]

    def _update(self, update: Any) -> None:
        if not isinstance(update, list) or len(update) != 2:
            raise Refused("a damaged change")
        number, content = update
        if number == REPORT:
            self.heard(content)
            return
        if number in GENERATORS:
            _set_random_state(GENERATORS[number], content)
            self._random[number] = _random_state(GENERATORS[number])
            return
        entry = self._entries.get(number) if type(number) is int else None
        value = entry.holds if entry is not None else None
        if value is None:
            return  # let go meanwhile
        look = self.looks.get(entry.kind)
        if look is None:
            raise Refused("a change of what does not change")
        try:
            look.take(self, value, content)
        except (IndexError, KeyError, ValueError, TypeError, AttributeError, RuntimeError, OverflowError) as error:
            raise Refused(f"a damaged change: {type(error).__name__}: {error}") from None
        entry.known = look.know(self, value)

    # Handles

    def _encode_handle(self, value: Any) -> list:
        number = self.share(value, "handle", None)
        name, is_function, signature, specials, shown = _describe(value)
        if not self.trusting and callable(value):  # what the judge hands over is called, and asked nothing else
            is_function, specials = True, []
        return ["handle", number, type(value).__name__[:80], name, is_function, signature, specials, shown]

    def _decode_handle(self, data: list) -> Any:
        _, number, kind, name, is_function, signature, specials, shown = data
        if not all(isinstance(text, str) and len(text) < 400 for text in (kind, name, shown)):
            raise Refused("a damaged handle")
        if is_function:
            made = self.make_function(number, name, _signature(signature))
        else:
            made = self.make_object(number, kind, [special for special in specials if special in SPECIAL], shown)
        self.adopt(number, made, "handle", None)
        return made

    def make_function(self, number: int, name: str, signature: inspect.Signature | None) -> Callable:
        """A function here that calls one at the other end."""

        def function(*args: Any, **kwargs: Any) -> Any:
            return self.ask("call", function, args, tuple(kwargs.items()))

        function.__name__ = function.__qualname__ = name or "function"
        if signature is not None:
            function.__signature__ = signature
        return function

    def make_object(self, number: int, kind: str, specials: list[str], shown: str) -> Any:
        """An object here that stands for one at the other end."""
        peer = self

        def attribute(self: Any, name: str) -> Any:
            if name.startswith("_") or name in ("by_hand", "refuse_autograd"):
                raise AttributeError(name)  # what libraries look for is not the student's to answer
            return peer.ask("attribute", self, name)

        def special(name: str) -> Callable:
            def method(self: Any, *args: Any) -> Any:
                return peer.ask("item", self, name, *args)

            return method

        members: dict[str, Any] = {name: special(name) for name in specials}
        members |= {"__getattr__": attribute, "__repr__": lambda self: shown, "__hash__": object.__hash__}
        name = kind if re.fullmatch(r"\w+", kind) else "object"
        return type(name, (), members)()


def _special(thing: Any, name: str) -> Callable:
    if name not in SPECIAL:
        raise Refused(f"{name} is not asked for")
    return getattr(thing, name)


def _describe(value: Any) -> tuple[str, bool, Any, list[str], str]:
    """Name, whether it is called like a function, its signature, its special methods, and how it shows itself."""
    is_function = inspect.isroutine(value) or isinstance(value, type)
    name = str(getattr(value, "__name__", ""))[:80]
    try:
        shown = repr(value)[:200]
    except Exception:
        shown = f"<{type(value).__name__}>"
    specials = [special for special in SPECIAL if hasattr(type(value), special)]
    return name, is_function, _tell_signature(value) if is_function else None, specials, shown


def _tell_signature(function: Any) -> list | None:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None
    return [
        [parameter.name, int(parameter.kind), parameter.default is not parameter.empty] for parameter in parameters
    ][:50]


def _signature(data: Any) -> inspect.Signature | None:
    if not isinstance(data, list):
        return None
    try:
        kinds = list(inspect._ParameterKind)
        return inspect.Signature(
            [
                inspect.Parameter(name, kinds[kind], default=None if has_default else inspect.Parameter.empty)
                for name, kind, has_default in data
            ]
        )
    except (TypeError, ValueError, IndexError):
        return None


# Tensors, arrays and containers


class _OfTensors:
    """What is known of a tensor: its form, its bytes, whether it wants gradients, its gradient, and its version.

    PyTorch counts a tensor's changes, and `backward` refuses what has changed since; changes by way of `.data` are not
    counted. What one end counted, the other counts, too.
    """

    @staticmethod
    def know(peer: Peer, tensor: Tensor) -> tuple:
        gradient = tensor.grad if tensor.is_leaf else None
        of_gradient = None if gradient is None else (list(gradient.shape), values.tensor_bytes(gradient))
        dtype = str(tensor.dtype).removeprefix("torch.")
        version = None if tensor.is_inference() else tensor._version
        return dtype, list(tensor.shape), values.tensor_bytes(tensor), tensor.requires_grad, of_gradient, version

    @staticmethod
    def same(one: tuple, other: tuple) -> bool:
        return one[:5] == other[:5]

    @staticmethod
    def tell(peer: Peer, tensor: Tensor, known: tuple) -> list:
        return [*known[:4], None if known[4] is None else list(known[4]), known[5]]

    @staticmethod
    def take(peer: Peer, tensor: Tensor, content: list) -> None:
        dtype, shape, numbers, wants_gradient, gradient, counted = content
        new = values.tensor_of(dtype, shape, numbers)
        with torch.no_grad():
            if new.dtype == tensor.dtype and new.shape == tensor.shape:
                if values.tensor_bytes(tensor) != numbers:
                    (tensor if counted else tensor.data).copy_(new)
            elif isinstance(tensor, nn.Parameter):
                raise Refused("a parameter of another shape")
            else:
                tensor.data = new
            if tensor.is_leaf and bool(wants_gradient) != tensor.requires_grad:
                tensor.requires_grad_(bool(wants_gradient))
            if tensor.is_leaf:
                _take_gradient(tensor, dtype, gradient)


def _take_gradient(tensor: Tensor, dtype: str, gradient: Any) -> None:
    if gradient is None:
        tensor.grad = None
        return
    new = values.tensor_of(dtype, *gradient)
    if tensor.grad is not None and tensor.grad.shape == new.shape:
        tensor.grad.detach_().copy_(new)
    else:
        tensor.grad = new


def encode_tensor(peer: Peer, tensor: Tensor, depth: int) -> Any:
    """A dense tensor of a usual dtype; None for the others, which become handles."""
    with torch._C.DisableTorchFunctionSubclass():
        usual = str(tensor.dtype).removeprefix("torch.") in values.DTYPES and tensor.layout == torch.strided
        if not usual or tensor.is_meta or tensor.is_quantized or tensor.is_nested:
            return None
        known = _OfTensors.know(peer, tensor)
        attached = tensor.grad_fn is not None
        number = peer.share(tensor, "tensor", known)
        is_parameter = isinstance(tensor, nn.Parameter)
        return ["tensor", number, *_OfTensors.tell(peer, tensor, known)[:5], attached, is_parameter]


def decode_tensor(peer: Peer, data: list, depth: int) -> Tensor:
    """A tensor; one that hung on a graph hangs on a short one here."""
    _, number, dtype, shape, content, wants_gradient, gradient, attached, is_parameter = data
    tensor = values.tensor_of(dtype, shape, content)
    differentiable = tensor.is_floating_point() or tensor.is_complex()
    if is_parameter:
        tensor = nn.Parameter(tensor, requires_grad=bool(wants_gradient) and differentiable)
    elif wants_gradient and differentiable:
        tensor.requires_grad_()
        if attached:
            with torch.enable_grad():
                tensor = tensor.view_as(tensor)
    if gradient is not None and tensor.is_leaf:
        _take_gradient(tensor, dtype, gradient)
    peer.adopt(number, tensor, "tensor", _OfTensors.know(peer, tensor))
    return tensor


class _OfArrays:
    """What is known of an array: its form, its bytes, and whether it may be written to."""

    @staticmethod
    def know(peer: Peer, array: np.ndarray) -> tuple:
        return array.dtype.str, list(array.shape), np.ascontiguousarray(array).tobytes()

    @staticmethod
    def same(one: tuple, other: tuple) -> bool:
        return one == other

    @staticmethod
    def tell(peer: Peer, array: np.ndarray, known: tuple) -> list:
        return list(known)

    @staticmethod
    def take(peer: Peer, array: np.ndarray, content: list) -> None:
        new = values.array_of(*content)
        if new.shape != array.shape or new.dtype != array.dtype:
            raise Refused("an array of another form")
        array[...] = new


def encode_array(peer: Peer, array: np.ndarray, depth: int) -> Any:
    """An array of numbers or strings; None for one of objects, which becomes a handle."""
    plain = np.asarray(array)
    if plain.dtype.kind not in values.ARRAY_KINDS:
        return None
    known = _OfArrays.know(peer, plain)
    return ["array", peer.share(array, "array", known), *known, bool(plain.flags.writeable)]


def decode_array(peer: Peer, data: list, depth: int) -> np.ndarray:
    _, number, dtype, shape, content, writable = data
    array = values.array_of(dtype, shape, content)
    peer.adopt(number, array, "array", _OfArrays.know(peer, array))
    if not writable:
        array.flags.writeable = False
    return array


class _OfContainers:
    """What is known of a list, dictionary or set: what it held, item by item."""

    @staticmethod
    def know(peer: Peer, container: Any) -> Any:
        return list(container.items()) if isinstance(container, dict) else list(container)

    @staticmethod
    def same(one: list, other: list) -> bool:
        return len(one) == len(other) and all(map(_same_item, one, other))

    @staticmethod
    def tell(peer: Peer, container: Any, known: list) -> list:
        return [peer.encode(item) for item in known]

    @staticmethod
    def take(peer: Peer, container: Any, content: list) -> None:
        items = [peer.decode(item) for item in content]
        if isinstance(container, dict):
            new = dict(items)
            container.clear()
            container.update(new)
        elif isinstance(container, set):
            container.clear()
            container.update(items)
        else:
            container[:] = items


def _same_item(one: Any, other: Any) -> bool:
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if type(one) is tuple:
        return len(one) == len(other) and all(map(_same_item, one, other))
    return type(one) in ATOMS and (one == other or one != one)


def encode_container(peer: Peer, container: Any, depth: int) -> list:
    """A list, dictionary or set, and all that it holds."""
    kind, plain = next((name, base) for name, base in CONTAINERS.items() if isinstance(container, base))
    # Numbered before its items, so that one which holds itself is a reference and no endless descent.
    number = peer.share(container, kind, None)
    known = _OfContainers.know(peer, plain(container) if type(container) is not plain else container)
    peer._entries[number].known = known
    if kind == "dict":
        items = [[peer.encode(key, depth + 1), peer.encode(item, depth + 1)] for key, item in known]
    else:
        items = [peer.encode(item, depth + 1) for item in known]
    return [kind, number, items]


def decode_container(peer: Peer, data: list, depth: int) -> Any:
    kind, number, items = data
    container: Any = CONTAINERS[kind]()
    peer.adopt(number, container, kind, [])
    for item in items:
        if kind == "dict":
            key, value = item
            container[peer.decode(key, depth + 1)] = peer.decode(value, depth + 1)
        elif kind == "set":
            container.add(peer.decode(item, depth + 1))
        else:
            container.append(peer.decode(item, depth + 1))
    entry = peer._entries.get(number)
    if entry is not None:
        entry.known = _OfContainers.know(peer, container)
    return container


class _OfGenerators:
    """What is known of a torch.Generator: its state."""

    @staticmethod
    def know(peer: Peer, generator: torch.Generator) -> bytes:
        return values.tensor_bytes(generator.get_state())

    @staticmethod
    def same(one: bytes, other: bytes) -> bool:
        return one == other

    @staticmethod
    def tell(peer: Peer, generator: torch.Generator, known: bytes) -> list:
        return [known]

    @staticmethod
    def take(peer: Peer, generator: torch.Generator, content: list) -> None:
        generator.set_state(values.tensor_of("uint8", [len(content[0])], content[0]))


def encode_generator(peer: Peer, generator: torch.Generator, depth: int) -> list:
    known = _OfGenerators.know(peer, generator)
    return ["generator", peer.share(generator, "generator", known), known]


def decode_generator(peer: Peer, data: list, depth: int) -> torch.Generator:
    _, number, state = data
    generator = torch.Generator()
    _OfGenerators.take(peer, generator, [state])
    peer.adopt(number, generator, "generator", state)
    return generator


def _random_state(kind: str) -> Any:
    if kind == "torch":
        return values.tensor_bytes(torch.get_rng_state())
    if kind == "random":
        version, numbers, gauss = random.getstate()
        return [version, list(numbers), gauss]
    name, keys, place, has_gauss, gauss = np.random.get_state()
    return [str(name), keys.tobytes(), int(place), int(has_gauss), float(gauss)]


def _set_random_state(kind: str, state: Any) -> None:
    try:
        if kind == "torch":
            torch.set_rng_state(values.tensor_of("uint8", [len(state)], state))
        elif kind == "random":
            version, numbers, gauss = state
            random.setstate((version, tuple(numbers), gauss))
        else:
            name, keys, place, has_gauss, gauss = state
            np.random.set_state((name, np.frombuffer(keys, dtype=np.uint32), place, has_gauss, gauss))
    except Exception as error:
        raise Refused(f"no state of a generator: {type(error).__name__}") from None


def encode_helper(cls: type, content: Any) -> list:
    """An object of a class of `helpers`: the class's name, what it holds, and what judges have set of the class."""
    state = {name: item for name, item in vars(cls).items() if type(item) in (int, str) and not name.startswith("__")}
    return ["value", cls.__module__, cls.__qualname__, content, state]


def _ref(peer: Peer, data: list, depth: int) -> Any:
    return peer.object(data[1])


def _tuple(peer: Peer, data: list, depth: int) -> tuple:
    return tuple(peer.decode(item, depth + 1) for item in data[1])


def _frozenset(peer: Peer, data: list, depth: int) -> frozenset:
    return frozenset(peer.decode(item, depth + 1) for item in data[1])


def _handle(peer: Peer, data: list, depth: int) -> Any:
    return peer._decode_handle(data)


_LOOKS: dict[str, Any] = {
    "tensor": _OfTensors,
    "array": _OfArrays,
    "list": _OfContainers,
    "dict": _OfContainers,
    "set": _OfContainers,
    "generator": _OfGenerators,
}
_KINDS: dict[type, Callable[[Peer, Any, int], Any]] = {
    Tensor: encode_tensor,
    np.ndarray: encode_array,
    list: encode_container,
    dict: encode_container,
    set: encode_container,
    torch.Generator: encode_generator,
}
_MAKERS: dict[str, Callable[[Peer, list, int], Any]] = {
    "ref": _ref,
    "tuple": _tuple,
    "frozenset": _frozenset,
    "handle": _handle,
    "tensor": decode_tensor,
    "array": decode_array,
    "list": decode_container,
    "dict": decode_container,
    "set": decode_container,
    "generator": decode_generator,
}
