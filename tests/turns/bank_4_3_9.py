"""Answers to the turns of 4.3.9: right ones in other styles, and slips, each with the hint that is shown for it."""


def logit(body: str) -> str:
    return f"def as_one_logit(z):\n    {body}\n"


def hot(body: str) -> str:
    return f"def multi_hot(left, right):\n    {body}\n"


def error(body: str) -> str:
    return f"def standard_error(num_right, n):\n    {body}\n"


LOGIT = "as_one_logit: the logit is not right yet"
ERROR = "standard_error: the standard error is not right yet"

RIGHT = {
    "as_one_logit": {
        "difference": logit("return z[:, 1] - z[:, 0]"),
        "unpacked": logit("z0, z1 = z.T\n    return z1 - z0"),
        "log of the odds": logit("p = z.double().log_softmax(dim=1)\n    return (p[:, 1] - p[:, 0]).float()"),
        "product": logit("return z @ torch.tensor([-1.0, 1.0])"),
    },
    "multi_hot": {
        "compared": hot(
            "digits = torch.arange(10)\n    return ((left[:, None] == digits) | (right[:, None] == digits)).float()"
        ),
        "one-hot": hot("return (F.one_hot(left, 10) + F.one_hot(right, 10)).clamp(max=1).float()"),
        "indexed": hot(
            "t = torch.zeros(len(left), 10)\n    rows = torch.arange(len(left))\n    t[rows, left] = 1\n"
            "    t[rows, right] = 1\n    return t"
        ),
        "loop": hot(
            "t = torch.zeros(len(left), 10)\n    for i in range(len(left)):\n        t[i, left[i]] = 1\n"
            "        t[i, right[i]] = 1\n    return t"
        ),
    },
    "standard_error": {
        "math": error("p = num_right / n\n    return math.sqrt(p * (1 - p) / n)"),
        "power": error("return (num_right / n * (1 - num_right / n) / n) ** 0.5"),
        "counts": error("return math.sqrt(num_right * (n - num_right) / n**3)"),
    },
}

WRONG = {
    "as_one_logit": {
        "turned round": (logit("return z[:, 0] - z[:, 1]"), "sign"),
        "second logit": (logit("return z[:, 1]"), LOGIT),
        "probability": (logit("return z.softmax(dim=1)[:, 1]"), "A logit, not a probability"),
        "rows": (logit("return z[1] - z[0]"), LOGIT),
        "column kept": (logit("return z[:, 1:] - z[:, :1]"), LOGIT),
        "ratio": (logit("return z[:, 1] / z[:, 0]"), LOGIT),
    },
    "multi_hot": {
        "counted": (
            hot("return (F.one_hot(left, 10) + F.one_hot(right, 10)).float()"),
            "the target is not right yet",
        ),
        "one digit": (hot("return F.one_hot(left, 10).float()"), "not right yet"),
        "integers": (hot("return (F.one_hot(left, 10) + F.one_hot(right, 10)).clamp(max=1)"), "not right yet"),
        "both": (hot("return (F.one_hot(left, 10) * F.one_hot(right, 10)).float()"), "not right yet"),
        "side by side": (
            hot("return torch.cat([F.one_hot(left, 10), F.one_hot(right, 10)], dim=1).float()"),
            "not right yet",
        ),
        "class numbers": (hot("return torch.stack([left, right], dim=1).float()"), "not right yet"),
    },
    "standard_error": {
        "no root": (error("p = num_right / n\n    return p * (1 - p) / n"), "then the root of p (1 - p) / n"),
        "of one image": (error("p = num_right / n\n    return math.sqrt(p * (1 - p))"), ERROR),
        "n outside of the root": (error("p = num_right / n\n    return math.sqrt(p * (1 - p)) / n"), ERROR),
        "p alone": (error("p = num_right / n\n    return math.sqrt(p / n)"), ERROR),
        "two of them": (error("p = num_right / n\n    return 2 * math.sqrt(p * (1 - p) / n)"), ERROR),
        "typo": (error("p = num_rigth / n\n    return math.sqrt(p * (1 - p) / n)"), "num_right"),
    },
}
