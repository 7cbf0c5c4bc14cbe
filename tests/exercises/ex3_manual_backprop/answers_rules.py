"""Answers to ex3, Questions 1 to 3: right ones in other styles, and mistakes, each with the hint meant for it."""

BAN = "Here you are autograd"

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
    "layers with a backward of their own": """
class Linear:
    def __init__(self, W):
        self.W, self.grad = W, None

    def backward(self, E, X):
        self.grad = torch.matmul(E.mT, X)
        return torch.matmul(E, self.W)


def linear_forward(X, W, b):
    return torch.addmm(b, X, W.t())


def linear_backward(E, X, W):
    layer = Linear(W)
    dX = layer.backward(E, X)
    return dX, layer.grad, torch.ones_like(E[:, 0]) @ E
""",
    "under no_grad, printing as it goes": """
import sys

import numpy as np


@torch.no_grad()
def linear_forward(X, W, b):
    print("X", X.shape, sys.stdout.encoding)
    return torch.stack([W @ x + b for x in X])


@torch.no_grad()
def linear_backward(E, X, W):
    dW = np.zeros(tuple(W.shape), dtype=W.numpy().dtype)
    for e, x in zip(E.numpy(), X.numpy()):
        dW += np.outer(e, x)
    return E.matmul(W), torch.from_numpy(dW), E.sum(axis=0)
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
        "that is the transpose, forced into shape",
    ),
    "dW a mean": (linear_returning("E @ W, E.T @ X / len(X), E.sum(dim=0)"), MEAN),
    "db a mean": (linear_returning("E @ W, E.T @ X, E.mean(dim=0)"), MEAN),
    "db not summed": (linear_returning("E @ W, E.T @ X, E"), "db is (out,): a sum over the examples"),
    "db summed over the units": (
        linear_returning("E @ W, E.T @ X, E.sum(dim=1)"),
        "db is (out,): a sum over the examples",
    ),
    "db a row": (
        linear_returning("E @ W, E.T @ X, E.sum(dim=0, keepdim=True)"),
        "a dimension of size 1 too many, .squeeze(0) takes it out",
    ),
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
        BAN,
    ),
    "asks autograd by backward()": (
        f"""{FORWARD}

def linear_backward(E, X, W):
    X, W = X.clone().requires_grad_(), W.clone().requires_grad_()
    (X @ W.T).backward(E)
    return X.grad, W.grad, E.sum(dim=0)
""",
        BAN,
    ),
    "asks the judge": (
        linear_returning("judge.torch.autograd.grad(F.linear(X, W), (X, W), E)"),
        BAN,
    ),
    "eight examples, whatever comes": (
        linear_returning("E @ W, E.T @ X, torch.ones(8, dtype=E.dtype) @ E"),
        "linear_backward: stopped by an error",
    ),
    "the first eight examples only": (linear_returning("E @ W, E.T @ X, E[:8].sum(dim=0)"), "db is not right yet"),
    "bias forgotten": (
        f"def linear_forward(X, W, b):\n    return X @ W.T\n\n{BACKWARD}",
        "the bias is left out",
    ),
    "W not transposed": (
        f"def linear_forward(X, W, b):\n    return X @ W + b\n\n{BACKWARD}",
        "is a .T missing, or the order",
    ),
    "W transposed in place": (
        f"def linear_forward(X, W, b):\n    return X @ W.t_() + b\n\n{BACKWARD}",
        "W came in as input and was changed in place",
    ),
    "a local that was never set": (
        f"{FORWARD}\n\ndef linear_backward(E, X, W):\n    for e, x in zip(E, X):\n"
        "        dW = dW + torch.outer(e, x)\n    return E @ W, dW, E.sum(0)\n",
        "UnboundLocalError",
    ),
    "a name misspelt": (linear_returning("E @ W, E.T @ x, E.sum(dim=0)"), "Perhaps `X` is meant"),
    "an argument left out": (
        f"{FORWARD}\n\ndef linear_backward(E, X):\n    return E, E.T @ X, E.sum(0)\n",
        "Leave the names and the number of the arguments as the stub had them",
    ),
    "lists for tensors": (linear_returning("E @ W, (E.T @ X).tolist(), E.sum(dim=0)"), "wanted a tensor, got a list"),
    "db one number": (linear_returning("E @ W, E.T @ X, E.sum()"), "linear_backward: db is not right yet"),
    "the bias twice": (
        f"def linear_forward(X, W, b):\n    return torch.nn.functional.linear(X, W, b) + b\n\n{BACKWARD}",
        "is the bias missing, or added twice?",
    ),
    "E scaled in place": (
        f"{FORWARD}\n\ndef linear_backward(E, X, W):\n    dX = E @ W\n    db = E.sum(0)\n    E *= 1.0\n    E += 1\n"
        "    return dX, (E - 1).T @ X, db\n",
        "E came in as input and was changed in place",
    ),
    "squeezed, as one example goes wrong": (
        f"{FORWARD}\n\ndef linear_backward(E, X, W):\n    return (E @ W).squeeze(), E.T @ X, E.sum(0)\n",
        "linear_backward, one example: dX is not right yet",
    ),
    "float64 whatever comes": (
        f"def linear_forward(X, W, b):\n    return (X.double() @ W.double().T) + b\n\n{BACKWARD}",
        "float32: Z is not right yet\n  the numbers are right, but float64 where float32 is wanted",
    ),
    "gradients measured by nudges": (
        f"""{FORWARD}

def linear_backward(E, X, W):
    def measured(f, A, h=1e-6):
        slopes = torch.zeros_like(A)
        for place in range(A.numel()):
            nudge = torch.zeros_like(A)
            nudge.view(-1)[place] = h
            slopes.view(-1)[place] = ((f(A + nudge) - f(A - nudge)) * E).sum() / (2 * h)
        return slopes

    return measured(lambda A: A @ W.T, X), measured(lambda A: X @ A.T, W), E.sum(dim=0)
""",
        "float32: dX is not right yet",
    ),
    "asks torch.func": (linear_returning("*torch.func.vjp(lambda X, W: X @ W.T, X, W)[1](E), E.sum(0)"), BAN),
    "asks by a hidden name": (
        linear_returning("*getattr(torch, 'auto' + 'grad').grad(X @ W.T, (X, W), E), E.sum(0)"),
        BAN,
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
    "from outside, and the plain formula": """
def sigmoid_of(z):
    return 1 / (1 + torch.exp(-z))


def slope(z):
    return sigmoid_of(z) * (1 - sigmoid_of(z))


def relu_backward(E, Z):
    mask = torch.zeros_like(Z)
    mask[Z > 0] = 1
    return E.mul(mask)


sigmoid_backward = lambda E, Z: slope(Z).mul(E)
""",
    "the sign, and the exponential of -|z|": """
def relu_backward(E, Z):
    return E * Z.sign().clamp(min=0)


def sigmoid_backward(E, Z):
    small = torch.exp(-Z.abs())
    return E * small / (1 + small) ** 2
""",
}

OVERFLOW = "perhaps infinity over infinity"
GATES_WRONG = {
    "open at the corner": (relu_as("return E * (Z >= 0)"), "At Z = 0 PyTorch takes the slope to be 0"),
    "looks at E": (relu_as("return E.clamp(min=0)"), "yours is ReLU of E"),
    "the way forward": (relu_as("return Z.clamp(min=0)"), "that is ReLU of Z, the way forward"),
    "E times the way forward": (relu_as("return E * Z.clamp(min=0)"), "that is E times ReLU(Z)"),
    "E left out": (relu_as("return (Z > 0).to(Z.dtype)"), "that is the slope alone: E is left out"),
    "no gate": (relu_as("return E.clone()"), "that is E as it came"),
    "the other way round": (relu_as("return E * (Z < 0)"), "open where Z < 0"),
    "leaky": (relu_as("return torch.where(Z > 0, E, 0.01 * E)"), "numbers are right; the first that isn't"),
    "divided by Z": (relu_as("return E * Z.clamp(min=0) / Z"), "relu_backward, at Z = 0: dZ is not right yet"),
    "mask written into E": (relu_as("E[Z <= 0] = 0\n    return E"), "E came in as input and was changed in place"),
    "a True for a slope": (relu_as("return Z > 0"), "wanted float64, got bool"),
    "asks autograd": (
        relu_as("Z = Z.clone().requires_grad_()\n    F.relu(Z).backward(E)\n    return Z.grad"),
        BAN,
    ),
    "Z taken for the sigmoid of Z": (sigmoid_as("return E * Z * (1 - Z)"), "Z is taken for sigmoid(Z)"),
    "the sigmoid, not its slope": (sigmoid_as("return E * torch.sigmoid(Z)"), "E times the sigmoid itself, its height"),
    "half of the slope": (sigmoid_as("return E * (1 - torch.sigmoid(Z))"), "half of the slope"),
    "E left out of the sigmoid": (
        sigmoid_as("S = torch.sigmoid(Z)\n    return S * (1 - S)"),
        "that is the slope alone: E is left out",
    ),
    "the sigmoid taken twice": (
        sigmoid_as("S = torch.sigmoid(torch.sigmoid(Z))\n    return E * S * (1 - S)"),
        "the sigmoid was taken twice",
    ),
    "the exponential overflows": (sigmoid_as("return E * torch.exp(-Z) / (1 + torch.exp(-Z)) ** 2"), OVERFLOW),
    "the exponential overflows upwards": (sigmoid_as("return E * torch.exp(Z) / (1 + torch.exp(Z)) ** 2"), OVERFLOW),
    "the slope of tanh": (sigmoid_as("return E * (1 - torch.tanh(Z) ** 2)"), "that is the slope of tanh"),
    "E scaled in place": (
        sigmoid_as("S = torch.sigmoid(Z)\n    E *= S * (1 - S)\n    return E"),
        "E came in as input and was changed in place",
    ),
    "a matrix product": (
        sigmoid_as("S = torch.sigmoid(Z)\n    return E @ (S * (1 - S)).T"),
        "sigmoid_backward: dZ is not right yet\n  wanted",
    ),
    "S (1 + S)": (
        sigmoid_as("S = torch.sigmoid(Z)\n    return E * S * (1 + S)"),
        "it is a plus where a minus belongs",
    ),
    "E left out of ReLU's slope, a list": (
        relu_as("return [e if z > 0 else 0 for e, z in zip(E, Z)]"),
        "relu_backward",
    ),
    "a sum over the batch": (relu_as("return (E * (Z > 0)).sum(dim=0)"), "wanted"),
    "float32 by the mask": (relu_as("return E.float() * (Z > 0)"), "float32 where float64 is wanted"),
    "a name misspelt": (sigmoid_as("S = torch.sigmoid(z)\n    return E * S * (1 - S)"), "Perhaps `Z` is meant"),
    "no function of torch's": (sigmoid_as("return E * sigmoid(Z) * (1 - sigmoid(Z))"), "`torch.sigmoid` is meant"),
    "nothing returned": (relu_as("dZ = E * (Z > 0)"), "is the `return` line missing?"),
    "two dimensions only": (
        relu_as(
            "dZ = E.clone()\n    for i in range(Z.shape[0]):\n        for j in range(Z.shape[1]):\n"
            "            dZ[i, j] = E[i, j] if Z[i, j] > 0 else 0\n    return dZ"
        ),
        "relu_backward, one dimension: stopped by an error",
    ),
    "softmax for the sigmoid": (
        sigmoid_as("S = torch.softmax(Z, dim=-1)\n    return E * S * (1 - S)"),
        "sigmoid_backward: dZ is not right yet",
    ),
    "the slope by an operation of PyTorch's": (
        sigmoid_as("return torch.ops.aten.sigmoid_backward(E, torch.sigmoid(Z))"),
        "uses the name `ops`, which no answer here may",
    ),
    "asks torch.func, made beforehand": (
        "slope = torch.func.vmap(torch.func.grad(torch.sigmoid))\n\n"
        + sigmoid_as("return E * slope(Z.flatten()).reshape(Z.shape)"),
        "it lets PyTorch differentiate",
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
    "a helper for the probabilities, NumPy's picking": loss_as("""
def normalised(z):
    z = z - z.max(dim=1, keepdim=True).values
    return z - torch.log(torch.exp(z).sum(1, keepdim=True))
log_P = normalised(logits)
n = logits.shape[0]
picked = torch.zeros_like(logits)
for i, label in enumerate(y.tolist()):
    picked[i, label] = 1.0
return -(picked * log_P).sum() / n, (log_P.exp() - picked) / n
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
        "perhaps yours is one over another size",
    ),
    "mean over all numbers": (
        stable_loss("return loss, (P - Y) / logits.numel()"),
        "perhaps yours is one over another size",
    ),
    "sum of the losses": (stable_loss("return loss * len(y), (P - Y) / len(y)"), "is a division by the batch missing?"),
    "one loss for each example": (
        loss_as("""
P, Y = logits.softmax(dim=1), F.one_hot(y, logits.shape[1])
return -logits.log_softmax(dim=1)[torch.arange(len(y)), y], (P - Y) / len(y)
"""),
        "the batch is still there",
    ),
    "gradient with the wrong sign": (
        stable_loss("return loss, (Y - P) / len(y)"),
        "must raise the logit of the right class",
    ),
    "probabilities for a gradient": (
        stable_loss("return loss, P / len(y)"),
        "the 1 of the right class is not taken off",
    ),
    "1 taken off before the batch factor is in": (
        stable_loss("return loss, P / len(y) - Y"),
        "1 is taken off, but 1/batch belongs to it as well",
    ),
    "1 taken off everywhere": (stable_loss("return loss, (P - 1) / len(y)"), "it belongs to the right class alone"),
    "softmax over the batch": (
        loss_as("""
P, Y = logits.softmax(dim=0), F.one_hot(y, logits.shape[1])
return -logits.log_softmax(dim=0)[torch.arange(len(y)), y].mean(), (P - Y) / len(y)
"""),
        "softmax over the batch (dim=0)",
    ),
    "softmax taken twice": (
        loss_as("""
P, Y = logits.softmax(dim=1), F.one_hot(y, logits.shape[1])
return F.cross_entropy(P, y), (P - Y) / len(y)
"""),
        "the loss after two softmaxes",
    ),
    "the column before": (
        loss_as("""
P, Y = logits.softmax(dim=1), F.one_hot(y - 1, logits.shape[1]) if (y > 0).all() else F.one_hot(y, logits.shape[1])
return -logits.log_softmax(dim=1)[torch.arange(len(y)), y - 1].mean(), (P - Y) / len(y)
"""),
        "the loss of the column before",
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
        "a logarithm to base 2",
    ),
    "exp overflows": (
        loss_as("""
P = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
return -P[torch.arange(len(y)), y].log().mean(), (P - F.one_hot(y, logits.shape[1])) / len(y)
"""),
        "perhaps an exp became infinite, or a probability 0",
    ),
    "the logarithm of a probability that rounds to 0": (
        loss_as("""
P = logits.softmax(dim=1)
return -P[torch.arange(len(y)), y].log().mean(), (P - F.one_hot(y, logits.shape[1])) / len(y)
"""),
        "perhaps an exp became infinite, or a probability 0",
    ),
    "a tiny number in the logarithm": (
        loss_as("""
P = logits.softmax(dim=1)
return -(P[torch.arange(len(y)), y] + 1e-12).log().mean(), (P - F.one_hot(y, logits.shape[1])) / len(y)
"""),
        "that is finite and wrong",
    ),
    "one largest logit for all rows": (
        loss_as("""
shifted = logits - logits.max()
total = shifted.exp().sum(dim=1)
P = shifted.exp() / total.unsqueeze(1)
return (total.log() - shifted[torch.arange(len(y)), y]).mean(), (P - F.one_hot(y, logits.shape[1])) / len(y)
"""),
        "each row needs its own",
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
        BAN,
    ),
    "eight examples, whatever comes": (
        stable_loss("return loss, (P - Y) / 8"),
        "perhaps yours is one over another size",
    ),
    "five classes, whatever comes": (
        loss_as("""
P, Y = logits.softmax(dim=1), F.one_hot(y, 5)
return -logits.log_softmax(dim=1)[torch.arange(len(y)), y].mean(), (P - Y) / len(y)
"""),
        "stopped by an error",
    ),
    "returns swapped": (stable_loss("return (P - Y) / len(y), loss"), "the gradient came first"),
    "a loss of shape (1,)": (stable_loss("return loss.reshape(1), (P - Y) / len(y)"), ".squeeze(0) takes it out"),
    "float32 whatever comes": (
        stable_loss("return loss, ((P - Y) / len(y)).float()"),
        "dlogits is not right yet\n  the numbers are right, but float32 where float64 is wanted",
    ),
    "float32 the loss": (stable_loss("return loss.float(), (P - Y) / len(y)"), "float32 where float64 is wanted"),
    "log10": (stable_loss("return loss / torch.tensor(10.0).double().log(), (P - Y) / len(y)"), "to base 10"),
    "the logarithm forgotten": (
        stable_loss("return -P[torch.arange(len(y)), y].mean(), (P - Y) / len(y)"),
        "its logarithm is missing",
    ),
    "no normalisation": (
        stable_loss("return -logits[torch.arange(len(y)), y].mean(), (P - Y) / len(y)"),
        "nothing was normalised",
    ),
    "probabilities, not normalised by the batch": (stable_loss("return loss, P"), "these are the probabilities"),
    "the mean twice": (stable_loss("return loss, (P - Y) / len(y) ** 2"), "perhaps yours has it twice"),
    "as many classes as labels occur": (
        loss_as("""
P, Y = logits.softmax(dim=1), F.one_hot(y)
return F.cross_entropy(logits, y), (P - Y) / len(y)
"""),
        "stopped by an error",
    ),
    "held up by a clamp": (
        loss_as("""
P, Y = logits.softmax(dim=1), F.one_hot(y, logits.shape[1])
return -P[torch.arange(len(y)), y].clamp(min=1e-300).log().mean(), (P - Y) / len(y)
"""),
        "that is finite and wrong",
    ),
    "indexed by columns alone": (
        loss_as("""
P, Y = logits.softmax(dim=1), F.one_hot(y, logits.shape[1])
return -logits.log_softmax(dim=1)[:, y].mean(), (P - Y) / len(y)
"""),
        "loss is not right yet",
    ),
    "asks by an operation of PyTorch's": (
        loss_as("""
P = logits.log_softmax(dim=1)
E = -F.one_hot(y, logits.shape[1]).double() / len(y)
return F.cross_entropy(logits, y), torch._log_softmax_backward_data(E, P, 1, P.dtype)
"""),
        BAN,
    ),
}
