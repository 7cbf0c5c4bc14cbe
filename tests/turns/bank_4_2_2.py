"""Answers to the turns of 4.2.2: right ones in other styles, and slips, each with the hint that is shown for it."""


def linear(body: str) -> str:
    return f"def linear_backward(E, X, W):\n    {body}\n"


def relu(body: str) -> str:
    return f"def relu_backward(E, Z):\n    {body}\n"


def cross_entropy(body: str) -> str:
    return f"def cross_entropy_backward(logits, y):\n    {body}\n"


def step(body: str) -> str:
    return f"def sgd_step(params, gradients, lr):\n    {body}\n"


RIGHT = {
    "linear_backward": {
        "products": linear("return E @ W, E.T @ X, E.sum(dim=0)"),
        "einsum": linear(
            "return torch.einsum('ij,jk->ik', E, W), torch.einsum('ij,ik->jk', E, X), torch.einsum('ij->j', E)"
        ),
        "columns, translated": linear("return (W.T @ E.T).T, (X.T @ E).T, torch.ones(len(E)) @ E"),
        "one example after the other": linear(
            "dW = torch.zeros_like(W)\n    for e, x in zip(E, X):\n        dW += torch.outer(e, x)\n"
            "    return [torch.matmul(E, W), dW, sum(E)]"
        ),
    },
    "relu_backward": {
        "times a mask": relu("return E * (Z > 0)"),
        "where": relu("return torch.where(Z > 0, E, torch.zeros_like(E))"),
        "a copy with zeros": relu("dZ = E.clone()\n    dZ[Z <= 0] = 0\n    return dZ"),
        "a step function": relu("return torch.heaviside(Z, torch.tensor(0.0)) * E"),
    },
    "cross_entropy_backward": {
        "as the formula": cross_entropy(
            "return (torch.softmax(logits, dim=1) - F.one_hot(y, logits.shape[1])) / len(y)"
        ),
        "subtract at the labels": cross_entropy(
            "P = logits.softmax(dim=1)\n    P[torch.arange(len(y)), y] -= 1\n    return P / len(P)"
        ),
        "exponentials": cross_entropy(
            "e = logits.exp()\n    P = e / e.sum(dim=1, keepdim=True)\n"
            "    return (P - torch.eye(logits.shape[1])[y]) / logits.shape[0]"
        ),
    },
    "sgd_step": {
        "in place": step("for p, g in zip(params, gradients):\n        p -= lr * g"),
        "sub_": step("for p, g in zip(params, gradients):\n        p.sub_(lr * g)"),
        "new tensors in the list": step(
            "for i in range(len(params)):\n        params[i] = params[i] - lr * gradients[i]"
        ),
        "the whole list": step("params[:] = [p - lr * g for p, g in zip(params, gradients)]"),
    },
}

WRONG = {
    "linear_backward": {
        "dW transposed": (linear("return E @ W, X.T @ E, E.sum(dim=0)"), "wanted (2, 4), got (4, 2)"),
        "dW a mean": (
            linear("return E @ W, E.T @ X / len(X), E.sum(dim=0)"),
            "was a mean taken where a sum is wanted?",
        ),
        "db a mean": (linear("return E @ W, E.T @ X, E.mean(dim=0)"), "was a mean taken where a sum is wanted?"),
        "db not summed": (linear("return E @ W, E.T @ X, E"), "the batch is still there"),
        "formulas for columns": (linear("return W.T @ E, E @ X.T, E.sum(dim=1)"), "cannot be multiplied"),
        "in another order": (linear("return E.T @ X, E @ W, E.sum(dim=0)"), "dX is not right yet"),
        "two values": (linear("return E @ W, E.T @ X"), "3 values are wanted"),
        "X from outside": (linear("return E @ W, E.T @ Xs, E.sum(dim=0)"), "Xs"),
    },
    "relu_backward": {
        "open at 0": (relu("return E * (Z >= 0)"), "5 of 6 numbers are right"),
        "the gate alone": (relu("return (Z > 0).float()"), "the gradient is not right yet"),
        "ReLU of E": (relu("return E.clamp(min=0)"), "the gradient is not right yet"),
        "Z for its sign": (relu("return E * Z.clamp(min=0)"), "the gradient is not right yet"),
        "gate reversed": (relu("return E * (Z < 0)"), "the gradient is not right yet"),
        "no gate": (relu("return E"), "the gradient is not right yet"),
        "E decides": (relu("return E * (E > 0)"), "the gradient is not right yet"),
    },
    "cross_entropy_backward": {
        "1/N lost": (
            cross_entropy("return torch.softmax(logits, dim=1) - F.one_hot(y, logits.shape[1])"),
            "is a division by the batch missing?",
        ),
        "turned round": (
            cross_entropy("return (F.one_hot(y, logits.shape[1]) - torch.softmax(logits, dim=1)) / len(y)"),
            "every number has the wrong sign",
        ),
        "probabilities alone": (
            cross_entropy("return torch.softmax(logits, dim=1) / len(y)"),
            "the gradient is not right yet",
        ),
        "softmax over the batch": (
            cross_entropy("return (torch.softmax(logits, dim=0) - F.one_hot(y, logits.shape[1])) / len(y)"),
            "the gradient is not right yet",
        ),
        "divided by the classes": (
            cross_entropy("return (torch.softmax(logits, dim=1) - F.one_hot(y, logits.shape[1])) / logits.shape[1]"),
            "2/3 of the wanted one",
        ),
        "labels in place of rows": (
            cross_entropy("return (torch.softmax(logits, dim=1) - y) / len(y)"),
            "stopped by an error",
        ),
        "the loss": (cross_entropy("return F.cross_entropy(logits, y)"), "the gradient is not right yet"),
    },
    "sgd_step": {
        "a new name": (step("for p, g in zip(params, gradients):\n        p = p - lr * g"), "has not changed params"),
        "returned": (step("return [p - lr * g for p, g in zip(params, gradients)]"), "has not changed params"),
        "uphill": (
            step("for p, g in zip(params, gradients):\n        p += lr * g"),
            "the first tensor is not right yet",
        ),
        "rate forgotten": (
            step("for p, g in zip(params, gradients):\n        p -= g"),
            "the first tensor is not right",
        ),
        "the first alone": (step("params[0] -= lr * gradients[0]"), "the second tensor is not right yet"),
        "swapped": (step("for p, g in zip(gradients, params):\n        p -= lr * g"), "has not changed params"),
    },
}
