"""Answers to the turns of 4.1.1: right ones in other styles, and slips, each with the hint that is shown for it."""


def neuron(body: str) -> str:
    return f"def neuron(x, w, b):\n    {body}\n"


def layer(body: str) -> str:
    return f"def layer(X, W, b):\n    {body}\n"


def forward(body: str) -> str:
    return f"def forward(X, W1, b1, W2, b2):\n    {body}\n"


RIGHT = {
    "neuron": {
        "sum of products": neuron("return (w * x).sum() + b"),
        "dot": neuron("return torch.dot(x, w) + b"),
        "at": neuron("return x @ w + b"),
        "loop": neuron("z = b\n    for i in range(len(x)):\n        z = z + w[i] * x[i]\n    return z"),
    },
    "layer": {
        "transpose": layer("return X @ W.T + b"),
        "matmul": layer("return torch.matmul(X, W.transpose(0, 1)) + b"),
        "einsum": layer('return torch.einsum("bi,oi->bo", X, W) + b'),
        "row by row": layer("return torch.stack([W @ x + b for x in X])"),
    },
    "forward": {
        "two lines": forward("H = torch.relu(layer(X, W1, b1))\n    return layer(H, W2, b2)"),
        "clamp": forward("Z = X @ W1.T + b1\n    H = Z.clamp(min=0)\n    return H @ W2.T + b2"),
        "one line": forward("return layer(torch.relu(layer(X, W1, b1)), W2, b2)"),
    },
}

WRONG = {
    "neuron": {
        "bias forgotten": (neuron("return (w * x).sum()"), "z is not right yet"),
        "not summed": (neuron("return w * x + b"), "Is a sum or a mean over dim=0 missing?"),
        "mean for sum": (neuron("return (w * x).mean() + b"), "z is not right yet"),
        "bias in the sum": (neuron("return (w * x + b).sum()"), "z is not right yet"),
        "typo": (neuron("return (w * x).sum() + bais"), "bais"),
        "no return": (neuron("z = (w * x).sum() + b"), "is the `return` line missing?"),
    },
    "layer": {
        "no transpose": (layer("return X @ W + b"), "is a .T missing"),
        "other way round": (layer("return W @ X.T + b[:, None]"), "yours is the transpose"),
        "bias forgotten": (layer("return X @ W.T"), "is the bias missing"),
        "bias taken away": (layer("return X @ W.T - b"), "Z is not right yet"),
        "activation": (layer("return torch.relu(X @ W.T + b)"), "Z is not right yet"),
    },
    "forward": {
        "no activation": (forward("return layer(layer(X, W1, b1), W2, b2)"), "scores is not right yet"),
        "activation at the end": (
            forward("return torch.relu(layer(torch.relu(layer(X, W1, b1)), W2, b2))"),
            "scores is not right yet",
        ),
        "activation in the wrong place": (
            forward("return torch.relu(layer(layer(X, W1, b1), W2, b2))"),
            "scores is not right yet",
        ),
        "first layer alone": (forward("return torch.relu(layer(X, W1, b1))"), "scores is not right yet"),
        "weights swapped": (
            forward("H = torch.relu(layer(X, W2, b1))\n    return layer(H, W1, b2)"),
            "stopped by an error",
        ),
        "no return": (
            forward("H = torch.relu(layer(X, W1, b1))\n    layer(H, W2, b2)"),
            "is the `return` line missing?",
        ),
    },
}
