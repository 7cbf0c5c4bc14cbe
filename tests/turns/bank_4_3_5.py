"""Answers to the turns of 4.3.5: right ones in other styles, and slips, each with the hint that is shown for it."""


def error_on(body: str) -> str:
    return f"def error_on(model, loader):\n{body}\n"


def choose(body: str) -> str:
    return f"def choose(results):\n    {body}\n"


def confusion(body: str) -> str:
    return f"def confusion(y, y_hat, num_classes):\n    {body}\n"


COUNTED = """\
    {first}
    num_wrong = num_examples = 0
    {block}
        for X, y in loader:
            num_wrong += (model(X).argmax(dim=1) != y).sum().item()
            num_examples += len(y)
    return num_wrong / num_examples"""

RIGHT = {
    "error_on": {
        "counted": error_on(COUNTED.format(first="model.eval()", block="with torch.no_grad():")),
        "inference mode": error_on(COUNTED.format(first="model.train(False)", block="with torch.inference_mode():")),
        "all together": error_on(
            "    model.eval()\n    with torch.no_grad():\n"
            "        wrong = torch.cat([model(X).argmax(dim=1) != y for X, y in loader])\n"
            "    return wrong.float().mean().item()"
        ),
        "a tensor": error_on(
            "    model.eval()\n    with torch.no_grad():\n"
            "        wrong = sum((model(X).argmax(dim=1) != y).sum() for X, y in loader)\n"
            "    return wrong / len(loader.dataset)"
        ),
        "decorated, and the mode given back": "@torch.no_grad()\n"
        + error_on(
            "    was_training = model.training\n    model.eval()\n    total, n = 0.0, 0\n    for X, y in loader:\n"
            "        total += error_rate(model(X), y) * len(y)\n        n += len(y)\n"
            "    model.train(was_training)\n    return total / n"
        ),
    },
    "choose": {
        "min with a key": choose(
            'return min(results, key=lambda rate: sum(results[rate]["valid"]) / len(results[rate]["valid"]))'
        ),
        "loop": choose(
            "best, lowest = None, math.inf\n    for rate, errors in results.items():\n"
            '        mean = sum(errors["valid"]) / len(errors["valid"])\n        if mean < lowest:\n'
            "            best, lowest = rate, mean\n    return best"
        ),
        "tensors": choose(
            'rates = list(results)\n    means = torch.tensor([results[rate]["valid"] for rate in rates]).mean(dim=1)\n'
            "    return rates[means.argmin()]"
        ),
        "sum, as all have the same number of runs": choose(
            'return min(results, key=lambda r: sum(results[r]["valid"]))'
        ),
    },
    "confusion": {
        "bincount": confusion(
            "places = num_classes * y + y_hat\n"
            "    return places.bincount(minlength=num_classes**2).reshape(num_classes, num_classes)"
        ),
        "loop": confusion(
            "counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)\n"
            "    for i, j in zip(y, y_hat):\n        counts[i, j] += 1\n    return counts"
        ),
        "loop over floats": confusion(
            "counts = torch.zeros(num_classes, num_classes)\n"
            "    for n in range(len(y)):\n        counts[y[n], y_hat[n]] += 1\n    return counts"
        ),
        "one-hot product": confusion("return F.one_hot(y, num_classes).T @ F.one_hot(y_hat, num_classes)"),
        "NumPy": confusion(
            "pairs = list(zip(y.tolist(), y_hat.tolist()))\n    labels = range(num_classes)\n"
            "    return torch.tensor([[pairs.count((i, j)) for j in labels] for i in labels]).numpy()"
        ),
        "added up in place": confusion(
            "counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)\n"
            "    return counts.index_put((y, y_hat), torch.tensor(1), accumulate=True)"
        ),
    },
}

WRONG = {
    "error_on": {
        "mean of batch errors": (
            error_on(
                "    model.eval()\n    with torch.no_grad():\n"
                "        errors = [(model(X).argmax(dim=1) != y).float().mean().item() for X, y in loader]\n"
                "    return sum(errors) / len(errors)"
            ),
            "only the last answer is wrong",
        ),
        "no eval": (
            error_on(COUNTED.format(first="", block="with torch.no_grad():")),
            "model.eval() switches it off",
        ),
        "no no_grad": (
            error_on(COUNTED.format(first="model.eval()", block="if True:")),
            "with torch.no_grad(): does",
        ),
        "accuracy": (
            error_on(COUNTED.format(first="model.eval()", block="with torch.no_grad():").replace("!=", "==")),
            "only the last answer is wrong",
        ),
        "eval without its brackets": (
            error_on(COUNTED.format(first="model.eval", block="with torch.no_grad():")),
            "training mode (1 is on) is not right yet",
        ),
        "count": (
            error_on(
                COUNTED.format(first="model.eval()", block="with torch.no_grad():").replace(" / num_examples", "")
            ),
            "only the last answer is wrong",
        ),
        "returns in the loop": (
            error_on(
                "    model.eval()\n    with torch.no_grad():\n        for X, y in loader:\n"
                "            return (model(X).argmax(dim=1) != y).float().mean().item()"
            ),
            "only the last answer is wrong",
        ),
        "largest over the batch": (
            error_on(COUNTED.format(first="model.eval()", block="with torch.no_grad():").replace("dim=1", "dim=0")),
            "error_on",
        ),
    },
    "choose": {
        "best single run": (
            choose('return min(results, key=lambda r: min(results[r]["valid"]))'),
            "0.01 and 0.07 were lucky once",
        ),
        "last run": (
            choose('return min(results, key=lambda r: results[r]["valid"][-1])'),
            "0.01 and 0.07 were lucky once",
        ),
        "smallest worst run": (
            choose('return min(results, key=lambda r: max(results[r]["valid"]))'),
            "0.04 varies less, no more",
        ),
        "training errors": (
            choose('return min(results, key=lambda r: sum(results[r]["train"]))'),
            "0.02 learns by heart",
        ),
        "highest error": (choose('return max(results, key=lambda r: sum(results[r]["valid"]))'), "0.03 has the lowest"),
        "the error, not the rate": (
            choose('return min(sum(e["valid"]) / len(e["valid"]) for e in results.values())'),
            "0.03 has the lowest mean of valid",
        ),
        "the first": (choose("return list(results)[0]"), "0.03 has the lowest mean of valid"),
        "smallest rate": (choose("return min(results)"), "0.03 has the lowest mean of valid"),
        "key that is not there": (choose('return min(results, key=lambda r: sum(results[r]["test"]))'), "test"),
    },
    "confusion": {
        "columns true": (
            confusion("return F.one_hot(y_hat, num_classes).T @ F.one_hot(y, num_classes)"),
            "transpose",
        ),
        "each pair once": (
            confusion(
                "counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)\n"
                "    counts[y, y_hat] += 1\n    return counts"
            ),
            "row 2, column 0 holds 2",
        ),
        "shares": (
            confusion(
                "counts = F.one_hot(y, num_classes).T @ F.one_hot(y_hat, num_classes)\n"
                "    return counts / counts.sum(dim=1, keepdim=True)"
            ),
            "table is not right yet",
        ),
        "mistakes alone": (
            confusion(
                "counts = F.one_hot(y, num_classes).T @ F.one_hot(y_hat, num_classes)\n"
                "    return counts.fill_diagonal_(0)"
            ),
            "row 2, column 0 holds 2",
        ),
        "only counted by class": (
            confusion("return torch.stack([labels.bincount(minlength=num_classes) for labels in (y, y_hat)])"),
            "table is not right yet",
        ),
        "no minlength": (
            confusion("return (num_classes * y + y_hat).bincount().reshape(num_classes, num_classes)"),
            "invalid for input of size 8",
        ),
        "no shape": (
            confusion("return (num_classes * y + y_hat).bincount(minlength=num_classes**2)"),
            "table is not right yet",
        ),
    },
}
