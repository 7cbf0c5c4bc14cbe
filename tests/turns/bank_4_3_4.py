"""Answers to the turns of 4.3.4: right ones in other styles, and slips, each with the hint that is shown for it."""


def prepare(body: str) -> str:
    return f"def prepare(images):\n    {body}\n"


def zero_rule(body: str) -> str:
    return f"def zero_rule(train_labels, labels):\n    {body}\n"


def average(body: str) -> str:
    return f"def running_average(losses, window):\n    {body}\n"


RIGHT = {
    "prepare": {
        "flatten": prepare("return images.flatten(start_dim=1) / 255"),
        "reshape": prepare("return images.float().reshape(len(images), 784) / 255"),
        "view, with the size left open": prepare("X = images.view(-1, 28 * 28)\n    return X.float().div(255)"),
        "with a trailing rest": prepare("return (images / 255).reshape(images.shape[0], -1)"),
    },
    "zero_rule": {
        "bincount": zero_rule(
            "answer = train_labels.bincount().argmax()\n    return (labels == answer).float().mean().item()"
        ),
        "mode": zero_rule("return (labels == train_labels.mode().values).double().mean()"),
        "plain Python": zero_rule(
            "train, others = train_labels.tolist(), labels.tolist()\n"
            "    answer = max(set(train), key=train.count)\n    return others.count(answer) / len(others)"
        ),
        "counted": zero_rule(
            "answer = torch.bincount(train_labels).argmax()\n    return (labels == answer).sum() / len(labels)"
        ),
    },
    "running_average": {
        "unfold": average("return losses.unfold(0, window, 1).mean(dim=1)"),
        "list of means": average(
            "return torch.tensor([losses[i : i + window].mean() for i in range(len(losses) - window + 1)])"
        ),
        "running sum": average(
            "sums = torch.cat([torch.zeros(1), losses.cumsum(0)])\n    return (sums[window:] - sums[:-window]) / window"
        ),
        "pooling": average(
            "return F.avg_pool1d(losses.reshape(1, 1, -1), window, stride=1).reshape(-1)",
        ),
    },
}

WRONG = {
    "prepare": {
        "not scaled": (prepare("return images.flatten(start_dim=1).float()"), "prepare: result is not right yet"),
        "all in one row": (prepare("return images.flatten() / 255"), "prepare: result is not right yet"),
        "not laid end to end": (prepare("return images / 255"), "prepare: result is not right yet"),
        "whole numbers": (prepare("return images.flatten(start_dim=1) // 255"), "prepare: result is not right yet"),
        "column after column": (
            prepare("return images.transpose(1, 2).flatten(start_dim=1) / 255"),
            "prepare: result is not right yet",
        ),
        "places first": (prepare("return images.reshape(784, -1) / 255"), "prepare: result is not right yet"),
        "nothing returned": (prepare("rows = images.flatten(start_dim=1) / 255"), "return"),
    },
    "zero_rule": {
        "chosen by peeking": (
            zero_rule("answer = labels.bincount().argmax()\n    return (labels == answer).float().mean().item()"),
            "Most training labels are 3",
        ),
        "judged on the training labels": (
            zero_rule(
                "answer = train_labels.bincount().argmax()\n    return (train_labels == answer).float().mean().item()"
            ),
            "Most training labels are 3",
        ),
        "the number of right answers": (
            zero_rule("answer = train_labels.bincount().argmax()\n    return (labels == answer).sum().item()"),
            "Most training labels are 3",
        ),
        "the error": (
            zero_rule("answer = train_labels.bincount().argmax()\n    return (labels != answer).float().mean().item()"),
            "Most training labels are 3",
        ),
        "the answer": (zero_rule("return train_labels.bincount().argmax().item()"), "Most training labels are 3"),
        "the largest label": (
            zero_rule("return (labels == train_labels.bincount().max()).float().mean()"),
            "Most training labels are 3",
        ),
    },
    "running_average": {
        "mean of all so far": (
            average("return losses.cumsum(0) / torch.arange(1, len(losses) + 1)"),
            "4 and 2, 2 and 0, 0 and 7",
        ),
        "windows side by side": (
            average("return losses.unfold(0, window, window).mean(dim=1)"),
            "4 and 2, 2 and 0, 0 and 7",
        ),
        "the last one left out": (
            average("return torch.tensor([losses[i : i + window].mean() for i in range(len(losses) - window)])"),
            "4 and 2, 2 and 0, 0 and 7",
        ),
        "sums": (average("return losses.unfold(0, window, 1).sum(dim=1)"), "4 and 2, 2 and 0, 0 and 7"),
        "too many": (
            average("return torch.tensor([losses[i : i + window].mean() for i in range(len(losses))])"),
            "4 and 2, 2 and 0, 0 and 7",
        ),
        "one number": (average("return losses[:window].mean()"), "4 and 2, 2 and 0, 0 and 7"),
        "typo": (average("return loses.unfold(0, window, 1).mean(dim=1)"), "loses"),
    },
}
