"""Answers to ex3, Questions 4 and 6: right ones in other styles, and mistakes, each with the hint meant for it."""

from __future__ import annotations

from tests.exercises.ex3_manual_backprop.answers_rules import BAN

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
    "layers as objects, with a backward of their own": """
class Layer:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def __call__(self, X):
        self.X = X
        return X @ self.W.T + self.b

    def backward(self, E):
        self.grad = E.T @ self.X, E.sum(0)
        return E @ self.W

    def stepped(self, lr):
        dW, db = self.grad
        return self.W - lr * dW, self.b - lr * db


def mlp_step(X, y, params, lr):
    first, second = Layer(params["W1"], params["b1"]), Layer(params["W2"], params["b2"])
    Z = first(X)
    loss, E = softmax_cross_entropy(second(F.relu(Z)), y)
    first.backward(relu_backward(second.backward(E), Z))
    (W1, b1), (W2, b2) = first.stepped(lr), second.stepped(lr)
    return float(loss), dict(b2=b2, W2=W2, b1=b1, W1=W1)
""",
    "gradients kept as .grad, vmap and NumPy's arithmetic": """
class Parameter:
    def __init__(self, values):
        self.values, self.grad = values, None


def mlp_step(X, y, params, lr):
    new = {name: Parameter(values) for name, values in params.items()}
    Z1 = F.linear(X, new["W1"].values, new["b1"].values)
    logits = F.linear(Z1.relu(), new["W2"].values, new["b2"].values)
    loss = F.cross_entropy(logits, y)
    P = logits.softmax(1)
    P[range(len(y)), y] -= 1
    E = P / len(y)
    new["W2"].grad, new["b2"].grad = torch.vmap(torch.outer)(E, Z1.relu()).sum(0), E.sum(0)
    E = torch.where(Z1 > 0, E @ new["W2"].values, 0.0)
    new["W1"].grad, new["b1"].grad = E.T @ X, E.sum(0)
    return loss, {name: p.values - np.float64(lr).item() * p.grad for name, p in new.items()}


import numpy as np
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

LOOK_AT_RELU = "With all units on it was right: perhaps it is the ReLU"
MLP_WRONG = {
    "W2 updated before dH": (
        step_with("dH = dlogits @ W2", "W2 = W2 - lr * dW2\n    dH = dlogits @ W2").replace(
            '"W2": W2 - lr * dW2', '"W2": W2'
        ),
        "W2 was updated before its old values had passed the gradient back",
    ),
    "uphill": (step_with(NEW, NEW.replace("- lr", "+ lr")), "that is uphill"),
    "lr left out": (step_with(NEW, NEW.replace("lr * ", "")), "that is the gradient itself: lr is left out"),
    "lr fixed": (step_with(NEW, NEW.replace("lr * ", "0.3 * ")), "perhaps lr is another number"),
    "the mean taken twice": (step_with(NEW, NEW.replace("lr * ", "lr / len(X) * ")), "dlogits carries 1/batch already"),
    "the biases stay": (
        step_with(NEW, 'new = {"W1": W1 - lr * dW1, "b1": b1, "W2": W2 - lr * dW2, "b2": b2}'),
        "it stays where it was: each of the four takes a step",
    ),
    "the last bias stays": (step_with("b2 - lr * db2", "b2"), "it stays where it was: each of the four takes a step"),
    "the first bias left out on the way there": (step_with("X @ W1.T + b1", "X @ W1.T"), "that is the loss without b1"),
    "the loss after the step": (
        step_with(
            "return loss, new",
            'H = torch.relu(X @ new["W1"].T + new["b1"])\n'
            '    return F.cross_entropy(H @ new["W2"].T + new["b2"], y), new',
        ),
        "that is the loss after the step",
    ),
    "no ReLU": (step_with("torch.relu(Z1)", "Z1"), "that is the loss without a ReLU"),
    "no gate on the way back": (step_with("relu_backward(dH, Z1)", "dH"), "on the way back the ReLU is left out"),
    "the gate looks at H >= 0": (
        step_with("relu_backward(dH, Z1)", "dH * (H >= 0)"),
        "on the way back the ReLU is left out",
    ),
    "the gate looks at dH": (
        step_with("relu_backward(dH, Z1)", "relu_backward(Z1, dH)"),
        "E and Z are swapped on the way back through the ReLU",
    ),
    "Z1 in the place of H": (
        step_with("dlogits.T @ H", "dlogits.T @ Z1"),
        "the input of the second layer was H, and yours is Z1",
    ),
    "a sigmoid for the ReLU": (
        step_with("torch.relu(Z1)", "torch.sigmoid(Z1)"),
        "that is the loss with a sigmoid between the layers",
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
        "that is the gradient of W1 itself",
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
    return judge._twin(X, y, params)
""",
        BAN,
    ),
    "asks autograd for the first layer": (
        step_with(
            "dW1 = dZ1.T @ X", "W = W1.clone().requires_grad_()\n    (dW1,) = torch.autograd.grad(X @ W.T, W, dZ1)"
        ),
        BAN,
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
        "perhaps lr is another number",
    ),
    "a tanh for the ReLU": (step_with("torch.relu(Z1)", "torch.tanh(Z1)"), "with a tanh between the layers"),
    "a sigmoid's way back": (
        step_with("relu_backward(dH, Z1)", "sigmoid_backward(dH, Z1)"),
        "step of W1 is not right yet",
    ),
    "both biases left out": (
        step_with("X @ W1.T + b1", "X @ W1.T").replace("H @ W2.T + b2", "H @ W2.T"),
        "that is the loss without the two biases",
    ),
    "the last bias left out": (step_with("H @ W2.T + b2", "H @ W2.T"), "that is the loss without b2"),
    "the sum for the loss": (step_with("return loss, new", "return loss * len(y), new"), "is a mean over the rows"),
    "one example squeezed": (
        step_with("dZ1 = relu_backward(dH, Z1)", "dZ1 = relu_backward(dH.squeeze(), Z1.squeeze())"),
        "mlp_step",
    ),
    "a momentum that stays": (
        "kept = {}\n"
        + step_with(
            NEW,
            NEW + "\n    for name in new:\n        kept[name] = 0.9 * kept.get(name, 0) - 1e-3\n"
            "        new[name] = new[name] + kept[name]",
        ),
        "is not right yet",
    ),
    "a name misspelt": (step_with("dlogits.T @ H", "dlogit.T @ H"), "Perhaps `dlogits` is meant"),
    "a key misspelt": (step_with('params["W1"]', 'params["w1"]'), "KeyError"),
    "float32 params": (
        step_with("return loss, new", "return loss, {name: values.float() for name, values in new.items()}"),
        "wanted float64, got float32",
    ),
    "arrays for tensors": (
        step_with("return loss, new", "return loss, {name: values.numpy() for name, values in new.items()}"),
        "wanted a tensor, got a ndarray",
    ),
    "a tuple too long": (step_with("return loss, new", "return loss, new, logits"), "2 values are wanted"),
    "the rate of the training": (step_with(NEW, NEW.replace("lr * ", "0.5 * ")), "perhaps lr is another number"),
    "whole numbers for a rate": (step_with(NEW, NEW.replace("lr * ", "int(lr) * ")), "is not right yet"),
    "asks by torch.func": (
        """
def mlp_step(X, y, params, lr):
    def loss_of(params):
        return F.cross_entropy(F.relu(X @ params["W1"].T + params["b1"]) @ params["W2"].T + params["b2"], y)

    from torch.func import grad_and_value

    gradients, loss = grad_and_value(loss_of)(params)
    return loss, {name: params[name] - lr * gradients[name] for name in params}
""",
        BAN,
    ),
}


# Question 6: the fault.

PROGRAM = """
def repaired(X, Y, params):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    S = torch.sigmoid(X @ W1.T + b1)
    Y_hat = S @ W2.T + b2
    loss = ((Y_hat - Y) ** 2).mean()
    dY = 2 * (Y_hat - Y) / Y.numel()
    dW2, db2 = dY.T @ S, dY.sum(dim=0)
    dZ = (dY @ W2) * S * (1 - S)
    dW1, db1 = dZ.T @ X, dZ.sum(dim=0)
    return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
"""


def fault_as(values: str = "7, 3", repaired: str = PROGRAM) -> str:
    return f"def fault():\n    return {values}\n\n{repaired}"


def repaired_with(old: str, new: str) -> str:
    assert PROGRAM.count(old) == 1, old
    return fault_as(repaired=PROGRAM.replace(old, new))


FAULT_RIGHT = {
    "the line put right": fault_as(),
    "a factor of 3.0": fault_as("[7, 3.0]"),
    "a tensor, worked out": fault_as("7, torch.tensor(24) / 8"),
    "by shape": repaired_with("/ Y.numel()", "/ (Y.shape[0] * Y.shape[1])"),
    "a mean taken of it": repaired_with("2 * (Y_hat - Y) / Y.numel()", "(2 / (len(Y) * len(W2))) * (Y_hat - Y)"),
    "the program's, divided": fault_as(
        repaired="""
def repaired(X, Y, params):
    loss, gradients = regression_gradients(X, Y, params)
    return loss, {name: gradient / Y.shape[1] for name, gradient in gradients.items()}
"""
    ),
}
LINE = "does what it should"
FAULT_WRONG = {
    "the loss's line": (fault_as("6, 3"), "line 6 does what it should"),
    "the sigmoid's line": (fault_as("9, 3"), LINE),
    "the biases' line": (fault_as("8, 3"), LINE),
    "counted from 0": (fault_as("0, 3"), "the program has the lines 1 to 11"),
    "the line as text": (fault_as("'7', 3"), "wanted the number of a line, an int"),
    "the factor alone": (fault_as("3"), "2 values are wanted"),
    "turned round": (fault_as("7, 1 / 3"), "the program's over the right one is asked for"),
    "the batch": (fault_as("7, 8"), "over how many numbers is each?"),
    "batch times outputs": (fault_as("7, 24"), "over how many numbers is each?"),
    "the 2": (fault_as("7, 2"), "over how many numbers is each?"),
    "a factor in words": (fault_as("7, '3 times'"), "wanted a number, got '3 times'"),
    "nothing returned": ("def fault():\n    line, factor = 7, 3\n\n" + PROGRAM, "is the `return` line missing?"),
    "not repaired": (repaired_with("/ Y.numel()", "/ len(Y)"), "that is still the program's gradient"),
    "the program handed on": (
        fault_as(repaired="def repaired(X, Y, params):\n    return regression_gradients(X, Y, params)\n"),
        "that is still the program's gradient",
    ),
    "three outputs, whatever come": (repaired_with("/ Y.numel()", "/ (3 * len(Y))"), "repaired, 1 output"),
    "24 numbers, whatever come": (repaired_with("/ Y.numel()", "/ 24"), "repaired, 3 outputs"),
    "divided by the outputs alone": (repaired_with("/ Y.numel()", "/ Y.shape[1]"), "repaired"),
    "the loss made to fit": (
        fault_as(repaired=PROGRAM.replace(".mean()", ".sum(dim=1).mean()").replace("Y.numel()", "len(Y)")),
        "The loss of the program was right",
    ),
    "only the first layer": (
        fault_as(
            repaired=PROGRAM.replace("/ Y.numel()", "/ len(Y)").replace("dZ = (dY @ W2)", "dZ = (dY @ W2) / Y.shape[1]")
        ),
        "the gradient of W2 is not right yet\n  that is still the program's gradient",
    ),
    "the 2 lost": (repaired_with("2 * (Y_hat - Y)", "(Y_hat - Y)"), "1/2 of the wanted one"),
    "repaired, and uphill": (repaired_with("2 * (Y_hat - Y)", "2 * (Y - Y_hat)"), "every number has the wrong sign"),
    "biases meaned": (repaired_with("dY.sum(dim=0)", "dY.mean(dim=0)"), "the gradient of b2 is not right yet"),
    "a gradient missing": (repaired_with(', "b2": db2', ""), "wanted a dict of W1, b1, W2, b2"),
    "a list of gradients": (
        repaired_with('{"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}', "[dW1, db1, dW2, db2]"),
        "wanted a dict of W1, b1, W2, b2",
    ),
    "only the gradients": (repaired_with("return loss, {", "return {"), "2 values are wanted"),
    "written into the params": (
        repaired_with("    return loss", "    W1 -= 0.1 * dW1\n    return loss"),
        "came in as input and was changed in place",
    ),
    "a name misspelt": (repaired_with("/ Y.numel()", "/ y.numel()"), "Perhaps `Y` is meant"),
    "asks autograd": (
        fault_as(
            repaired="""
def repaired(X, Y, params):
    leaves = {name: values.clone().requires_grad_() for name, values in params.items()}
    H = torch.sigmoid(X @ leaves["W1"].T + leaves["b1"])
    loss = F.mse_loss(H @ leaves["W2"].T + leaves["b2"], Y)
    loss.backward()
    return loss, {name: leaf.grad for name, leaf in leaves.items()}
"""
        ),
        BAN,
    ),
}
