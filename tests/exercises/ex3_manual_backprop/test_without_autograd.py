"""ex3's ban on autograd: ways around it that were tried, and honest code that looks like one."""

from __future__ import annotations

import textwrap

import pytest
import torch
import torch.nn.functional as F

from helpers.checks import NotYet
from helpers.judges.without_autograd import by_hand

BEFOREHAND = "slopes = torch.func.grad(lambda X, W, E: (X @ W.T * E).sum(), argnums=(0, 1))"
AROUND = {
    "grad": "return torch.autograd.grad(X @ W.T, (X, W), E)",
    "backward": "X.requires_grad = True\n(X @ W.T).backward(E)\nreturn X.grad",
    "a functional Jacobian": "from torch.autograd.functional import vjp\nreturn vjp(lambda X: X @ W.T, X, E)[1]",
    "torch.func": "return torch.func.vjp(lambda X: X @ W.T, X)[1](E)",
    "dual numbers": "import torch.autograd.forward_ad as forward",
    "torch._C": "return torch._C._autograd",
    "a backward of ATen's": "return torch.ops.aten.sigmoid_backward(E, E)",
    "a backward of torch's": "return torch._softmax_backward_data(E, E, 1, E.dtype)",
    "gradients of a convolution": "return torch.nn.grad.conv1d_input(X.shape, W, E)",
    "getattr": "module = getattr(torch, 'auto' + 'grad')",
    "eval": "return eval('torch.auto' + 'grad')",
    "a module's dictionary": "return torch.__dict__['auto' + 'grad']",
    "vars": "return vars(torch)",
    "sys.modules": "import sys\nreturn sys.modules['torch.auto' + 'grad']",
    "importlib": "import importlib",
    "another thread": "import threading",
    "the judge": "from helpers.judges import ex3",
    "a function within": "def ask():\n    return torch.autograd.grad\nreturn ask()(X @ W.T, X, E)",
    "a lambda": "return (lambda: torch.autograd)().grad(X @ W.T, X, E)",
    "a pattern": "match torch:\n    case object(func=hidden):\n        pass\nmatch hidden:\n"
    "    case object(vjp=vjp):\n        pass\nreturn vjp(lambda X: X @ W.T, X)[1](E)",
    "made beforehand": f"return slopes(X, W, E)\n---\n{BEFOREHAND}",
    "in a list": f"return tools[0](X, W, E)\n---\n{BEFOREHAND}\ntools = [slopes]",
    "in a class": f"return Tools.slopes(X, W, E)\n---\n{BEFOREHAND}\nclass Tools:\n    slopes = staticmethod(slopes)",
    "in a partial": f"return part(X, W, E)\n---\nimport functools\n{BEFOREHAND}\npart = functools.partial(slopes)",
    "with a wrapper's word": f"return told(X, W, E)\n---\nimport functools\n{BEFOREHAND}\n"
    "def honest(X, W, E):\n    pass\ntold = functools.wraps(honest)(slopes)",
    "an alias": "return vjp(lambda X: X @ W.T, X, E)\n---\nfrom torch.autograd.functional import vjp",
    "a method's alias": "return back(X)\n---\nback = torch.Tensor.backward",
    "methodcaller": "return back(X)\n---\nimport operator\nback = operator.methodcaller('back' + 'ward')",
    "a class that owns the name": "(X @ W.T).backward(E)\nreturn Mine\n---\nclass Mine:\n    backward = 1",
    "a special method": "return Tool()(X @ W.T, X, E)\n---\n"
    "class Tool(tuple):\n    __call__ = staticmethod(torch.autograd.grad)",
    "a helper": "return help_me(X, W, E)\n---\ndef help_me(X, W, E):\n    return torch.autograd.grad(X @ W.T, X, E)",
}
HONEST = {
    "products": "return E @ W, E.T @ X",
    "a method called backward": "return Layer().backward(E, W)\n---\nclass Layer:\n"
    "    def backward(self, E, W):\n        self._kept = E @ W\n        return self._kept",
    "an attribute called grad": "p = Box()\np.grad = E.T @ X\nreturn E @ W, p.grad\n---\nclass Box:\n    pass",
    "a namedtuple": "return Both(E @ W, E.T @ X)\n---\nfrom collections import namedtuple\n"
    "Both = namedtuple('Both', 'dX dW')",
    "a dataclass": "return Both(E @ W, E.T @ X).dX\n---\nfrom dataclasses import dataclass\n"
    "@dataclass(frozen=True)\nclass Both:\n    dX: torch.Tensor\n    dW: torch.Tensor",
    "no_grad": "with torch.no_grad():\n    return E @ W, E.T @ X",
    "decorated": "return product(E, W)\n---\n@torch.no_grad()\ndef product(E, W):\n    return E @ W",
    "kept results": "return E @ W, ones(len(E))\n---\nimport functools\n@functools.lru_cache\n"
    "def ones(n):\n    return torch.ones(n)",
    "vmap": "return torch.vmap(torch.outer)(E, X).sum(0)",
    "forward parts of PyTorch": "return F.linear(E, W.T), nn.functional.relu(X), torch.special.expit(X)",
    "imports of its own": "import numpy as np\nfrom math import exp\n"
    "return torch.from_numpy(E.numpy() @ np.exp(W.numpy()))",
    "prints": "import logging, sys\nprint(X.shape, file=sys.stdout)\nlogging.getLogger('x').info('y')\nreturn E",
    "detach and data": "return (E.detach() @ W.data).clone()",
}


def written(answer: str):
    """A function `way(E, X, W)` with a body; what stands below --- comes before it, at the top of the cell."""
    body, _, above = answer.partition("\n---\n")
    source = f"{above}\n\ndef way(E, X, W):\n{textwrap.indent(body, '    ')}\n"
    cell = {"__name__": "__main__", "torch": torch, "nn": torch.nn, "F": F}
    exec(compile(source, "<cell>", "exec"), cell)
    return cell["way"]


def run(answer: str) -> object:
    return by_hand("way", written(answer))(torch.ones(4, 3), torch.ones(4, 2), torch.ones(3, 2))


@pytest.mark.parametrize("way", AROUND)
def test_way_around_is_refused(way: str) -> None:
    with pytest.raises(NotYet, match="Here you are autograd"):
        run(AROUND[way])


@pytest.mark.parametrize("way", HONEST)
def test_honest_code_passes(way: str) -> None:
    assert run(HONEST[way]) is not None


@pytest.mark.parametrize("way", ["made beforehand", "in a class", "with a wrapper's word", "a pattern"])
def test_what_reading_misses_is_refused_as_it_runs(way: str) -> None:
    by_hand("way", written(AROUND[way]))
    with pytest.raises(NotYet, match="it lets PyTorch differentiate"):
        run(AROUND[way])
