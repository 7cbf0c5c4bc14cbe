"""Answers to the turns of 4.6.3: right ones in other styles, and slips, each with the hint that is shown for it."""


def average(body: str) -> str:
    """The cell of `average_gradients`; the stub imports torch for the file."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return (
        "import torch\n\n\ndef average_gradients(gradients, all_reduce, k):\n"
        f'{lines}\n\n\nmy_average = write_module(folder / "my_average.py")\n'
    )


def share(body: str) -> str:
    """The cell of `share_of`."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return f"def share_of(n, rank, k, seed, epoch):\n{lines}\n"


def accumulated(body: str) -> str:
    """The cell of `accumulated_gradients`."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return f"def accumulated_gradients(model, parts):\n{lines}\n"


ORDER = "order = torch.randperm(n, generator=torch.Generator().manual_seed(seed + epoch)).tolist()\n"
LOOP = """
total = sum(len(labels) for _, labels in parts)
model.zero_grad()
for x, labels in parts:
    (F.cross_entropy(model(x), labels) * len(labels) / total).backward()
return [parameter.grad for parameter in model.parameters()]
"""
IN_PLACE = "Then divide by k, in place"

RIGHT = {
    "average_gradients": {
        "sum, then divide": average("for g in gradients:\n    all_reduce(g)\n    g.div_(k)"),
        "without gradients": average(
            "for g in gradients:\n    with torch.no_grad():\n        all_reduce(g)\n        g.div_(k)"
        ),
        "divide, then sum": average("for g in gradients:\n    g /= k\n    all_reduce(g)"),
        "one tensor for all": average(
            """
flat = torch.cat([g.flatten() for g in gradients]) / k
all_reduce(flat)
for g, part in zip(gradients, flat.split([g.numel() for g in gradients])):
    g.copy_(part.view_as(g))
"""
        ),
    },
    "share_of": {
        "cut, then every k-th": share(ORDER + "return order[: n // k * k][rank::k]"),
        "every k-th, then cut": share(ORDER + "return order[rank::k][: n // k]"),
        "a tensor": share(
            "order = torch.randperm(n, generator=torch.Generator().manual_seed(seed + epoch))\n"
            "return order[: n // k * k].view(-1, k)[:, rank]"
        ),
    },
    "accumulated_gradients": {
        "weighted means": accumulated(LOOP),
        "sums": accumulated(
            """
total = sum(len(labels) for x, labels in parts)
for parameter in model.parameters():
    parameter.grad = None
for x, labels in parts:
    loss = F.cross_entropy(model(x), labels, reduction="sum") / total
    loss.backward()
return [parameter.grad for parameter in model.parameters()]
"""
        ),
        "autograd.grad": accumulated(
            """
total = sum(len(labels) for x, labels in parts)
sums = [torch.zeros_like(p) for p in model.parameters()]
for x, labels in parts:
    loss = F.cross_entropy(model(x), labels, reduction="sum")
    for s, g in zip(sums, torch.autograd.grad(loss, list(model.parameters()))):
        s += g / total
return sums
"""
        ),
    },
}

WRONG = {
    "average_gradients": {
        "sum only": (average("for g in gradients:\n    all_reduce(g)"), "every number is 3 times the wanted one"),
        "divided only": (average("for g in gradients:\n    g /= k"), IN_PLACE),
        "divided out of place": (average("for g in gradients:\n    all_reduce(g)\n    g = g / k"), IN_PLACE),
        "reads what all_reduce returns": (
            average("for g in gradients:\n    g.copy_(all_reduce(g) / k)"),
            "stopped by an error\n  TypeError",
        ),
        "new tensors in the list": (
            average(
                "for i in range(len(gradients)):\n    all_reduce(gradients[i])\n    gradients[i] = gradients[i] / k"
            ),
            IN_PLACE,
        ),
        "divided by the number of gradients": (
            average("for g in gradients:\n    all_reduce(g)\n    g /= len(gradients)"),
            IN_PLACE,
        ),
        "the first only": (average("all_reduce(gradients[0])\ngradients[0] /= k"), "gradient 1 of rank 0 is not right"),
        "divided twice": (
            average("for g in gradients:\n    g /= k\n    all_reduce(g)\n    g /= k"),
            "is 1/3 of the wanted",
        ),
        "a copy is reduced": (average("for g in gradients:\n    all_reduce(g / k)"), IN_PLACE),
    },
    "share_of": {
        "no epoch in the seed": (
            share(ORDER.replace("seed + epoch", "seed") + "return order[: n // k * k][rank::k]"),
            "One order for all, from seed + epoch",
        ),
        "rank in the seed": (
            share(ORDER.replace("seed + epoch", "seed + epoch + rank") + "return order[: n // k * k][rank::k]"),
            "One order for all, from seed + epoch",
        ),
        "blocks": (share(ORDER + "m = n // k\nreturn order[rank * m : (rank + 1) * m]"), "then order[rank::k]"),
        "filled up, not cut": (
            share(ORDER + "while len(order) % k:\n    order.append(order[0])\nreturn order[rank::k]"),
            "cut to k equal shares",
        ),
        "not cut": (share(ORDER + "return order[rank::k]"), "cut to k equal shares"),
        "not shuffled": (share("return list(range(n))[: n // k * k][rank::k]"), "One order for all"),
        "not drawn by the seed": (share("return torch.randperm(n).tolist()[rank::k]"), "One order for all"),
    },
    "accumulated_gradients": {
        "means added up": (accumulated(LOOP.replace(" * len(labels) / total", "")), "every number is 3 times"),
        "mean of means": (
            accumulated(LOOP.replace("* len(labels) / total", "/ len(parts)")),
            "A part of 8 counts twice as much as a part of 4",
        ),
        "old gradients kept": (accumulated(LOOP.replace("model.zero_grad()\n", "")), "Start from no gradients"),
        "zeroed for each part": (
            accumulated(
                LOOP.replace("model.zero_grad()\n", "").replace(
                    "labels in parts:\n", "labels in parts:\n    model.zero_grad()\n"
                )
            ),
            "Start from no gradients",
        ),
        "zeroed where there may be no gradient": (
            accumulated(
                LOOP.replace("model.zero_grad()", "for parameter in model.parameters():\n    parameter.grad.zero_()")
            ),
            "where grad is None",
        ),
        "nothing returned": (
            accumulated(LOOP.replace("return [parameter.grad for parameter in model.parameters()]", "")),
            "stopped by an error",
        ),
    },
}
