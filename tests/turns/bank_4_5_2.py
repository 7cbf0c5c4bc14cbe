"""Answers to the turns of 4.5.2: right ones in other styles, and slips, each with the hint that is shown for it."""


def loo(body: str) -> str:
    start = "def leave_one_out(fit, x, y):\n    errors = []\n    for i in range(len(x)):\n"
    return f"{start}{body}\n    return torch.stack(errors)\n"


def folds(body: str) -> str:
    return f"def fold_indices(num_points, K, seed):\n    {body}\n"


def paired(body: str) -> str:
    return f"def paired_difference(a, b):\n    {body}\n"


SEEDED = "generator=torch.Generator().manual_seed(seed)"

RIGHT = {
    "leave_one_out": {
        "mask": loo(
            "        others = torch.arange(len(x)) != i\n        f = fit(x[others], y[others])\n"
            "        errors.append(y[i] - f(x[i]))"
        ),
        "two slices": loo(
            "        f = fit(torch.cat([x[:i], x[i + 1:]]), torch.cat([y[:i], y[i + 1:]]))\n"
            "        errors.append((y[i : i + 1] - f(x[i : i + 1])).squeeze())"
        ),
        "list of indices, filled in": (
            "def leave_one_out(fit, x, y):\n    errors = torch.zeros_like(y)\n    for i in range(len(x)):\n"
            "        rest = [j for j in range(len(x)) if j != i]\n"
            "        errors[i] = y[i] - fit(x[rest], y[rest])(x[i : i + 1])[0]\n    return errors\n"
        ),
    },
    "fold_indices": {
        "tensor_split": folds(f"return list(torch.randperm(num_points, {SEEDED}).tensor_split(K))"),
        "every K-th": folds(
            f"order = torch.randperm(num_points, {SEEDED})\n    return [order[k::K] for k in range(K)]"
        ),
        "manual seed": folds("torch.manual_seed(seed)\n    return torch.tensor_split(torch.randperm(num_points), K)"),
    },
    "paired_difference": {
        "by name": paired("d = abs(a) - abs(b)\n    return d.mean(), d.std() / len(d) ** 0.5"),
        "written out": paired(
            "d = a.abs() - b.abs()\n    N = len(d)\n    m = d.sum() / N\n"
            "    return m, (((d - m) ** 2).sum() / (N - 1) / N).sqrt()"
        ),
        "variance": paired("d = a.abs().sub(b.abs())\n    return d.mean(), (d.var() / d.numel()).sqrt()"),
    },
}

WRONG = {
    "leave_one_out": {
        "fitted to all": (
            loo("        f = fit(x, y)\n        errors.append(y[i] - f(x[i]))"),
            "was the point itself fitted",
        ),
        "prediction minus y": (
            loo(
                "        others = torch.arange(len(x)) != i\n        f = fit(x[others], y[others])\n"
                "        errors.append(f(x[i]) - y[i])"
            ),
            "sign",
        ),
        "squared": (
            loo(
                "        others = torch.arange(len(x)) != i\n        f = fit(x[others], y[others])\n"
                "        errors.append((y[i] - f(x[i])) ** 2)"
            ),
            "All positive: the sign",
        ),
        "fitted to the one": (
            loo(
                "        one = torch.arange(len(x)) == i\n        f = fit(x[one], y[one])\n"
                "        errors.append(y[i] - f(x[i]))"
            ),
            "leave_one_out",
        ),
        "x forgotten": (
            loo("        others = torch.arange(len(x)) != i\n        errors.append(y[i] - y[others].mean())"),
            "in some order",
        ),
        "return within the loop": (
            "def leave_one_out(fit, x, y):\n    for i in range(len(x)):\n        others = torch.arange(len(x)) != i\n"
            "        return y[i] - fit(x[others], y[others])(x[i])\n",
            "leave_one_out",
        ),
    },
    "fold_indices": {
        "chunk": (folds(f"return torch.randperm(num_points, {SEEDED}).chunk(K)"), "3, 3, 2, 2"),
        "not shuffled": (folds("return torch.arange(num_points).tensor_split(K)"), "given the seed"),
        "size for number": (folds(f"return torch.randperm(num_points, {SEEDED}).split(K)"), "makes pieces of size K"),
        "points dropped": (
            folds(
                f"order, size = torch.randperm(num_points, {SEEDED}), num_points // K\n"
                "    return [order[i * size : (i + 1) * size] for i in range(K)]"
            ),
            "leaves two points over",
        ),
        "with replacement": (
            folds(f"return torch.randint(num_points, (num_points,), {SEEDED}).tensor_split(K)"),
            "times each index occurs",
        ),
        "no generator": (folds("return torch.randperm(num_points).tensor_split(K)"), "in every call"),
    },
    "paired_difference": {
        "no absolute values": (paired("d = a - b\n    return d.mean(), d.std() / len(d) ** 0.5"), "1, -1, 2, 1 and 0"),
        "not divided": (paired("d = a.abs() - b.abs()\n    return d.mean(), d.std()"), "over N"),
        "divided by N": (paired("d = a.abs() - b.abs()\n    return d.mean(), d.std() / len(d)"), "over N - 1, over N"),
        "N for N - 1": (
            paired("d = a.abs() - b.abs()\n    return d.mean(), d.std(correction=0) / len(d) ** 0.5"),
            "over N - 1",
        ),
        "unpaired": (
            paired("a, b = a.abs(), b.abs()\n    return a.mean() - b.mean(), ((a.var() + b.var()) / len(a)).sqrt()"),
            "1, -1, 2, 1, 0: squared",
        ),
        "squares": (paired("d = a**2 - b**2\n    return d.mean(), d.std() / len(d) ** 0.5"), "absolute values"),
    },
}
