"""Answers to the turns of 4.5.1: right ones in other styles, and slips, each with the hint that is shown for it."""

import textwrap


def regressor(init: str, forward: str) -> str:
    return (
        "class Regressor(nn.Module):\n"
        "    def __init__(self, network, x_train, y_train):\n"
        f"{textwrap.indent(textwrap.dedent(init), ' ' * 8)}\n"
        "    def forward(self, x):\n"
        f"{textwrap.indent(textwrap.dedent(forward), ' ' * 8)}\n"
    )


def corners(body: str) -> str:
    return f"def corners(w, b, v):\n    {body}\n"


def expected(body: str) -> str:
    return f"def expected_loss(y_hat, truth, noise_std):\n    {body}\n"


BUFFERS = """
super().__init__()
self.network = network
self.register_buffer("x_mean", x_train.mean())
self.register_buffer("x_std", x_train.std())
self.register_buffer("y_mean", y_train.mean())
self.register_buffer("y_std", y_train.std())
"""
PLAIN = """
super().__init__()
self.network = network
self.x_mean, self.x_std = x_train.mean(), x_train.std()
self.y_mean, self.y_std = y_train.mean(), y_train.std()
"""
FORWARD = """
X = (x - self.x_mean) / self.x_std
return self.y_mean + self.y_std * self.network(X)
"""

RIGHT = {
    "Regressor": {
        "four buffers": regressor(BUFFERS, FORWARD),
        "in a loop, in one line": regressor(
            """
            super().__init__()
            self.network = network
            for name, value in (("x", x_train), ("y", y_train)):
                self.register_buffer(name + "_mean", torch.mean(value))
                self.register_buffer(name + "_std", torch.std(value))
            """,
            "return self.network((x - self.x_mean) / self.x_std) * self.y_std + self.y_mean",
        ),
        "per column": regressor(
            """
            super().__init__()
            self.network = network
            self.register_buffer("x_mean", x_train.mean(dim=0))
            self.register_buffer("x_std", x_train.std(dim=0))
            self.register_buffer("y_mean", y_train.mean(dim=0))
            self.register_buffer("y_std", y_train.std(dim=0))
            """,
            FORWARD,
        ),
    },
    "corners": {
        "argsort": corners("x = -b / w\n    order = x.argsort()\n    return x[order], (v * w.abs())[order]"),
        "sort": corners("x, order = torch.sort(-b / w)\n    return x, v[order] * torch.abs(w[order])"),
        "sorted pairs": corners(
            "pairs = sorted(zip((-b / w).tolist(), (v * w.abs()).tolist()))\n"
            "    return torch.tensor([p for p, _ in pairs]), torch.tensor([c for _, c in pairs])"
        ),
    },
    "expected_loss": {
        "as the formula": expected("return noise_std**2 + ((y_hat - truth) ** 2).mean()"),
        "of PyTorch": expected("return F.mse_loss(y_hat, truth) + noise_std * noise_std"),
        "sum over count": expected("d = truth - y_hat\n    return (d * d).sum() / d.numel() + noise_std**2"),
    },
}

WRONG = {
    "Regressor": {
        "plain attributes": (regressor(PLAIN, FORWARD), "Load the state_dict into another Regressor"),
        "not scaled back": (
            regressor(BUFFERS, "return self.network((x - self.x_mean) / self.x_std)"),
            "scale its answer back",
        ),
        "not standardised": (
            regressor(BUFFERS, "return self.y_mean + self.y_std * self.network(x)"),
            "prediction is not right yet",
        ),
        "deviation forgotten": (
            regressor(BUFFERS, "return self.y_mean + self.y_std * self.network(x - self.x_mean)"),
            "prediction is not right yet",
        ),
        "no super().__init__()": (
            regressor(BUFFERS.replace("super().__init__()", "pass"), FORWARD),
            "stopped by an error",
        ),
        "parameters": (
            regressor(
                BUFFERS.replace(
                    'self.register_buffer("x_mean", x_train.mean())', "self.x_mean = nn.Parameter(x_train.mean())"
                ),
                FORWARD,
            ),
            "use register_buffer",
        ),
        "nothing returned": (regressor(BUFFERS, "X = (x - self.x_mean) / self.x_std"), "prediction"),
    },
    "corners": {
        "sign of b": (
            corners("x = b / w\n    order = x.argsort()\n    return x[order], (v * w.abs())[order]"),
            "Unit j bends where",
        ),
        "not sorted": (corners("return -b / w, v * w.abs()"), "from left to right"),
        "changes not sorted along": (
            corners("return (-b / w).sort().values, v * w.abs()"),
            "in the order of the places",
        ),
        "no absolute value": (
            corners("x = -b / w\n    order = x.argsort()\n    return x[order], (v * w)[order]"),
            "v_j |w_j| each",
        ),
        "places only": (corners("return (-b / w).sort().values"), "2 values are wanted"),
        "upside down": (
            corners("x = -w / b\n    order = x.argsort()\n    return x[order], (v * w.abs())[order]"),
            "Unit j bends where",
        ),
    },
    "expected_loss": {
        "deviation for variance": (expected("return noise_std + ((y_hat - truth) ** 2).mean()"), "its variance, 9"),
        "no noise": (expected("return ((y_hat - truth) ** 2).mean()"), "its variance, 9"),
        "sum for mean": (
            expected("return noise_std**2 + ((y_hat - truth) ** 2).sum()"),
            "the expected loss is not right",
        ),
        "no mean": (expected("return noise_std**2 + (y_hat - truth) ** 2"), "Is a sum or a mean over dim=0 missing?"),
        "nothing returned": (expected("loss = noise_std**2 + ((y_hat - truth) ** 2).mean()"), "`return` line missing"),
    },
}
