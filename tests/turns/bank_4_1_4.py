"""Answers to the turns of 4.1.4: right ones in other styles, and slips, each with the hint that is shown for it."""

FORWARD = "    y_hat = model(x_batch)\n    loss = loss_fn(y_hat, y_batch)\n"


def train_step(body: str) -> str:
    return f"def train_step(model, x_batch, y_batch, loss_fn, optimizer):\n{body}\n"


def num_steps(body: str) -> str:
    return f"import math\n\n\ndef num_steps(num_examples, batch_size, num_epochs):\n    {body}\n"


def mean(body: str) -> str:
    return f"def mean_per_example(batch_losses, batch_sizes):\n    {body}\n"


RIGHT = {
    "train_step": {
        "as in the table": train_step(
            FORWARD + "    optimizer.zero_grad()\n    loss.backward()\n    optimizer.step()\n    return loss.item()"
        ),
        "cleared first": train_step(
            "    optimizer.zero_grad()\n"
            + FORWARD
            + "    loss.backward()\n    optimizer.step()\n    return loss.item()"
        ),
        "in one line": train_step(
            "    optimizer.zero_grad()\n    loss = loss_fn(model(x_batch), y_batch)\n    loss.backward()\n"
            "    optimizer.step()\n    return float(loss)"
        ),
        "cleared at the end": train_step(
            FORWARD + "    loss.backward()\n    optimizer.step()\n    optimizer.zero_grad()\n    return loss.item()"
        ),
    },
    "num_steps": {
        "ceil": num_steps("return num_epochs * math.ceil(num_examples / batch_size)"),
        "negative floor": num_steps("return -(-num_examples // batch_size) * num_epochs"),
        "length of a range": num_steps("return len(range(0, num_examples, batch_size)) * num_epochs"),
    },
    "mean_per_example": {
        "zip": mean("return sum(a * n for a, n in zip(batch_losses, batch_sizes)) / sum(batch_sizes)"),
        "loop": mean(
            "total = 0\n    for i in range(len(batch_losses)):\n        total += batch_losses[i] * batch_sizes[i]\n"
            "    return total / sum(batch_sizes)"
        ),
        "tensors": mean(
            "sizes = torch.tensor(batch_sizes)\n    return (torch.tensor(batch_losses) * sizes).sum() / sizes.sum()"
        ),
    },
}

WRONG = {
    "train_step": {
        "no clearing": (
            train_step(FORWARD + "    loss.backward()\n    optimizer.step()\n    return loss.item()"),
            "weight is not right yet",
        ),
        "no step": (
            train_step(FORWARD + "    optimizer.zero_grad()\n    loss.backward()\n    return loss.item()"),
            "second loss is not right yet",
        ),
        "cleared after backward": (
            train_step(
                FORWARD + "    loss.backward()\n    optimizer.zero_grad()\n    optimizer.step()\n    return loss.item()"
            ),
            "second loss is not right yet",
        ),
        "nothing returned": (
            train_step(FORWARD + "    optimizer.zero_grad()\n    loss.backward()\n    optimizer.step()"),
            "train_step: ",
        ),
        "typo": (
            train_step(
                FORWARD + "    optimzer.zero_grad()\n    loss.backward()\n    optimizer.step()\n    return loss.item()"
            ),
            "optimizer",
        ),
        "loss read before it is made": (
            train_step("    optimizer.zero_grad()\n    loss.backward()\n    optimizer.step()\n    return loss.item()"),
            "loss",
        ),
    },
    "num_steps": {
        "short batch forgotten": (
            num_steps("return num_examples // batch_size * num_epochs"),
            "with a short last batch",
        ),
        "one epoch": (num_steps("return math.ceil(num_examples / batch_size)"), "with a short last batch"),
        "examples": (num_steps("return num_examples * num_epochs"), "with a whole last batch"),
        "not whole": (num_steps("return num_epochs * num_examples / batch_size"), "with a short last batch"),
        "rounded at the end": (
            num_steps("return math.ceil(num_epochs * num_examples / batch_size)"),
            "with a short last batch",
        ),
    },
    "mean_per_example": {
        "mean of means": (mean("return sum(batch_losses) / len(batch_losses)"), "the mean is not right yet"),
        "divided by batches": (
            mean("return sum(a * n for a, n in zip(batch_losses, batch_sizes)) / len(batch_sizes)"),
            "the mean is not right yet",
        ),
        "sum": (
            mean("return sum(a * n for a, n in zip(batch_losses, batch_sizes))"),
            "the mean is not right yet",
        ),
        "no start value": (
            mean(
                "for a, n in zip(batch_losses, batch_sizes):\n        total += a * n\n"
                "    return total / sum(batch_sizes)"
            ),
            "total",
        ),
        "last batch": (mean("return batch_losses[-1]"), "the mean is not right yet"),
    },
}
