"""Answers to the turns of 4.6.4: right ones in other styles, and slips, each with the hint that is shown for it."""


def fit(body: str) -> str:
    """The cell of `fit_times`."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return f"def fit_times(n, t):\n{lines}\n"


def ring(body: str) -> str:
    """The cell of `ring_bytes`."""
    return f"def ring_bytes(n, k):\n    {body}\n"


def even(body: str) -> str:
    """The cell of `break_even_batch`."""
    return f"def break_even_batch(c, t, k):\n    {body}\n"


ROWS = """
rows = torch.stack([1 / t, n / t], dim=1)
alpha, beta = torch.linalg.lstsq(rows, torch.ones_like(t).unsqueeze(1)).solution.flatten()
return alpha, beta
"""
BOTH_SIDES = "Divide both sides of each row by t"
ROUNDS = "2 (k - 1) rounds"
BRACKETS = "put B outside the brackets"

RIGHT = {
    "fit_times": {
        "lstsq": fit(ROWS),
        "normal equations": fit(
            "A = torch.stack([1 / t, n / t], dim=1)\n"
            "return torch.linalg.solve(A.T @ A, A.T @ torch.ones_like(t)).tolist()"
        ),
        "weights on both sides": fit(
            """
w = (1 / t).unsqueeze(1)
A = torch.cat([torch.ones_like(w), n.unsqueeze(1)], dim=1)
x = torch.linalg.lstsq(A * w, t.unsqueeze(1) * w).solution
return x[0, 0], x[1, 0]
"""
        ),
    },
    "ring_bytes": {
        "formula": ring("return 2 * (k - 1) / k * n"),
        "counted": ring("return sum(n / k for step in range(2 * (k - 1)))"),
    },
    "break_even_batch": {
        "formula": even("return t / (c * (1 - 1 / k))"),
        "other form": even("return k * t / ((k - 1) * c)"),
    },
}

WRONG = {
    "fit_times": {
        "plain least squares": (
            fit(
                ROWS.replace("[1 / t, n / t]", "[torch.ones_like(t), n]").replace(
                    "torch.ones_like(t).unsqueeze", "t.unsqueeze"
                )
            ),
            BOTH_SIDES,
        ),
        "right side undivided": (
            fit(ROWS.replace("torch.ones_like(t).unsq", "t.unsq")),
            "fit_times, exact times: alpha",
        ),
        "left side undivided": (fit(ROWS.replace("[1 / t, n / t]", "[torch.ones_like(t), n]")), "exact times: alpha"),
        "the other way round": (fit(ROWS.replace("return alpha, beta", "return beta, alpha")), "exact times: alpha"),
        "divided by n": (
            fit(ROWS.replace("[1 / t, n / t]", "[1 / n, n / n]").replace("torch.ones_like(t).unsq", "(t / n).unsq")),
            BOTH_SIDES,
        ),
    },
    "ring_bytes": {
        "one way round only": (ring("return (k - 1) / k * n"), ROUNDS),
        "k rounds": (ring("return 2 * n"), ROUNDS),
        "whole tensor in each round": (ring("return 2 * (k - 1) * n"), ROUNDS),
        "rounded down": (ring("return 2 * (k - 1) * (n // k)"), ROUNDS),
        "precedence": (ring("return 2 * (k - 1) / (k * n)"), ROUNDS),
    },
    "break_even_batch": {
        "half forgotten": (even("return t / c"), BRACKETS),
        "multiplied": (even("return t / c * (1 - 1 / k)"), BRACKETS),
        "k for k - 1": (even("return t / (c * (k - 1))"), BRACKETS),
        "sign": (even("return t / (c * (1 / k - 1))"), "wrong sign"),
    },
}
