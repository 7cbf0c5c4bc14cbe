"""Answers to the turns of 4.3.1: right ones in other styles, and slips, each with the hint that is shown for it."""


def cross_entropy(body: str) -> str:
    return f"def cross_entropy(logits, y):\n    p = logits.softmax(dim=1)\n    {body}\n"


def accuracy_of(body: str) -> str:
    return f"def accuracy_of(model, X, y):\n{body}\n"


def weights(first: str, second: str) -> str:
    return (
        f"def weights_by_hand():\n    W1 = torch.tensor({first})\n    W2 = torch.tensor({second})\n    return W1, W2\n"
    )


ROWS = "[[1.0, -1.0], [-1.0, 1.0], [1.0, 1.0], [-1.0, -1.0]]"
PREDICT = "    with torch.no_grad():\n        y_hat = model(X).argmax(dim=1)\n"

RIGHT = {
    "cross_entropy": {
        "in one line": cross_entropy("return -p[torch.arange(len(y)), y].log().mean()"),
        "loop": cross_entropy("return sum(-torch.log(p[i, y[i]]) for i in range(len(y))) / len(y)"),
        "gather": cross_entropy("return -torch.log(p.gather(1, y.unsqueeze(1))).mean()"),
        "by its formula": (
            "def cross_entropy(logits, y):\n    total = logits.exp().sum(dim=1)\n"
            "    return (total.log() - logits[torch.arange(len(y)), y]).mean()\n"
        ),
    },
    "accuracy_of": {
        "mean": accuracy_of(PREDICT + "    return (y_hat == y).float().mean().item()"),
        "count": accuracy_of(PREDICT + "    return (y_hat == y).sum().item() / len(y)"),
        "inference mode": accuracy_of(
            "    with torch.inference_mode():\n        logits = model(X)\n"
            "    return float((logits.max(dim=1).indices == y).double().mean())"
        ),
        "decorator": "@torch.no_grad()\n" + accuracy_of("    return (model(X).argmax(1) == y).sum().item() / len(X)"),
    },
    "weights_by_hand": {
        "as in the text": weights(ROWS, "[[0.0, 0.0, 0.0, 0.0], [1.0, 1.0, -1.0, -1.0]]"),
        "another order": weights(
            "[[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]]", "[[0.0, 0.0, 0.0, 0.0], [-1.0, -1.0, 1.0, 1.0]]"
        ),
        "a score for each class": weights(ROWS, "[[0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0]]"),
        "half in each layer": weights(
            "[[2.0, -2.0], [-2.0, 2.0], [2.0, 2.0], [-2.0, -2.0]]", "[[0.0, 0.0, 0.0, 0.0], [0.5, 0.5, -0.5, -0.5]]"
        ),
    },
}

WRONG = {
    "cross_entropy": {
        "minus forgotten": (cross_entropy("return p[torch.arange(len(y)), y].log().mean()"), "wrong sign"),
        "sum for mean": (cross_entropy("return -p[torch.arange(len(y)), y].log().sum()"), "3 times the wanted one"),
        "one minus p": (cross_entropy("return (1 - p[torch.arange(len(y)), y]).mean()"), "the loss is not right yet"),
        "column for entry": (cross_entropy("return -p[:, y].log().mean()"), "the loss is not right yet"),
        "softmax along the batch": (
            cross_entropy("p = logits.softmax(dim=0)\n    return -p[torch.arange(len(y)), y].log().mean()"),
            "the loss is not right yet",
        ),
        "log of the mean": (
            cross_entropy("return -p[torch.arange(len(y)), y].mean().log()"),
            "First the logarithm of each p, then the mean",
        ),
        "one number per example": (
            cross_entropy("return -p[torch.arange(len(y)), y].log()"),
            "the batch is still there",
        ),
        "nothing returned": (cross_entropy("-p[torch.arange(len(y)), y].log().mean()"), "return"),
    },
    "accuracy_of": {
        "still a tensor": (accuracy_of(PREDICT + "    return (y_hat == y).float().mean()"), "End with .item()"),
        "count, still a tensor": (accuracy_of(PREDICT + "    return (y_hat == y).sum() / len(y)"), "End with .item()"),
        "record kept, still a tensor": (
            accuracy_of("    return (model(X).argmax(dim=1) == y).float().mean()"),
            "a record is kept",
        ),
        "not averaged": (accuracy_of(PREDICT + "    return y_hat == y"), "the share is not right yet"),
        "along the batch": (
            accuracy_of(PREDICT.replace("dim=1", "dim=0") + "    return (y_hat == y).float().mean().item()"),
            "accuracy_of",
        ),
        "number of right answers": (
            accuracy_of(PREDICT + "    return (y_hat == y).sum().item()"),
            "the share is not right yet",
        ),
        "record kept": (
            accuracy_of("    return (model(X).argmax(dim=1) == y).float().mean().item()"),
            "a record is kept",
        ),
        "share of errors": (
            accuracy_of(PREDICT + "    return (y_hat != y).float().mean().item()"),
            "the share is not right yet",
        ),
        "mean of bools": (accuracy_of(PREDICT + "    return (y_hat == y).mean().item()"), "accuracy_of"),
    },
    "weights_by_hand": {
        "transposed": (
            weights(
                "[[1.0, -1.0, 1.0, -1.0], [-1.0, 1.0, 1.0, -1.0]]", "[[0.0, 0.0, 0.0, 0.0], [1.0, 1.0, -1.0, -1.0]]"
            ),
            "weights_by_hand",
        ),
        "one ReLU per diagonal": (
            weights(
                "[[1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [1.0, 1.0]]", "[[0.0, 0.0, 0.0, 0.0], [0.5, 0.5, -0.5, -0.5]]"
            ),
            "z1 - z0 is not right yet",
        ),
        "classes swapped": (weights(ROWS, "[[1.0, 1.0, -1.0, -1.0], [0.0, 0.0, 0.0, 0.0]]"), "wrong sign"),
        "signs of each pair": (
            weights(ROWS, "[[0.0, 0.0, 0.0, 0.0], [1.0, -1.0, -1.0, 1.0]]"),
            "of 6 numbers are right",
        ),
        "both scores the same": (
            weights(ROWS, "[[1.0, 1.0, -1.0, -1.0], [1.0, 1.0, -1.0, -1.0]]"),
            "z1 - z0 is not right yet",
        ),
        "both halves of the difference": (
            weights(ROWS, "[[-1.0, -1.0, 1.0, 1.0], [1.0, 1.0, -1.0, -1.0]]"),
            "2 times the wanted one",
        ),
    },
}
