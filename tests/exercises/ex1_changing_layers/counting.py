"""Answers to questions 1 and 2 of ex1: parameters counted, and the widest layer."""


def count(body: str) -> str:
    return f"def num_parameters(sizes, bias=True):\n    {body}\n"


def width(body: str) -> str:
    return f"def widest_hidden_layer(limit, num_inputs, num_classes):\n    {body}\n"


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
        "NumPy": count(
            "import numpy as np\n    s = np.array(sizes)\n    return (s[:-1] * s[1:]).sum() + bias * s[1:].sum()"
        ),
        "tensor, as a number": count(
            "s = torch.tensor(sizes)\n    return int((s[:-1] * s[1:]).sum() + bias * s[1:].sum())"
        ),
        "another name for bias": "def num_parameters(widths, bias=True):\n    pairs = [*pairwise(widths)]\n"
        "    weights = sum(a * b for a, b in pairs)\n    return weights + sum(b for _, b in pairs) * bias\n",
        "while": count(
            "left, total = list(sizes), 0\n    while len(left) > 1:\n        a = left.pop(0)\n"
            "        total += a * left[0] + (left[0] if bias else 0)\n    return total"
        ),
        "reduce": count(
            "from functools import reduce\n    step = lambda t, n: (t[0] + (t[1] + bias) * n, n)\n"
            "    return reduce(step, sizes[1:], (0, sizes[0]))[0]"
        ),
        "map": count("from operator import mul\n    return sum(map(mul, sizes, sizes[1:])) + bias * sum(sizes[1:])"),
        "layers on the device meta": count(
            "return sum(p.numel() for a, b in pairwise(sizes)"
            " for p in nn.Linear(a, b, bias=bias, device='meta').parameters())"
        ),
    },
    "widest_hidden_layer": {
        "loop": width(
            "h = 0\n    while num_inputs * (h + 1) + (h + 1) + (h + 1) * num_classes + num_classes < limit:\n"
            "        h += 1\n    return h"
        ),
        "one line": width("return max(0, (limit - num_classes - 1) // (num_inputs + num_classes + 1))"),
        "from above": width(
            "each = num_inputs + num_classes + 1\n    h = limit // each\n"
            "    while h > 0 and h * each + num_classes >= limit:\n        h -= 1\n    return h"
        ),
        "ceiling": width(
            "each = num_inputs + num_classes + 1\n    return max(-((num_classes - limit) // each) - 1, 0)"
        ),
        "with num_parameters": width(
            "h = 0\n    while num_parameters((num_inputs, h + 1, num_classes)) < limit:\n        h += 1\n    return h"
        ),
        "fractions": width(
            "from fractions import Fraction\n    h = Fraction(limit - num_classes, num_inputs + num_classes + 1)\n"
            "    return max(0, -(-h // 1) - 1)"
        ),
        "units one by one": width(
            "units, used = 0, num_classes\n    while True:\n        used += num_inputs + 1 + num_classes\n"
            "        if used >= limit:\n            return units\n        units += 1"
        ),
        "bisection": width(
            "low, high = 0, limit + 1\n    while high - low > 1:\n        h = (low + high) // 2\n"
            "        fits = num_parameters((num_inputs, h, num_classes)) < limit\n"
            "        low, high = (h, high) if fits else (low, h)\n    return low"
        ),
        "math.floor": width(
            "import math\n    return max(0, math.floor((limit - 1 - num_classes) / (num_inputs + num_classes + 1)))"
        ),
        "NumPy": width(
            "import numpy as np\n    return np.maximum(0, (limit - 1 - num_classes) // (num_inputs + num_classes + 1))"
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
            "the input is not a layer",
        ),
        "biases of the inputs": (
            count("return sum(a * b + a * bias for a, b in pairwise(sizes))"),
            "not for each of its inputs",
        ),
        "one bias per layer": (count("return sum(a * b + bias for a, b in pairwise(sizes))"), "not one in all"),
        "last layer missing": (
            count("return sum((a + bias) * b for a, b in pairwise(sizes[:-1]))"),
            "the last of the three layers",
        ),
        "product of all": (count("return torch.tensor(sizes).prod().item()"), "each layer counts for itself"),
        "bias ignored": (count("return sum((a + 1) * b for a, b in pairwise(sizes))"), "biases are not counted"),
        "biases only without": (
            count("return sum((a + (not bias)) * b for a, b in pairwise(sizes))"),
            "the biases are missing",
        ),
        "hard-coded": (count("return 40_785 if bias else 40_700"), "wanted "),
        "three layers always": (
            count("a, b, c, d = sizes\n    return (a + bias) * b + (b + bias) * c + (c + bias) * d"),
            "values to unpack",
        ),
        "three layers, padded": (
            count("a, b, c, d = (*sizes, 0, 0)[:4]\n    return (a + bias) * b + (b + bias) * c + (c + bias) * d"),
            "wanted ",
        ),
        "builds the network": (
            count("return count_parameters(nn.Sequential(*(nn.Linear(a, b) for a, b in pairwise(sizes))))"),
            "biases are not counted",
        ),
        "builds it with and without biases": (
            count("return sum(count_parameters(nn.Linear(a, b, bias=bias)) for a, b in pairwise(sizes))"),
            "stopped by an error",
        ),
        "prints": (count("print(sum((a + bias) * b for a, b in pairwise(sizes)))"), "is the `return` line missing?"),
        "a float": (count("return float(sum((a + bias) * b for a, b in pairwise(sizes)))"), "wanted an int"),
        "a tensor": (count("return torch.tensor(sum((a + bias) * b for a, b in pairwise(sizes)))"), ".item()"),
        "a list": (count("return [(a + bias) * b for a, b in pairwise(sizes)]"), "wanted an int, got [39250"),
        "bias missing": (
            "def num_parameters(sizes):\n    return sum((a + 1) * b for a, b in pairwise(sizes))\n",
            "unexpected keyword argument",
        ),
        "return within the loop": (
            count("total = 0\n    for a, b in pairwise(sizes):\n        total += (a + bias) * b\n        return total"),
            "wanted 40785",
        ),
        "set of pairs": (
            count("return sum((a + bias) * b for a, b in {*pairwise(sizes)})"),
            "wanted ",
        ),
        "int32": (
            count(
                "s = torch.tensor(sizes, dtype=torch.int32)\n"
                "    return int((s[:-1] * s[1:]).sum(dtype=torch.int32) + bias * s[1:].sum())"
            ),
            "1000000000",
        ),
        "float arithmetic": (
            count("return int(sum((a + bias) * float(b) for a, b in pairwise(sizes)))"),
            "1000000000",
        ),
    },
    "widest_hidden_layer": {
        "at most": (
            width("return max(0, (limit - num_classes) // (num_inputs + num_classes + 1))"),
            "the limit is reached exactly; fewer",
        ),
        "biases of the classes forgotten": (
            width("return max(0, (limit - 1) // (num_inputs + num_classes + 1))"),
            "not all biases are counted",
        ),
        "no biases": (
            width("return max(0, (limit - 1) // (num_inputs + num_classes))"),
            "not all biases are counted",
        ),
        "biases of the hidden layer forgotten": (
            width("return max(0, (limit - 1 - num_classes) // (num_inputs + num_classes))"),
            "not all biases are counted",
        ),
        "the first that does not fit": (
            width(
                "h = 0\n    while (num_inputs + num_classes + 1) * h + num_classes < limit:\n"
                "        h += 1\n    return h"
            ),
            "too many",
        ),
        "only the first layer": (width("return (limit - 1) // (num_inputs + 1)"), "hidden units make"),
        "biases for the inputs": (
            width("return max(0, limit - 1 - num_classes - num_inputs) // (num_inputs + num_classes + 1)"),
            "would fit",
        ),
        "rounds up": (width("return round((limit - num_classes) / (num_inputs + num_classes + 1) + 0.5)"), "too many"),
        "a fraction": (width("return (limit - 1 - num_classes) / (num_inputs + num_classes + 1)"), "rounds down"),
        "floor of floats": (width("return (limit - 1.0 - num_classes) // (num_inputs + num_classes + 1)"), "an int"),
        "up to 1,000 only": (
            width(
                "best = 0\n    for h in range(1, 1000):\n"
                "        if num_parameters((num_inputs, h, num_classes)) < limit:\n            best = h\n"
                "    return best"
            ),
            "got 999, but 1000 would fit",
        ),
        "hard-coded": (width("return 51"), "too many: 51 hidden units"),
        "MNIST only": (width("return max(0, (limit - 11) // 795)"), "would fit"),
        "below zero": (
            width("return (limit - 1 - num_classes) // (num_inputs + num_classes + 1)"),
            "where not even one unit fits, it is 0",
        ),
        "at least one": (
            width("return max(1, (limit - 1 - num_classes) // (num_inputs + num_classes + 1))"),
            "1 hidden unit makes 805 parameters",
        ),
        "None where none fits": (
            width("h = (limit - 1 - num_classes) // (num_inputs + num_classes + 1)\n    if h > 0:\n        return h"),
            "it returned None",
        ),
        "num_classes forgotten in the unit": (
            width("return max(0, (limit - 1 - num_classes) // (num_inputs + 1))"),
            "hidden units make",
        ),
        "arguments swapped": (
            width("return max(0, (limit - 1 - num_inputs) // (num_inputs + num_classes + 1))"),
            "would fit",
        ),
        "one less": (
            width("return max(0, (limit - 1 - num_classes) // (num_inputs + num_classes + 1) - 1)"),
            "would fit",
        ),
        "typo in a name": (
            width("return max(0, (limit - 1 - num_class) // (num_inputs + num_classes + 1))"),
            "Perhaps `num_classes` is meant",
        ),
        "prints": (
            width("print(max(0, (limit - 1 - num_classes) // (num_inputs + num_classes + 1)))"),
            "is the `return` line missing?",
        ),
        "the sizes": (
            width("return (num_inputs, max(0, (limit - 1 - num_classes) // (num_inputs + num_classes + 1)))"),
            "wanted an int, got (784",
        ),
        "unbound local": (
            width(
                "while (num_inputs + num_classes + 1) * (h + 1) + num_classes < limit:\n        h += 1\n    return h"
            ),
            "`h` ",
        ),
        "a tensor": (
            width("return torch.tensor((limit - 1 - num_classes) // (num_inputs + num_classes + 1))"),
            ".item()",
        ),
    },
}
