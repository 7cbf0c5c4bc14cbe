"""Answers to the turns of 4.4.5: right ones in other styles, and slips, each with the hint that is shown for it."""


def ratios(body: str) -> str:
    return f"def shares(limit, way, rounds, clock):\n    {body}\n"


def whole(body: str) -> str:
    return f"""\
class WholeBatches(Dataset):
    def __init__(self, images, labels):
        self.images, self.labels = images, labels

    def __len__(self):
        return len(self.labels)

    def __getitems__(self, indices):
        {body}
"""


def pace(body: str) -> str:
    return f"def batch_time(t_load, t_net, workers):\n    {body}\n"


RIGHT = {
    "shares": {
        "comprehension": ratios("return [clock(limit) / clock(way) for _ in range(rounds)]"),
        "loop": ratios(
            "found = []\n    for _ in range(rounds):\n        a = clock(limit)\n        b = clock(way)\n"
            "        found.append(a / b)\n    return found"
        ),
        "tensor": ratios("return torch.tensor([clock(limit) / clock(way) for _ in range(rounds)])"),
    },
    "WholeBatches": {
        "index by list": whole("return self.images[indices].flatten(start_dim=1) / 255, self.labels[indices]"),
        "index_select": whole(
            "chosen = torch.tensor(indices)\n"
            "        X = self.images.index_select(0, chosen).float() / 255\n"
            "        return X.reshape(len(chosen), -1), self.labels.index_select(0, chosen)"
        ),
        "view": whole("return self.images[indices].view(len(indices), -1).float().div(255), self.labels[indices]"),
    },
    "batch_time": {
        "two cases": pace("return t_load + t_net if workers == 0 else max(t_load / workers, t_net)"),
        "not workers": pace("if not workers:\n        return t_load + t_net\n    return max(t_net, t_load / workers)"),
    },
}

WRONG = {
    "shares": {
        "upside down": (ratios("return [clock(way) / clock(limit) for _ in range(rounds)]"), "Limit / way: 1/2"),
        "one after the other": (
            ratios(
                "limits = [clock(limit) for _ in range(rounds)]\n    ways = [clock(way) for _ in range(rounds)]\n"
                "    return [a / b for a, b in zip(limits, ways)]"
            ),
            "1/2 in each of four rounds",
        ),
        "one limit for all": (
            ratios("a = clock(limit)\n    return [a / clock(way) for _ in range(rounds)]"),
            "1/2 in each of four rounds",
        ),
        "a round too few": (ratios("return [clock(limit) / clock(way) for _ in range(1, rounds)]"), "(4,)"),
        "measured twice": (
            ratios("return [clock(limit) / clock(way) for _ in range(2 * rounds)][::2]"),
            "Two in each round",
        ),
    },
    "WholeBatches": {
        "one by one": (
            whole(
                "X = torch.stack([self.images[i].flatten() / 255 for i in indices])\n"
                "        return X, self.labels[indices]"
            ),
            "An index may be a list",
        ),
        "not scaled": (
            whole("return self.images[indices].flatten(start_dim=1).float(), self.labels[indices]"),
            "255",
        ),
        "not flattened": (whole("return self.images[indices] / 255, self.labels[indices]"), "(2, 4)"),
        "all flattened": (whole("return self.images[indices].flatten() / 255, self.labels[indices]"), "(2, 4)"),
        "the first ones": (
            whole("n = len(indices)\n        return self.images[:n].flatten(1) / 255, self.labels[:n]"),
            "X is not right yet",
        ),
        "float64": (
            whole("return self.images[indices].flatten(1).double() / 255, self.labels[indices]"),
            "The network takes float32",
        ),
        "all labels": (whole("return self.images[indices].flatten(1) / 255, self.labels"), "y is not right yet"),
    },
    "batch_time": {
        "always the slower": (pace("return max(t_load / max(workers, 1), t_net)"), "Load, then train"),
        "always the sum": (pace("return t_load / max(workers, 1) + t_net"), "A batch every 3 s"),
        "the quicker": (
            pace("return t_load + t_net if workers == 0 else min(t_load / workers, t_net)"),
            "A batch every 3 s",
        ),
        "loading alone": (pace("return t_load + t_net if workers == 0 else t_load / workers"), "A step takes 1 s"),
        "one worker more": (
            pace("return max(t_load / (workers + 1), t_net) if workers else t_load + t_net"),
            "A batch every 3 s",
        ),
    },
}
