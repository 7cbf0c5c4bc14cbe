"""Answers to questions 3 and 6 of ex1: a network from its sizes, and which ones to try."""


def mlp(layers: str, end: str = "nn.Sequential(*layers[:-1])") -> str:
    """A network from what one pair of sizes (a, b) brings."""
    return f"""
def build_mlp(sizes):
    layers = [nn.Flatten()]
    for a, b in pairwise(sizes):
        layers += [{layers}]
    return {end}
"""


def search(networks: str, rate: str = "return 0.015") -> str:
    return f"def networks():\n    {networks}\n\n\ndef max_lr():\n    {rate}\n"


def widths(*hidden: int) -> str:
    return f"return [(784, h, 10) for h in {hidden}]"


RIGHT = {
    "build_mlp": {
        "append": """
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
        "one ReLU for all": """
def build_mlp(sizes):
    relu, layers = nn.ReLU(), [nn.Flatten()]
    for a, b in pairwise(sizes):
        layers += [nn.Linear(a, b), relu]
    return nn.Sequential(*layers[:-1])
""",
        "nested": """
def build_mlp(sizes):
    blocks = [nn.Sequential(nn.Linear(a, b), nn.ReLU()) for a, b in pairwise(sizes[:-1])]
    return nn.Sequential(nn.Flatten(), *blocks, nn.Linear(sizes[-2], sizes[-1]))
""",
        "named": """
from collections import OrderedDict

def build_mlp(sizes):
    parts = OrderedDict(flatten=nn.Flatten())
    for i, (a, b) in enumerate(pairwise(sizes)):
        if i:
            parts[f"relu{i}"] = nn.ReLU()
        parts[f"linear{i}"] = nn.Linear(a, b)
    return nn.Sequential(parts)
""",
        "last layer starts at zero": """
def build_mlp(sizes):
    layers = [nn.Flatten()]
    for a, b in pairwise(sizes):
        layers += [nn.Linear(a, b), nn.ReLU()]
        nn.init.kaiming_normal_(layers[-2].weight)
    nn.init.zeros_(layers[-2].weight)
    nn.init.zeros_(layers[-2].bias)
    return nn.Sequential(*layers[:-1])
""",
        "a subclass": """
class MLP(nn.Sequential):
    def __init__(self, sizes):
        super().__init__(nn.Flatten())
        for place, pair in enumerate(pairwise(sizes)):
            if place > 0:
                self.append(nn.ReLU())
            self.append(nn.Linear(*pair))

def build_mlp(sizes):
    return MLP(sizes)
""",
        "comprehension": """
def build_mlp(sizes):
    body = [module for a, b in pairwise(sizes) for module in (nn.ReLU(), nn.Linear(a, b))]
    return nn.Sequential(nn.Flatten(), *body[1:])
""",
        "recursion": """
def build_mlp(sizes):
    def rest(sizes):
        layer = nn.Linear(sizes[0], sizes[1])
        return [layer] if len(sizes) == 2 else [layer, nn.ReLU(), *rest(sizes[1:])]

    return nn.Sequential(nn.Flatten(), *rest(sizes))
""",
        "the last one deleted": """
def build_mlp(sizes):
    net = nn.Sequential(nn.Flatten())
    for a, b in pairwise(sizes):
        net.extend([nn.Linear(a, b), nn.ReLU()])
    del net[-1]
    return net
""",
        "lazy": """
def build_mlp(sizes):
    layers = [nn.Flatten()]
    for size in sizes[1:]:
        layers += [nn.LazyLinear(size), nn.ReLU()]
    return nn.Sequential(*layers[:-1])
""",
    },
    "networks": {
        "written out, as lists": search(
            "return [[784, 8, 10], [784, 16, 10], [784, 24, 10], [784, 32, 10], [784, 48, 10]]"
        ),
        "two hidden layers": search("return [(784, h, h // 2, 10) for h in (8, 16, 26, 44)]"),
        "steps of six": search(widths(*range(12, 51, 6))),
        "NumPy": search(
            "import numpy as np\n    return [(784, h, 10) for h in np.linspace(8, 48, 6).astype(int)]",
            "import numpy as np\n    return np.float64(0.015)",
        ),
        "a tuple, not in order": search("return tuple((784, h, 10) for h in (48, 8, 40, 16, 32))"),
        "zip": search("return list(zip([784] * 5, (16, 24, 32, 40, 48), [10] * 5))", "return 3 / 200"),
        "both depths": search("return [(784, 44, 22, 10), (784, 8, 10), (784, 26, 13, 10), (784, 48, 10)]"),
        "append": search(
            "found = []\n    for k in range(2, 7):\n        found.append((784, 8 * k, 10))\n    return found"
        ),
        "from the widest": search(
            "top = widest_hidden_layer(40_785, 784, 10)\n"
            "    return [(784, top - k, 10) for k in (3, 11, 19, 27, 35, 43)]"
        ),
        "counted": search(
            "return [(784, h, 10) for h in range(8, 60, 8) if num_parameters((784, h, 10)) < 40_785]",
            "return max([0.005, 0.01, 0.015])",
        ),
    },
}

WRONG = {
    "build_mlp": {
        "ReLU at the end": (mlp("nn.Linear(a, b), nn.ReLU()", "nn.Sequential(*layers)"), "went through a ReLU"),
        "softmax at the end": (
            mlp("nn.Linear(a, b), nn.ReLU()", "nn.Sequential(*layers[:-1], nn.Softmax(dim=1))"),
            "went through a softmax",
        ),
        "log-softmax at the end": (
            mlp("nn.Linear(a, b), nn.ReLU()", "nn.Sequential(*layers[:-1], nn.LogSoftmax(dim=1))"),
            "went through a log_softmax",
        ),
        "no ReLU": (mlp("nn.Linear(a, b)", "nn.Sequential(*layers)"), "with no ReLU between them"),
        "sigmoid": (mlp("nn.Linear(a, b), nn.Sigmoid()"), "stands sigmoid, wanted a ReLU"),
        "tanh": (mlp("nn.Linear(a, b), nn.Tanh()"), "stands tanh, wanted a ReLU"),
        "leaky ReLU": (mlp("nn.Linear(a, b), nn.LeakyReLU()"), "stands leaky_relu, wanted a ReLU"),
        "ReLU on the images": (
            mlp("nn.ReLU(), nn.Linear(a, b)", "nn.Sequential(*layers)"),
            "before the first layer",
        ),
        "ReLU after the first layer only": (
            """
def build_mlp(sizes):
    first, *rest = pairwise(sizes)
    layers = [nn.Linear(*pair) for pair in rest]
    return nn.Sequential(nn.Flatten(), nn.Linear(*first), *[nn.ReLU()] * bool(rest), *layers)
""",
            "the result of build_mlp",
        ),
        "dropout too": (
            mlp("nn.Linear(a, b), nn.ReLU(), nn.Dropout(0.5)", "nn.Sequential(*layers[:-2])"),
            "is there dropout in it?",
        ),
        "layer norm too": (
            mlp("nn.Linear(a, b), nn.LayerNorm(b), nn.ReLU()", "nn.Sequential(*layers[:-2])"),
            "tensors of parameters",
        ),
        "batch norm too": (
            mlp("nn.Linear(a, b), nn.BatchNorm1d(b), nn.ReLU()", "nn.Sequential(*layers[:-2])"),
            "Expected more than 1 value",
        ),
        "ReLU6": (mlp("nn.Linear(a, b), nn.ReLU6()"), "stands relu6, wanted a ReLU"),
        "a seed set in it": (
            mlp("nn.Linear(a, b), nn.ReLU()").replace("    layers =", "    torch.manual_seed(0)\n    layers ="),
            "Is a seed set in it?",
        ),
        "frozen": (
            mlp("nn.Linear(a, b), nn.ReLU()", "nn.Sequential(*layers[:-1]).requires_grad_(False)"),
            "cannot be trained",
        ),
        "the list outlives the call": (
            """
layers = [nn.Flatten()]

def build_mlp(sizes):
    for a, b in pairwise(sizes):
        layers.extend([nn.Linear(a, b), nn.ReLU()])
    return nn.Sequential(*layers[:-1])
""",
            "each call makes a new network",
        ),
        "pixels scaled": (
            """
class Scale(nn.Module):
    def forward(self, x):
        return (x - 0.13) / 0.31

def build_mlp(sizes):
    layers = [nn.Flatten(), Scale()]
    for a, b in pairwise(sizes):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers[:-1])
""",
            "the result of build_mlp",
        ),
        "no biases": (mlp("nn.Linear(a, b, bias=False), nn.ReLU()"), "not each of its layers has biases"),
        "one layer without biases": (
            """
def build_mlp(sizes):
    layers = [nn.Flatten()]
    for a, b in pairwise(sizes):
        layers += [nn.Linear(a, b, bias=len(layers) > 1), nn.ReLU()]
    return nn.Sequential(*layers[:-1])
""",
            "not each of its layers has biases",
        ),
        "sizes swapped": (mlp("nn.Linear(b, a), nn.ReLU()"), "mat1 and mat2 shapes"),
        "last layer cut off": (
            mlp("nn.Linear(a, b), nn.ReLU()", "nn.Sequential(*layers[:-2])"),
            "its linear layers are",
        ),
        "not flattened": (
            mlp("nn.Linear(a, b), nn.ReLU()", "nn.Sequential(*layers[1:-1])"),
            "are the images flattened?",
        ),
        "flattened with the batch": (
            mlp("nn.Linear(a, b), nn.ReLU()", "nn.Sequential(nn.Flatten(start_dim=0), *layers[1:-1])"),
            "the batch is lost",
        ),
        "a list": (mlp("nn.Linear(a, b), nn.ReLU()", "layers[:-1]"), "With a star it takes a list"),
        "star forgotten": (mlp("nn.Linear(a, b), nn.ReLU()", "nn.Sequential(layers[:-1])"), "stopped by an error"),
        "no return": (mlp("nn.Linear(a, b), nn.ReLU()", "None"), "is the `return` line missing?"),
        "one layer used again": (
            """
def build_mlp(sizes):
    made, layers = {}, [nn.Flatten()]
    for pair in pairwise(sizes):
        layers += [made.setdefault(pair, nn.Linear(*pair)), nn.ReLU()]
    return nn.Sequential(*layers[:-1])
""",
            "one linear layer stands in two places",
        ),
        "the same network each time": (
            """
made = {}

def build_mlp(sizes):
    if sizes not in made:
        layers = [module for a, b in pairwise(sizes) for module in (nn.Linear(a, b), nn.ReLU())]
        made[sizes] = nn.Sequential(nn.Flatten(), *layers[:-1])
    return made[sizes]
""",
            "each call makes a new network",
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
        "three layers always": (
            """
def build_mlp(sizes):
    a, b, c, d = sizes
    return nn.Sequential(nn.Flatten(), nn.Linear(a, b), nn.ReLU(), nn.Linear(b, c), nn.ReLU(), nn.Linear(c, d))
""",
            "values to unpack",
        ),
        "a module of one's own": (
            """
class Net(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))

def build_mlp(sizes):
    return Net(sizes)
""",
            "wanted an nn.Sequential",
        ),
        "typo": (mlp("nn.Linear(a, b), nn.Relu()"), "Perhaps `nn.ReLU` is meant"),
    },
    "networks": {
        "wider than the baseline": (search(widths(8, 16, 32, 64)), "and fewer are wanted"),
        "the baseline itself": (
            search("return [(784, 50, 25, 10), (784, 8, 10), (784, 16, 10), (784, 32, 10)]"),
            "and fewer are wanted",
        ),
        "hidden sizes only": (search("return [8, 16, 32, 48]"), "is not a tuple of ints"),
        "without pixels and classes": (search("return [(8,), (16,), (32,), (48,)]"), "does not lead from 784 pixels"),
        "fractions": (search("return [(784, 16 / 2, 10)] * 4"), "is not a tuple of ints"),
        "one only": (search("return [(784, 32, 10)]"), "wanted 4 to 8 networks, got 1"),
        "nine": (search(widths(*range(5, 50, 5))), "wanted 4 to 8 networks, got 9"),
        "one twice": (search(widths(8, 16, 16, 32)), "784-16-10 stands twice"),
        "no hidden layer": (search("return [(784, 10), (784, 8, 10), (784, 20, 10), (784, 40, 10)]"), "hidden units"),
        "fewer classes": (search("return [(784, h, 9) for h in (8, 16, 32, 48)]"), "to 10 classes"),
        "no return": (search("[(784, h, 10) for h in (8, 16, 32, 48)]"), "is the `return` line missing?"),
        "rate as text": (search(widths(8, 16, 32, 48), "return '0.015'"), "wanted a number above 0"),
        "rate too large": (search(widths(8, 16, 32, 48), "return 1.0"), "wanted a number above 0 and at most 0.1"),
        "rate of zero": (search(widths(8, 16, 32, 48), "return 0"), "wanted a number above 0 and at most 0.1"),
        "none that misses": (search(widths(48, 49, 50, 51)), "A smaller one might, too"),
        "a gap below the chosen one": (search(widths(7, 8, 9, 48)), "there is no network in the list"),
        "rate too small": (search(widths(8, 16, 32, 48), "return 1e-5"), "no mean reaches"),
        "no unit": (search(widths(0, 16, 32, 48)), "does not lead from 784 pixels"),
        "rate for each": (search(widths(8, 16, 32, 48), "return [0.015] * 4"), "wanted a number above 0"),
        "rate not returned": (search(widths(8, 16, 32, 48), "0.015"), "is the `return` line missing?"),
        "more epochs": (
            search(widths(8, 16, 32, 48), "global EPOCHS\n    EPOCHS = 6\n    return 0.015"),
            "no equal budget",
        ),
    },
}

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
