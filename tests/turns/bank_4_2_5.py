"""Answers to the turns of 4.2.5: right in different styles, and the mistakes that people make, each with its hint."""

STREAM = """
def train_on_stream(inputs, targets, lr=0.1):
    w, h = torch.tensor(0.5, requires_grad=True), torch.tensor(0.0)
    optimizer = torch.optim.SGD([w], lr=lr)
    for x, target in zip(inputs, targets):
        {before}h = torch.tanh({state})
        loss = (h - target) ** 2
        optimizer.zero_grad()
        loss.backward({options})
        optimizer.step()
        {after}
    return {result}
"""


def _stream(
    before: str = "", state: str = "w * h + x", options: str = "", after: str = "", result: str = "w.item()"
) -> str:
    return STREAM.format(
        before=f"{before}\n        " if before else "", state=state, options=options, after=after, result=result
    )


RIGHT = {
    "train_on_stream": {
        "detached before it is used": _stream(before="h = h.detach()"),
        "detached where it is used": _stream(state="w * h.detach() + x"),
        "detached at the end of the step": _stream(after="h = h.detach()"),
        "carried as a Python number": _stream(after="h = h.item()"),
        "detached in place": _stream(after="h.detach_()"),
        "by hand, without an optimizer": """
import math


def train_on_stream(inputs, targets, lr=0.1):
    w, h = 0.5, 0.0
    for x, target in zip(inputs, targets):
        old, h = h, math.tanh(w * h + x)
        w -= lr * 2 * (h - target) * (1 - h**2) * old
    return w
""",
    },
    "sgd_in_place": {
        "in a block": """
def sgd_in_place(parameters, lr):
    with torch.no_grad():
        for p in parameters:
            if p.grad is not None:
                p -= lr * p.grad
""",
        "decorated, with a method": """
@torch.no_grad()
def sgd_in_place(parameters, lr):
    for p in parameters:
        if p.grad is None:
            continue
        p.add_(p.grad, alpha=-lr)
""",
        "copied into place": """
def sgd_in_place(parameters, lr):
    for p in [p for p in parameters if p.grad is not None]:
        with torch.no_grad():
            p.copy_(p - lr * p.grad)
""",
        "through detach, which shares the count": """
def sgd_in_place(parameters, lr):
    for p in parameters:
        if p.grad is not None:
            p.detach().sub_(lr * p.grad)
""",
    },
    "entropy": {
        "a harmless input to the logarithm": """
def entropy(p):
    positive = torch.where(p > 0, p, torch.ones_like(p))
    return -torch.where(p > 0, p * positive.log(), torch.zeros_like(p)).sum()
""",
        "only the positive ones": """
def entropy(p):
    positive = p[p > 0]
    return -(positive * positive.log()).sum()
""",
        "clamped": """
def entropy(p):
    return -(p * p.clamp(min=1e-12).log()).sum()
""",
        "filled": """
def entropy(p):
    return -(p * p.masked_fill(p == 0, 1.0).log()).sum()
""",
    },
}

WRONG = {
    "train_on_stream": {
        "unchanged": (_stream(), "backward() has used up the graph"),
        "the graphs retained": (_stream(options="retain_graph=True"), "a value that was changed in place"),
        "cut before the loss": (_stream(after="", state="(w * h + x).detach()"), "does not require grad"),
        "the state forgotten": (_stream(before="h = torch.tensor(0.0)"), "The state is carried"),
        "state and weight cut": (_stream(before="h = h.detach()", state="w.detach() * h + x"), "does not require grad"),
        "nothing returned": (_stream(before="h = h.detach()", result="None"), "None"),
    },
    "sgd_in_place": {
        "the name moved": (
            """
def sgd_in_place(parameters, lr):
    with torch.no_grad():
        for p in parameters:
            if p.grad is not None:
                p = p - lr * p.grad
""",
            "moves the name only",
        ),
        "recorded": (
            """
def sgd_in_place(parameters, lr):
    for p in parameters:
        if p.grad is not None:
            p -= lr * p.grad
""",
            "in-place operation",
        ),
        "through data": (
            """
def sgd_in_place(parameters, lr):
    for p in parameters:
        if p.grad is not None:
            p.data -= lr * p.grad
""",
            "through .data",
        ),
        "uphill": (
            """
def sgd_in_place(parameters, lr):
    with torch.no_grad():
        for p in parameters:
            if p.grad is not None:
                p += lr * p.grad
""",
            "change of the weight is not right yet",
        ),
        "None not expected": (
            """
def sgd_in_place(parameters, lr):
    with torch.no_grad():
        for p in parameters:
            p -= lr * p.grad
""",
            "None",
        ),
        "the rate forgotten": (
            """
def sgd_in_place(parameters, lr):
    with torch.no_grad():
        for p in parameters:
            if p.grad is not None:
                p -= p.grad
""",
            "change of the weight is not right yet",
        ),
    },
    "entropy": {
        "as in the task": (
            "def entropy(p):\n    return -torch.where(p > 0, p * p.log(), 0.0).sum()",
            "Does a logarithm still see the 0?",
        ),
        "without a choice": ("def entropy(p):\n    return -(p * p.log()).sum()", "NaN"),
        "xlogy": ("def entropy(p):\n    return -torch.xlogy(p, p).sum()", "Does a logarithm still see the 0?"),
        "NaN replaced afterwards": (
            "def entropy(p):\n    return -(p * p.log()).nan_to_num().sum()",
            "Does a logarithm still see the 0?",
        ),
        "the minus forgotten": (
            "def entropy(p):\n    return (p * torch.where(p > 0, p, 1.0).log()).sum()",
            "sign",
        ),
        "the mean": (
            "def entropy(p):\n    return -(p * torch.where(p > 0, p, 1.0).log()).mean()",
            "entropy: value is not right yet",
        ),
        "a constant added": (
            "def entropy(p):\n    return -(p * (p + 0.01).log()).sum()",
            "entropy: value is not right yet",
        ),
        "the slopes cut": (
            "def entropy(p):\n    p = p.detach()\n    return -(p * torch.where(p > 0, p, 1.0).log()).sum()",
            "does not require grad",
        ),
    },
}
