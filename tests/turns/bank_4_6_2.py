"""Answers to the turns of 4.6.2: right ones in other styles, and slips, each with the hint that is shown for it."""


def reader(body: str, init: str = "") -> str:
    """The cell of `Reader`, with this body of `forward`."""
    return f"""class Reader(nn.Module):
    def __init__(self, network, mean, std):
        super().__init__()
        self.network = network
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("std", torch.tensor(std))
{init}
    def forward(self, images):
        {body}
"""


def ratio(body: str) -> str:
    return f"def paired_ratio(a, b):\n    {body}\n"


def task(*lines: str) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"def for_new_task(network, num_classes, frozen):\n{body}\n"


NEW = "nn.Linear(network[-1].in_features, num_classes)"

RIGHT = {
    "Reader": {
        "one line": reader("return self.network(((images / 255 - self.mean) / self.std).flatten(1)).softmax(dim=1)"),
        "in steps": reader(
            "X = images.float().div(255)\n"
            "        X = (X - self.mean) / self.std\n"
            "        X = X.reshape(images.shape[0], -1)\n"
            "        return torch.softmax(self.network(X), dim=-1)"
        ),
        "with modules": reader(
            "X = self.flatten(images.to(torch.float32) / 255.0)\n"
            "        return F.softmax(self.network((X - self.mean) / self.std), dim=1)",
            "        self.flatten = nn.Flatten()\n",
        ),
    },
    "paired_ratio": {
        "NumPy": ratio("return np.quantile(a / b, [0.25, 0.5, 0.75])"),
        "percentiles": ratio("return tuple(np.percentile(a / b, q) for q in (25, 50, 75))"),
        "the other quartiles": ratio("import statistics\n    return statistics.quantiles(a / b, n=4)"),
        "a loop": ratio(
            "ratios = sorted(x / y for x, y in zip(a, b))\n"
            "    low, high = np.quantile(ratios, 0.25), np.quantile(ratios, 0.75)\n"
            "    return low, np.median(ratios), high"
        ),
        "torch": ratio("return torch.quantile(torch.tensor(a / b), torch.tensor([0.25, 0.5, 0.75]).double())"),
    },
    "for_new_task": {
        "in place of the copy": task(
            "network = copy.deepcopy(network)",
            "for p in network.parameters():",
            "    p.requires_grad = not frozen",
            f"network[-1] = {NEW}",
            "return network",
        ),
        "put together": task(
            f"last = {NEW}",
            "body = copy.deepcopy(network[:-1])",
            "if frozen:",
            "    body.requires_grad_(False)",
            "return nn.Sequential(*body, last)",
        ),
        "in two parts": task(
            "body = copy.deepcopy(network)[:-1].requires_grad_(not frozen)",
            f"return nn.Sequential(body, {NEW})",
        ),
        "by state_dict": task(
            "sizes = [m.in_features for m in network if isinstance(m, nn.Linear)]",
            "new = make_mlp([*sizes, num_classes])",
            "for mine, theirs in zip(new[:-1], network[:-1]):",
            "    mine.load_state_dict(theirs.state_dict())",
            "    mine.requires_grad_(not frozen)",
            "return new",
        ),
    },
}

WRONG = {
    "Reader": {
        "not divided": (
            reader("return self.network(((images - self.mean) / self.std).flatten(1)).softmax(dim=1)"),
            "Divide by 255, then use self.mean, self.std",
        ),
        "not standardised": (
            reader("return self.network((images / 255).flatten(1)).softmax(dim=1)"),
            "Divide by 255, then use self.mean, self.std",
        ),
        "logits": (
            reader("return self.network(((images / 255 - self.mean) / self.std).flatten(1))"),
            "softmax over the digits",
        ),
        "softmax over the images": (
            reader("return self.network(((images / 255 - self.mean) / self.std).flatten(1)).softmax(dim=0)"),
            "softmax over the digits",
        ),
        "not flattened": (
            reader("return self.network((images / 255 - self.mean) / self.std).softmax(dim=1)"),
            "Reader: stopped by an error",
        ),
        "rows of the example": (
            reader(
                "X = (images / 255).view(3, 784)\n"
                "        return self.network((X - self.mean) / self.std).softmax(dim=1)"
            ),
            "shape '[3, 784]' is invalid",
        ),
        "a fixed number of images": (
            reader(
                "X = (images / 255 - self.mean) / self.std\n"
                "        return self.network(X.reshape(len(images), 784)).softmax(dim=1)"
            ),
            "freezes len(images)",
        ),
        "images in one row": (
            reader("return self.network(((images / 255 - self.mean) / self.std).flatten()).softmax(dim=0)"),
            "flatten(1) keeps a row for each",
        ),
        "no self": (
            reader("return self.network(((images / 255 - mean) / std).flatten(1)).softmax(dim=1)"),
            "mean",
        ),
    },
    "paired_ratio": {
        "ratio of quartiles": (
            ratio("q = [0.25, 0.5, 0.75]\n    return np.quantile(a, q) / np.quantile(b, q)"),
            "Divide run by run first",
        ),
        "the other way round": (ratio("return np.quantile(b / a, [0.25, 0.5, 0.75])"), "paired_ratio: lower quartile"),
        "differences": (ratio("return np.quantile(a - b, [0.25, 0.5, 0.75])"), "Divide run by run first"),
        "from the highest": (ratio("return np.quantile(a / b, [0.75, 0.5, 0.25])"), "paired_ratio: lower quartile"),
        "extremes": (
            ratio("r = a / b\n    return r.min(), np.median(r), r.max()"),
            "np.quantile of the ratios",
        ),
        "the median only": (ratio("return np.median(a / b)"), "3"),
        "mean in the middle": (
            ratio("r = a / b\n    return np.quantile(r, 0.25), r.mean(), np.quantile(r, 0.75)"),
            "paired_ratio: median",
        ),
    },
    "for_new_task": {
        "everything frozen": (
            task(
                "network = copy.deepcopy(network)",
                f"network[-1] = {NEW}",
                "network.requires_grad_(not frozen)",
                "return network",
            ),
            "then put in the new layer, which learns",
        ),
        "nothing frozen": (
            task("network = copy.deepcopy(network)", f"network[-1] = {NEW}", "return network"),
            "those of a frozen one",
        ),
        "no copy": (
            task("network.requires_grad_(not frozen)", f"network[-1] = {NEW}", "return network"),
            "Work on a copy",
        ),
        "a shallow copy": (
            task(
                "network = nn.Sequential(*network)",
                "network.requires_grad_(not frozen)",
                f"network[-1] = {NEW}",
                "return network",
            ),
            "Work on a copy",
        ),
        "copy.copy": (
            task(
                "network = copy.copy(network)",
                "network.requires_grad_(not frozen)",
                f"network[-1] = {NEW}",
                "return network",
            ),
            "Work on a copy",
        ),
        "the old layers in a new list": (
            task(
                "layers = list(network)[:-1]",
                "if frozen:",
                "    for layer in layers:",
                "        layer.requires_grad_(False)",
                f"return nn.Sequential(*layers, {NEW})",
            ),
            "Work on a copy",
        ),
        "frozen in place": (
            task(
                "if frozen:",
                "    network.requires_grad_(False)",
                "network = copy.deepcopy(network)",
                f"network[-1] = {NEW}",
                "return network",
            ),
            "Freeze and replace in the copy",
        ),
        "another width": (
            task(
                "network = copy.deepcopy(network)",
                "network.requires_grad_(not frozen)",
                "network[-1] = nn.Linear(64, num_classes)",
                "return network",
            ),
            "for_new_task: stopped by an error",
        ),
        "only the number changed": (
            task(
                "network = copy.deepcopy(network)",
                "network.requires_grad_(not frozen)",
                "network[-1].out_features = num_classes",
                "return network",
            ),
            "The new layer has num_classes outputs",
        ),
        "frozen the wrong way round": (
            task(
                "network = copy.deepcopy(network)",
                "network.requires_grad_(frozen)",
                f"network[-1] = {NEW}",
                "return network",
            ),
            "Without freezing, all learn",
        ),
        "old number of classes": (
            task(
                "network = copy.deepcopy(network)",
                "network.requires_grad_(not frozen)",
                "network[-1] = nn.Linear(network[-1].in_features, network[-1].out_features)",
                "return network",
            ),
            "for_new_task: outputs",
        ),
        "a new body": (
            task(
                "sizes = [m.in_features for m in network if isinstance(m, nn.Linear)]",
                "new = make_mlp([*sizes, num_classes])",
                "new[:-1].requires_grad_(not frozen)",
                "return new",
            ),
            "The other layers keep their weights",
        ),
        "one layer more": (
            task(
                "network = copy.deepcopy(network)",
                "network.requires_grad_(not frozen)",
                "return nn.Sequential(*network, nn.Linear(network[-1].out_features, num_classes))",
            ),
            "for_new_task",
        ),
    },
}
