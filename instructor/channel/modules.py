"""Modules, optimizers and classes of autograd, across the channel.

A module that consists of PyTorch's own layers crosses as a description and its numbers, and is built anew from
PyTorch's own classes at the other end: it is run there, and nobody else's code with it. Any other module stays where
it was made. The other end holds its parameters, and a `forward` that asks; gradients go through it both ways.

An optimizer stays with the judge: the sandbox has one of the same class, on its own parameters, whose `step` is taken
by the judge's. So is the number of its steps.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedParameter

from instructor.channel.peer import Peer
from instructor.channel.values import Refused, tensor_bytes

CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
# Layers whose constructor's arguments are attributes of the same name, or follow from whether a parameter is there.
LAYERS = {
    name: getattr(nn, name)
    for name in (
        *("Linear", "LazyLinear", "Flatten", "Unflatten", "Identity", "Bilinear", "Embedding", "Dropout"),
        *("Dropout1d", "Dropout2d"),
        *("AlphaDropout", "ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish", "Sigmoid"),
        *("Tanh", "Softplus", "Softsign", "Hardtanh", "Hardsigmoid", "Hardswish", "LogSigmoid", "Softmax"),
        *("LogSoftmax", "PReLU", "BatchNorm1d", "BatchNorm2d", "LayerNorm", "GroupNorm", "Conv1d", "Conv2d"),
        *("AvgPool1d", "AvgPool2d", "MaxPool1d", "MaxPool2d", "AdaptiveAvgPool2d", "Threshold", "Tanhshrink"),
    )
}
PLAIN = (type(None), bool, int, float, str)


def install(peer: Peer) -> None:
    """Teach an end modules and optimizers."""
    steps = Forwards(peer)
    peer.kinds = {nn.Module: encode_module, torch.optim.Optimizer: encode_optimizer} | peer.kinds
    peer.makers |= {"layers": decode_layers, "module": decode_module, "optimizer": decode_optimizer}
    peer.looks |= {"module": _OfModules, "optimizer": _OfOptimizers}
    peer.services |= {
        "forward": steps.forward,
        "backward": steps.backward,
        "deepcopy": steps.deepcopy,
        "step": steps.step,
    }


# Description of a module


def describe(module: nn.Module) -> list | None:
    """The module as nested lists of plain data; None if a part of it is not PyTorch's own, or was tampered with."""
    cls = _class_of(module)
    lazy = cls is nn.LazyLinear  # its hook is PyTorch's own
    if (any(getattr(module, name, None) for name in HOOKS) and not lazy) or "forward" in vars(module):
        return None
    if cls in CONTAINERS:
        parts = [[name, describe(child)] for name, child in module._modules.items()]
        return None if any(part is None for _, part in parts) else [cls.__name__, parts]
    if LAYERS.get(cls.__name__) is not cls or module._modules:
        return None
    options = _options(module)
    return None if options is None else [cls.__name__, options]


def _class_of(module: nn.Module) -> type:
    """The class; of one that only builds a container of PyTorch's in its own way, that container."""
    for cls in CONTAINERS:
        if isinstance(module, cls) and type(module).forward is cls.forward and type(module).__call__ is cls.__call__:
            return cls
    return type(module)


def _options(layer: nn.Module) -> dict[str, Any] | None:
    """Arguments with which the constructor makes such a layer."""
    options = {}
    for name, parameter in list(inspect.signature(type(layer).__init__).parameters.items())[1:]:
        if name in ("device", "dtype", "args", "kwargs") or name.startswith("_"):
            continue
        value = layer.bias is not None if name == "bias" else getattr(layer, name, parameter.default)
        value = list(value) if isinstance(value, tuple) else value
        items = value if isinstance(value, list) else [value]
        if not all(type(item) in PLAIN for item in items):
            return None
        options[name] = value
    return options


def build(description: Any, depth: int = 0) -> nn.Module:
    """A new module of PyTorch's own layers, without numbers worth keeping.

    Raises:
        Refused: it describes none.
    """
    if not isinstance(description, list) or len(description) != 2 or depth > 20:
        raise Refused("no description of a module")
    name, content = description
    if name in ("Sequential", "ModuleList", "ModuleDict"):
        module: nn.Module = getattr(nn, name)()
        for child, part in content:
            if not isinstance(child, str) or "." in child:
                raise Refused("no name of a layer")
            module.add_module(child, build(part, depth + 1))
        return module
    if name not in LAYERS or not isinstance(content, dict):
        raise Refused(f"there is no layer {str(name)[:40]!r}")
    options = {key: tuple(value) if isinstance(value, list) else value for key, value in content.items()}
    return LAYERS[name](**options, **_on_meta(LAYERS[name]))


def _on_meta(layer: type) -> dict[str, str]:
    """Layers get their numbers from the other end: none are drawn here, which would cost time and random numbers."""
    if layer is nn.LazyLinear:
        return {}
    return {"device": "meta"} if "device" in inspect.signature(layer.__init__).parameters else {}


def _numbers(module: nn.Module) -> Iterator[tuple[nn.Module, str, Tensor, bool]]:
    """Each own tensor of each part, in order: the part, its name there, the tensor, whether it is a parameter."""
    for part in module.modules():
        for name, tensor in part._parameters.items():
            if tensor is not None and not isinstance(tensor, UninitializedParameter):
                yield part, name, tensor, True
        for name, tensor in part._buffers.items():
            if tensor is not None:
                yield part, name, tensor, False


def _modes(module: nn.Module) -> list[bool]:
    return [bool(part.training) for part in module.modules()]


def encode_module(peer: Peer, module: nn.Module, depth: int) -> list:
    """A description where the module is PyTorch's own throughout; else its parts, its parameters, and a handle."""
    description = describe(module)
    if description is None:
        return _encode_own(peer, module, depth)
    number = peer.share(module, "module", None)
    content = _tell_numbers(peer, module)
    peer._entries[number].known = _OfModules.know(peer, module)
    return ["layers", number, description, content, _modes(module), _shared_parts(module)]


def _shared_parts(module: nn.Module) -> list[int]:
    """For each part in order, duplicates included, the place where it came first: one layer may stand in two places."""
    places: dict[int, int] = {}
    return [places.setdefault(id(part), len(places)) for _, part in module.named_modules(remove_duplicate=False)]


def _tell_numbers(peer: Peer, module: nn.Module) -> list:
    return [peer.encode(tensor) for _, _, tensor, _ in _numbers(module)]


def decode_layers(peer: Peer, data: list, depth: int) -> nn.Module:
    _, number, description, content, modes, shared = data
    module = build(description)
    _share_parts(module, shared)
    _set_numbers(module, [peer.decode(item, depth + 1) for item in content])
    _set_modes(module, modes)
    peer.adopt(number, module, "module", None)
    peer._entries[number].known = _OfModules.know(peer, module)
    return module


def _share_parts(module: nn.Module, shared: list[int]) -> None:
    names = [name for name, _ in module.named_modules(remove_duplicate=False)]
    if len(names) != len(shared):
        raise Refused("a module with other parts than it says")
    first: dict[int, nn.Module] = {}
    for name, place in zip(names, shared, strict=True):
        part = module.get_submodule(name)
        if place in first and name:
            parent, _, last = name.rpartition(".")
            module.get_submodule(parent)._modules[last] = first[place]
        first.setdefault(place, part)


def _set_numbers(module: nn.Module, tensors: list[Any]) -> None:
    places = list(_numbers(module))
    if len(places) != len(tensors):
        raise Refused(f"{len(tensors)} tensors for a module with {len(places)}")
    for (part, name, old, is_parameter), tensor in zip(places, tensors, strict=True):
        fits = isinstance(tensor, nn.Parameter) == is_parameter and isinstance(tensor, Tensor)
        if not fits or tensor.shape != old.shape:
            raise Refused(f"the tensor {name!r} does not fit its layer")
        (part._parameters if is_parameter else part._buffers)[name] = tensor


def _set_modes(module: nn.Module, modes: list[bool]) -> None:
    parts = list(module.modules())
    if len(parts) != len(modes):
        raise Refused("a mode is wanted for each part")
    for part, mode in zip(parts, modes, strict=True):
        part.training = bool(mode)


class _OfModules:
    """What is known of a module: which tensors stand where in it, and the modes of its parts."""

    @staticmethod
    def know(peer: Peer, module: nn.Module) -> tuple:
        return list(_places(module)), _modes(module)

    @staticmethod
    def same(one: Any, other: tuple) -> bool:
        alike = len(one[0]) == len(other[0]) and all(
            path == other_path and tensor is other_tensor
            for (path, tensor), (other_path, other_tensor) in zip(one[0], other[0], strict=True)
        )
        return alike and one[1] == other[1]

    @staticmethod
    def tell(peer: Peer, module: nn.Module, known: tuple) -> list:
        return [[[path, peer.encode(tensor)] for path, tensor in known[0]], known[1]]

    @staticmethod
    def take(peer: Peer, module: nn.Module, content: list) -> None:
        places, modes = content
        for path, item in places:
            _put(module, path, peer.decode(item))
        _set_modes(module, modes)


def _places(module: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Each parameter, and each buffer of PyTorch's own layers, with its path: `part.name`.

    What a class of the judge's keeps count in are buffers of its own: they stay with the judge.
    """
    for path, part in module.named_modules():
        own = LAYERS.get(type(part).__name__) is type(part)
        for name, tensor in (*part._parameters.items(), *(part._buffers.items() if own else ())):
            if tensor is not None and not isinstance(tensor, UninitializedParameter):
                yield f"{path}.{name}".lstrip("."), tensor


def _put(module: nn.Module, path: str, tensor: Any) -> None:
    """Put a tensor where one of its kind and shape stands, or where nothing does."""
    parent, _, name = path.rpartition(".")
    part = module.get_submodule(parent)
    place = part._parameters if isinstance(tensor, nn.Parameter) else part._buffers
    old = place.get(name)
    if not isinstance(tensor, Tensor) or (
        old is not None and not isinstance(part, Elsewhere | Part) and old.shape != tensor.shape
    ):
        raise Refused(f"the tensor {path!r} does not fit its layer")
    if old is not tensor:
        place[name] = tensor


# Modules that stay where they were made


class Elsewhere(nn.Module):
    """A module whose `forward` runs at the other end; its parameters and modes are here as well."""

    _peer: Peer

    def forward(self, *inputs: Any) -> Any:
        """What the module at the other end makes of these inputs."""
        parameters = [tensor for _, _, tensor, is_parameter in _numbers(self) if is_parameter]
        tensors = [value for value in inputs if isinstance(value, Tensor)]
        wanted = torch.is_grad_enabled() and any(t.requires_grad for t in (*tensors, *parameters))
        if not wanted:
            return self._peer.ask("forward", self, inputs, False)[1]
        return _Through.apply(self, inputs, len(tensors), *tensors, *parameters)

    def __deepcopy__(self, memo: dict) -> nn.Module:
        made = self._peer.ask("deepcopy", self)
        memo[id(self)] = made
        return made


class Part(nn.Module):
    """A part of such a module that is no layer of PyTorch's own: it only holds others."""


class _Through(torch.autograd.Function):
    """Forward and backward of a module at the other end."""

    @staticmethod
    def forward(ctx: Any, module: Elsewhere, inputs: tuple, count: int, *tensors: Tensor) -> Tensor:
        ctx.peer, ctx.count = module._peer, len(tensors)
        ctx.token, result = module._peer.ask("forward", module, inputs, True)
        if not isinstance(result, Tensor):
            raise TypeError(f"its forward returned a {type(result).__name__}; with gradients, one tensor is wanted")
        return result.detach().clone()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple:
        found = ctx.peer.ask("backward", ctx.token, gradient)
        return None, None, None, *found


class Forwards:
    """What the forward passes of this end's modules leave, until their gradients are asked for."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.kept: dict[int, tuple] = {}
        self.next = 0

    def forward(self, module: nn.Module, inputs: tuple, recording: bool) -> tuple[int, Any]:
        """Run a module; with `recording`, a token for its gradients comes along."""
        self.peer.refuse_strangers(module, "module")
        with torch.set_grad_enabled(recording):
            given = [_leaf(value) if recording else value for value in inputs]
            result = module(*given)
        if not recording:
            return -1, result
        tensors = [value for value in given if isinstance(value, Tensor)]
        parameters = [tensor for _, _, tensor, is_parameter in _numbers(module) if is_parameter]
        self.next += 1
        self.kept[self.next] = result, [*tensors, *parameters]
        if len(self.kept) > 2_000:
            self.kept.pop(next(iter(self.kept)))
        return self.next, result.detach() if isinstance(result, Tensor) else result

    def backward(self, token: int, gradient: Tensor) -> tuple[Tensor | None, ...]:
        """Gradients of the inputs and parameters of that pass."""
        result, leaves = self.kept[token]
        places = [place for place, leaf in enumerate(leaves) if leaf.requires_grad]
        found: list[Tensor | None] = [None] * len(leaves)
        if result.requires_grad:
            with torch.enable_grad():
                gradients = torch.autograd.grad(
                    result, [leaves[place] for place in places], gradient, retain_graph=True, allow_unused=True
                )
            for place, value in zip(places, gradients, strict=True):
                found[place] = value
        return tuple(found)

    def deepcopy(self, module: nn.Module) -> nn.Module:
        """A copy here, told to whoever asked for it."""
        self.peer.refuse_strangers(module, "module")
        return copy.deepcopy(module)

    def step(self, optimizer: torch.optim.Optimizer) -> None:
        """Take a step."""
        self.peer.refuse_strangers(optimizer, "optimizer")
        optimizer.step()


def _leaf(value: Any) -> Any:
    """The same numbers, at the beginning of a graph of their own."""
    if not isinstance(value, Tensor):
        return value
    return value.detach().requires_grad_(value.requires_grad)


def _encode_own(peer: Peer, module: nn.Module, depth: int) -> list:
    """A handle, with the tree of its parts: those of PyTorch's own by name, so that they are found at the other end."""
    number = peer.share(module, "module", None)
    known = _OfModules.know(peer, module)
    peer._entries[number].known = known
    return ["module", number, type(module).__name__[:80], _tree(module), *_OfModules.tell(peer, module, known)]


def _tree(module: nn.Module, depth: int = 0) -> list:
    """Name of the class, and of its parts, of a module of any kind."""
    if depth > 20:
        raise Refused("modules within modules, too deeply")
    description = describe(module) if depth else None
    if description is not None:
        return ["layers", description]
    kind = "sequence" if isinstance(module, nn.Sequential) else "own"
    return [kind, [[name, _tree(child, depth + 1)] for name, child in module._modules.items() if child is not None]]


def decode_module(peer: Peer, data: list, depth: int) -> nn.Module:
    _, number, name, tree, places, modes = data
    module = _plant(tree, name if isinstance(name, str) and name.isidentifier() else "Module")
    for path, item in places:
        _put(module, path, peer.decode(item, depth + 1))
    module._peer = peer
    _set_modes(module, modes)
    peer.adopt(number, module, "module", None)
    peer._entries[number].known = _OfModules.know(peer, module)
    return module


def _plant(tree: Any, name: str = "Module", depth: int = 0) -> nn.Module:
    """Parts without numbers: PyTorch's own layers where they are, else modules that only hold others."""
    kind, content = tree
    if depth > 20:
        raise Refused("modules within modules, too deeply")
    if kind == "layers":
        return build(content)
    bases = (Elsewhere, nn.Sequential) if kind == "sequence" else (Elsewhere,)
    module = type(name, bases, {})() if depth == 0 else Part()
    for child, part in content:
        if not isinstance(child, str) or "." in child:
            raise Refused("no name of a part")
        module._modules[child] = _plant(part, depth=depth + 1)
    return module


# Optimizers


def encode_optimizer(peer: Peer, optimizer: torch.optim.Optimizer, depth: int) -> list:
    """Class, groups and memory of an optimizer of the judge's."""
    if peer.trusting:
        return peer._encode_handle(optimizer)
    number = peer.share(optimizer, "optimizer", None)
    groups = [
        {"params": [peer.encode(p) for p in group["params"]]} | {"options": peer.encode(_options_of(group))}
        for group in optimizer.param_groups
    ]
    memory = _tell_memory(peer, optimizer)
    peer._entries[number].known = _OfOptimizers.know(peer, optimizer)
    return ["optimizer", number, _torchs_own(optimizer), groups, memory]


def _torchs_own(optimizer: torch.optim.Optimizer) -> str:
    return next(cls.__name__ for cls in type(optimizer).__mro__ if cls.__module__.startswith("torch.optim"))


def _options_of(group: dict) -> dict:
    return {name: value for name, value in group.items() if name != "params"}


def _flat(optimizer: torch.optim.Optimizer) -> list[nn.Parameter]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def _tell_memory(peer: Peer, optimizer: torch.optim.Optimizer) -> list:
    return [peer.encode(dict(optimizer.state[p])) if p in optimizer.state else None for p in _flat(optimizer)]


def decode_optimizer(peer: Peer, data: list, depth: int) -> torch.optim.Optimizer:
    _, number, name, groups, memory = data
    if not peer.trusting:
        raise Refused("an optimizer comes from the judge only")
    base = getattr(torch.optim, name)

    def step(self: Any, closure: Any = None) -> Any:
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        peer.ask("step", self)
        return loss

    made = type(name, (base,), {"step": step})(
        [{"params": [peer.decode(p) for p in group["params"]]} for group in groups], lr=1.0
    )
    for group, told in zip(made.param_groups, groups, strict=True):
        group.update(peer.decode(told["options"]))
    _set_memory(peer, made, memory)
    peer.adopt(number, made, "optimizer", None)
    peer._entries[number].known = _OfOptimizers.know(peer, made)
    return made


def _set_memory(peer: Peer, optimizer: torch.optim.Optimizer, memory: list) -> None:
    for parameter, told in zip(_flat(optimizer), memory, strict=True):
        if told is None:
            optimizer.state.pop(parameter, None)
        else:
            optimizer.state[parameter] = peer.decode(told)


class _OfOptimizers:
    """What is known of an optimizer: options of its groups, and what it remembers of each parameter."""

    @staticmethod
    def know(peer: Peer, optimizer: torch.optim.Optimizer) -> tuple:
        options = [_plain_options(_options_of(group)) for group in optimizer.param_groups]
        memory = [
            {name: _plain_value(value) for name, value in optimizer.state[p].items()} if p in optimizer.state else None
            for p in _flat(optimizer)
        ]
        return options, memory

    @staticmethod
    def same(one: Any, other: tuple) -> bool:
        return one == other

    @staticmethod
    def tell(peer: Peer, optimizer: torch.optim.Optimizer, known: tuple) -> list:
        return [
            [peer.encode(_options_of(group)) for group in optimizer.param_groups],
            _tell_memory(peer, optimizer),
        ]

    @staticmethod
    def take(peer: Peer, optimizer: torch.optim.Optimizer, content: list) -> None:
        options, memory = content
        if len(options) != len(optimizer.param_groups):
            raise Refused("another number of groups")
        for group, told in zip(optimizer.param_groups, options, strict=True):
            new = peer.decode(told)
            group.update({name: value for name, value in new.items() if name != "params"})
        _set_memory(peer, optimizer, memory)


def _plain_options(options: dict) -> dict:
    return {name: _plain_value(value) for name, value in options.items()}


def _plain_value(value: Any) -> Any:
    """Something that can be compared: bytes for a tensor."""
    return (tuple(value.shape), tensor_bytes(value)) if isinstance(value, Tensor) else value
