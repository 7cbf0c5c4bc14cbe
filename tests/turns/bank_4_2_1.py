"""Answers to the turns of 4.2.1: right ones in several styles, and the usual mistakes, each with the hint for it."""


def multiply(returned: str) -> str:
    return f"def multiply(u, v):\n    return {returned}\n"


def send_back(body: str) -> str:
    return f"def send_back(value):\n    for source, slope in zip(value.made_from, value.slopes):\n        {body}\n"


def backward(body: str) -> str:
    return f"def backward(loss):\n    {body}\n"


def tanh(slope: str) -> str:
    return f"def tanh(u):\n    h = math.tanh(u.data)\n    return Value(h, (u,), ({slope},))\n"


RIGHT = {
    "multiply": {
        "as add does": multiply("Value(u.data * v.data, (u, v), (v.data, u.data))"),
        "the other way round, with lists": multiply("Value(v.data * u.data, [v, u], [u.data, v.data])"),
        "by keyword": multiply("Value(data=u.data * v.data, slopes=(v.data, u.data), made_from=(u, v))"),
    },
    "send_back": {
        "zip": send_back("source.grad += value.grad * slope"),
        "by place": """
def send_back(value):
    for i in range(len(value.made_from)):
        share = value.slopes[i] * value.grad
        value.made_from[i].grad = value.made_from[i].grad + share
""",
    },
    "backward": {
        "reversed": """
def backward(loss):
    loss.grad = 1.0
    for value in reversed(in_order(loss)):
        send_back(value)
""",
        "from the end of the list": """
def backward(loss):
    order = in_order(loss)
    loss.grad = 1
    while order:
        send_back(order.pop())
""",
        "every grad set to 0 first": """
def backward(loss):
    order = in_order(loss)
    for value in order:
        value.grad = 0.0
    order[-1].grad = 1.0
    for value in order[::-1]:
        send_back(value)
""",
    },
    "tanh": {
        "from the result": tanh("1 - h**2"),
        "from the hyperbolic cosine": tanh("1 / math.cosh(u.data) ** 2"),
        "with PyTorch's tanh": """
def tanh(u):
    h = torch.tanh(torch.tensor(u.data, dtype=torch.float64)).item()
    return Value(h, made_from=[u], slopes=[(1 - h) * (1 + h)])
""",
    },
}

WRONG = {
    "multiply": {
        "own factor as slope": (
            multiply("Value(u.data * v.data, (u, v), (u.data, v.data))"),
            "if the 2 grows by 0.1, the product grows by 0.5",
        ),
        "slopes of a sum": (
            multiply("Value(u.data * v.data, (u, v), (1.0, 1.0))"),
            "if the 2 grows by 0.1, the product grows by 0.5",
        ),
        "nothing recorded": (multiply("Value(u.data * v.data)"), "if the 2 grows by 0.1, the product grows by 0.5"),
        "a plain number": (multiply("u.data * v.data"), "wanted a Value, as add makes it, got 10.0"),
        "nothing returned": (
            "def multiply(u, v):\n    Value(u.data * v.data, (u, v), (v.data, u.data))\n",
            "wanted a Value, as add makes it, got None",
        ),
        "a sum": (multiply("Value(u.data + v.data, (u, v), (v.data, u.data))"), "multiply: value is not right yet"),
    },
    "send_back": {
        "overwrites": (send_back("source.grad = value.grad * slope"), "7 was there already, and 3 · 5 joins it"),
        "without the local slope": (send_back("source.grad += value.grad"), "3 comes in, the local slope is 2"),
        "without what came in": (send_back("source.grad += slope"), "3 comes in, the local slope is 2"),
        "adds instead of multiplying": (
            send_back("source.grad += value.grad + slope"),
            "3 comes in, the local slope is 2",
        ),
        "times the value": (send_back("source.grad += value.data * slope"), "3 comes in, the local slope is 2"),
        "a variable of its own": (send_back("share = value.grad * slope"), "3 comes in, the local slope is 2"),
    },
    "backward": {
        "forwards": (
            backward("loss.grad = 1.0\n    for value in in_order(loss):\n        send_back(value)"),
            "backward: s.grad is not right yet",
        ),
        "the loss has no slope": (
            backward("for value in reversed(in_order(loss)):\n        send_back(value)"),
            "It begins with 1",
        ),
        "in the order in which we met them": (
            backward("loss.grad = 1.0\n    for value in as_met(loss):\n        send_back(value)"),
            "Has s waited until both its users had sent?",
        ),
        "each as soon as something arrives": (
            """
def backward(loss):
    if loss.grad == 0.0:
        loss.grad = 1.0
    send_back(loss)
    for source in loss.made_from:
        backward(source)
""",
            "Has s waited until both its users had sent?",
        ),
        "only the loss": (backward("loss.grad = 1.0\n    send_back(loss)"), "backward: s.grad is not right yet"),
    },
    "tanh": {
        "square of the input": (tanh("1 - u.data**2"), "the square of the result"),
        "no square": (tanh("1 - h"), "the square of the result"),
        "slope 1": (tanh("1.0"), "the square of the result"),
        "no tuple": (
            "def tanh(u):\n    h = math.tanh(u.data)\n    return Value(h, u, 1 - h**2)\n",
            "a tuple of one is (u,)",
        ),
        "a plain number": ("def tanh(u):\n    return math.tanh(u.data)\n", "wanted a Value, as add makes it, got 0.46"),
    },
}
