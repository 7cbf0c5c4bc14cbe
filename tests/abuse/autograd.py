"""Submissions to ex3 that let PyTorch differentiate, in ways that a reader of the text might miss.

Those that `helpers.judges.without_autograd` is tested with go through the whole grader here, three at a time.
"""

from __future__ import annotations

import textwrap

from tests.abuse.bank import RIGHT_LINEAR, Abuse, answers
from tests.exercises.ex3_manual_backprop.test_without_autograd import AROUND

PLACES = {
    "linear": ("linear_backward(E, X, W)", "def linear_forward(X, W, b):\n    return X @ W.T + b"),
    "gates": ("relu_backward(E, X, W=None)", "def sigmoid_backward(E, Z):\n    return E"),
    "softmax-cross-entropy": ("softmax_cross_entropy(X, W, E=None)", ""),
}


def around(ways: tuple[str, ...]) -> dict[str, str]:
    """Answers, each of which goes another way around."""
    cells = {}
    for way, (cell, (signature, other)) in zip(ways, PLACES.items(), strict=False):
        body, _, above = AROUND[way].partition("\n---\n")
        cells[cell] = f"{above}\n{other}\ndef {signature}:\n{textwrap.indent(body, '    ')}\n"
    return cells


def _known() -> dict[str, Abuse]:
    found = {}
    names = tuple(AROUND)
    for number in range(0, len(names), 3):
        ways = names[number : number + 3]
        questions = ("linear-check", "gates-check", "softmax_cross_entropy-check")[: len(ways)]
        found[f"KNOWN_{number // 3 + 1}"] = Abuse(
            f"autograd by {', '.join(ways)}",
            "the text says nothing of autograd",
            answers(around(ways)),
            dict.fromkeys(questions, "wrong"),
            says="Here you are autograd",
        )
    return found


KNOWN = _known()

BY_AUTOGRAD = """
    with torch.inference_mode(False), torch.enable_grad():
        X, W = X.clone().requires_grad_(), W.clone().requires_grad_()
        b = torch.zeros(len(W), dtype=X.dtype, requires_grad=True)
        return torch.autograd.grad(torch.nn.functional.linear(X, W, b), (X, W, b), E.clone())
"""
OFF = """
import contextlib
from helpers.judges import without_autograd as watch
watch.autograd_off = lambda label: contextlib.nullcontext()
"""
FORWARD = "def linear_forward(X, W, b):\n    return X @ W.T + b\n"

SWITCHED_OFF = Abuse(
    "switches the watch over autograd off in its own process, and calls autograd in a function without a name",
    "the text is read by the name that the function says it has, and what runs is watched by its own process",
    answers(
        {
            "linear": f"{OFF}\n{FORWARD}\ndef hidden(E, X, W):{BY_AUTOGRAD}\n"
            "linear_backward = lambda E, X, W: hidden(E, X, W)"
        }
    ),
    {"linear-check": "wrong"},
)
OTHER_NAME = Abuse(
    "gives the function that calls autograd the name of an honest one",
    "the honest one is read, and this one runs",
    answers(
        {
            "linear": f"{OFF}\n{FORWARD}\ndef honest(E, X, W):\n    return E\n"
            f"def linear_backward(E, X, W):{BY_AUTOGRAD}\nlinear_backward.__name__ = 'honest'"
        }
    ),
    {"linear-check": "wrong"},
)
PATCHED_PYTORCH = Abuse(
    "puts a function that calls autograd in the place of one of PyTorch's, under another name of the module",
    "the answer calls F.bilinear, which is PyTorch's in the grader and the student's in the sandbox",
    answers(
        {
            "linear": f"{OFF}\nimport torch.nn.functional as other\ndef hidden(E, X, W):{BY_AUTOGRAD}\n"
            f"other.bilinear = hidden\n{FORWARD}\ndef linear_backward(E, X, W):\n    return F.bilinear(E, X, W)"
        }
    ),
    {"linear-check": "wrong"},
)
PATCHED_IN_A_CALL = Abuse(
    "does the same in a function that is called once, and is no part of the answer",
    "what runs beside the answer is not read",
    answers(
        {
            "linear": f"def prepare():\n{textwrap.indent(OFF, '    ')}\n    import torch.nn.functional as other\n"
            f"    def hidden(E, X, W):{textwrap.indent(BY_AUTOGRAD, '    ')}\n    other.bilinear = hidden\nprepare()\n"
            f"{FORWARD}\ndef linear_backward(E, X, W):\n    return F.bilinear(E, X, W)"
        }
    ),
    {"linear-check": "wrong"},
)
HONEST_LINEAR = Abuse(
    "looks at its own answer beside autograd's, at the top of the cell",
    "nothing: that is honest work",
    answers(
        {
            "linear": f"{RIGHT_LINEAR}\nX, W, b = torch.randn(4, 3), torch.randn(2, 3), torch.randn(2)\n"
            "W.requires_grad_()\nlinear_forward(X, W, b).sum().backward()\n"
            "print(W.grad, linear_backward(torch.ones(4, 2), X, W.detach()))"
        }
    ),
    {"linear-check": "right"},
)
