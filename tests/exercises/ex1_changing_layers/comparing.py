"""Answers to questions 4 and 5 of ex1: the fault in a comparison, and the choice on the validation set."""

SPLIT = "valid, train = order[:num_valid], order[num_valid:]"
INSIDE = """
        valid, order = order[:num_valid], order[num_valid:]"""


def fault(
    answer: str = "return 6, 24",
    before: str = f"order = torch.randperm(len(X))\n    {SPLIT}\n    accuracies = []",
    inside: str = "",
    rows: str = "train",
    train: str = "fit(net, loader, epochs=epochs, loss_fn=F.cross_entropy, optimizer=adamw, progress=False)",
    measure: str = "accuracies.append(accuracy(predict(net, X[valid]), y[valid]))",
    end: str = "return accuracies",
    last: str = "",
) -> str:
    """An answer to the line and the steps, and a repair in parts."""
    return f"""
def fault():
    {answer}


def compare_fairly(networks, X, y, num_valid, epochs, batch_size):
    {before}
    for net in networks:{inside}
        loader = BatchLoader(X[{rows}], y[{rows}], batch_size=batch_size, shuffle=True)
        adamw = torch.optim.AdamW(net.parameters(), lr=0.01)
        {train}
        {measure}{last}
    {end}
"""


SHUFFLED = "order = torch.randperm(len(X))\n    accuracies = []"


def choice(rule: str, value: str = "run.valid_accuracy") -> str:
    """A way to choose from `groups`, sizes to values, and `cost`, sizes to parameters."""
    return f"""
def select(runs, target):
    groups, cost = {{}}, {{}}
    for run in runs:
        groups.setdefault(run.sizes, []).append({value})
        cost[run.sizes] = run.parameters
    return {rule}
"""


def smallest(test: str) -> str:
    return f"min((s for s in groups if {test}), key=cost.get, default=None)"


RIGHT = {
    "fault": {
        "before the loop": fault(),
        "other names within it": fault(before=SHUFFLED, inside=f"\n        {SPLIT}"),
        "a list, computed": fault("a, c = 1000 - 150, 1000 - 3 * 150\n    return [6, (a // 50 - c // 50) * 4]"),
        "slices of the order": fault(
            before=SHUFFLED,
            rows="order[num_valid:]",
            measure="valid = order[:num_valid]\n        accuracies.append(accuracy(predict(net, X[valid]), y[valid]))",
        ),
        "split by PyTorch": fault(
            before="valid, train = torch.randperm(len(X)).split([num_valid, len(X) - num_valid])\n    accuracies = []"
        ),
        "the last ones held back": fault(
            before="order = torch.randperm(len(X))\n    train, valid = order[:-num_valid], order[-num_valid:]\n"
            "    accuracies = []"
        ),
        "one loader for all": """
def fault():
    return 6, 4 * (850 // 50) - 4 * (550 // 50)


def compare_fairly(networks, X, y, num_valid, epochs, batch_size):
    order = torch.randperm(len(X))
    valid, train = order[:num_valid], order[num_valid:]
    loader = BatchLoader(X[train], y[train], batch_size=batch_size, shuffle=True)

    def one(net):
        adamw = torch.optim.AdamW(net.parameters(), lr=0.01)
        fit(net, loader, epochs=epochs, loss_fn=F.cross_entropy, optimizer=adamw, progress=False)
        return accuracy(predict(net, X[valid]), y[valid])

    return [one(net) for net in networks]
""",
        "a loop of one's own": fault(
            train="for _ in range(epochs):\n            for X_batch, y_batch in loader:\n"
            "                loss = F.cross_entropy(net(X_batch), y_batch)\n                adamw.zero_grad()\n"
            "                loss.backward()\n                adamw.step()"
        ),
        "a tensor of accuracies": fault(end="return torch.tensor(accuracies)"),
        "data shuffled first": fault(
            before="order = torch.randperm(len(X))\n    X, y = X[order], y[order]\n    valid = slice(0, num_valid)\n"
            "    train = slice(num_valid, None)\n    accuracies = []"
        ),
    },
    "select": {
        "sorted by size, the first that qualifies": """
def select(runs, target):
    by_size = {}
    for run in sorted(runs, key=lambda run: run.parameters):
        by_size.setdefault(run.sizes, []).append(run.valid_accuracy)
    for sizes, accuracies in by_size.items():
        if sum(accuracies) / len(accuracies) >= target:
            return sizes
    return None
""",
        "by hand": """
def select(runs, target):
    best = None
    for run in runs:
        same = [other.valid_accuracy for other in runs if other.sizes == run.sizes]
        if sum(same) / len(same) >= target and (best is None or run.parameters < best.parameters):
            best = run
    return best.sizes if best else None
""",
        "sorted": """
def select(runs, target):
    for run in sorted(runs, key=lambda run: run.parameters):
        if mean(r.valid_accuracy for r in runs if r.sizes == run.sizes) >= target:
            return run.sizes
""",
        "pandas": """
def select(runs, target):
    rows = [(run.sizes, run.parameters, run.valid_accuracy) for run in runs]
    table = pd.DataFrame(rows, columns=["sizes", "parameters", "accuracy"])
    means = table.groupby("sizes", as_index=False).mean()
    means = means[means.accuracy >= target].sort_values("parameters")
    return means.sizes.iloc[0] if len(means) else None
""",
        "dictionary": choice(smallest("sum(groups[s]) / len(groups[s]) >= target")),
        "NumPy": choice(smallest("__import__('numpy').mean(groups[s]) >= target")),
        "counted by num_parameters": choice(
            "min((s for s in groups if mean(groups[s]) >= target), key=num_parameters, default=None)"
        ),
        "recursion": """
def select(runs, target):
    if not runs:
        return None
    smallest = min(runs, key=lambda run: run.parameters).sizes
    if mean(run.valid_accuracy for run in runs if run.sizes == smallest) >= target:
        return smallest
    return select([run for run in runs if run.sizes != smallest], target)
""",
        "by parameters": """
def select(runs, target):
    sizes, accuracies = {}, {}
    for run in runs:
        sizes[run.parameters] = run.sizes
        accuracies.setdefault(run.parameters, []).append(run.valid_accuracy)
    for parameters in sorted(sizes):
        if mean(accuracies[parameters]) >= target:
            return sizes[parameters]
    return None
""",
        "groupby": """
from itertools import groupby

def select(runs, target):
    by_size = groupby(sorted(runs, key=lambda run: run.parameters), key=lambda run: run.sizes)
    means = ((sizes, mean(run.valid_accuracy for run in group)) for sizes, group in by_size)
    return next((sizes for sizes, value in means if value >= target), None)
""",
    },
}

WRONG = {
    "fault": {
        "line of the loop": (fault("return 5, 24"), "line 5 does what it should"),
        "line of the loader": (fault("return 7, 24"), "line 7 does what it should"),
        "line of the shuffling": (fault("return 3, 24"), "line 3 does what it should"),
        "counted from 0": (fault("return 5, 24"), "line 5 does what it should"),
        "no such line": (fault("return 12, 24"), "lines 1 to 11"),
        "line as text": (fault("return '6', 24"), "wanted the number of a line"),
        "the second network": (fault("return 6, 12"), "12: so many steps the second network"),
        "per epoch": (fault("return 6, 6"), "6: so many steps fewer it takes per epoch"),
        "examples": (fault("return 6, 300"), "300: so many examples"),
        "its own steps": (fault("return 6, 44"), "44: so many steps it takes"),
        "the sign": (fault("return 6, -24"), "a positive number"),
        "none": (fault("return 6, 0"), "then the budgets would be equal"),
        "a guess": (fault("return 6, 36"), "wanted 24, got 36"),
        "a fraction": (fault("return 6, 24.0"), "wanted an int, got 24.0"),
        "the line only": (fault("return 6"), "wanted two numbers"),
        "prints": (fault("print(6, 24)"), "is the `return` line missing?"),
        "not repaired": (fault(before=SHUFFLED, inside=INSIDE, rows="order"), "network 2"),
        "a new order for each": (
            fault(before="accuracies = []", inside=f"\n        order = torch.randperm(len(X))\n        {SPLIT}"),
            "all networks should train on the same ones",
        ),
        "trains on everything": (fault(rows="order"), "examples to train on, it had"),
        "split by the order of the rows": (
            fault(before=f"order = torch.arange(len(X))\n    {SPLIT}\n    accuracies = []"),
            "follows the order of the rows",
        ),
        "measures on the training part": (
            fault(measure="accuracies.append(accuracy(predict(net, X[train]), y[train]))"),
            "on the examples held back",
        ),
        "return within the loop": (fault(last="\n        return accuracies"), "network 2"),
        "no return": (fault(end="pass"), "is the `return` line missing?"),
        "training and validation swapped": (
            fault(
                before="order = torch.randperm(len(X))\n    train, valid = order[:num_valid], order[num_valid:]\n"
                "    accuracies = []"
            ),
            "examples to train on, it had",
        ),
        "one network for all": (
            fault(
                train="fit(networks[0], loader, epochs=epochs, loss_fn=F.cross_entropy, "
                "optimizer=torch.optim.AdamW(networks[0].parameters(), lr=0.01), progress=False)"
            ),
            "network 1",
        ),
        "one epoch": (
            fault(train="fit(net, loader, epochs=1, loss_fn=F.cross_entropy, optimizer=adamw, progress=False)"),
            "once per epoch",
        ),
        "the last accuracy only": (fault(end="return accuracies[-1]"), "wanted a list of accuracies"),
        "another rate": (
            fault(measure="accuracies.append(accuracy(predict(net, X[valid]), y[valid]))").replace("lr=0.01", "lr=0.1"),
            "AdamW at a rate of 0.01",
        ),
        "sorted accuracies": (fault(end="return sorted(accuracies)"), "on the examples held back"),
        "Adam": (fault().replace("AdamW", "Adam"), "not one of AdamW"),
        "labels of other rows": (fault().replace("y[train], batch", "y[num_valid:], batch"), "its own label"),
        "split with a seed of its own": (
            fault().replace("len(X))", "len(X), generator=torch.Generator().manual_seed(0))"),
            "the same split",
        ),
        "seed set": (fault(inside="\n        torch.manual_seed(0)"), "it sets the seed"),
        "copies are trained": (
            fault().replace("in networks:", "in __import__('copy').deepcopy(networks):"),
            "it was not trained",
        ),
        "a new training part for each": (
            fault(inside="\n        train = torch.randperm(len(X))[num_valid:]"),
            "compare_fairly",
        ),
        "data shuffled in place": (
            fault(before=f"order = torch.randperm(len(X))\n    X[:] = X[order]\n    {SPLIT}\n    accuracies = []"),
            "in place",
        ),
        "not shuffled": (fault().replace("shuffle=True", "shuffle=False"), "the same order in every epoch"),
        "typo": (fault(rows="trian"), "Perhaps `train` is meant"),
        "the accuracies' mean": (fault(end="return [mean(accuracies)]"), "one for each network"),
        "short last batch dropped": (
            fault(
                before=f"order = torch.randperm(len(X))\n    {SPLIT}\n    accuracies = []\n"
                "    train = train[: len(train) // batch_size * batch_size]"
            ),
            "compare_fairly",
        ),
    },
    "select": {
        "the most accurate": (choice("max(groups, key=lambda s: mean(groups[s]), default=None)"), "has fewer"),
        "best seed": (choice(smallest("max(groups[s]) >= target")), "below the target"),
        "every seed": (choice(smallest("min(groups[s]) >= target")), "has fewer"),
        "median": (choice(smallest("sorted(groups[s])[len(groups[s]) // 2] >= target")), "below the target"),
        "first seed": (choice(smallest("groups[s][0] >= target")), "below the target"),
        "last seed": (choice(smallest("groups[s][-1] >= target")), "below the target"),
        "training accuracy": (choice(smallest("mean(groups[s]) >= target"), "run.train_accuracy"), "below the target"),
        "sum": (choice(smallest("sum(groups[s]) >= target")), "below the target"),
        "rounded": (choice(smallest("round(mean(groups[s]), 2) >= target")), "select is not right yet"),
        "rounded to three places": (choice(smallest("round(mean(groups[s]), 3) >= target")), "below the target"),
        "the largest": (
            choice("max((s for s in groups if mean(groups[s]) >= target), key=cost.get, default=None)"),
            "has fewer",
        ),
        "first in the list": (
            choice("next((s for s in groups if mean(groups[s]) >= target), None)"),
            "has fewer",
        ),
        "closest to the target": (
            choice(
                "min((s for s in groups if mean(groups[s]) >= target), key=lambda s: mean(groups[s]), default=None)"
            ),
            "has fewer",
        ),
        "above the target only": (choice(smallest("mean(groups[s]) > target")), "reaches the target"),
        "three seeds always": (choice(smallest("sum(groups[s]) / 3 >= target")), "select is not right yet"),
        "fewest layers": (
            choice("min((s for s in groups if mean(groups[s]) >= target), key=lambda s: (len(s), s), default=None)"),
            "has fewer",
        ),
        "by the tuple itself": (
            choice("min((s for s in groups if mean(groups[s]) >= target), default=None)"),
            "has fewer",
        ),
        "fewest hidden units": (
            choice("min((s for s in groups if mean(groups[s]) >= target), key=sum, default=None)"),
            "has fewer",
        ),
        "narrowest first layer": (
            choice("min((s for s in groups if mean(groups[s]) >= target), key=lambda s: s[1], default=None)"),
            "has fewer",
        ),
        "neighbours in the list": (
            """
def select(runs, target):
    from itertools import groupby
    groups = [(sizes, list(group)) for sizes, group in groupby(runs, key=lambda run: run.sizes)]
    good = [group[0] for sizes, group in groups if mean(run.valid_accuracy for run in group) >= target]
    return min(good, key=lambda run: run.parameters).sizes if good else None
""",
            "below the target",
        ),
        "sorts in place": (
            """
def select(runs, target):
    runs.sort(key=lambda run: run.parameters)
    for run in runs:
        if mean(r.valid_accuracy for r in runs if r.sizes == run.sizes) >= target:
            return run.sizes
""",
            "changed in place",
        ),
        "none not thought of": (
            choice("min((s for s in groups if mean(groups[s]) >= target), key=cost.get)"),
            "Where no network reaches the target, return None",
        ),
        "empty list not thought of": (
            choice(smallest("mean(groups[s]) >= target")).replace("    groups,", "    first = runs[0]\n    groups,", 1),
            "For an empty list, return None",
        ),
        "False where none": (choice(smallest("mean(groups[s]) >= target") + " or False"), "wanted None"),
        "by the first hidden layer": (
            """
def select(runs, target):
    groups = {}
    for run in runs:
        groups.setdefault(run.sizes[1], []).append(run)
    good = [g[0] for g in groups.values() if mean(run.valid_accuracy for run in g) >= target]
    return min(good, key=lambda run: run.parameters).sizes if good else None
""",
            "select is not right yet",
        ),
        "below the baseline only": (
            choice(smallest("mean(groups[s]) >= target and cost[s] < 40_785")),
            "it returned None, but the mean",
        ),
        "remembers earlier runs": (
            """
seen = []

def select(runs, target):
    seen.extend(runs)
    for run in sorted(seen, key=lambda run: run.parameters):
        if mean(r.valid_accuracy for r in seen if r.sizes == run.sizes) >= target:
            return run.sizes
""",
            "select is not right yet",
        ),
        "the run": (
            """
def select(runs, target):
    for run in sorted(runs, key=lambda run: run.parameters):
        if mean(r.valid_accuracy for r in runs if r.sizes == run.sizes) >= target:
            return run
""",
            "return its sizes",
        ),
        "a list": (choice(f"[*({smallest('mean(groups[s]) >= target')} or [])] or None"), "it returned the list"),
        "its hidden units": (choice(f"({smallest('mean(groups[s]) >= target')} or [0, None])[1]"), "wanted the sizes"),
        "no return": (choice(smallest("mean(groups[s]) >= target")).replace("return", "chosen ="), "is missing"),
        "typo": (choice(smallest("mean(groups[s]) >= traget")), "Perhaps `target` is meant"),
        "misspelt attribute": (
            choice(smallest("mean(groups[s]) >= target"), "run.validation_accuracy"),
            "has no attribute",
        ),
        "hard-coded": (choice("(784, 24, 10)"), "select is not right yet"),
    },
}

SURVIVORS = {
    "fault": {
        "fit(model, loader, epochs=epochs, loss_fn=F.cross_entropy, optimizer=adamw, progress=False): False -> True": (
            "shows a progress bar, and changes nothing that is asked for"
        )
    }
}
