"""Judges of ex3, gradients by hand. For whoever writes or marks exercises.

Wanted values come from autograd, and so do the values of known mistakes: a mistake is named only where the student's
numbers are exactly those that it gives. That an answer does without autograd is `without_autograd`'s to see.
"""

from __future__ import annotations

import inspect
import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd import gradcheck

from helpers.checks import NotYet, diagnose
from helpers.checks.diagnoses import Hint, name_what_came
from helpers.checks.student_code import call, call_on_copies, unpack
from helpers.judges.common import check_line, demand
from helpers.judges.without_autograd import by_hand, refuse_autograd

# What a mistake's numbers may be diagnosed as; a wrong shape or dtype speaks for itself.
OF_NUMBERS = {
    *("sign", "times batch", "divided by batch", "factor", "offset", "order", "some places", "numbers", "not finite"),
}
Mistakes = Sequence[tuple[object, str]]
Params = dict[str, Tensor]


def linear(linear_forward: Callable, linear_backward: Callable, seed: int) -> None:
    """Demands Z, and dX, dW, db in this order, for any sizes, one row, one unit, and float32."""
    forward, backward = by_hand("linear_forward", linear_forward), by_hand("linear_backward", linear_backward)
    batch, size_in, size_out = random.Random(seed).sample(range(2, 10), 3)
    cases = {
        "": (batch, size_in, size_out),
        ", one example": (1, size_in, size_out),
        ", one unit": (batch, size_in, 1),
        ", as many of all": (size_in, size_in, size_in),
        ", many examples": (20 + batch, size_in, size_out),
        ", float32": (batch, size_out, size_in),
    }
    drawn = {case: _draw(seed, case, (b, i), (o, i), (o,), (b, o)) for case, (b, i, o) in cases.items()}
    for case, (X, W, b, _) in drawn.items():
        mistakes = {"Z": [(F.linear(X, W), "that is X Wᵀ alone: the bias is left out.")]}
        _examine(f"linear_forward{case}", forward, (X, W, b), {"Z": F.linear(X, W, b)}, mistakes)
    print("linear_forward: right")
    for case, (X, W, b, E) in drawn.items():
        wanted = dict(zip(("dX", "dW", "db"), _by_autograd(F.linear, E, X, W, b), strict=True))
        forced = {"dW": [(wanted["dW"].T.reshape(W.shape), FORCED)]}
        _examine(f"linear_backward{case}", backward, (E, X, W), wanted, forced, LINEAR_HINTS, batch_size=len(X))
    print("linear_backward: right. These three lines are most of the work of training any network.")


SUM = "E came with the mean already taken, where the loss was computed; here it is a sum."
FORCED = "that is the transpose, forced into shape: .reshape and .view keep the order of the numbers; .T turns it."
LINEAR_HINTS = {
    "dX": {
        "shape": "dX is shaped like X. Return dX, dW, db in this order.",
        "divided by batch": "perhaps you divide by it: E came with the mean already taken.",
    },
    "dW": {
        "transposed": "Like W, dW is (out, in).",
        "divided by batch": SUM,
    },
    "db": {"divided by batch": SUM, "shape": "db is (out,): a sum over the examples, for each unit."},
}


def gates(relu_backward: Callable, sigmoid_backward: Callable, seed: int) -> None:
    """Demands E times the slope at Z, for any shape and float32; 0 at the corner, and nothing that overflows."""
    _relu(relu_backward, seed)
    _sigmoid(sigmoid_backward, seed)


def _shapes(seed: int) -> dict[str, tuple[int, ...]]:
    rows, columns, more = random.Random(seed).sample(range(2, 7), 3)
    shapes = {"": (rows, columns), ", one dimension": (20 + more,), ", three dimensions": (columns, 1, more)}
    return shapes | {", one number": (), ", float32": (more, rows)}


def _relu(relu_backward: Callable, seed: int) -> None:
    run = by_hand("relu_backward", relu_backward)
    for case, shape in _shapes(seed).items():
        E, Z = _draw(seed, case, shape, shape)
        far = 0.1 + Z.abs()
        for part, at in {
            "": Z,
            ", units on": far,
            ", units off": -far,
            ", at Z = 0": 0 * Z,
            ", barely on": 1e-12 * far,
        }.items():
            (wanted,) = _by_autograd(F.relu, E, at)
            mistakes = [] if part or not shape else _mistakes_of_relu(E, at)
            _examine(f"relu_backward{case}{part}", run, (E, at), {"dZ": wanted}, {"dZ": mistakes}, RELU_HINTS[part])
    print("relu_backward: right. On or off, and nothing between.")


RELU_HINTS = {
    "": {},
    ", units on": {"dZ": {"numbers": "Where Z > 0 all of E passes."}},
    ", barely on": {"dZ": "However small Z is: where Z > 0 all of E passes."},
    ", units off": {"dZ": "Where Z < 0 the curve is flat, and nothing passes."},
    ", at Z = 0": {"dZ": "At Z = 0 PyTorch takes the slope to be 0."},
}


def _mistakes_of_relu(E: Tensor, Z: Tensor) -> Mistakes:
    (slope,) = _by_autograd(F.relu, torch.ones_like(E), Z)
    return [
        (slope, "that is the slope alone: E is left out."),
        (F.relu(E), "yours is ReLU of E. Which places are open is for Z to say."),
        (F.relu(Z), "that is ReLU of Z, the way forward."),
        (E * F.relu(Z), "that is E times ReLU(Z); the slope is wanted in the place of the value."),
        (E - E * slope, "the places are the wrong ones: open where Z < 0."),
        (E, "that is E as it came: nothing was held back where Z < 0."),
    ]


def _sigmoid(sigmoid_backward: Callable, seed: int) -> None:
    run = by_hand("sigmoid_backward", sigmoid_backward)
    for case, shape in _shapes(seed).items():
        E, Z = _draw(seed, case, shape, shape)
        (wanted,) = _by_autograd(torch.sigmoid, E, Z)
        mistakes = {"dZ": _mistakes_of_sigmoid(E, Z) if shape else ()}
        _examine(f"sigmoid_backward{case}", run, (E, Z), {"dZ": wanted}, mistakes)
    for dtype in (torch.float64, torch.float32):
        far = torch.tensor([-1000.0, -100.0, 100.0, 1000.0], dtype=dtype)
        wanted = {"dZ": torch.zeros_like(far)}
        hints = {"dZ": {"not finite": OVERFLOW} | dict.fromkeys(("offset", "some places", "numbers"), FLAT)}
        _examine("sigmoid_backward, far out", run, (torch.ones_like(far), far), wanted, hints=hints)
    print("sigmoid_backward: right. At z = 0 a quarter of E passes, and that is the most that ever does.")


FLAT = "0 is the slope so far out, to all digits that count."
OVERFLOW = "perhaps infinity over infinity, from the exp of a large number. The sigmoid's own values never overflow."


def _mistakes_of_sigmoid(E: Tensor, Z: Tensor) -> Mistakes:
    S, ones = torch.sigmoid(Z), torch.ones_like(E)
    (wanted,), (slope,), (of_tanh,), (twice,) = (
        _by_autograd(function, grad, at)
        for function, grad, at in [
            (torch.sigmoid, E, Z),
            (torch.sigmoid, ones, Z),
            (torch.tanh, E, Z),
            (torch.sigmoid, E, S),
        ]
    )
    return [
        (slope, "that is the slope alone: E is left out."),
        (E * S, "that is E times the sigmoid itself, its height; the slope is wanted."),
        (E - E * S, "that is E times one minus the sigmoid: half of the slope."),
        (2 * E * S - wanted, "a sign within the slope is turned round: it is a plus where a minus belongs."),
        (of_tanh, "that is the slope of tanh: the sigmoid's is another, at most 1/4."),
        (twice, "the sigmoid was taken twice: Z is what went into it."),
        (E * Z - E * Z**2, "Z is taken for sigmoid(Z): Z is what went into the sigmoid."),
    ]


def softmax_cross_entropy(function: Callable, seed: int) -> None:
    """Demands the mean loss and its gradient, for any sizes, one row, float32, and logits of thousands."""
    run, draw = by_hand("softmax_cross_entropy", function), random.Random(seed)
    batch, classes, more = draw.sample(range(3, 9), 3)
    cases = {
        "": (batch, classes),
        ", one row": (1, classes),
        ", two classes": (20 + more, 2),
        ", float32": (more, batch),
    }
    for case, shape in cases.items():
        (logits,) = _draw(seed, case, shape)
        y = _labels(seed, *shape)
        _cross_entropy(f"softmax_cross_entropy{case}", run, 2 * logits, y, _mistakes_of_loss)
    (logits,), y = _draw(seed, "", (batch, classes)), _labels(seed, batch, classes)
    from_largest = logits - logits.amax(dim=1, keepdim=True)
    apart = torch.linspace(-1000, 1000, batch, dtype=torch.float64).unsqueeze(1)
    for case, extreme, hint in [
        ("logits of 1000", 1000 + 1000 * from_largest, LARGE),
        ("logits of 1000, float32", (1000 + 1000 * from_largest).float(), LARGE),
        ("rows far apart", logits + apart, APART),
        ("no opinion", 0 * logits, {}),
        ("sure and right", 40 * F.one_hot(y, classes).double(), {}),
    ]:
        _cross_entropy(f"softmax_cross_entropy, {case}", run, extreme, y, None, hint)
    print("softmax_cross_entropy: right. Probabilities minus the 1 of the right class, over the number of rows.")


DLOGITS = {
    "times batch": "the loss is a mean over the rows, so its gradient carries 1/batch.",
    "divided by batch": "1/batch belongs here once; perhaps yours has it twice.",
    "factor": "1/batch is the factor; perhaps yours is one over another size.",
    "sign": "a step goes against the gradient, and must raise the logit of the right class.",
}
INFINITE = "perhaps an exp became infinite, or a probability 0 before its logarithm. Hints 1 and 3 together avoid both."
TINY = "Perhaps something was added to a probability, or a value was cut off (as clamp does): that is finite and wrong."
FIRST = {"not finite": "perhaps an exp became infinite: Hint 3 says what to subtract first."}
LARGE = {"loss": {"not finite": INFINITE, "numbers": TINY}, "dlogits": FIRST}
OWN = "perhaps one number was subtracted from all rows: each row needs its own."
APART = {"loss": {"not finite": OWN}, "dlogits": {"not finite": OWN}}


def _cross_entropy(
    label: str,
    run: Callable,
    logits: Tensor,
    y: Tensor,
    known: Callable | None,
    hints: Mapping[str, Hint] | None = None,
) -> None:
    (gradient,) = _by_autograd(lambda logits: F.cross_entropy(logits, y), None, logits)
    wanted = {"loss": F.cross_entropy(logits, y), "dlogits": gradient}
    mistakes = known(logits, y) if known else {}

    def in_order(logits: Tensor, y: Tensor) -> Any:
        result = run(logits, y)
        shapes = [getattr(value, "shape", None) for value in result] if isinstance(result, tuple | list) else []
        swapped = shapes[:1] == [logits.shape] and len(shapes) == 2 and shapes[1] != logits.shape
        demand(not swapped, label, "the gradient came first: return loss, dlogits in this order.")
        return result

    _examine(label, in_order, (logits, y), wanted, mistakes, {"dlogits": DLOGITS} | (hints or {}), batch_size=len(y))


def _mistakes_of_loss(logits: Tensor, y: Tensor) -> dict[str, Mistakes]:
    rows, (batch, classes) = torch.arange(len(y)), logits.shape
    right = F.cross_entropy(logits, y)
    P = logits.softmax(dim=1)
    (gradient,) = _by_autograd(lambda logits: F.cross_entropy(logits, y), None, logits)
    before, after = ((y + step) % classes for step in (-1, 1))
    losses = [
        (right / math.log(2), "that is the loss with a logarithm to base 2; the natural one, .log(), is wanted."),
        (right / math.log(10), "that is the loss with a logarithm to base 10; the natural one, .log(), is wanted."),
        (F.cross_entropy(P, y), "that is the loss after two softmaxes: once is enough."),
        (F.cross_entropy(logits, before), "that is the loss of the column before the right one."),
        (F.cross_entropy(logits, after), "that is the loss of the column after the right one."),
        (-P[rows, y].mean(), "that is minus the mean probability of the right class: its logarithm is missing."),
        (-logits[rows, y].mean(), "that is minus the mean logit of the right class: nothing was normalised."),
    ]
    gradients = [
        (P / batch, "that is the probabilities over the number of rows: the 1 of the right class is not taken off."),
        (P, "these are the probabilities: the 1 of the right class is not taken off, and 1/batch is missing."),
        (P / batch - (P - batch * gradient), "1 is taken off, but 1/batch belongs to it as well."),
        ((P - 1) / batch, "1 is taken off in every column; it belongs to the right class alone."),
    ]
    if batch > 1:
        over_batch = F.log_softmax(logits, dim=0)[rows, y]
        told = "these are the numbers of a softmax over the batch (dim=0): each row has its own, over dim=1."
        losses.append((-over_batch.mean(), told))
        gradients.append(((logits.softmax(dim=0) - F.one_hot(y, classes)) / batch, told))
    return {"loss": losses, "dlogits": gradients}


def mlp_step(function: Callable, seed: int) -> None:
    """Demands the loss before the step, and new params, one step of gradient descent away; any sizes and any rate."""
    run, draw = by_hand("mlp_step", function), random.Random(seed)
    batch, size_in, hidden, classes = draw.sample(range(2, 9), 4)
    sizes = {"": (batch, size_in, hidden, classes), ", many examples": (20 + batch, hidden, batch, size_in)}
    sizes[", one example"] = (1, classes, size_in, hidden)
    for case, (batch, size_in, hidden, classes) in sizes.items():
        shapes = {"W1": (hidden, size_in), "b1": (hidden,), "W2": (classes, hidden), "b2": (classes,)}
        X, *values = _draw(seed, case, (batch, size_in), *shapes.values())
        y, start, rate = _labels(seed, batch, classes), dict(zip(shapes, values, strict=True)), draw.uniform(0.02, 2)
        values[2][:, 0] = -1.5 * values[2][:, 1]  # so that dH has both signs in every row
        on = {"W1": start["W1"].abs(), "b1": start["b1"].abs(), "W2": start["W2"] / 2, "b2": start["b2"]}
        _step(f"mlp_step, all units on{case}", run, X.abs(), y, on, rate)
        _step(f"mlp_step, some units on{case}", run, X, y, start, rate, SOME_ON)
    _step("mlp_step, a rate of 0", run, X, y, start, 0, ANY_RATE)
    _step("mlp_step, a rate below 0", run, X, y, start, -rate, ANY_RATE)
    low = {name: value.float() for name, value in start.items()}
    _step("mlp_step, float32 and a rate of 1", run, X.float(), y, low, 1, rtol=1e-4, atol=1e-5)
    print("mlp_step: right. That is a whole training loop, but for the loop.")


STEP = {
    "sign": "that is uphill: the step goes against the gradient.",
    "divided by batch": "dlogits carries 1/batch already; perhaps it was divided again.",
    "times batch": "the loss is a mean over the rows; perhaps 1/batch is missing in dlogits.",
    "factor": "lr times the gradient is the step; perhaps lr is another number, or counts twice.",
}
ANY_RATE = "With other rates it was right: lr may be any number, 0 and below 0 too."
SOME_ON = "With all units on it was right: perhaps it is the ReLU, on the way there or back."


def _step(
    label: str, run: Callable, X: Tensor, y: Tensor, start: Params, lr: float, hint: str = "", **close: float
) -> None:
    result, changed = call_on_copies(label, run, (X, y, start, lr), {})
    loss, new = unpack(label, result, ["loss", "new_params"])
    demand(isinstance(new, Mapping), label, "wanted a number and a dict: end with `return loss, new_params`.")
    names = ", ".join(start)
    demand(
        set(new) == set(start),
        label,
        f"the new params must have the names {names}, yours are {', '.join(map(str, new))}.",
    )
    right_loss, slopes = _twin(X, y, start)
    by_rule = hint or {"times batch": "the loss is a mean over the rows."}

    def known_losses() -> Mistakes:
        return _mistakes_of_twin(X, y, start, slopes, lr)

    _agree(f"{label}: loss", loss, right_loss, known_losses, by_rule, len(y), **close)
    for name, value in new.items():
        where, gradient = f"{label}: the new {name}", slopes[name]
        demand(isinstance(value, Tensor), where, str(name_what_came(value)))
        finding = diagnose(value, start[name], detached=True)
        demand(finding is None or finding.kind in OF_NUMBERS, where, str(finding))
        told = f"that is the gradient of {name} itself; the new {name} is wanted, one step away from the old."
        demand(diagnose(value, gradient, rtol=1e-9, atol=0) is not None, where, told)
    demand(not changed, label, f"{' and '.join(changed)} came in as input and was changed in place: make new tensors.")
    close = close or {"atol": 1e-9}
    for name in start:
        moved = start[name] - new[name].to(start[name].dtype)

        def known(name: str = name) -> Mistakes:  # worked out only where something is wrong
            if close.get("rtol"):
                return ()
            return [(moves[name], told) for moves, told in _mistaken_moves(X, y, start, slopes, lr)]

        _agree(
            f"{label}: the step of {name}",
            moved,
            lr * slopes[name],
            known,
            STEP if lr > 0 else {},
            len(y),
            after=hint,
            **close,
        )


def _twin(X: Tensor, y: Tensor, params: Params, network: Callable | None = None) -> tuple[Tensor, Params]:
    """Loss and gradients, as autograd has them, of the network or of a mistaken one."""
    leaves = {name: value.detach().clone().requires_grad_() for name, value in params.items()}
    loss = F.cross_entropy((network or _network)(X, **leaves), y)
    gradients = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True, materialize_grads=True)
    return loss.detach(), dict(zip(leaves, gradients, strict=True))


def _network(X: Tensor, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor, gate: Callable = F.relu) -> Tensor:
    return F.linear(gate(F.linear(X, W1, b1)), W2, b2)


def _mistakes_of_twin(X: Tensor, y: Tensor, start: Params, slopes: Params, lr: float) -> Mistakes:
    def loss_of(params: Params, gate: Callable = F.relu) -> Tensor:
        return F.cross_entropy(_network(X, **params, gate=gate), y)

    without = {name: start | {name: 0 * start[name]} for name in ("b1", "b2")}
    after = {name: start[name] - lr * slopes[name] for name in start}
    return [
        (loss_of(after), "that is the loss after the step; the one of the params that came in is wanted."),
        (loss_of(without["b1"]), "that is the loss without b1."),
        (loss_of(without["b2"]), "that is the loss without b2."),
        (loss_of(without["b1"] | {"b2": 0 * start["b2"]}), "that is the loss without the two biases."),
        (loss_of(start, torch.sigmoid), "that is the loss with a sigmoid between the layers; a ReLU belongs there."),
        (loss_of(start, torch.tanh), "that is the loss with a tanh between the layers; a ReLU belongs there."),
        *([(loss_of(start, lambda Z: Z), "that is the loss without a ReLU.")] if _some_off(X, start) else []),
    ]


def _some_off(X: Tensor, params: Params) -> bool:
    return bool((F.linear(X, params["W1"], params["b1"]) < 0).any())


def _mistaken_moves(X: Tensor, y: Tensor, start: Params, slopes: Params, lr: float) -> list[tuple[Params, str]]:
    """How far each tensor moves after known mistakes; detached parts pass forwards what they do not pass back."""
    updated = start["W2"] - lr * slopes["W2"]

    def through_new_W2(X: Tensor, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> Tensor:
        H = F.relu(F.linear(X, W1, b1))
        return F.linear(H, updated, b2) + F.linear(H.detach(), W2 - updated)

    def no_gate(Z: Tensor) -> Tensor:
        return Z + (F.relu(Z) - Z).detach()

    def from_Z1(X: Tensor, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> Tensor:
        Z = F.linear(X, W1, b1)
        by_weight = F.linear(Z.detach(), W2)
        return F.linear(F.relu(Z), W2.detach(), b2) + by_weight - by_weight.detach()

    cases: list[tuple[Params, str]] = [
        (slopes, "that is the gradient itself: lr is left out."),
        ({name: 0 * start[name] for name in start}, "it stays where it was: each of the four takes a step."),
        (
            {name: lr * slope for name, slope in _twin(X, y, start, through_new_W2)[1].items()},
            "W2 was updated before its old values had passed the gradient back to H.",
        ),
    ]

    def swapped(X: Tensor, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> Tensor:
        Z = F.linear(X, W1, b1)
        Z.register_hook(lambda E: Z.detach() * (E > 0))
        return F.linear(no_gate(Z), W2, b2)

    def by_sign_of_E(X: Tensor, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> Tensor:
        Z = F.linear(X, W1, b1)
        Z.register_hook(lambda E: E * (E > 0))
        return F.linear(no_gate(Z), W2, b2)

    for network, told in [
        (swapped, "E and Z are swapped on the way back through the ReLU: Z says which places of E pass."),
        (by_sign_of_E, "on the way back ReLU is taken of E; which places of E pass is for Z to say."),
    ]:
        cases.append(({name: lr * slope for name, slope in _twin(X, y, start, network)[1].items()}, told))
    if _some_off(X, start):
        for network, told in [
            (lambda *args, **kwargs: _network(*args, **kwargs, gate=no_gate), "on the way back the ReLU is left out."),
            (from_Z1, "the input of the second layer was H, and yours is Z1."),
        ]:
            cases.append(({name: lr * slope for name, slope in _twin(X, y, start, network)[1].items()}, told))
    right = {name: lr * slopes[name] for name in start}
    return [(moves, told) for moves, told in cases if any(not torch.allclose(moves[n], right[n]) for n in start)]


FAULT = "fault: line"
FAULTY_LINE = "8c6355a228260076"


def fault(fault: Callable, repaired: Callable, program: Callable, seed: int) -> None:
    """Demands the faulty line of the program, by what factor its dW1 is off, and the program repaired."""
    answer = call("fault", fault)
    line, factor = unpack("fault", answer, ["line", "factor"])
    hint = "Take the given loss for right, and ask of each line below whether it is that loss's gradient."
    check_line(FAULT, _whole(line), FAULTY_LINE, first=1, last=11, hint=hint)
    print("fault: the line is right")
    X, Y, start = _regression(seed, 8, 2, 4, 3)
    _, right = _regression_twin(X, Y, start)
    _, wrong = program(X, Y, start)
    off = (wrong["W1"] / right["W1"]).median().item()
    demand(
        isinstance(factor, float | int) or getattr(factor, "ndim", 1) == 0,
        "fault: factor",
        f"wanted a number, got {factor!r}.",
    )
    inverse = "that is the right gradient over the program's; the program's over the right one is asked for."
    demand(not math.isclose(float(factor) * off, 1, rel_tol=1e-3), "fault: factor", inverse)
    told = f"{factor} is not the factor. Both gradients are means: over how many numbers is each?"
    demand(math.isclose(float(factor), off, rel_tol=1e-3), "fault: factor", told)
    print("fault: the factor is right")
    run, draw = by_hand("repaired", repaired), random.Random(seed)
    for outputs, batch, hidden in [
        (3, draw.choice((5, 7)), 4),
        (1, draw.choice((5, 7)), 4),
        (draw.choice((2, 5, 6)), 1, 1),
    ]:
        label = f"repaired, {outputs} output{'s' if outputs > 1 else ''}"
        X, Y, start = _regression(seed, batch, draw.choice((2, 6)), hidden, outputs)
        loss, gradients = _regression_twin(X, Y, start)
        result, changed = call_on_copies(label, run, (X, Y, start), {})
        got_loss, got = unpack(label, result, ["loss", "gradients"])
        demand(
            isinstance(got, Mapping) and set(got) == set(start),
            label,
            f"wanted a dict of {', '.join(start)}, as before.",
        )
        demand(
            not changed, label, f"{' and '.join(changed)} came in as input and was changed in place: make new tensors."
        )
        _agree(f"{label}: loss", got_loss, loss, (), "The loss of the program was right.")
        known = program(X, Y, start)[1]
        for name in start:
            mistakes = [(known[name], "that is still the program's gradient.")]
            _agree(f"{label}: the gradient of {name}", got[name], gradients[name], mistakes, "", len(X))
    print(
        "repaired: right. A loss that falls would have told nobody: the gradient points the right way, and is too long."
    )


def _whole(line: object) -> object:
    """7 for 7.0, an integer of NumPy's or a tensor of one number; all else as it came."""
    if isinstance(line, Tensor | np.generic) and line.ndim == 0:
        line = line.item()
    return int(line) if isinstance(line, float) and line.is_integer() else line


def _regression(seed: int, batch: int, size_in: int, hidden: int, outputs: int) -> tuple[Tensor, Tensor, Params]:
    shapes = {"W1": (hidden, size_in), "b1": (hidden,), "W2": (outputs, hidden), "b2": (outputs,)}
    X, Y, *values = _draw(seed, str(outputs), (batch, size_in), (batch, outputs), *shapes.values())
    return X, Y, dict(zip(shapes, values, strict=True))


def _regression_twin(X: Tensor, Y: Tensor, params: Params) -> tuple[Tensor, Params]:
    leaves = {name: value.detach().clone().requires_grad_() for name, value in params.items()}
    loss = F.mse_loss(_network(X, **leaves, gate=torch.sigmoid), Y)
    return loss.detach(), dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values())), strict=True))


def swish(Swish: Any, seed: int) -> None:
    """Demands a torch.autograd.Function with Y, dZ and dbeta for any shape and beta, which holds to its contract."""
    is_function = isinstance(Swish, type) and issubclass(Swish, torch.autograd.Function)
    demand(is_function, "Swish", "wanted a class: leave its first line, `class Swish(torch.autograd.Function):`.")
    _swish_methods(Swish)
    refuse_autograd("Swish", Swish)
    draw = random.Random(seed)
    rows, columns, more = draw.sample(range(2, 7), 3)
    for beta, shape, dtype in [
        (1.0, (rows, columns), torch.float64),
        (draw.uniform(1.3, 2.5), (rows, columns), torch.float64),
        (draw.uniform(-0.9, -0.3), (more,), torch.float64),
        (draw.uniform(0.2, 0.7), (2, 1, columns), torch.float64),
        (0.0, (rows,), torch.float64),
        (draw.uniform(1.3, 2.5), (more, rows), torch.float32),
    ]:
        E, Z = (value.to(dtype) for value in _draw(seed, str(beta), shape, shape))
        _swish_at(Swish, E, Z, torch.tensor(beta, dtype=dtype))
    print("Swish, both ways: right")
    _swish_contract(Swish, *_draw(seed, "contract", (rows, columns), (rows, columns), ()))
    print("Swish, gradcheck's verdict: right. Autograd now has an operation that it learned from you.")


def _swish_methods(Swish: Any) -> None:
    of_pytorch = torch.autograd.Function
    for name in ("forward", "backward"):
        written = getattr(Swish, name) is not getattr(of_pytorch, name)
        demand(written, "Swish", f"`{name}` is missing: PyTorch looks for it by this name.")
    if Swish.setup_context is of_pytorch.setup_context:
        names = list(inspect.signature(Swish.forward).parameters.values())
        two = len(names) == 2 and all(name.kind is name.POSITIONAL_OR_KEYWORD for name in names)
        demand(not two, "Swish", "`setup_context` is missing; without it, `forward` must take ctx, Z and beta.")


def _swish(Z: Tensor, beta: Tensor) -> Tensor:
    return Z * torch.sigmoid(beta * Z)


def _swish_backward(Swish: Any, label: str, spoil: bool = False) -> Callable:
    """A function that returns what Swish.backward itself returns; on demand, after someone overwrote its input."""

    def backward(E: Tensor, Z: Tensor, beta: Tensor) -> Any:
        Z = Z.clone().requires_grad_()  # not a leaf's own memory: it may be overwritten
        Y = Swish.apply(Z, beta.clone().requires_grad_())
        demand(isinstance(Y, Tensor), label, "`forward` must return one tensor, Y.")
        demand(
            Y.grad_fn is not None, label, "`Swish.apply` gave a result without a past: is `apply` as PyTorch has it?"
        )
        if spoil:
            with torch.no_grad():
                Z.mul_(3)
        gradients = by_hand(label, Swish.backward)(Y.grad_fn, E)
        if isinstance(gradients, tuple | list):
            demand(isinstance(gradients, tuple), label, "autograd wants a tuple: end with `return dZ, dbeta`.")
            numbers = [type(value).__name__ for value in gradients if isinstance(value, float | int)]
            demand(
                not numbers, label, f"autograd wants tensors, and one of the two is a Python {' and a '.join(numbers)}."
            )
        return gradients

    return backward


def _swish_at(Swish: Any, E: Tensor, Z: Tensor, beta: Tensor) -> None:
    case, close = f"beta = {beta:.3g}", {"rtol": 1e-4, "atol": 1e-5} if E.dtype == torch.float32 else {}
    Y, label = _swish(Z, beta), f"Swish, {case}"
    ways = [
        (F.silu(Z), "that is Z times the sigmoid of Z: beta is left out."),
        (beta * F.silu(Z), "beta belongs into the sigmoid, beside Z; yours stands outside."),
        (F.silu(beta * Z), "that is beta Z times the sigmoid of beta Z: beta belongs into the sigmoid alone."),
        (torch.sigmoid(beta * Z), "that is the sigmoid alone: Z times it is wanted."),
    ]
    _examine(label, by_hand(label, Swish.apply), (Z, beta), {"Y": Y}, {"Y": ways}, detached=False, **close)
    wanted = dict(zip(("dZ", "dbeta"), _by_autograd(_swish, E, Z, beta), strict=True))
    known = _mistakes_of_swish(E, Z, beta, **wanted) if beta else {}
    hints: dict[str, Hint] = {"dZ": {"shape": "dZ is shaped like Z. Return dZ, dbeta in this order."}}
    hints |= {"dbeta": {"shape": "beta is one number that served every place: multiply, then add up all places."}}
    label = f"Swish.backward, {case}"
    _examine(label, _swish_backward(Swish, label), (E, Z, beta), wanted, known, hints, **close)


def _mistakes_of_swish(E: Tensor, Z: Tensor, beta: Tensor, dZ: Tensor, dbeta: Tensor) -> dict[str, Mistakes]:
    factor = E * torch.sigmoid(beta * Z)
    inner = (dZ - factor) / beta
    paths = "Z reaches Y along two paths"
    return {
        "dZ": [
            (factor, f"{paths}, and this is the one as the factor. Add the one through the sigmoid."),
            (dZ - factor, f"{paths}, and this is the one through the sigmoid. Add the one as the factor."),
            (dZ / E, "E is left out: each place of it belongs into dZ."),
            (factor + inner, "on the path through the sigmoid beta is left out, the inner derivative."),
            (beta * dZ, "beta stands in both terms; it belongs to the path through the sigmoid."),
        ],
        "dbeta": [
            (_by_autograd(_swish, torch.ones_like(E), Z, beta)[1], "that is the slope alone: E is left out."),
            (inner.sum(), "a factor Z is missing: one stands beside beta, one outside the sigmoid."),
            (dbeta / E.numel(), "that is a mean over all places: one number served them all, so they add up."),
            (beta * dbeta, "beta is a factor too many: with respect to beta, the inner derivative is Z."),
        ],
    }


STRAIGHT = "Swish of -1000 is 0 and that of 1000 is 1000, to all digits that count."


def _swish_contract(Swish: Any, E: Tensor, Z: Tensor, beta: Tensor) -> None:
    far, one, label = torch.tensor([-1000.0, 1000.0]), torch.ones(()), "Swish.backward, far out"
    for dtype in (torch.float64, torch.float32):
        inputs, Y = (far.to(dtype), one.to(dtype)), torch.tensor([0.0, 1000.0], dtype=dtype)
        hint = {"Y": {"not finite": OVERFLOW} | dict.fromkeys(("offset", "some places", "numbers"), STRAIGHT)}
        _examine("Swish, far out", by_hand("Swish", Swish.apply), inputs, {"Y": Y}, hints=hint, detached=False)
    wanted = {"dZ": torch.tensor([0.0, 1.0]), "dbeta": torch.tensor(0.0)}
    hints = {name: {"not finite": OVERFLOW} for name in wanted}
    _examine(label, _swish_backward(Swish, label), (far / far, far, one), wanted, hints=hints)
    right = _by_autograd(_swish, E, Z, beta)[0]
    try:
        dZ = _swish_backward(Swish, "Swish.backward", spoil=True)(E, Z, beta)[0]
    except RuntimeError:
        dZ = right  # refused, as it should be
    told = "Z was overwritten between forward and backward, which took the new one: ctx.save_for_backward notices."
    demand(torch.allclose(dZ, right), "Swish", told)
    inputs = Z.requires_grad_(), beta.requires_grad_()
    seen = call("Swish, run by autograd", lambda: gradcheck(Swish.apply, inputs, raise_exception=False))
    demand(
        seen,
        "Swish",
        "gradcheck, which runs it through autograd and nudges each input, does not find backward's gradient.",
    )


# What all judges share


def _draw(seed: int, case: str, *shapes: tuple[int, ...]) -> list[Tensor]:
    """Random tensors, the same for the same seed and case; float64, unless the case says float32."""
    generator = torch.Generator().manual_seed(1000 * seed + sum(map(ord, case)))
    dtype = torch.float32 if "float32" in case else torch.float64
    return [torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype) for shape in shapes]


def _labels(seed: int, batch: int, classes: int) -> Tensor:
    return torch.randint(classes, (batch,), generator=torch.Generator().manual_seed(seed))


def _by_autograd(function: Callable, E: Tensor | None, *inputs: Tensor) -> tuple[Tensor, ...]:
    """Gradients with respect to each input, as autograd has them, if E is that with respect to the result."""
    leaves = [x.detach().clone().requires_grad_() for x in inputs]
    return torch.autograd.grad(function(*leaves), leaves, grad_outputs=E)


def _examine(
    label: str,
    function: Callable,
    args: tuple,
    wanted: Mapping[str, object],
    mistakes: Mapping[str, Mistakes] | None = None,
    hints: Mapping[str, Hint] | None = None,
    *,
    batch_size: int | None = None,
    detached: bool = True,
    **close: float,
) -> None:
    """Call a student's function on copies of the arguments and compare each value that it returns, silently."""
    if "float32" in label:
        close = {"rtol": 1e-4, "atol": 1e-5} | close
    result, changed = call_on_copies(label, function, args, {})
    for name, got in zip(wanted, unpack(label, result, list(wanted)), strict=True):
        _agree(
            f"{label}: {name}",
            got,
            wanted[name],
            (mistakes or {}).get(name, ()),
            (hints or {}).get(name, ""),
            batch_size,
            detached=detached,
            changed=changed,
            **close,
        )


def _agree(
    label: str,
    got: object,
    wanted: object,
    mistakes: Mistakes | Callable[[], Mistakes] = (),
    hint: Hint = "",
    batch_size: int | None = None,
    *,
    after: str = "",
    **options: Any,
) -> None:
    """Compare two values; a wrong one that a known mistake gives is told by its cause, another as `diagnose` finds."""
    demand(
        not isinstance(got, np.ndarray), label, "wanted a tensor, got an array: torch.from_numpy(...) makes one of it."
    )
    finding = diagnose(got, wanted, batch_size=batch_size, **options)
    if finding is None:
        return
    options.pop("changed", None)
    by_value = finding.kind in OF_NUMBERS
    known_mistakes = mistakes() if callable(mistakes) else mistakes
    known = (cause for value, cause in known_mistakes if by_value and diagnose(got, value, **options) is None)
    cause = next(known, None)
    if cause is None:
        cause = finding.told(hint if by_value or isinstance(hint, Mapping) else "")
        cause = f"{cause} {after}" if after and by_value and not finding.table else cause
    raise NotYet(f"{label} is not right yet\n  {cause}", finding.kind)
