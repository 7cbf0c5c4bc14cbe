"""Answers to the turns of 4.1.2: right ones in other styles, and slips, each with the hint that is shown for it."""

INIT = """class SmallNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(10, 5)
        self.output = nn.Linear(5, 1)

    def forward({arguments}):
        {body}
"""


def small_net(body: str, arguments: str = "self, X") -> str:
    return INIT.format(arguments=arguments, body=body)


def count(body: str) -> str:
    return f"def count_by_hand(sizes, bias=True):\n    {body}\n"


def mlp(body: str) -> str:
    return f"def make_mlp(sizes):\n    {body}\n"


LOOP = (
    "parts = []\n    for n_in, n_out in pairwise(sizes):\n        parts += [{parts}]\n    return nn.Sequential(*{kept})"
)

RIGHT = {
    "SmallNet": {
        "two lines": small_net("H = torch.relu(self.hidden(X))\n        return self.output(H)"),
        "one line": small_net("return self.output(self.hidden(X).relu())"),
        "clamp": small_net("X = self.hidden(X)\n        X = X.clamp(min=0)\n        return self.output(X)"),
        "a layer for the activation": small_net("return self.output(nn.ReLU()(self.hidden(X)))"),
    },
    "count_by_hand": {
        "one line": count("return sum(a * b + (b if bias else 0) for a, b in pairwise(sizes))"),
        "weights and biases": count(
            "weights = sum(a * b for a, b in zip(sizes, sizes[1:]))\n"
            "    return weights + sum(sizes[1:]) if bias else weights"
        ),
        "loop": count(
            "n = 0\n    for i in range(1, len(sizes)):\n"
            "        n += (sizes[i - 1] + int(bias)) * sizes[i]\n    return n"
        ),
    },
    "make_mlp": {
        "cut off the last": mlp(LOOP.format(parts="nn.Linear(n_in, n_out), nn.ReLU()", kept="parts[:-1]")),
        "activation first": mlp(
            "parts = [nn.Linear(sizes[0], sizes[1])]\n    for n_in, n_out in pairwise(sizes[1:]):\n"
            "        parts.append(nn.ReLU())\n        parts.append(nn.Linear(n_in, n_out))\n"
            "    return nn.Sequential(*parts)"
        ),
        "append": mlp(
            "net = nn.Sequential()\n    for i in range(len(sizes) - 1):\n"
            "        net.append(nn.Linear(sizes[i], sizes[i + 1]))\n        if i < len(sizes) - 2:\n"
            "            net.append(nn.ReLU())\n    return net"
        ),
    },
}

WRONG = {
    "SmallNet": {
        "no activation": (small_net("return self.output(self.hidden(X))"), "the output is not right yet"),
        "activation at the end": (
            small_net("return torch.relu(self.output(self.hidden(X)))"),
            "the output is not right yet",
        ),
        "hidden layer alone": (small_net("return torch.relu(self.hidden(X))"), "the output is not right yet"),
        "missing self": (small_net("return self.output(torch.relu(self.hidden(X)))", "X"), "self"),
        "self forgotten on a layer": (small_net("return self.output(torch.relu(hidden(X)))"), "hidden"),
        "the list itself": (small_net("return sequential(X)"), "the output is not right yet"),
        "no return": (small_net("self.output(torch.relu(self.hidden(X)))"), "is the `return` line missing?"),
    },
    "count_by_hand": {
        "no biases": (count("return sum(a * b for a, b in pairwise(sizes))"), "with biases"),
        "biases always": (count("return sum(a * b + b for a, b in pairwise(sizes))"), "without biases"),
        "biases of the inputs": (
            count("return sum(a * b for a, b in pairwise(sizes)) + (sum(sizes) if bias else 0)"),
            "with biases",
        ),
        "one bias per layer": (
            count("return sum(a * b + (1 if bias else 0) for a, b in pairwise(sizes))"),
            "with biases",
        ),
        "no start value": (
            count("for a, b in pairwise(sizes):\n        n += a * b + b\n    return n"),
            "`n`",
        ),
    },
    "make_mlp": {
        "activation after the last": (
            mlp(LOOP.format(parts="nn.Linear(n_in, n_out), nn.ReLU()", kept="parts")),
            "the difference from layer, ReLU, layer, ReLU, layer is not right yet",
        ),
        "no activation": (
            mlp(LOOP.format(parts="nn.Linear(n_in, n_out)", kept="parts")),
            "the difference from layer, ReLU, layer, ReLU, layer is not right yet",
        ),
        "sizes swapped": (
            mlp(LOOP.format(parts="nn.Linear(n_out, n_in), nn.ReLU()", kept="parts[:-1]")),
            "stopped by an error",
        ),
        "a list": (
            mlp("return [nn.Linear(a, b) for a, b in pairwise(sizes)]"),
            "stopped by an error",
        ),
        "only the last layer": (
            mlp("for a, b in pairwise(sizes):\n        net = nn.Sequential(nn.Linear(a, b))\n    return net"),
            "stopped by an error",
        ),
    },
}
