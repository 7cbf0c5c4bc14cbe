"""Answers to the turns of 4.3.2: right ones in other styles, and slips, each with the hint that is shown for it."""


def probability_map(body: str) -> str:
    return f"def probability_map(model, x1, x2):\n{body}\n"


def multiply_out(step: str, start: str = "layers[0].weight, layers[0].bias") -> str:
    loop = f"    for layer in layers[1:]:\n        {step}\n"
    return f"def multiply_out(layers):\n    W, b = {start}\n{loop}    return W, b\n"


def sigmoid_twin(values: str) -> str:
    return f"def sigmoid_twin(W1, b1, W2, b2):\n    return {values}\n"


LOGITS = "    with torch.no_grad():\n        logits = model(torch.stack([x1, x2], dim=-1))\n"

RIGHT = {
    "probability_map": {
        "last dimension": probability_map(LOGITS + "    return logits.softmax(dim=-1)[..., 1]"),
        "flattened": probability_map(
            "    points = torch.stack([x1.flatten(), x2.flatten()], dim=1)\n    with torch.no_grad():\n"
            "        p = model(points).softmax(dim=1)\n    return p[:, 1].reshape(x1.shape)"
        ),
        "sigmoid of the difference": probability_map(
            LOGITS + "    return torch.sigmoid(logits[..., 1] - logits[..., 0])"
        ),
    },
    "multiply_out": {
        "both at once": multiply_out("W, b = layer.weight @ W, layer.weight @ b + layer.bias"),
        "bias first": multiply_out("b = layer.weight @ b + layer.bias\n        W = layer.weight @ W"),
        "asked with zero and one": (
            "def multiply_out(layers):\n    n = layers[0].in_features\n"
            "    X = torch.cat([torch.eye(n), torch.zeros(1, n)])\n"
            "    for layer in layers:\n        X = layer(X)\n    return (X[:-1] - X[-1]).T, X[-1]\n"
        ),
    },
    "sigmoid_twin": {
        "row sums": sigmoid_twin("2 * W1, 2 * b1, 2 * W2, b2 - W2.sum(dim=1)"),
        "times ones": sigmoid_twin("W1 + W1, b1 + b1, 2 * W2, b2 - W2 @ torch.ones(W2.shape[1])"),
    },
}

WRONG = {
    "probability_map": {
        "class 0": (probability_map(LOGITS + "    return logits.softmax(dim=-1)[..., 0]"), "Perhaps it is class 0"),
        "record kept": (
            probability_map(
                "    logits = model(torch.stack([x1, x2], dim=-1))\n    return logits.softmax(dim=-1)[..., 1]"
            ),
            "compute it under torch.no_grad(), or .detach() it",
        ),
        "both classes": (
            probability_map(LOGITS + "    return logits.softmax(dim=-1)"),
            "[..., 1] picks the probability of class 1",
        ),
        "softmax over the columns": (
            probability_map(LOGITS + "    return logits.softmax(dim=1)[..., 1]"),
            "p1 is not right yet",
        ),
        "stacked in front": (
            probability_map(LOGITS.replace("dim=-1", "dim=0") + "    return logits.softmax(dim=-1)[..., 1]"),
            "mat1 and mat2 shapes cannot be multiplied",
        ),
        "logit, no softmax": (probability_map(LOGITS + "    return logits[..., 1]"), "p1 is not right yet"),
        "coordinates swapped": (
            probability_map(LOGITS.replace("[x1, x2]", "[x2, x1]") + "    return logits.softmax(dim=-1)[..., 1]"),
            "p1 is not right yet",
        ),
    },
    "multiply_out": {
        "two layers only": (
            "def multiply_out(layers):\n    first, second = layers[0], layers[1]\n"
            "    return second.weight @ first.weight, second.weight @ first.bias + second.bias\n",
            "multiply_out: W is not right yet",
        ),
        "other order": (multiply_out("W, b = W @ layer.weight, layer.weight @ b + layer.bias"), "multiply_out"),
        "bias not passed through": (
            multiply_out("W, b = layer.weight @ W, b.sum() + layer.bias"),
            "multiply_out: b is not right yet",
        ),
        "last bias forgotten": (
            multiply_out("W, b = layer.weight @ W, layer.weight @ b"),
            "multiply_out: b is not right yet",
        ),
        "biases left out": (
            multiply_out("W, b = layer.weight @ W, layer.bias"),
            "multiply_out: b is not right yet",
        ),
        "number by number": (multiply_out("W, b = layer.weight * W, layer.weight @ b + layer.bias"), "multiply_out"),
    },
    "sigmoid_twin": {
        "factor inside forgotten": (sigmoid_twin("W1, b1, 2 * W2, b2 - W2.sum(dim=1)"), "sigmoid_twin: W1"),
        "factor outside forgotten": (sigmoid_twin("2 * W1, 2 * b1, W2, b2 - W2.sum(dim=1)"), "sigmoid_twin: W2"),
        "minus one forgotten": (
            sigmoid_twin("2 * W1, 2 * b1, 2 * W2, b2"),
            "The -1 of each hidden unit reaches a logit times its weight",
        ),
        "one taken off each bias": (
            sigmoid_twin("2 * W1, 2 * b1, 2 * W2, b2 - 1"),
            "sigmoid_twin: b2 is not right yet",
        ),
        "summed over the classes": (sigmoid_twin("2 * W1, 2 * b1, 2 * W2, b2 - W2.sum(dim=0)"), "sigmoid_twin: b2"),
        "half for double": (sigmoid_twin("W1 / 2, b1 / 2, 2 * W2, b2 - W2.sum(dim=1)"), "sigmoid_twin: W1"),
    },
}
