"""Answers to ex3: right ones in other styles, and the mistakes that students make, each with the hint meant for it."""

# Question 1: the layer, both ways. Each answer is a whole cell, so a mistake in one function brings the other along.

FORWARD = """
def linear_forward(X, W, b):
    return X @ W.T + b
"""
BACKWARD = """
def linear_backward(E, X, W):
    return E @ W, E.T @ X, E.sum(dim=0)
"""


def linear_returning(values: str) -> str:
    return f"{FORWARD}\n\ndef linear_backward(E, X, W):\n    return {values}\n"


LINEAR_RIGHT = {
    "loops": """
def linear_forward(X, W, b):
    Z = torch.zeros(len(X), len(W), dtype=X.dtype)
    for i in range(len(X)):
        for j in range(len(W)):
            Z[i, j] = (X[i] * W[j]).sum() + b[j]
    return Z


def linear_backward(E, X, W):
    dX, dW, db = torch.zeros_like(X), torch.zeros_like(W), torch.zeros_like(W[:, 0])
    for i in range(len(X)):
        for j in range(len(W)):
            dX[i] += E[i, j] * W[j]
            dW[j] += E[i, j] * X[i]
            db[j] += E[i, j]
    return dX, dW, db
""",
    "einsum": """
def linear_forward(X, W, b):
    return torch.einsum("ik,jk->ij", X, W) + b


def linear_backward(E, X, W):
    return torch.einsum("ij,jk->ik", E, W), torch.einsum("ij,ik->jk", E, X), torch.einsum("ij->j", E)
""",
    "columns, translated": """
def linear_forward(X, W, b):
    columns = W @ X.T
    return (columns + b.unsqueeze(1)).T


def linear_backward(E, X, W):
    E_columns, X_columns = E.T, X.T
    grad_X, grad_W = W.T @ E_columns, E_columns @ X_columns.T
    return grad_X.T, grad_W, E_columns.sum(dim=1)
""",
    "PyTorch's own forward, ones for the sum": """
def linear_forward(inputs, weight, bias):
    return F.linear(inputs, weight, bias)


def linear_backward(E, X, W):
    ones = torch.ones(len(E), dtype=E.dtype)
    return [torch.mm(E, W), torch.mm(X.t(), E).t(), ones @ E]
""",
}

MEAN = "E came with the mean already taken"
LINEAR_WRONG = {
    "dW transposed": (
        linear_returning("E @ W, X.T @ E, E.sum(dim=0)"),
        "yours is the transpose. Like W, dW is (out, in)",
    ),
    "dW transposed, then forced into shape": (
        linear_returning("E @ W, (X.T @ E).reshape(W.shape), E.sum(dim=0)"),
        ".reshape and .view fill another shape in the same order",
    ),
    "dW a mean": (linear_returning("E @ W, E.T @ X / len(X), E.sum(dim=0)"), MEAN),
    "db a mean": (linear_returning("E @ W, E.T @ X, E.mean(dim=0)"), MEAN),
    "db not summed": (linear_returning("E @ W, E.T @ X, E"), "db is (out,): a sum over the examples"),
    "db summed over the units": (
        linear_returning("E @ W, E.T @ X, E.sum(dim=1)"),
        "db is (out,): a sum over the examples",
    ),
    "db a row": (linear_returning("E @ W, E.T @ X, E.sum(dim=0, keepdim=True)"), "wanted (5,), got (1, 5)"),
    "dX with W transposed": (linear_returning("E @ W.T, E.T @ X, E.sum(dim=0)"), "is a .T missing, or the order"),
    "the formulas for columns": (linear_returning("W.T @ E, E @ X.T, E.sum(dim=1)"), "inner sizes of a matrix product"),
    "in another order": (linear_returning("E.T @ X, E @ W, E.sum(dim=0)"), "Return dX, dW, db in this order"),
    "no gradient of the bias": (linear_returning("E @ W, E.T @ X"), "3 values are wanted, it returned a tuple of 2"),
    "nothing returned": (
        f"{FORWARD}\n\ndef linear_backward(E, X, W):\n    dX, dW, db = E @ W, E.T @ X, E.sum(0)\n",
        "is the `return` line missing?",
    ),
    "uphill": (linear_returning("-E @ W, -E.T @ X, -E.sum(dim=0)"), "every number has the wrong sign"),
    "float32 whatever came in": (
        linear_returning("E @ W, (E.T @ X).float(), E.sum(dim=0)"),
        "the numbers are right, but float32 where float64 is wanted",
    ),
    "asks autograd": (
        f"""{FORWARD}

def linear_backward(E, X, W):
    X, W = X.clone().requires_grad_(), W.clone().requires_grad_()
    b = torch.zeros(len(W), dtype=W.dtype, requires_grad=True)
    return torch.autograd.grad(X @ W.T + b, (X, W, b), E)
""",
        "autograd was asked for a gradient",
    ),
    "asks autograd by backward()": (
        f"""{FORWARD}

def linear_backward(E, X, W):
    X, W = X.clone().requires_grad_(), W.clone().requires_grad_()
    (X @ W.T).backward(E)
    return X.grad, W.grad, E.sum(dim=0)
""",
        "autograd was asked for a gradient",
    ),
    "asks the judge": (
        linear_returning("by_autograd(F.linear, E, X, W, W[:, 0])"),
        "autograd was asked for a gradient",
    ),
    "eight examples, whatever comes": (
        linear_returning("E @ W, E.T @ X, torch.ones(8, dtype=E.dtype) @ E"),
        "linear_backward: stopped by an error",
    ),
    "the first eight examples only": (linear_returning("E @ W, E.T @ X, E[:8].sum(dim=0)"), "db is not right yet"),
    "bias forgotten": (
        f"def linear_forward(X, W, b):\n    return X @ W.T\n\n{BACKWARD}",
        "is the bias missing, or added twice?",
    ),
    "W not transposed": (
        f"def linear_forward(X, W, b):\n    return X @ W + b\n\n{BACKWARD}",
        "is a .T missing, or the order",
    ),
    "W transposed in place": (
        f"def linear_forward(X, W, b):\n    return X @ W.t_() + b\n\n{BACKWARD}",
        "W came in as input and was changed in place",
    ),
}

# Question 2: the gates.

RELU = """
def relu_backward(E, Z):
    return E * (Z > 0)
"""
SIGMOID = """
def sigmoid_backward(E, Z):
    return E * torch.sigmoid(Z) * torch.sigmoid(-Z)
"""


def relu_as(body: str) -> str:
    return f"def relu_backward(E, Z):\n    {body}\n\n{SIGMOID}"


def sigmoid_as(body: str) -> str:
    return f"{RELU}\n\ndef sigmoid_backward(E, Z):\n    {body}\n"


GATES_RIGHT = {
    "where, and the sigmoid of -z": f"""
def relu_backward(E, Z):
    return torch.where(Z > 0, E, 0.0)

{SIGMOID}
""",
    "loops": """
def relu_backward(E, Z):
    dZ = torch.zeros_like(E).flatten()
    for place, (e, z) in enumerate(zip(E.flatten(), Z.flatten())):
        if z > 0:
            dZ[place] = e
    return dZ.reshape(E.shape)


def sigmoid_backward(E, Z):
    dZ = torch.empty_like(E).flatten()
    for place, (e, z) in enumerate(zip(E.flatten(), Z.flatten())):
        s = torch.sigmoid(z)
        dZ[place] = e * (s - s * s)
    return dZ.view(E.shape)
""",
    "a masked copy, and tanh": """
def relu_backward(E, Z):
    grad = E.clone()
    grad[Z <= 0] = 0
    return grad


def sigmoid_backward(E, Z):
    return E * (1 - torch.tanh(Z / 2) ** 2) / 4
""",
    "the sign, and the exponential of -|z|": """
def relu_backward(E, Z):
    return E * Z.sign().clamp(min=0)


def sigmoid_backward(E, Z):
    small = torch.exp(-Z.abs())
    return E * small / (1 + small) ** 2
""",
}

OVERFLOW = "infinity over infinity? Write the slope with sigmoid(Z) itself"
GATES_WRONG = {
    "open at the corner": (relu_as("return E * (Z >= 0)"), "At Z = 0 PyTorch takes the slope to be 0"),
    "looks at E": (relu_as("return E.clamp(min=0)"), "the gate looks at Z alone"),
    "the way forward": (relu_as("return Z.clamp(min=0)"), "Where Z > 0 all of E passes"),
    "E times the way forward": (relu_as("return E * Z.clamp(min=0)"), "Where Z > 0 all of E passes"),
    "E left out": (relu_as("return (Z > 0).to(Z.dtype)"), "Where Z > 0 all of E passes"),
    "no gate": (relu_as("return E.clone()"), "Where Z < 0 the curve is flat"),
    "the other way round": (relu_as("return E * (Z < 0)"), "Where Z > 0 all of E passes"),
    "leaky": (relu_as("return torch.where(Z > 0, E, 0.01 * E)"), "Where Z < 0 the curve is flat"),
    "divided by Z": (relu_as("return E * Z.clamp(min=0) / Z"), "12 of 12 numbers are NaN"),
    "mask written into E": (relu_as("E[Z <= 0] = 0\n    return E"), "E came in as input and was changed in place"),
    "a True for a slope": (relu_as("return Z > 0"), "Where Z > 0 all of E passes"),
    "asks autograd": (
        relu_as("Z = Z.clone().requires_grad_()\n    F.relu(Z).backward(E)\n    return Z.grad"),
        "autograd was asked for a gradient",
    ),
    "Z taken for the sigmoid of Z": (sigmoid_as("return E * Z * (1 - Z)"), "is Z taken for sigmoid(Z)?"),
    "the sigmoid, not its slope": (sigmoid_as("return E * torch.sigmoid(Z)"), "1/2 is the sigmoid's height"),
    "half of the slope": (sigmoid_as("return E * (1 - torch.sigmoid(Z))"), "and its slope is wanted"),
    "E left out of the sigmoid": (
        sigmoid_as("S = torch.sigmoid(Z)\n    return S * (1 - S)"),
        "Nothing came in, so nothing goes out: is E left out?",
    ),
    "the sigmoid taken twice": (
        sigmoid_as("S = torch.sigmoid(torch.sigmoid(Z))\n    return E * S * (1 - S)"),
        "every number is 0.94 times the wanted one",
    ),
    "the exponential overflows": (sigmoid_as("return E * torch.exp(-Z) / (1 + torch.exp(-Z)) ** 2"), OVERFLOW),
    "the exponential overflows upwards": (sigmoid_as("return E * torch.exp(Z) / (1 + torch.exp(Z)) ** 2"), OVERFLOW),
    "the slope of tanh": (sigmoid_as("return E * (1 - torch.tanh(Z) ** 2)"), "every number is 4 times the wanted one"),
    "E scaled in place": (
        sigmoid_as("S = torch.sigmoid(Z)\n    E *= S * (1 - S)\n    return E"),
        "E came in as input and was changed in place",
    ),
    "a matrix product": (
        sigmoid_as("S = torch.sigmoid(Z)\n    return E @ (S * (1 - S)).T"),
        "wanted (4, 3), got (4, 4)",
    ),
}

# Question 3: the loss.


def loss_as(body: str) -> str:
    return "def softmax_cross_entropy(logits, y):\n" + "".join(f"    {line}\n" for line in body.strip().splitlines())


def stable_loss(last: str) -> str:
    return loss_as(f"""
P, Y = logits.softmax(dim=1), F.one_hot(y, logits.shape[1])
loss = -logits.log_softmax(dim=1)[torch.arange(len(y)), y].mean()
{last}
""")


SOFTMAX_RIGHT = {
    "loops": loss_as("""
loss, dlogits = 0.0, torch.zeros_like(logits)
for i in range(len(y)):
    z = logits[i] - logits[i].max()
    total = z.exp().sum()
    loss = loss + (total.log() - z[y[i]]) / len(y)
    for c in range(len(z)):
        dlogits[i, c] = (z[c].exp() / total - int(c == y[i])) / len(y)
return loss, dlogits
"""),
    "one-hot": stable_loss("return loss, (P - Y) / len(y)"),
    "logsumexp and gather": loss_as("""
log_sum = torch.logsumexp(logits, dim=1, keepdim=True)
loss = (log_sum - logits.gather(1, y.unsqueeze(1))).mean()
probabilities = (logits - log_sum).exp()
return loss, probabilities.scatter_add(1, y[:, None], -torch.ones_like(log_sum)).div(logits.size(0))
"""),
    "PyTorch's own loss": loss_as("""
loss = F.cross_entropy(logits, y)
grad = torch.softmax(logits, dim=-1)
grad[range(len(y)), y] -= 1.0
grad /= len(y)
return loss, grad
"""),
}

SOFTMAX_WRONG = {
    "batch factor missing in the gradient": (stable_loss("return loss, P - Y"), "so its gradient carries 1/batch"),
    "divided by the classes": (
        stable_loss("return loss, (P - Y) / logits.shape[1]"),
        "1/batch belongs here, one over the number of rows",
    ),
    "mean over all numbers": (
        stable_loss("return loss, (P - Y) / logits.numel()"),
        "1/batch belongs here, one over the number of rows",
    ),
    "sum of the losses": (stable_loss("return loss * len(y), (P - Y) / len(y)"), "is a division by the batch missing?"),
    "one loss for each example": (
        loss_as("""
P, Y = logits.softmax(dim=1), F.one_hot(y, logits.shape[1])
return -logits.log_softmax(dim=1)[torch.arange(len(y)), y], (P - Y) / len(y)
"""),
        "wanted (), got (8,)",
    ),
    "gradient with the wrong sign": (
        stable_loss("return loss, (Y - P) / len(y)"),
        "must raise the logit of the right class",
    ),
    "probabilities for a gradient": (stable_loss("return loss, P / len(y)"), "In row i, 1 is taken off in column y[i]"),
    "1 taken off before the batch factor is in": (
        stable_loss("return loss, P / len(y) - Y"),
        "In row i, 1 is taken off in column y[i]",
    ),
    "1 taken off everywhere": (stable_loss("return loss, (P - 1) / len(y)"), "dlogits is not right yet"),
    "softmax over the batch": (
        loss_as("""
P, Y = logits.softmax(dim=0), F.one_hot(y, logits.shape[1])
return -logits.log_softmax(dim=0)[torch.arange(len(y)), y].mean(), (P - Y) / len(y)
"""),
        "is the sum over dim=1?",
    ),
    "softmax taken twice": (
        loss_as("""
P, Y = logits.softmax(dim=1), F.one_hot(y, logits.shape[1])
return F.cross_entropy(P, y), (P - Y) / len(y)
"""),
        "Softmax taken twice costs 0.5 and more here",
    ),
    "the column before": (
        loss_as("""
P, Y = logits.softmax(dim=1), F.one_hot(y - 1, logits.shape[1]) if (y > 0).all() else F.one_hot(y, logits.shape[1])
return -logits.log_softmax(dim=1)[torch.arange(len(y)), y - 1].mean(), (P - Y) / len(y)
"""),
        "another column than y[i] 40",
    ),
    "no minus": (
        loss_as("""
P, Y = logits.softmax(dim=1), F.one_hot(y, logits.shape[1])
return logits.log_softmax(dim=1)[torch.arange(len(y)), y].mean(), (P - Y) / len(y)
"""),
        "the number has the wrong sign",
    ),
    "log to base 2": (
        loss_as("""
P, Y = logits.softmax(dim=1), F.one_hot(y, logits.shape[1])
return -P[torch.arange(len(y)), y].log2().mean(), (P - Y) / len(y)
"""),
        "With equal logits each row costs ln(classes)",
    ),
    "exp overflows": (
        loss_as("""
P = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
return -P[torch.arange(len(y)), y].log().mean(), (P - F.one_hot(y, logits.shape[1])) / len(y)
"""),
        "Subtract the largest logit; take ln of the sum, not of p",
    ),
    "the logarithm of a probability that rounds to 0": (
        loss_as("""
P = logits.softmax(dim=1)
return -P[torch.arange(len(y)), y].log().mean(), (P - F.one_hot(y, logits.shape[1])) / len(y)
"""),
        "Subtract the largest logit; take ln of the sum, not of p",
    ),
    "a tiny number in the logarithm": (
        loss_as("""
P = logits.softmax(dim=1)
return -(P[torch.arange(len(y)), y] + 1e-12).log().mean(), (P - F.one_hot(y, logits.shape[1])) / len(y)
"""),
        "Subtract the largest logit; take ln of the sum, not of p",
    ),
    "one largest logit for all rows": (
        loss_as("""
shifted = logits - logits.max()
total = shifted.exp().sum(dim=1)
P = shifted.exp() / total.unsqueeze(1)
return (total.log() - shifted[torch.arange(len(y)), y]).mean(), (P - F.one_hot(y, logits.shape[1])) / len(y)
"""),
        "Each row needs its own largest logit",
    ),
    "largest logit subtracted in place": (
        loss_as("""
logits -= logits.amax(dim=1, keepdim=True)
log_P = logits - logits.exp().sum(dim=1, keepdim=True).log()
return -log_P[torch.arange(len(y)), y].mean(), (log_P.exp() - F.one_hot(y, logits.shape[1])) / len(y)
"""),
        "logits came in as input and was changed in place",
    ),
    "asks autograd": (
        loss_as("""
leaf = logits.clone().requires_grad_()
loss = F.cross_entropy(leaf, y)
loss.backward()
return loss.detach(), leaf.grad
"""),
        "autograd was asked for a gradient",
    ),
    "eight examples, whatever comes": (stable_loss("return loss, (P - Y) / 8"), "3/4 of the wanted one"),
    "five classes, whatever comes": (
        loss_as("""
P, Y = logits.softmax(dim=1), F.one_hot(y, 5)
return -logits.log_softmax(dim=1)[torch.arange(len(y)), y].mean(), (P - Y) / len(y)
"""),
        "stopped by an error",
    ),
}

# Question 4: the step.


def step_with(old: str = "", new: str = "") -> str:
    """A right step, with one piece of it replaced."""
    assert not old or STEP.count(old) == 1, old
    return STEP.replace(old, new) if old else STEP


STEP = """
def mlp_step(X, y, params, lr):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    Z1 = X @ W1.T + b1
    H = torch.relu(Z1)
    logits = H @ W2.T + b2
    loss, dlogits = softmax_cross_entropy(logits, y)
    dW2 = dlogits.T @ H
    db2 = dlogits.sum(dim=0)
    dH = dlogits @ W2
    dZ1 = relu_backward(dH, Z1)
    dW1 = dZ1.T @ X
    db1 = dZ1.sum(dim=0)
    new = {"W1": W1 - lr * dW1, "b1": b1 - lr * db1, "W2": W2 - lr * dW2, "b2": b2 - lr * db2}
    return loss, new
"""
NEW = 'new = {"W1": W1 - lr * dW1, "b1": b1 - lr * db1, "W2": W2 - lr * dW2, "b2": b2 - lr * db2}'

MLP_RIGHT = {
    "written out": STEP,
    "a copy that is changed": step_with(
        NEW,
        """new = {name: values.clone() for name, values in params.items()}
    for name, gradient in {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}.items():
        new[name] -= lr * gradient""",
    ),
    "with the functions from above, gate by H": """
def mlp_step(X, y, params, lr):
    W1, b1, W2, b2 = params.values()
    H = linear_forward(X, W1, b1).clamp(min=0)
    loss, E = softmax_cross_entropy(linear_forward(H, W2, b2), y)
    E, *layer_2 = linear_backward(E, H, W2)
    _, *layer_1 = linear_backward(relu_backward(E, H), X, W1)
    return loss, {name: old - lr * g for (name, old), g in zip(params.items(), layer_1 + layer_2)}
""",
    "example by example": """
def mlp_step(X, y, params, lr):
    new = dict(params)
    loss = 0
    for x, label in zip(X, y):
        h = (params["W1"] @ x + params["b1"]).clamp(min=0)
        p = torch.log_softmax(params["W2"] @ h + params["b2"], dim=0)
        loss = loss - p[label] / len(y)
        e = p.exp()
        e[label] -= 1
        e = e / len(y)
        back = (params["W2"].T @ e) * (h > 0)
        new["W2"] = new["W2"] - lr * torch.outer(e, h)
        new["b2"] = new["b2"] - lr * e
        new["W1"] = new["W1"] - lr * torch.outer(back, x)
        new["b1"] = new["b1"] - lr * back
    return loss, new
""",
}

LOOK_AT_RELU = "With all units on it was right, so look at the ReLU"
MLP_WRONG = {
    "W2 updated before dH": (
        step_with("dH = dlogits @ W2", "W2 = W2 - lr * dW2\n    dH = dlogits @ W2").replace(
            '"W2": W2 - lr * dW2', '"W2": W2'
        ),
        "Was W2 updated before dH, or are E and Z swapped?",
    ),
    "uphill": (step_with(NEW, NEW.replace("- lr", "+ lr")), "that is uphill"),
    "lr left out": (step_with(NEW, NEW.replace("lr * ", "")), "lr times the gradient is the step: is lr left out"),
    "lr fixed": (step_with(NEW, NEW.replace("lr * ", "0.3 * ")), "lr times the gradient is the step: is lr left out"),
    "the mean taken twice": (step_with(NEW, NEW.replace("lr * ", "lr / len(X) * ")), "dlogits carries 1/batch already"),
    "the biases stay": (
        step_with(NEW, 'new = {"W1": W1 - lr * dW1, "b1": b1, "W2": W2 - lr * dW2, "b2": b2}'),
        "Each bias takes a step too",
    ),
    "the last bias stays": (step_with("b2 - lr * db2", "b2"), "Each bias takes a step too"),
    "the first bias left out on the way there": (step_with("X @ W1.T + b1", "X @ W1.T"), "Are both biases in?"),
    "the loss after the step": (
        step_with(
            "return loss, new",
            'H = torch.relu(X @ new["W1"].T + new["b1"])\n'
            '    return F.cross_entropy(H @ new["W2"].T + new["b2"], y), new',
        ),
        "The loss is that of the params that came in, before the step",
    ),
    "no ReLU": (step_with("torch.relu(Z1)", "Z1"), LOOK_AT_RELU),
    "no gate on the way back": (step_with("relu_backward(dH, Z1)", "dH"), LOOK_AT_RELU),
    "the gate looks at H >= 0": (step_with("relu_backward(dH, Z1)", "dH * (H >= 0)"), LOOK_AT_RELU),
    "the gate looks at dH": (
        step_with("relu_backward(dH, Z1)", "relu_backward(Z1, dH)"),
        "Was W2 updated before dH, or are E and Z swapped?",
    ),
    "Z1 in the place of H": (step_with("dlogits.T @ H", "dlogits.T @ Z1"), LOOK_AT_RELU),
    "a sigmoid for the ReLU": (
        step_with("torch.relu(Z1)", "torch.sigmoid(Z1)"),
        "mlp_step, all units on: loss is not right yet",
    ),
    "written into the params": (
        step_with(
            NEW,
            """for name, gradient in {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}.items():
        params[name] -= lr * gradient
    new = params""",
        ),
        "params came in as input and was changed in place",
    ),
    "a shallow copy, written into": (
        step_with(
            NEW,
            """new = dict(params)
    for name, gradient in {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}.items():
        new[name] -= lr * gradient""",
        ),
        "params came in as input and was changed in place",
    ),
    "params replaced in the dict that came": (
        step_with(NEW, "new = params\n    " + NEW.replace("new = ", "params.update(") + ")"),
        "params came in as input and was changed in place",
    ),
    "the gradients for the new params": (
        step_with(NEW, 'new = {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}'),
        "A step is the old W1 minus the new",
    ),
    "only the loss": (step_with("return loss, new", "return loss"), "end with `return loss, new_params`"),
    "a list of params": (
        step_with("return loss, new", "return loss, list(new.values())"),
        "end with `return loss, new_params`",
    ),
    "other names": (
        step_with("return loss, new", "return loss, {name.lower(): values for name, values in new.items()}"),
        "the new params must have the names W1, b1, W2, b2",
    ),
    "W1 transposed": (step_with('"W1": W1 - lr * dW1', '"W1": (W1 - lr * dW1).T'), "the sizes are swapped"),
    "asks autograd": (
        """
def mlp_step(X, y, params, lr):
    return twin_step(X, y, params, lr)
""",
        "autograd was asked for a gradient",
    ),
    "asks autograd for the first layer": (
        step_with(
            "dW1 = dZ1.T @ X", "W = W1.clone().requires_grad_()\n    (dW1,) = torch.autograd.grad(X @ W.T, W, dZ1)"
        ),
        "autograd was asked for a gradient",
    ),
    "five classes, whatever comes": (
        step_with(
            "loss, dlogits = softmax_cross_entropy(logits, y)",
            "loss, dlogits = softmax_cross_entropy(logits[:, :5], y)",
        ).replace("db2 = dlogits.sum(dim=0)", "db2 = dlogits.sum(dim=0)[:3].repeat(2)[: len(b2)]"),
        "b2 is not right yet",
    ),
    "eight examples, whatever come": (
        step_with(
            "loss, dlogits = softmax_cross_entropy(logits, y)",
            "loss, dlogits = softmax_cross_entropy(logits, y)\n    dlogits = dlogits * len(y) / 8",
        ),
        "5/8 of the wanted one",
    ),
}

# Question 5: the operation.


def swish(forward: str, backward: str) -> str:
    def indented(body: str) -> str:
        return "".join(f"        {line}\n" for line in body.strip().splitlines())

    return f"""
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, Z, beta):
{indented(forward)}
    @staticmethod
    def backward(ctx, E):
{indented(backward)}"""


SAVE = "ctx.save_for_backward(Z, beta)\nreturn Z * torch.sigmoid(beta * Z)"
READ = "Z, beta = ctx.saved_tensors\nS = torch.sigmoid(beta * Z)\n"


def swish_returning(values: str) -> str:
    return swish(SAVE, f"{READ}return {values}")


D_Z, D_BETA = "E * (S + beta * Z * S * (1 - S))", "(E * Z**2 * S * (1 - S)).sum()"
SWISH_RIGHT = {
    "in one go": swish_returning(f"{D_Z}, {D_BETA}"),
    "the answer kept": swish(
        "S = torch.sigmoid(beta * Z)\nY = Z * S\nctx.save_for_backward(Z, beta, S, Y)\nreturn Y",
        "Z, beta, S, Y = ctx.saved_tensors\nreturn E * (S + beta * Y * (1 - S)), torch.sum(E * Z * Y * (1 - S))",
    ),
    "step by step": swish(
        "U = beta * Z\nS = U.sigmoid()\nctx.save_for_backward(Z, beta, U, S)\nreturn Z * S",
        """
Z, beta, U, S = ctx.saved_tensors
dZ = E * S
dS = E * Z
dU = sigmoid_backward(dS, U)
dZ = dZ + dU * beta
return dZ, (dU * Z).sum()
""",
    ),
    "loops": swish(
        SAVE,
        """
Z, beta = ctx.saved_tensors
dZ, dbeta = torch.zeros_like(Z), torch.zeros_like(beta)
for place in range(Z.numel()):
    e, z = E.flatten()[place], Z.flatten()[place]
    s = torch.sigmoid(beta * z)
    dZ.view(-1)[place] = e * (s + beta * z * s * (1 - s))
    dbeta += e * z * z * s * (1 - s)
return dZ, dbeta
""",
    ),
    "the sigmoid written out": swish(
        "ctx.save_for_backward(Z, beta)\nreturn Z / (1 + torch.exp(-beta * Z))",
        "Z, beta = ctx.saved_tensors\nS = 1 / (1 + torch.exp(-beta * Z))\nslope = S * (1 - S)\n"
        "return E * S + E * Z * beta * slope, torch.einsum('i,i->', (E * Z).flatten(), (Z * slope).flatten())",
    ),
}

TWO_PATHS = "Z reaches Y along two paths"
INNER = "With beta = 1 it was right: beta is the inner derivative"
SWISH_WRONG = {
    "only the factor's path": (swish_returning(f"E * S, {D_BETA}"), TWO_PATHS),
    "only the sigmoid's path": (swish_returning(f"E * beta * Z * S * (1 - S), {D_BETA}"), TWO_PATHS),
    "the two paths multiplied": (swish_returning(f"E * S * Z * S * (1 - S), {D_BETA}"), TWO_PATHS),
    "inner derivative forgotten": (swish_returning(f"E * (S + Z * S * (1 - S)), {D_BETA}"), INNER),
    "beta in both terms": (swish_returning(f"beta * {D_Z}, {D_BETA}"), INNER),
    "beta's inner derivative, too": (swish_returning(f"{D_Z}, beta * {D_BETA}"), INNER),
    "E left out for Z": (swish_returning(f"S + beta * Z * S * (1 - S), {D_BETA}"), TWO_PATHS),
    "E left out for beta": (
        swish_returning(f"{D_Z}, (Z**2 * S * (1 - S)).sum()"),
        "Swish.backward, beta = 1: dbeta is not right yet",
    ),
    "dbeta not summed": (swish_returning(f"{D_Z}, E * Z**2 * S * (1 - S)"), "multiply, then add up all places"),
    "dbeta summed over the rows only": (
        swish_returning(f"{D_Z}, (E * Z**2 * S * (1 - S)).sum(dim=0)"),
        "multiply, then add up all places",
    ),
    "dbeta a mean": (swish_returning(f"{D_Z}, (E * Z**2 * S * (1 - S)).mean()"), "Then add up all places; no mean"),
    "dbeta summed before E comes in": (
        swish_returning(f"{D_Z}, E.sum() * (Z**2 * S * (1 - S)).sum()"),
        "dbeta is not right yet",
    ),
    "dbeta with one Z": (
        swish_returning(f"{D_Z}, (E * Z * S * (1 - S)).sum()"),
        "One Z stands beside beta, one outside the sigmoid",
    ),
    "nothing for beta": (swish_returning(D_Z), "2 values are wanted, it returned one Tensor"),
    "None for beta": (swish_returning(f"{D_Z}, None"), "dbeta is not right yet\n  it is None"),
    "in another order": (swish_returning(f"{D_BETA}, {D_Z}"), "dZ is not right yet"),
    "beta outside only": (
        swish("ctx.save_for_backward(Z, beta)\nreturn beta * Z * torch.sigmoid(Z)", f"{READ}return {D_Z}, {D_BETA}"),
        "Y is Z times the sigmoid of beta * Z",
    ),
    "beta left out": (
        swish("ctx.save_for_backward(Z, beta)\nreturn F.silu(Z)", f"{READ}return {D_Z}, {D_BETA}"),
        "Y is Z times the sigmoid of beta * Z",
    ),
    "the sigmoid alone": (
        swish("ctx.save_for_backward(Z, beta)\nreturn torch.sigmoid(beta * Z)", f"{READ}return {D_Z}, {D_BETA}"),
        "Y is Z times the sigmoid of beta * Z",
    ),
    "nothing saved": (
        swish("return Z * torch.sigmoid(beta * Z)", f"{READ}return {D_Z}, {D_BETA}"),
        "is one not returned, or not saved?",
    ),
    "kept on ctx, out of sight": (
        swish(
            "ctx.Z, ctx.beta = Z, beta\nreturn Z * torch.sigmoid(beta * Z)",
            f"Z, beta = ctx.Z, ctx.beta\nS = torch.sigmoid(beta * Z)\nreturn {D_Z}, {D_BETA}",
        ),
        "ctx.save_for_backward notices",
    ),
    "the exponential overflows": (
        swish(
            SAVE,
            "Z, beta = ctx.saved_tensors\nU = torch.exp(-beta * Z)\nslope = U / (1 + U) ** 2\n"
            "return E * (1 / (1 + U) + beta * Z * slope), (E * Z**2 * slope).sum()",
        ),
        "is NaN",
    ),
    "Z changed on the way": (
        swish(
            "Z *= torch.sigmoid(beta * Z)\nctx.save_for_backward(Z, beta)\nreturn Z", f"{READ}return {D_Z}, {D_BETA}"
        ),
        "changed in place",
    ),
    "asks autograd": (
        swish(
            SAVE,
            """
Z, beta = (tensor.detach().requires_grad_() for tensor in ctx.saved_tensors)
with torch.enable_grad():
    Y = Z * torch.sigmoid(beta * Z)
return torch.autograd.grad(Y, (Z, beta), E)
""",
        ),
        "autograd was asked for a gradient",
    ),
    "backward not written": (swish(SAVE, "raise NotImplementedError()"), "Swish.backward, beta = 1: not attempted yet"),
    "twelve places, whatever come": (
        swish_returning(f"{D_Z}, 12 * (E * Z**2 * S * (1 - S)).mean()"),
        "Swish.backward, beta = 0.4: dbeta is not right yet",
    ),
}

RIGHT = {
    "linear": LINEAR_RIGHT,
    "gates": GATES_RIGHT,
    "softmax_cross_entropy": SOFTMAX_RIGHT,
    "mlp_step": MLP_RIGHT,
    "Swish": SWISH_RIGHT,
}
WRONG = {
    "linear": LINEAR_WRONG,
    "gates": GATES_WRONG,
    "softmax_cross_entropy": SOFTMAX_WRONG,
    "mlp_step": MLP_WRONG,
    "Swish": SWISH_WRONG,
}
