"""Answers to the turns of 4.2.4: right ones in several styles, and the usual mistakes, each with the hint for it."""


def accumulate(loss: str, *, begin: str = "model.zero_grad()", count: str = "sum(len(y) for _, y in batches)") -> str:
    return f"""
def accumulate(model, batches):
    num_examples = {count}
    {begin}
    for X_batch, y_batch in batches:
        loss = F.cross_entropy(model(X_batch), y_batch)
        {loss}
"""


def mean_loss(body: str) -> str:
    return f"""
def mean_loss(model, batches):
    total, count = 0.0, 0
    for X_batch, y_batch in batches:
        loss = F.cross_entropy(model(X_batch), y_batch)
        {body}
        count += len(y_batch)
    return total / count
"""


SHARE = "len(y_batch) / num_examples"
COUNTS = "Is a new sum begun, and does every image count 1/64?"
ONCE = "Begin at grad_fn itself; each node once"
BY_EXAMPLES = "Each batch counts by its number of examples"

RIGHT = {
    "nodes_behind": {
        "recursive, in a set": """
def nodes_behind(tensor):
    found = set()

    def visit(node):
        if node is not None and node not in found:
            found.add(node)
            for earlier, _ in node.next_functions:
                visit(earlier)

    visit(tensor.grad_fn)
    return found
""",
        "a list that grows while it is walked": """
def nodes_behind(tensor):
    nodes = [tensor.grad_fn] if tensor.grad_fn else []
    for node in nodes:
        for pair in node.next_functions:
            if pair[0] and pair[0] not in nodes:
                nodes.append(pair[0])
    return nodes
""",
        "a dictionary, kept in order": """
def nodes_behind(tensor):
    seen, stack = {}, [tensor.grad_fn]
    while stack:
        node = stack.pop(0)
        if node is None or node in seen:
            continue
        seen[node] = True
        stack.extend(pair[0] for pair in node.next_functions)
    return list(seen)
""",
    },
    "accumulate": {
        "each loss times its share": accumulate(f"(loss * {SHARE}).backward()"),
        "sums instead of means": """
def accumulate(model, batches):
    num_examples = 0
    for _, labels in batches:
        num_examples += labels.shape[0]
    for p in model.parameters():
        p.grad = None
    for inputs, labels in batches:
        F.cross_entropy(model(inputs), labels, reduction="sum").div(num_examples).backward()
""",
        "the share handed to backward": accumulate(f"loss.backward(gradient=torch.tensor({SHARE}))"),
        "grads set to zeros": accumulate(f"(loss * {SHARE}).backward()", begin="model.zero_grad(set_to_none=False)"),
    },
    "mean_loss": {
        "item": mean_loss("total += loss.item() * len(y_batch)"),
        "detach": mean_loss("total = total + loss.detach() * len(y_batch)"),
        "no_grad, concatenated": """
def mean_loss(model, batches):
    with torch.no_grad():
        losses = [F.cross_entropy(model(X), y, reduction="none") for X, y in batches]
    return torch.cat(losses).mean().item()
""",
    },
}

WRONG = {
    "nodes_behind": {
        "a node twice": (
            """
def nodes_behind(tensor):
    found, to_visit = [], [tensor.grad_fn]
    while to_visit:
        node = to_visit.pop()
        if node is not None:
            found.append(node)
            to_visit += [earlier for earlier, _ in node.next_functions]
    return found
""",
            "nodes where paths meet is not right yet",
        ),
        "only the nodes directly before": (
            """
def nodes_behind(tensor):
    return [node for node, _ in tensor.grad_fn.next_functions] if tensor.grad_fn else []
""",
            ONCE,
        ),
        "without the first": (
            """
def nodes_behind(tensor):
    found, to_visit = [], [node for node, _ in tensor.grad_fn.next_functions] if tensor.grad_fn else []
    while to_visit:
        node = to_visit.pop()
        if node is not None and node not in found:
            found.append(node)
            to_visit += [earlier for earlier, _ in node.next_functions]
    return found
""",
            ONCE,
        ),
        "None among them": (
            """
def nodes_behind(tensor):
    found, to_visit = [], [tensor.grad_fn]
    while to_visit:
        node = to_visit.pop()
        if node not in found:
            found.append(node)
            to_visit += [earlier for earlier, _ in node.next_functions] if node else []
    return found
""",
            ONCE,
        ),
        "nothing returned": ("def nodes_behind(tensor):\n    found = [tensor.grad_fn]\n", "NoneType"),
    },
    "accumulate": {
        "a sum of means": (accumulate("loss.backward()"), COUNTS),
        "divided by the number of batches": (accumulate("(loss / len(batches)).backward()"), COUNTS),
        "divided by the batch size": (accumulate("(loss / len(y_batch)).backward()"), COUNTS),
        "no new sum": (accumulate(f"(loss * {SHARE}).backward()", begin="pass"), COUNTS),
        "a new sum for each batch": (
            accumulate(f"model.zero_grad()\n        (loss * {SHARE}).backward()", begin="pass"),
            COUNTS,
        ),
        "no backward": (accumulate(f"loss * {SHARE}"), COUNTS),
        "no mean, only shares of examples": (accumulate("(loss * len(y_batch)).backward()"), COUNTS),
    },
    "mean_loss": {
        "a graph behind it": (mean_loss("total = total + loss * len(y_batch)"), "and no graph stays behind"),
        "a mean of means": (
            "def mean_loss(model, batches):\n"
            "    return sum(F.cross_entropy(model(X), y).item() for X, y in batches) / len(batches)\n",
            BY_EXAMPLES,
        ),
        "a sum of means over the examples": (mean_loss("total += loss.item()"), BY_EXAMPLES),
        "a sum": (
            "def mean_loss(model, batches):\n"
            "    return sum(F.cross_entropy(model(X), y).item() * len(y) for X, y in batches)\n",
            BY_EXAMPLES,
        ),
        "the last batch only": (mean_loss("total = loss.item() * len(y_batch)"), BY_EXAMPLES),
    },
}
