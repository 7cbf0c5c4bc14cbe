"""Answers to the turns of 4.3.3: right ones in other styles, and slips, each with the hint that is shown for it."""


def prob(body: str) -> str:
    return f"def prob_of_1(d0, d1):\n    {body}\n"


def one_bin(body: str) -> str:
    return f"def one_bin(p, right, low, high):\n    {body}\n"


def temperature(body: str) -> str:
    return f"def best_temperature(z, y, candidates):\n    {body}\n"


INSIDE = "inside = (p >= low) & (p < high)\n    "

RIGHT = {
    "prob_of_1": {
        "share": prob("return d1 / (d0 + d1)"),
        "ratio": prob("return 1 / (1 + d0 / d1)"),
        "sigmoid of the log ratio": prob("return torch.sigmoid(torch.log(d1) - torch.log(d0))"),
        "stacked": prob("both = torch.stack([d0, d1])\n    return both[1] / both.sum(dim=0)"),
    },
    "one_bin": {
        "numbers": one_bin(
            INSIDE + "return p[inside].mean().item(), right[inside].float().mean().item(), int(inside.sum())"
        ),
        "tensors": one_bin(INSIDE + "return p[inside].mean(), right[inside].float().mean(), inside.sum()"),
        "sums": one_bin(INSIDE + "n = inside.sum()\n    return p[inside].sum() / n, (right & inside).sum() / n, n"),
        "loop": one_bin(
            "pairs = [(a.item(), b.item()) for a, b in zip(p, right) if low <= a < high]\n    n = len(pairs)\n"
            "    return sum(a for a, _ in pairs) / max(n, 1), sum(b for _, b in pairs) / max(n, 1), n"
        ),
    },
    "best_temperature": {
        "min": temperature("return min(candidates, key=lambda T: F.cross_entropy(z / T, y))"),
        "loop": temperature(
            "lowest = float('inf')\n    for T in candidates:\n        loss = F.cross_entropy(z / T, y).item()\n"
            "        if loss < lowest:\n            lowest, best = loss, T\n    return best"
        ),
        "argmin": temperature(
            "losses = [F.cross_entropy(z / T, y).item() for T in candidates]\n"
            "    return candidates[losses.index(min(losses))]"
        ),
    },
}

WRONG = {
    "prob_of_1": {
        "class 0": (prob("return d0 / (d0 + d1)"), "prob_of_1: the probability is not right yet"),
        "shares swapped": (prob("return d0 / (d1 + d0)"), "prob_of_1: the probability is not right yet\n  1 of 3"),
        "odds": (prob("return d1 / d0"), "prob_of_1: the probability is not right yet"),
        "density": (prob("return d1"), "prob_of_1: the probability is not right yet"),
        "softmax of the densities": (
            prob("return torch.stack([d0, d1]).softmax(dim=0)[1]"),
            "prob_of_1: the probability is not right yet",
        ),
        "sum over all places": (prob("return d1 / (d0 + d1).sum()"), "prob_of_1: the probability is not right yet"),
        "nothing returned": (prob("p = d1 / (d0 + d1)"), "return"),
    },
    "one_bin": {
        "upper edge in the bin": (
            one_bin(INSIDE.replace("<", "<=") + "return p[inside].mean(), right[inside].float().mean(), inside.sum()"),
            "mean probability is not right yet",
        ),
        "lower edge not in the bin": (
            one_bin(INSIDE.replace(">=", ">") + "return p[inside].mean(), right[inside].float().mean(), inside.sum()"),
            "mean probability is not right yet",
        ),
        "mean of True and False": (
            one_bin(INSIDE + "return p[inside].mean(), right[inside].mean(), inside.sum()"),
            "Bool",
        ),
        "share of all": (
            one_bin(INSIDE + "return p[inside].mean(), (right & inside).float().mean(), inside.sum()"),
            "Of the answers in the bin, not of all answers.",
        ),
        "number of right ones": (
            one_bin(INSIDE + "return p[inside].mean(), right[inside].float().mean(), right[inside].sum()"),
            "number of answers is not right yet",
        ),
        "and instead of &": (
            one_bin(
                "inside = p >= low and p < high\n    "
                "return p[inside].mean(), right[inside].float().mean(), inside.sum()"
            ),
            "one_bin",
        ),
    },
    "best_temperature": {
        "multiplied": (
            temperature("return min(candidates, key=lambda T: F.cross_entropy(z * T, y))"),
            "best_temperature: T is not right yet",
        ),
        "highest loss": (
            temperature("return max(candidates, key=lambda T: F.cross_entropy(z / T, y))"),
            "best_temperature: T is not right yet",
        ),
        "index": (
            temperature("return torch.stack([F.cross_entropy(z / T, y) for T in candidates]).argmin()"),
            "Return the candidate itself",
        ),
        "loss instead of T": (
            temperature("return min(F.cross_entropy(z / T, y) for T in candidates)"),
            "best_temperature: T is not right yet",
        ),
        "by accuracy": (
            temperature("return max(candidates, key=lambda T: ((z / T).argmax(dim=1) == y).float().mean())"),
            "best_temperature: T is not right yet",
        ),
        "softmax first": (
            temperature("return min(candidates, key=lambda T: F.cross_entropy((z / T).softmax(dim=1), y))"),
            "best_temperature: T is not right yet",
        ),
    },
}
