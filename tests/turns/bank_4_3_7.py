"""Answers to the turns of 4.3.7: right ones in other styles, and slips, each with the hint that is shown for it."""


def hooks(body: str) -> str:
    return f"def layer_outputs(model, X, kind):\n{body}\n"


def std(body: str) -> str:
    return f"def weight_std(n, a):\n    {body}\n"


def ratio(body: str) -> str:
    return f"def update_ratio(weight, gradient, lr):\n    {body}\n"


LOOP = "    outputs, handles = [], []\n    for layer in model:\n        if isinstance(layer, kind):\n"
ATTACH = "            handles.append(layer.register_forward_hook(lambda l, i, o: outputs.append(o)))\n"
REMOVE = "    for handle in handles:\n        handle.remove()\n"

RIGHT = {
    "layer_outputs": {
        "loop": hooks(f"{LOOP}{ATTACH}    model(X)\n{REMOVE}    return outputs"),
        "named function": hooks(
            "    outputs = []\n\n    def keep(layer, inputs, output):\n        outputs.append(output)\n\n"
            "    handles = [layer.register_forward_hook(keep) for layer in model if isinstance(layer, kind)]\n"
            f"    with torch.no_grad():\n        model(X)\n{REMOVE}    return outputs"
        ),
        "detached copies": hooks(
            "    outputs = []\n\n    def keep(layer, inputs, output):\n        outputs.append(output.detach())\n\n"
            "    handles = [m.register_forward_hook(keep) for m in model.modules() if isinstance(m, kind)]\n"
            "    model(X)\n    [handle.remove() for handle in handles]\n    return outputs"
        ),
    },
    "weight_std": {
        "math": std("return 1 / math.sqrt(n * a)"),
        "power": std("return (n * a) ** -0.5"),
        "tensor": std("return torch.tensor(1 / (n * a)).sqrt()"),
    },
    "update_ratio": {
        "as the formula": ratio("return (lr * gradient).std() / weight.std()"),
        "number": ratio("return lr * gradient.std().item() / weight.std().item()"),
        "torch functions": ratio("step = gradient * lr\n    return torch.std(step) / torch.std(weight)"),
        "population": ratio("return (lr * gradient).std(correction=0) / weight.std(correction=0)"),
    },
}

WRONG = {
    "layer_outputs": {
        "hooks stay": (hooks(f"{LOOP}{ATTACH}    model(X)\n    return outputs"), "number of hooks left"),
        "no forward pass": (hooks(f"{LOOP}{ATTACH}{REMOVE}    return outputs"), "number of outputs"),
        "removed before the pass": (
            hooks(f"{LOOP}{ATTACH}{REMOVE}    model(X)\n    return outputs"),
            "number of outputs",
        ),
        "every layer": (
            hooks(
                "    outputs = []\n    handles = [m.register_forward_hook(lambda l, i, o: outputs.append(o))"
                f" for m in model]\n    model(X)\n{REMOVE}    return outputs"
            ),
            "number of outputs",
        ),
        "inputs instead of outputs": (
            hooks(f"{LOOP}{ATTACH.replace('(o)', '(i[0])')}    model(X)\n{REMOVE}    return outputs"),
            "first output",
        ),
        "two arguments": (
            hooks(f"{LOOP}{ATTACH.replace('lambda l, i, o', 'lambda l, o')}    model(X)\n{REMOVE}    return outputs"),
            "layer_outputs",
        ),
        "nothing returned": (hooks(f"{LOOP}{ATTACH}    model(X)\n{REMOVE}"), "layer_outputs"),
    },
    "weight_std": {
        "variance": (std("return 1 / (n * a)"), "its square, the variance"),
        "a upside down": (std("return math.sqrt(a / n)"), "it must give 1. Where does a stand?"),
        "a left out": (std("return 1 / math.sqrt(n)"), "it must give 1. Where does a stand?"),
        "root of the product": (std("return math.sqrt(n * a)"), "weight_std for tanh"),
        "PyTorch's default": (std("return 1 / math.sqrt(3 * n)"), "weight_std for tanh"),
    },
    "update_ratio": {
        "rate left out": (ratio("return gradient.std() / weight.std()"), "Two standard deviations over all entries"),
        "upside down": (ratio("return weight.std() / (lr * gradient).std()"), "the ratio"),
        "mean": (ratio("return lr * gradient.mean() / weight.mean()"), "the ratio"),
        "of single entries": (
            ratio("return (lr * gradient / weight).std()"),
            "Two standard deviations over all entries",
        ),
        "variance": (ratio("return (lr * gradient).var() / weight.var()"), "the ratio"),
        "typo": (ratio("return (lr * gradeint).std() / weight.std()"), "gradeint"),
        "no brackets": (ratio("return lr * gradient.std / weight.std"), "update_ratio"),
    },
}
