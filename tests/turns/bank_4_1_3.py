"""Answers to the turns of 4.1.3: right ones in other styles, and slips, each with the hint that is shown for it."""


def gradients(body: str) -> str:
    return f"def mse_gradients(w, b, x, y):\n    {body}\n"


def step(body: str) -> str:
    return f"def step(w, b, lr, slopes):\n    {body}\n"


def mse(body: str) -> str:
    return f"def mse(y_hat, y):\n    {body}\n"


RIGHT = {
    "mse": {
        "mean of a square": mse("return ((y_hat - y) ** 2).mean()"),
        "other way round": mse("return torch.mean(torch.square(y - y_hat))"),
        "sum over length": mse("error = y - y_hat\n    return (error * error).sum() / len(y)"),
        "of PyTorch": mse("return F.mse_loss(y_hat, y)"),
    },
    "mse_gradients": {
        "error by name": gradients("e = w * x + b - y\n    return 2 * (e * x).mean(), 2 * e.mean()"),
        "as the formula": gradients(
            "e = w * x + b - y\n    return (2 * e * x).sum() / len(x), torch.sum(2 * e) / x.shape[0]"
        ),
        "dot product": gradients("e = (w * x + b) - y\n    return 2 * torch.dot(e, x) / len(x), 2 * e.mean()"),
        "as a list": gradients("e = w * x + b - y\n    return [2 * (e * x).mean(), 2 * e.mean()]"),
    },
    "step": {
        "unpacked": step("dw, db = slopes(w, b)\n    return w - lr * dw, b - lr * db"),
        "by index": step("s = slopes(w, b)\n    w = w - lr * s[0]\n    b = b - lr * s[1]\n    return w, b"),
        "in one line": step("return tuple(p - lr * d for p, d in zip((w, b), slopes(w, b)))"),
    },
}

WRONG = {
    "mse": {
        "sum for mean": (mse("return ((y_hat - y) ** 2).sum()"), "is a division by the batch missing?"),
        "no square": (mse("return (y_hat - y).mean()"), "the loss is not right yet"),
        "absolute value": (mse("return (y_hat - y).abs().mean()"), "the loss is not right yet"),
        "no mean": (mse("return (y_hat - y) ** 2"), "Is a sum or a mean over dim=0 missing?"),
        "printed": (mse("print(((y_hat - y) ** 2).mean())"), "is the `return` line missing?"),
        "typo": (mse("return ((y_hat - y) ** 2).maen()"), "mean"),
        "root": (mse("return ((y_hat - y) ** 2).mean().sqrt()"), "the loss is not right yet"),
    },
    "mse_gradients": {
        "sum for mean": (
            gradients("e = w * x + b - y\n    return 2 * (e * x).sum(), 2 * e.sum()"),
            "is a division by the batch missing?",
        ),
        "the 2 left out": (gradients("e = w * x + b - y\n    return (e * x).mean(), e.mean()"), "is a 2 left out"),
        "error turned round": (
            gradients("e = y - (w * x + b)\n    return 2 * (e * x).mean(), 2 * e.mean()"),
            "the number has the wrong sign",
        ),
        "x forgotten in db's twin": (gradients("e = w * x + b - y\n    return 2 * e.mean(), 2 * e.mean()"), "dw"),
        "only one value": (gradients("e = w * x + b - y\n    return 2 * (e * x).mean()"), "2 values are wanted"),
        "no mean": (
            gradients("e = w * x + b - y\n    return 2 * e * x, 2 * e"),
            "Is a sum or a mean over dim=0 missing?",
        ),
    },
    "step": {
        "in place": (
            step("dw, db = slopes(w, b)\n    w -= lr * dw\n    b -= lr * db\n    return w, b"),
            "changed in place",
        ),
        "uphill": (step("dw, db = slopes(w, b)\n    return w + lr * dw, b + lr * db"), "w is not right yet"),
        "rate forgotten": (step("dw, db = slopes(w, b)\n    return w - dw, b - db"), "w is not right yet"),
        "only the slopes": (step("dw, db = slopes(w, b)\n    return lr * dw, lr * db"), "w is not right yet"),
        "slopes not called": (step("dw, db = slopes\n    return w - lr * dw, b - lr * db"), "stopped by an error"),
        "swapped": (step("dw, db = slopes(w, b)\n    return b - lr * db, w - lr * dw"), "w is not right yet"),
        "nothing returned": (step("dw, db = slopes(w, b)\n    w = w - lr * dw"), "is the `return` line missing?"),
    },
}
