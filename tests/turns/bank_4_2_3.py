"""Answers to the turns of 4.2.3: right ones in other styles, and slips, each with the hint that is shown for it."""


def central(body: str) -> str:
    return f"def central_difference(f, x, h):\n    {body}\n"


def numerical(body: str) -> str:
    return f"def numerical_gradient(f, X, h=1e-5):\n    {body}\n"


def repaired(body: str) -> str:
    return f"def repaired_gradients(dlogits, X, U, W):\n    {body}\n"


RIGHT = {
    "central_difference": {
        "as the formula": central("return (f(x + h) - f(x - h)) / (2 * h)"),
        "two names": central("up, down = f(x + h), f(x - h)\n    return (up - down) / 2 / h"),
        "mean of both sides": central("return (one_sided_difference(f, x, h) + one_sided_difference(f, x, -h)) / 2"),
    },
    "numerical_gradient": {
        "flat nudges": numerical(
            "g = torch.zeros_like(X)\n    for k in range(X.numel()):\n        d = torch.zeros_like(X)\n"
            "        d.view(-1)[k] = h\n        g.view(-1)[k] = (f(X + d) - f(X - d)) / (2 * h)\n    return g"
        ),
        "rows and columns": numerical(
            "g = X.clone()\n    for i in range(X.shape[0]):\n        for j in range(X.shape[1]):\n"
            "            up, down = X.clone(), X.clone()\n            up[i, j] += h\n            down[i, j] -= h\n"
            "            g[i, j] = (f(up) - f(down)) / (2 * h)\n    return g"
        ),
        "rows of the identity": numerical(
            "nudges = h * torch.eye(X.numel(), dtype=X.dtype)\n"
            "    slopes = [(f(X + d.reshape(X.shape)) - f(X - d.reshape(X.shape))) / (2 * h) for d in nudges]\n"
            "    return torch.stack(slopes).reshape(X.shape)"
        ),
        "in place, and put back": numerical(
            "g, flat = torch.zeros_like(X), X.view(-1)\n    for k in range(len(flat)):\n        old = flat[k].item()\n"
            "        flat[k] = old + h\n        up = f(X)\n        flat[k] = old - h\n        down = f(X)\n"
            "        flat[k] = old\n        g.view(-1)[k] = (up - down) / (2 * h)\n    return g"
        ),
    },
    "repaired_gradients": {
        "line by line": repaired(
            "Z = X @ U.T\n    H = Z.clamp(min=0)\n    dW = dlogits.T @ H\n    dH = dlogits @ W\n"
            "    dZ = dH * (Z > 0)\n    dU = dZ.T @ X\n    return dU, dW"
        ),
        "gate by H": repaired("H = torch.relu(X @ U.T)\n    return ((dlogits @ W) * (H > 0)).T @ X, dlogits.T @ H"),
        "einsum": repaired(
            "Z = X @ U.T\n    dZ = torch.einsum('ij,jk->ik', dlogits, W) * (Z > 0)\n"
            "    return torch.einsum('ik,im->km', dZ, X), torch.einsum('ij,ik->jk', dlogits, Z.relu())"
        ),
    },
}

WRONG = {
    "central_difference": {
        "one nudge": (central("return (f(x + h) - f(x)) / h"), "wanted 12.04, got 13.24"),
        "divided by h": (central("return (f(x + h) - f(x - h)) / h"), "is it counted twice"),
        "brackets forgotten": (central("return (f(x + h) - f(x - h)) / 2 * h"), "the slope is not right yet"),
        "turned round": (central("return (f(x - h) - f(x + h)) / (2 * h)"), "the number has the wrong sign"),
        "not divided": (central("return f(x + h) - f(x - h)"), "the slope is not right yet"),
        "printed": (central("print((f(x + h) - f(x - h)) / (2 * h))"), "is the `return` line missing?"),
    },
    "numerical_gradient": {
        "all at once": (numerical("return (f(X + h) - f(X - h)) / (2 * h)"), "wanted (2, 3), got ()"),
        "left flat": (
            numerical(
                "slopes = []\n    for k in range(X.numel()):\n        d = torch.zeros_like(X)\n"
                "        d.view(-1)[k] = h\n        slopes.append((f(X + d) - f(X - d)) / (2 * h))\n"
                "    return torch.stack(slopes)"
            ),
            "wanted (2, 3), got (6,)",
        ),
        "nudges pile up": (
            numerical(
                "g, d = torch.zeros_like(X), torch.zeros_like(X)\n    for k in range(X.numel()):\n"
                "        d.view(-1)[k] = h\n        g.view(-1)[k] = (f(X + d) - f(X - d)) / (2 * h)\n    return g"
            ),
            "the gradient is not right yet",
        ),
        "not put back": (
            numerical(
                "g = torch.zeros_like(X)\n    for k in range(X.numel()):\n        X.view(-1)[k] += h\n"
                "        up = f(X)\n        X.view(-1)[k] -= 2 * h\n"
                "        g.view(-1)[k] = (up - f(X)) / (2 * h)\n    return g"
            ),
            "X",
        ),
        "float32": (
            numerical(
                "g = torch.zeros(X.shape)\n    for k in range(X.numel()):\n        d = torch.zeros_like(X)\n"
                "        d.view(-1)[k] = h\n        g.view(-1)[k] = (f(X + d) - f(X - d)) / (2 * h)\n    return g"
            ),
            "float32 where float64 is wanted",
        ),
        "divided by h": (
            numerical(
                "g = torch.zeros_like(X)\n    for k in range(X.numel()):\n        d = torch.zeros_like(X)\n"
                "        d.view(-1)[k] = h\n        g.view(-1)[k] = (f(X + d) - f(X - d)) / h\n    return g"
            ),
            "2 times the wanted one",
        ),
    },
    "repaired_gradients": {
        "the slip itself": (
            repaired("return suspect_gradients(dlogits, X, U, W)"),
            "dU is not right yet",
        ),
        "transposed at the end instead": (
            repaired("dU, dW = suspect_gradients(dlogits, X, U, W)\n    return dU.T, dW"),
            "dU is not right yet",
        ),
        "another line changed": (
            repaired(
                "Z = X @ U.T\n    H = Z.clamp(min=0)\n    dZ = (dlogits @ W.T) * (H >= 0)\n"
                "    return dZ.T @ X, dlogits.T @ H"
            ),
            "dU is not right yet",
        ),
        "repaired, and the gate lost": (
            repaired("return (dlogits @ W).T @ X, dlogits.T @ torch.relu(X @ U.T)"),
            "dU is not right yet",
        ),
        "divided by the batch again": (
            repaired("Z = X @ U.T\n    return ((dlogits @ W) * (Z > 0)).T @ X / len(X), dlogits.T @ Z.clamp(min=0)"),
            "was a mean taken where a sum is wanted?",
        ),
        "in another order": (
            repaired("Z = X @ U.T\n    return dlogits.T @ Z.clamp(min=0), ((dlogits @ W) * (Z > 0)).T @ X"),
            "dU is not right yet",
        ),
    },
}
