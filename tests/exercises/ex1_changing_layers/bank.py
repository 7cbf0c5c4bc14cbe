"""Answers to ex1: right ones in other styles, and the mistakes that students make, each with the hint meant for it."""


def count(body: str) -> str:
    return f"def num_parameters(sizes, bias=True):\n    {body}\n"


def width(body: str) -> str:
    return f"def widest_hidden_layer(limit, num_inputs, num_classes):\n    {body}\n"


def mlp(layers: str, end: str = "nn.Sequential(*layers[:-1])") -> str:
    """A network from what one pair of sizes (a, b) brings."""
    return f"""
def build_mlp(sizes):
    layers = [nn.Flatten()]
    for a, b in pairwise(sizes):
        layers += [{layers}]
    return {end}
"""


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


def search(networks: str, rate: str = "return 0.015") -> str:
    return f"def networks():\n    {networks}\n\n\ndef max_lr():\n    {rate}\n"


def widths(*hidden: int) -> str:
    return f"return [(784, h, 10) for h in {hidden}]"


RIGHT = {
    "num_parameters": {
        "one line": count("return sum((a + bias) * b for a, b in zip(sizes, sizes[1:]))"),
        "by index": count(
            "n = 0\n    for i in range(1, len(sizes)):\n        n += sizes[i - 1] * sizes[i]\n"
            "    return n + sum(sizes[1:]) if bias else n"
        ),
        "recursion": count(
            "if len(sizes) < 2:\n        return 0\n"
            "    return (sizes[0] + int(bias)) * sizes[1] + num_parameters(sizes[1:], bias)"
        ),
    },
    "widest_hidden_layer": {
        "loop": width(
            "h = 0\n    while num_inputs * (h + 1) + (h + 1) + (h + 1) * num_classes + num_classes < limit:\n"
            "        h += 1\n    return h"
        ),
        "one line": width("return max(0, (limit - num_classes - 1) // (num_inputs + num_classes + 1))"),
        "from above": width(
            "price = num_inputs + num_classes + 1\n    h = limit // price\n"
            "    while h > 0 and h * price + num_classes >= limit:\n        h -= 1\n    return h"
        ),
        "ceiling": width(
            "price = num_inputs + num_classes + 1\n    return max(-((num_classes - limit) // price) - 1, 0)"
        ),
    },
    "build_mlp": {
        "insert before each but the first": """
def build_mlp(sizes):
    net = nn.Sequential(nn.Flatten(start_dim=1), nn.Linear(sizes[0], sizes[1]))
    for i in range(1, len(sizes) - 1):
        net.append(nn.ReLU())
        net.append(nn.Linear(sizes[i], sizes[i + 1]))
    return net
""",
        "the last one apart": """
def build_mlp(sizes):
    *hidden, last = list(zip(sizes[:-1], sizes[1:]))
    layers = [module for a, b in hidden for module in (nn.Linear(a, b), nn.ReLU(inplace=True))]
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(*last))
""",
        "pop": mlp("nn.Linear(a, b), nn.ReLU()", "layers.pop() and nn.Sequential(*layers)"),
    },
    "select": {
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
    },
    "networks": {
        "written out": search(
            "return [(784, 6, 10), (784, 9, 10), (784, 15, 10), (784, 28, 10), (784, 44, 10)]", "return 0.02"
        ),
        "two hidden layers": search("return [(784, h, h // 2, 10) for h in (6, 10, 16, 24, 40)]", "return 0.015"),
        "loop": search(
            "found = []\n    for h in range(6, 46, 6):\n        found.append((784, h, 10))\n    return found",
            "rate = 1e-2\n    return 2 * rate",
        ),
    },
}

WRONG = {
    "num_parameters": {
        "no biases": (count("return sum(a * b for a, b in pairwise(sizes))"), "the biases are missing"),
        "no start value": (
            count("for a, b in pairwise(sizes):\n        total += (a + bias) * b\n    return total"),
            "`total` ",
        ),
        "typo in a name": (
            count("return sum((a + bais) * b for a, b in pairwise(sizes))"),
            "Perhaps `bias` is meant",
        ),
        "biases for the input": (
            count("return sum(a * b for a, b in pairwise(sizes)) + (sum(sizes) if bias else 0)"),
            "The input is no layer",
        ),
        "biases of the inputs": (
            count("return sum(a * b + a * bias for a, b in pairwise(sizes))"),
            "not for each of its inputs",
        ),
        "one bias a layer": (count("return sum(a * b + bias for a, b in pairwise(sizes))"), "one bias for each layer"),
        "last layer missing": (
            count("return sum((a + bias) * b for a, b in pairwise(sizes[:-1]))"),
            "the last layer is missing",
        ),
        "product of all": (count("return torch.tensor(sizes).prod().item()"), "so add them up"),
        "bias ignored": (count("return sum((a + 1) * b for a, b in pairwise(sizes))"), "biases are not counted"),
        "hard-coded": (count("return 40_785 if bias else 40_700"), "other sizes, (5, 3)"),
        "three layers always": (
            count("a, b, c, d = (*sizes, 0, 0)[:4]\n    return (a + bias) * b + (b + bias) * c + (c + bias) * d"),
            "other sizes, (3, 1, 6, 2, 5)",
        ),
        "builds the network": (
            count("return count_parameters(nn.Sequential(*(nn.Linear(a, b) for a, b in pairwise(sizes))))"),
            "no layer needs to be built",
        ),
        "prints": (count("print(sum((a + bias) * b for a, b in pairwise(sizes)))"), "is the `return` line missing?"),
    },
    "widest_hidden_layer": {
        "at most": (
            width("return max(0, (limit - num_classes) // (num_inputs + num_classes + 1))"),
            "reach the limit exactly; fewer",
        ),
        "biases of the classes forgotten": (
            width("return max(0, (limit - 1) // (num_inputs + num_classes + 1))"),
            "are all biases counted",
        ),
        "no biases": (width("return max(0, (limit - 1) // (num_inputs + num_classes))"), "are all biases counted"),
        "biases of the hidden layer forgotten": (
            width("return max(0, (limit - 1 - num_classes) // (num_inputs + num_classes))"),
            "are all biases counted",
        ),
        "the first that does not fit": (
            width(
                "h = 0\n    while (num_inputs + num_classes + 1) * h + num_classes < limit:\n"
                "        h += 1\n    return h"
            ),
            "too wide",
        ),
        "only the first layer": (width("return (limit - 1) // (num_inputs + 1)"), "too wide"),
        "biases for the inputs": (
            width("return (limit - 1 - num_classes - num_inputs) // (num_inputs + num_classes + 1)"),
            "these still fit",
        ),
        "rounds up": (width("return round((limit - num_classes) / (num_inputs + num_classes + 1) + 0.5)"), "too wide"),
        "a fraction": (width("return (limit - 1 - num_classes) / (num_inputs + num_classes + 1)"), "rounds down"),
        "hard-coded": (width("return 51"), "widest_hidden_layer(100000, 784, 10)"),
        "MNIST only": (width("return max(0, (limit - 11) // 795)"), "widest_hidden_layer(13, 5, 3)"),
        "below zero": (
            width("return (limit - 1 - num_classes) // (num_inputs + num_classes + 1)"),
            "where no unit fits, it is 0",
        ),
    },
    "build_mlp": {
        "ReLU at the end": (mlp("nn.Linear(a, b), nn.ReLU()", "nn.Sequential(*layers)"), "ReLU stands last"),
        "softmax at the end": (
            mlp("nn.Linear(a, b), nn.ReLU()", "nn.Sequential(*layers[:-1], nn.Softmax(dim=1))"),
            "Softmax stands last",
        ),
        "no ReLU": (mlp("nn.Linear(a, b)", "nn.Sequential(*layers)"), "between two linear layers stands nothing"),
        "sigmoid": (mlp("nn.Linear(a, b), nn.Sigmoid()"), "stands Sigmoid"),
        "dropout too": (
            mlp("nn.Linear(a, b), nn.ReLU(), nn.Dropout(0.5)", "nn.Sequential(*layers[:-2])"),
            "ReLU and Dropout",
        ),
        "no biases": (mlp("nn.Linear(a, b, bias=False), nn.ReLU()"), "a layer has no biases"),
        "sizes swapped": (mlp("nn.Linear(b, a), nn.ReLU()"), "its linear layers are [(6, 12)"),
        "last layer cut off": (
            mlp("nn.Linear(a, b), nn.ReLU()", "nn.Sequential(*layers[:-2])"),
            "its linear layers are",
        ),
        "not flattened": (
            mlp("nn.Linear(a, b), nn.ReLU()", "nn.Sequential(*layers[1:-1])"),
            "mat1 and mat2 shapes",
        ),
        "a list": (mlp("nn.Linear(a, b), nn.ReLU()", "layers[:-1]"), "wanted an nn.Sequential, got [Flatten"),
        "no return": (mlp("nn.Linear(a, b), nn.ReLU()", "None"), "wanted an nn.Sequential, got None"),
        "one layer used again": (
            """
def build_mlp(sizes):
    made, layers = {}, [nn.Flatten()]
    for pair in pairwise(sizes):
        layers += [made.setdefault(pair, nn.Linear(*pair)), nn.ReLU()]
    return nn.Sequential(*layers[:-1])
""",
            "one layer stands in two places",
        ),
        "the baseline, whatever the sizes": (
            """
def build_mlp(sizes):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 50), nn.ReLU(), nn.Linear(50, 25), nn.ReLU(), nn.Linear(25, 10)
    )
""",
            "its linear layers are [(784, 50), (50, 25), (25, 10)]",
        ),
    },
    "select": {
        "the most accurate": (choice("max(groups, key=lambda s: mean(groups[s]))"), "it is the most accurate"),
        "best seed": (choice(smallest("max(groups[s]) >= target")), "one lucky seed"),
        "every seed": (choice(smallest("min(groups[s]) >= target")), "not every single seed"),
        "median": (choice(smallest("sorted(groups[s])[len(groups[s]) // 2] >= target")), "most of its seeds"),
        "last seed": (
            """
def select(runs, target):
    last = {run.sizes: run for run in runs}
    good = [run for run in last.values() if run.valid_accuracy >= target]
    return min(good, key=lambda run: run.parameters).sizes
""",
            "one lucky seed",
        ),
        "training accuracy": (choice(smallest("mean(groups[s]) >= target"), "run.train_accuracy"), "training accuracy"),
        "test accuracy": (choice(smallest("mean(groups[s]) >= target"), "run.test.open()"), "opened a test envelope"),
        "test accuracy as a tie-break": (
            choice(smallest("mean(groups[s]) >= target")).replace("    return", "    runs[0].test.open()\n    return"),
            "opened a test envelope",
        ),
        "first in the list": (
            choice("next(s for s in groups if mean(groups[s]) >= target)"),
            "comes first in the list",
        ),
        "closest to the target": (
            choice("min((s for s in groups if mean(groups[s]) >= target), key=lambda s: mean(groups[s]))"),
            "closest to the target",
        ),
        "above the target only": (choice(smallest("mean(groups[s]) > target")), "a mean equal to the target is enough"),
        "three seeds always": (choice(smallest("sum(groups[s]) / 3 >= target")), "on other runs"),
        "fewest layers": (
            choice("min((s for s in groups if mean(groups[s]) >= target), key=lambda s: (len(s), s), default=None)"),
            "not fewest layers",
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
        "nobody not thought of": (
            choice("min((s for s in groups if mean(groups[s]) >= target), key=cost.get)"),
            "where none reaches the target, return None",
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
        "hard-coded": (choice("(784, 24, 10)"), "on other runs"),
    },
    "networks": {
        "wider than the baseline": (search(widths(8, 16, 32, 64)), "no fewer than the baseline"),
        "hidden sizes only": (search("return [8, 16, 32, 48]"), "is no tuple of ints"),
        "without pixels and classes": (search("return [(8,), (16,), (32,), (48,)]"), "does not lead from 784 pixels"),
        "fractions": (search("return [(784, 16 / 2, 10)] * 4"), "is no tuple of ints"),
        "one only": (search("return [(784, 32, 10)]"), "wanted 4 to 8 of them, got 1"),
        "one twice": (search(widths(8, 16, 16, 32)), "stands twice in the list"),
        "all too small": (search(widths(2, 3, 4, 5)), "none reaches"),
        "none that misses": (search(widths(32, 36, 40, 44)), "a smaller one might"),
        "a gap below the winner": (search(widths(2, 3, 4, 40)), "too wide a gap"),
        "rate too small": (search(widths(8, 16, 32, 48), "return 1e-5"), "another max_lr?"),
        "rate too large": (search(widths(8, 16, 32, 48), "return 1.0"), "wanted a float above 0 and at most 0.1"),
        "rate of zero": (search(widths(8, 16, 32, 48), "return 0"), "wanted a float above 0 and at most 0.1"),
        "three times the epochs": (
            search(widths(8, 16, 32, 48), "global EPOCHS\n    EPOCHS = 9\n    return 0.015"),
            "no equal budget",
        ),
        "fewer classes": (search("return [(784, h, 9) for h in (8, 16, 32, 48)]"), "to 10 classes"),
    },
}

SECONDS = {"networks": 20.0}

LEFT_OPEN = "which networks to try is the student's choice: this one ends the search as well"
LINE = "return [(784, hidden, 10) for hidden in range(8, 49, 8)]"

SURVIVORS = {
    "networks": {
        f"{LINE}: 8 -> 9": LEFT_OPEN,
        f"{LINE}: 8 -> 7": LEFT_OPEN,
        f"{LINE}: 49 -> 48": LEFT_OPEN,
        f"{LINE}: 49 -> 50": "equivalent: the range ends at 48 either way",
    },
}
