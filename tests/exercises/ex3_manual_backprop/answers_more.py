"""Answers to ex3, all questions: more right ones in other styles, and plausible wrong ideas, each with its hint."""

from __future__ import annotations

LINEAR_RIGHT = {
    "in NumPy": """
import numpy as np

def linear_forward(X, W, b):
    return torch.from_numpy(np.asarray(X) @ np.asarray(W).T + np.asarray(b))

def linear_backward(E, X, W):
    e, x, w = E.numpy(), X.numpy(), W.numpy()
    return torch.from_numpy(e @ w), torch.from_numpy(e.T @ x), torch.from_numpy(e.sum(axis=0))
""",
    "lambdas": """
linear_forward = lambda X, W, b: torch.addmm(b, X, W.mT)
linear_backward = lambda E, X, W: (torch.mm(E, W), torch.mm(E.mT, X), torch.sum(E, 0))
""",
    "by broadcasting": """
def linear_forward(X, W, b):
    return (X[:, None, :] * W[None, :, :]).sum(dim=-1) + b[None]

def linear_backward(E, X, W):
    dX = (E[:, :, None] * W[None]).sum(1)
    dW = (E[:, :, None] * X[:, None, :]).sum(0)
    return dX, dW, torch.ones(len(E), dtype=E.dtype) @ E
""",
    "a namedtuple returned": """
from collections import namedtuple
Gradients = namedtuple("Gradients", "dX dW db")

def linear_forward(X: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    assert X.ndim == 2 and W.ndim == 2
    return torch.tensordot(X, W, dims=([1], [1])) + b

def linear_backward(E, X, W):
    return Gradients(dX=torch.tensordot(E, W, dims=1), dW=torch.tensordot(E, X, dims=([0], [0])), db=E.sum(axis=0))
""",
    "row by row, by recursion": """
def linear_forward(X, W, b):
    if len(X) == 1:
        return (W @ X[0] + b).unsqueeze(0)
    return torch.cat([linear_forward(X[:1], W, b), linear_forward(X[1:], W, b)])

def linear_backward(E, X, W):
    if len(E) == 1:
        return E @ W, E.T @ X, E[0].clone()
    a = linear_backward(E[:1], X[:1], W)
    c = linear_backward(E[1:], X[1:], W)
    return torch.cat([a[0], c[0]]), a[1] + c[1], a[2] + c[2]
""",
    "made by a function": """
def make():
    def fwd(X, W, b):
        return torch.nn.functional.linear(X, W) + b

    def bwd(E, X, W):
        ones = torch.ones((1, E.shape[0]), dtype=E.dtype)
        return E @ W, (X.T @ E).T, (ones @ E).reshape(-1)

    return fwd, bwd

linear_forward, linear_backward = make()
""",
}
LINEAR_WRONG = {
    "all divided by the batch": (
        """
def linear_forward(X, W, b):
    return X @ W.T + b

def linear_backward(E, X, W):
    n = len(X)
    return E @ W / n, E.T @ X / n, E.sum(0) / n
""",
        "perhaps you divide by it",
    ),
    "arrays returned": (
        """
def linear_forward(X, W, b):
    return X @ W.T + b

def linear_backward(E, X, W):
    import numpy as np
    return (E @ W).numpy(), (E.T @ X).numpy(), E.sum(0).numpy()
""",
        "wanted a tensor, got an array",
    ),
    "a sum kept between calls": (
        """
def linear_forward(X, W, b):
    return X @ W.T + b

dW_total = 0
def linear_backward(E, X, W):
    global dW_total
    dW_total = dW_total + E.T @ X
    return E @ W, dW_total, E.sum(0)
""",
        "linear_backward, one example: dW",
    ),
    "transposed where it fits": (
        """
def linear_forward(X, W, b):
    return X @ W.T + b

def linear_backward(E, X, W):
    dX = E @ W if E.shape[1] == W.shape[0] else E @ W.T
    dW = E.T @ X
    if dW.shape[0] == dW.shape[1]:
        dW = dW.T
    return dX, dW, E.sum(0)
""",
        "yours is the transpose. Like W",
    ),
    "E scaled to length 1": (
        """
def linear_forward(X, W, b):
    return X @ W.T + b

def linear_backward(E, X, W):
    E = E / E.norm()
    return E @ W, E.T @ X, E.sum(0)
""",
        "times the wanted one",
    ),
    "the last example alone": (
        """
def linear_forward(X, W, b):
    return X @ W.T + b

def linear_backward(E, X, W):
    for i in range(len(E)):
        dW = torch.outer(E[i], X[i])
        db = E[i]
    return E @ W, dW, db
""",
        "none of the 12 numbers is right",
    ),
    "arguments in another order": (
        """
def linear_forward(X, W, b):
    return X @ W.T + b

def linear_backward(X, W, E):
    return E @ W, E.T @ X, E.sum(0)
""",
        "inner sizes of a matrix product",
    ),
    "a dict returned": (
        """
def linear_forward(X, W, b):
    return X @ W.T + b

def linear_backward(E, X, W):
    return {'dX': E @ W, 'dW': E.T @ X, 'db': E.sum(0)}
""",
        "3 values are wanted, it returned one dict",
    ),
}


GATES_RIGHT = {
    "masked_fill": """
def relu_backward(E, Z):
    return E.masked_fill(Z <= 0, 0.0)

def sigmoid_backward(E, Z):
    s = torch.sigmoid(Z)
    return E * s * (1 - s)
""",
    "logsigmoid of both signs": """
def relu_backward(E, Z):
    return E * (Z > 0)

def sigmoid_backward(E, Z):
    return E * torch.exp(F.logsigmoid(Z) + F.logsigmoid(-Z))
""",
    "a softmax of two": """
def relu_backward(E, Z):
    return E * (Z > 0)

def sigmoid_backward(E, Z):
    p = torch.stack([Z, torch.zeros_like(Z)]).softmax(dim=0)
    return E * p[0] * p[1]
""",
    "one function for both": """
def local(slope):
    def backward(E, Z):
        return E * slope(Z)
    return backward

relu_backward = local(lambda Z: (Z > 0).to(Z.dtype))
sigmoid_backward = local(lambda Z: Z.sigmoid() - Z.sigmoid() ** 2)
""",
    "the exponent held within ±40": """
def relu_backward(E, Z):
    return E * (Z > 0)

def sigmoid_backward(E, Z):
    s = 1 / (1 + torch.exp(-Z.clamp(-40, 40)))
    return E * s * (1 - s)
""",
    "by recursion, down to one number": """
def relu_backward(E, Z):
    if Z.ndim == 0:
        return E.clone() if Z > 0 else torch.zeros_like(E)
    if len(Z) == 0:
        return E.clone()
    return torch.stack([relu_backward(e, z) for e, z in zip(E, Z)])

def sigmoid_backward(E, Z):
    s = torch.special.expit(Z)
    return torch.mul(E, torch.mul(s, torch.ones_like(s).sub(s)))
""",
}
GATES_WRONG = {
    "a threshold above 0": (
        """
def relu_backward(E, Z):
    return E * (Z > 1e-3)

def sigmoid_backward(E, Z):
    s = torch.sigmoid(Z)
    return E * s * (1 - s)
""",
        "However small Z is",
    ),
    "z held within ±5": (
        """
def relu_backward(E, Z):
    return E * (Z > 0)

def sigmoid_backward(E, Z):
    s = torch.sigmoid(Z.clamp(-5, 5))
    return E * s * (1 - s)
""",
        "0 is the slope so far out",
    ),
    "NaN replaced by 1": (
        """
def relu_backward(E, Z):
    return E * (Z > 0)

def sigmoid_backward(E, Z):
    e = torch.exp(-Z)
    return torch.nan_to_num(E * e / (1 + e) ** 2, nan=1.0)
""",
        "0 is the slope so far out",
    ),
    "half open at 0": (
        """
def relu_backward(E, Z):
    return E * (torch.sign(Z) + 1) / 2

def sigmoid_backward(E, Z):
    s = torch.sigmoid(Z)
    return E * s * (1 - s)
""",
        "At Z = 0 PyTorch takes the slope to be 0",
    ),
    "transposed": (
        """
def relu_backward(E, Z):
    return E * (Z > 0)

def sigmoid_backward(E, Z):
    s = torch.sigmoid(Z)
    return (E * s * (1 - s)).T
""",
        "yours is the transpose",
    ),
    "E and Z swapped": (
        """
def relu_backward(E, Z):
    return E * (Z > 0)

def sigmoid_backward(Z, E):
    s = torch.sigmoid(Z)
    return E * s * (1 - s)
""",
        "sigmoid_backward: dZ is not right yet",
    ),
    "Z overwritten by its sigmoid": (
        """
def relu_backward(E, Z):
    return E * (Z > 0)

def sigmoid_backward(E, Z):
    s = Z.sigmoid_()
    return E * s * (1 - s)
""",
        "Z came in as input and was changed in place",
    ),
}


SOFTMAX_RIGHT = {
    "one-hot and where": """
def softmax_cross_entropy(logits, y):
    logp = F.log_softmax(logits, dim=1)
    hot = F.one_hot(y, logits.shape[1]).to(logits.dtype)
    loss = torch.where(hot > 0, -logp, 0).sum() / len(y)
    return loss, (logp.exp() - hot) / len(y)
""",
    "number by number": """
def softmax_cross_entropy(logits, y):
    B, C = logits.shape
    total = torch.zeros((), dtype=logits.dtype)
    grad = torch.zeros_like(logits)
    for i in range(B):
        row = logits[i]
        m = row.max()
        e = torch.exp(row - m)
        s = e.sum()
        total = total + torch.log(s) + m - row[y[i]]
        for c in range(C):
            grad[i, c] = (e[c] / s - (1 if c == int(y[i]) else 0)) / B
    return total / B, grad
""",
    "scatter_add": """
def softmax_cross_entropy(logits, y):
    logp = logits.log_softmax(1)
    loss = F.nll_loss(logp, y)
    grad = logp.exp().scatter_add(1, y.unsqueeze(1), torch.full((len(y), 1), -1.0, dtype=logits.dtype))
    return loss, grad.div(len(logits))
""",
    "a class with both ways": """
class SoftmaxCE:
    def forward(self, logits, y):
        self.y = y
        self.logp = torch.log_softmax(logits, dim=-1)
        return -torch.mean(torch.take_along_dim(self.logp, y.view(-1, 1), 1))

    def backward(self):
        p = torch.exp(self.logp)
        p[range(len(self.y)), self.y] -= 1
        return p / p.shape[0]


def softmax_cross_entropy(logits, y):
    f = SoftmaxCE()
    return f.forward(logits, y), f.backward()
""",
    "logaddexp, column by column": """
def softmax_cross_entropy(logits, y):
    from functools import reduce
    lse = reduce(torch.logaddexp, logits.unbind(dim=1))
    picked = torch.stack([logits[i, c] for i, c in enumerate(y)])
    G = torch.exp(logits - lse[:, None])
    G = G - torch.stack([(y == c) for c in range(logits.shape[1])], dim=1).to(G.dtype)
    return (lse - picked).mean(), G / len(y)
""",
    "a diagonal": """
def softmax_cross_entropy(logits, y):
    L = -logits.log_softmax(1)[:, y].diag().mean()
    dlogits = torch.softmax(logits, dim=1)
    dlogits[torch.arange(len(y)), y] -= 1
    dlogits /= len(y)
    return L, dlogits
""",
    "the loss a plain number": """
def softmax_cross_entropy(logits, y):
    loss = F.cross_entropy(logits, y).item()
    dlogits = torch.softmax(logits, dim=1)
    dlogits[torch.arange(len(y)), y] -= 1
    dlogits /= len(y)
    return loss, dlogits
""",
}
SOFTMAX_WRONG = {
    "logits held within ±80": (
        """
def softmax_cross_entropy(logits, y):
    logits = logits.clamp(-80, 80)
    loss = F.cross_entropy(logits, y)
    dlogits = torch.softmax(logits, dim=1)
    dlogits[torch.arange(len(y)), y] -= 1
    dlogits /= len(y)
    return loss, dlogits
""",
        "or a value was cut off",
    ),
    "infinity replaced by 100": (
        """
def softmax_cross_entropy(logits, y):
    p = torch.softmax(logits, 1)
    B = len(y)
    loss = torch.nan_to_num(-torch.log(p[torch.arange(B), y]), posinf=100.0).mean()
    p[torch.arange(B), y] -= 1
    return loss, p / B
""",
        "or a value was cut off",
    ),
    "the mean subtracted, not the largest": (
        """
def softmax_cross_entropy(logits, y):
    z = logits - logits.mean(dim=1, keepdim=True)
    e = z.exp()
    s = e.sum(1, keepdim=True)
    logp = z - s.log()
    B = len(y)
    d = e / s
    d[torch.arange(B), y] -= 1
    return -logp[torch.arange(B), y].mean(), d / B
""",
        "Hints 1 and 3 together",
    ),
    "the largest of each column": (
        """
def softmax_cross_entropy(logits, y):
    z = logits - logits.amax(dim=0, keepdim=True)
    e = z.exp()
    s = e.sum(1, keepdim=True)
    logp = z - s.log()
    B = len(y)
    d = e / s
    d[torch.arange(B), y] -= 1
    return -logp[torch.arange(B), y].mean(), d / B
""",
        "loss is not right yet",
    ),
    "1 taken off in whole columns": (
        """
def softmax_cross_entropy(logits, y):
    loss = F.cross_entropy(logits, y)
    d = logits.softmax(1)
    d[:, y] -= 1
    return loss, d / len(y)
""",
        "20 of 28 numbers are right",
    ),
    "1 taken off at the largest logit": (
        """
def softmax_cross_entropy(logits, y):
    loss = F.cross_entropy(logits, y)
    d = logits.softmax(1)
    d[torch.arange(len(y)), logits.argmax(1)] -= 1
    return loss, d / len(y)
""",
        "dlogits is not right yet",
    ),
    "one-hot minus probabilities": (
        """
def softmax_cross_entropy(logits, y):
    loss = F.cross_entropy(logits, y)
    return loss, (F.one_hot(y, logits.shape[1]) - logits.softmax(1)) / len(y)
""",
        "every number has the wrong sign",
    ),
    "squeezed": (
        """
def softmax_cross_entropy(logits, y):
    loss = F.cross_entropy(logits, y)
    dlogits = torch.softmax(logits, dim=1)
    dlogits[torch.arange(len(y)), y] -= 1
    dlogits /= len(y)
    return loss, dlogits.squeeze()
""",
        "a dimension of size 1 is missing",
    ),
    "the largest logit not added back": (
        """
def softmax_cross_entropy(logits, y):
    m = logits.amax(1, keepdim=True)
    e = (logits - m).exp()
    s = e.sum(1)
    B = len(y)
    loss = (s.log() - logits[torch.arange(B), y]).mean()
    d = e / s[:, None]
    d[torch.arange(B), y] -= 1
    return loss, d / B
""",
        "loss is not right yet",
    ),
}


MLP_RIGHT = {
    "no function from above": """
def mlp_step(X, y, params, lr):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    Z1 = X @ W1.T + b1
    H = Z1.clamp(min=0)
    logits = H @ W2.T + b2
    logp = logits.log_softmax(1)
    n = torch.arange(len(y))
    loss = -logp[n, y].mean()
    G = logp.exp()
    G[n, y] -= 1
    G = G / len(y)
    dZ1 = (G @ W2) * (Z1 > 0)
    grads = dict(W1=dZ1.T @ X, b1=dZ1.sum(0), W2=G.T @ H, b2=G.sum(0))
    return loss, {k: params[k] - lr * grads[k] for k in params}
""",
    "a deep copy, changed": """
import copy

def mlp_step(X, y, params, lr):
    params = copy.deepcopy(params)
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    Z1 = linear_forward(X, W1, b1)
    H = F.relu(Z1)
    logits = linear_forward(H, W2, b2)
    loss, dlogits = softmax_cross_entropy(logits, y)
    dH, dW2, db2 = linear_backward(dlogits, H, W2)
    dZ1 = relu_backward(dH, Z1)
    _, dW1, db1 = linear_backward(dZ1, X, W1)
    for p, g in ((W1, dW1), (b1, db1), (W2, dW2), (b2, db2)):
        p.sub_(lr * g)
    return loss, params
""",
    "a class with both ways": """
class Net:
    def __init__(self, params):
        self.p = dict(params)

    def forward(self, X):
        self.X = X
        self.Z1 = linear_forward(X, self.p["W1"], self.p["b1"])
        self.H = torch.relu(self.Z1)
        return linear_forward(self.H, self.p["W2"], self.p["b2"])

    def backward(self, E):
        g = {}
        dH, g["W2"], g["b2"] = linear_backward(E, self.H, self.p["W2"])
        _, g["W1"], g["b1"] = linear_backward(relu_backward(dH, self.Z1), self.X, self.p["W1"])
        return g

def mlp_step(X, y, params, lr):
    net = Net(params)
    loss, E = softmax_cross_entropy(net.forward(X), y)
    grads = net.backward(E)
    return loss, {name: value - lr * grads[name] for name, value in net.p.items()}
""",
    "the loss a plain number": """
def mlp_step(X, y, params, lr):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    Z1 = linear_forward(X, W1, b1)
    H = F.relu(Z1)
    logits = linear_forward(H, W2, b2)
    loss, dlogits = softmax_cross_entropy(logits, y)
    dH, dW2, db2 = linear_backward(dlogits, H, W2)
    dZ1 = relu_backward(dH, Z1)
    _, dW1, db1 = linear_backward(dZ1, X, W1)
    return float(loss), {"W1": W1 - lr * dW1, "b1": b1 - lr * db1, "W2": W2 - lr * dW2, "b2": b2 - lr * db2}
""",
    "two helpers, and a list returned": """
def forwards(X, params):
    Z1 = F.linear(X, params["W1"], params["b1"])
    H = F.relu(Z1)
    return Z1, H, F.linear(H, params["W2"], params["b2"])

def gradients(X, y, params):
    Z1, H, logits = forwards(X, params)
    loss, E = softmax_cross_entropy(logits, y)
    back_H, W2, b2 = linear_backward(E, H, params["W2"])
    _, W1, b1 = linear_backward(relu_backward(back_H, Z1), X, params["W1"])
    return loss, {"W1": W1, "b1": b1, "W2": W2, "b2": b2}

def mlp_step(X, y, params, lr=0.1):
    loss, grads = gradients(X, y, params)
    return [loss, {n: torch.sub(params[n], grads[n], alpha=lr) for n in params}]
""",
    "params.values() unpacked": """
def mlp_step(X, y, params, lr):
    W1, b1, W2, b2 = params.values()
    Z1 = linear_forward(X, W1, b1)
    H = F.relu(Z1)
    logits = linear_forward(H, W2, b2)
    loss, dlogits = softmax_cross_entropy(logits, y)
    dH, dW2, db2 = linear_backward(dlogits, H, W2)
    dZ1 = relu_backward(dH, Z1)
    _, dW1, db1 = linear_backward(dZ1, X, W1)
    return loss, {"W1": W1 - lr * dW1, "b1": b1 - lr * db1, "W2": W2 - lr * dW2, "b2": b2 - lr * db2}
""",
}
MLP_WRONG = {
    "the rate without its sign": (
        """
def mlp_step(X, y, params, lr):
    lr = abs(lr)
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    Z1 = linear_forward(X, W1, b1)
    H = F.relu(Z1)
    logits = linear_forward(H, W2, b2)
    loss, dlogits = softmax_cross_entropy(logits, y)
    dH, dW2, db2 = linear_backward(dlogits, H, W2)
    dZ1 = relu_backward(dH, Z1)
    _, dW1, db1 = linear_backward(dZ1, X, W1)
    return loss, {"W1": W1 - lr * dW1, "b1": b1 - lr * db1, "W2": W2 - lr * dW2, "b2": b2 - lr * db2}
""",
        "lr may be any number, 0 and below 0 too",
    ),
    "another rate for 0": (
        """
def mlp_step(X, y, params, lr):
    lr = lr or 0.1
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    Z1 = linear_forward(X, W1, b1)
    H = F.relu(Z1)
    logits = linear_forward(H, W2, b2)
    loss, dlogits = softmax_cross_entropy(logits, y)
    dH, dW2, db2 = linear_backward(dlogits, H, W2)
    dZ1 = relu_backward(dH, Z1)
    _, dW1, db1 = linear_backward(dZ1, X, W1)
    return loss, {"W1": W1 - lr * dW1, "b1": b1 - lr * db1, "W2": W2 - lr * dW2, "b2": b2 - lr * db2}
""",
        "a rate of 0",
    ),
    "nothing done for a rate of 0": (
        """
def mlp_step(X, y, params, lr):
    if lr == 0:
        return 0.0, params
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    Z1 = linear_forward(X, W1, b1)
    H = F.relu(Z1)
    logits = linear_forward(H, W2, b2)
    loss, dlogits = softmax_cross_entropy(logits, y)
    dH, dW2, db2 = linear_backward(dlogits, H, W2)
    dZ1 = relu_backward(dH, Z1)
    _, dW1, db1 = linear_backward(dZ1, X, W1)
    return loss, {"W1": W1 - lr * dW1, "b1": b1 - lr * db1, "W2": W2 - lr * dW2, "b2": b2 - lr * db2}
""",
        "a rate of 0: loss is not right yet",
    ),
    "ReLU of dH": (
        """
def mlp_step(X, y, params, lr):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    Z1 = linear_forward(X, W1, b1)
    H = F.relu(Z1)
    logits = linear_forward(H, W2, b2)
    loss, dlogits = softmax_cross_entropy(logits, y)
    dH, dW2, db2 = linear_backward(dlogits, H, W2)
    dZ1 = F.relu(dH)
    _, dW1, db1 = linear_backward(dZ1, X, W1)
    return loss, {"W1": W1 - lr * dW1, "b1": b1 - lr * db1, "W2": W2 - lr * dW2, "b2": b2 - lr * db2}
""",
        "ReLU is taken of E",
    ),
    "a ReLU on the logits": (
        """
def mlp_step(X, y, params, lr):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    Z1 = linear_forward(X, W1, b1)
    H = F.relu(Z1)
    logits = F.relu(linear_forward(H, W2, b2))
    loss, dlogits = softmax_cross_entropy(logits, y)
    dH, dW2, db2 = linear_backward(dlogits, H, W2)
    dZ1 = relu_backward(dH, Z1)
    _, dW1, db1 = linear_backward(dZ1, X, W1)
    return loss, {"W1": W1 - lr * dW1, "b1": b1 - lr * db1, "W2": W2 - lr * dW2, "b2": b2 - lr * db2}
""",
        "loss is not right yet",
    ),
    "gradients clipped": (
        """
def mlp_step(X, y, params, lr):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    Z1 = linear_forward(X, W1, b1)
    H = F.relu(Z1)
    logits = linear_forward(H, W2, b2)
    loss, dlogits = softmax_cross_entropy(logits, y)
    dH, dW2, db2 = linear_backward(dlogits, H, W2)
    dZ1 = relu_backward(dH, Z1)
    _, dW1, db1 = linear_backward(dZ1, X, W1)
    grads = {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
    return loss, {k: params[k] - lr * grads[k].clamp(-1, 1) for k in params}
""",
        "the step of",
    ),
    "weight decay as well": (
        """
def mlp_step(X, y, params, lr):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    Z1 = linear_forward(X, W1, b1)
    H = F.relu(Z1)
    logits = linear_forward(H, W2, b2)
    loss, dlogits = softmax_cross_entropy(logits, y)
    dH, dW2, db2 = linear_backward(dlogits, H, W2)
    dZ1 = relu_backward(dH, Z1)
    _, dW1, db1 = linear_backward(dZ1, X, W1)
    return loss, {"W1": (1 - 1e-4) * W1 - lr * dW1, "b1": b1 - lr * db1, "W2": W2 - lr * dW2, "b2": b2 - lr * db2}
""",
        "the step of W1",
    ),
    "the mean gradient for all biases": (
        """
def mlp_step(X, y, params, lr):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    Z1 = linear_forward(X, W1, b1)
    H = F.relu(Z1)
    logits = linear_forward(H, W2, b2)
    loss, dlogits = softmax_cross_entropy(logits, y)
    dH, dW2, db2 = linear_backward(dlogits, H, W2)
    dZ1 = relu_backward(dH, Z1)
    _, dW1, db1 = linear_backward(dZ1, X, W1)
    return loss, {"W1": W1 - lr * dW1, "b1": b1 - lr * db1, "W2": W2 - lr * dW2, "b2": b2 - lr * db2.mean()}
""",
        "the step of b2",
    ),
    "X centred in place": (
        """
def mlp_step(X, y, params, lr):
    X -= X.mean(dim=0)
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    Z1 = linear_forward(X, W1, b1)
    H = F.relu(Z1)
    logits = linear_forward(H, W2, b2)
    loss, dlogits = softmax_cross_entropy(logits, y)
    dH, dW2, db2 = linear_backward(dlogits, H, W2)
    dZ1 = relu_backward(dH, Z1)
    _, dW1, db1 = linear_backward(dZ1, X, W1)
    return loss, {"W1": W1 - lr * dW1, "b1": b1 - lr * db1, "W2": W2 - lr * dW2, "b2": b2 - lr * db2}
""",
        "loss is not right yet",
    ),
}


FAULT_RIGHT = {
    "7.0 and 3.0": """
def fault():
    return 7.0, 3.0


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
""",
    "two tensors": """
def fault():
    return torch.tensor(7), torch.tensor(3.0)


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
""",
    "in NumPy": """
import numpy as np

def fault():
    return np.int64(7), np.float64(3)


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
""",
    "repaired by nudges": """
def fault():
    return 7, 3


def the_loss(X, Y, p):
    S = torch.sigmoid(X @ p["W1"].T + p["b1"])
    return ((S @ p["W2"].T + p["b2"] - Y) ** 2).mean()

def repaired(X, Y, params):
    p = {k: v.double() for k, v in params.items()}
    X64, Y64 = X.double(), Y.double()
    h = 1e-5
    grads = {}
    for name, value in p.items():
        g = torch.zeros_like(value)
        flat = g.view(-1)
        for i in range(value.numel()):
            up, down = value.clone(), value.clone()
            up.view(-1)[i] += h
            down.view(-1)[i] -= h
            flat[i] = (the_loss(X64, Y64, {**p, name: up}) - the_loss(X64, Y64, {**p, name: down})) / (2 * h)
        grads[name] = g.to(params[name].dtype)
    return the_loss(X, Y, params), grads
""",
    "example by example": """
def fault():
    return 7, 3


def repaired(X, Y, params):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    S = torch.sigmoid(X @ W1.T + b1)
    Y_hat = S @ W2.T + b2
    loss = ((Y_hat - Y) ** 2).mean()
    n = Y.shape[0] * Y.shape[1]
    g = {k: torch.zeros_like(v) for k, v in params.items()}
    for i in range(Y.shape[0]):
        e = 2 * (Y_hat[i] - Y[i]) / n
        g["W2"] += torch.outer(e, S[i])
        g["b2"] += e
        d = (W2.T @ e) * S[i] * (1 - S[i])
        g["W1"] += torch.outer(d, X[i])
        g["b1"] += d
    return loss, g
""",
    "the factor measured": """
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


def fault():
    _, g = regression_gradients(X_eight, Y_eight, colleagues)
    _, r = repaired(X_eight, Y_eight, colleagues)
    return 7, (g["W1"].norm() / r["W1"].norm()).item()
""",
}
FAULT_WRONG = {
    "squeezed": (
        """
def fault():
    return 7, 3


def repaired(X, Y, params):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    S = torch.sigmoid(X @ W1.T + b1)
    Y_hat = S @ W2.T + b2
    loss = ((Y_hat - Y) ** 2).mean()
    dY = 2 * (Y_hat - Y) / Y.numel()
    dW2, db2 = dY.T @ S, dY.sum(dim=0)
    dZ = (dY @ W2) * S * (1 - S)
    dW1, db1 = dZ.T @ X, dZ.sum(dim=0).squeeze()
    return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
""",
        "a dimension of size 1 is missing",
    ),
    "one tensor of two": (
        """
def fault():
    return torch.tensor([7, 3])


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
""",
        "2 values are wanted, it returned one Tensor",
    ),
    "factor and line swapped": (
        """
def fault():
    return 3, 7


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
""",
        "fault: line is not right yet\n  line 3 does what it should",
    ),
    "divided by the square of the batch": (
        """
def fault():
    return 7, 3


def repaired(X, Y, params):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    S = torch.sigmoid(X @ W1.T + b1)
    Y_hat = S @ W2.T + b2
    loss = ((Y_hat - Y) ** 2).mean()
    dY = 2 * (Y_hat - Y) / len(Y) ** 2
    dW2, db2 = dY.T @ S, dY.sum(dim=0)
    dZ = (dY @ W2) * S * (1 - S)
    dW1, db1 = dZ.T @ X, dZ.sum(dim=0)
    return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
""",
        "of the wanted one",
    ),
    "divided by the hidden units": (
        """
def fault():
    return 7, 3


def repaired(X, Y, params):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    S = torch.sigmoid(X @ W1.T + b1)
    Y_hat = S @ W2.T + b2
    loss = ((Y_hat - Y) ** 2).mean()
    dY = 2 * (Y_hat - Y) / (len(Y) * S.shape[1])
    dW2, db2 = dY.T @ S, dY.sum(dim=0)
    dZ = (dY @ W2) * S * (1 - S)
    dW1, db1 = dZ.T @ X, dZ.sum(dim=0)
    return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
""",
        "3/4 of the wanted one",
    ),
    "the size of another Y": (
        """
def fault():
    return 7, 3


def repaired(X, Y, params):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    S = torch.sigmoid(X @ W1.T + b1)
    Y_hat = S @ W2.T + b2
    loss = ((Y_hat - Y) ** 2).mean()
    dY = 2 * (Y_hat - Y) / Y_eight.numel()
    dW2, db2 = dY.T @ S, dY.sum(dim=0)
    dZ = (dY @ W2) * S * (1 - S)
    dW1, db1 = dZ.T @ X, dZ.sum(dim=0)
    return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
""",
        "of the wanted one",
    ),
}


SWISH_RIGHT = {
    "the output saved": """
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(Z, beta):
        return Z * torch.sigmoid(beta * Z)

    @staticmethod
    def setup_context(ctx, inputs, output):
        Z, beta = inputs
        ctx.save_for_backward(Z, beta, output)

    @staticmethod
    def backward(ctx, E):
        Z, beta, Y = ctx.saved_tensors
        s = torch.sigmoid(beta * Z)
        dZ = E * (s + beta * Y * (1 - s))
        return dZ, (E * Z * Y * (1 - s)).sum()
""",
    "both slopes worked out on the way there": """
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, Z, beta):
        s = torch.sigmoid(beta * Z)
        d = Z * s * (1 - s)
        ctx.save_for_backward(s + beta * d, Z * d)
        return Z * s

    @staticmethod
    def backward(ctx, E):
        slope_z, slope_beta = ctx.saved_tensors
        return E * slope_z, (E * slope_beta).sum()
""",
    "a helper, and a loop for beta": """
def slope_and_sigmoid(Z, beta):
    s = torch.sigmoid(beta * Z)
    return s * (1 - s), s

class Swish(torch.autograd.Function):
    @staticmethod
    def forward(Z, beta):
        return Z * torch.sigmoid(beta * Z)

    @staticmethod
    def setup_context(ctx, inputs, output):
        Z, beta = inputs
        ctx.save_for_backward(Z, beta)

    @staticmethod
    def backward(ctx, E):
        Z, beta = ctx.saved_tensors
        slope, s = slope_and_sigmoid(Z, beta)
        dbeta = torch.zeros_like(beta)
        for e, z, d in zip(E.reshape(-1), Z.reshape(-1), slope.reshape(-1)):
            dbeta = dbeta + e * z * z * d
        return E * s + E * Z * slope * beta, dbeta
""",
    "no decorators": """
class Swish(torch.autograd.Function):
    def forward(Z, beta):
        return Z * torch.sigmoid(beta * Z)

    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    def backward(ctx, E):
        Z, beta = ctx.saved_tensors
        s = torch.sigmoid(beta * Z)
        dU = E * Z * s * (1 - s)
        dZ = E * s + beta * dU
        dbeta = (dU * Z).sum()
        return dZ, dbeta
""",
}
SWISH_WRONG = {
    "the forward overflows": (
        """
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(Z, beta):
        e = torch.exp(beta * Z)
        return Z * e / (1 + e)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, E):
        Z, beta = ctx.saved_tensors
        s = torch.sigmoid(beta * Z)
        dU = E * Z * s * (1 - s)
        dZ = E * s + beta * dU
        dbeta = (dU * Z).sum()
        return dZ, dbeta
""",
        "Swish, far out: Y is not right yet",
    ),
    "the exponent held within ±20": (
        """
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(Z, beta):
        return Z * torch.sigmoid((beta * Z).clamp(-20, 20))

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, E):
        Z, beta = ctx.saved_tensors
        s = torch.sigmoid(beta * Z)
        dU = E * Z * s * (1 - s)
        dZ = E * s + beta * dU
        dbeta = (dU * Z).sum()
        return dZ, dbeta
""",
        "Swish of -1000 is 0",
    ),
    "backward misspelt": (
        """
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(Z, beta):
        return Z * torch.sigmoid(beta * Z)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backwards(ctx, E):
        Z, beta = ctx.saved_tensors
        s = torch.sigmoid(beta * Z)
        dU = E * Z * s * (1 - s)
        dZ = E * s + beta * dU
        dbeta = (dU * Z).sum()
        return dZ, dbeta
""",
        "`backward` is missing",
    ),
    "no setup_context, and no ctx": (
        """
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(Z, beta):
        return Z * torch.sigmoid(beta * Z)

    @staticmethod
    def backward(ctx, E):
        Z, beta = ctx.saved_tensors
        s = torch.sigmoid(beta * Z)
        dU = E * Z * s * (1 - s)
        dZ = E * s + beta * dU
        dbeta = (dU * Z).sum()
        return dZ, dbeta
""",
        "`setup_context` is missing",
    ),
    "silu of beta Z": (
        """
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(Z, beta):
        return F.silu(beta * Z)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, E):
        Z, beta = ctx.saved_tensors
        s = torch.sigmoid(beta * Z)
        dU = E * Z * s * (1 - s)
        dZ = E * s + beta * dU
        dbeta = (dU * Z).sum()
        return dZ, dbeta
""",
        "that is beta Z times the sigmoid of beta Z",
    ),
    "dbeta first": (
        """
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(Z, beta):
        return Z * torch.sigmoid(beta * Z)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, E):
        Z, beta = ctx.saved_tensors
        s = torch.sigmoid(beta * Z)
        dU = E * Z * s * (1 - s)
        dZ = E * s + beta * dU
        dbeta = (dU * Z).sum()
        return dbeta, dZ
""",
        "Return dZ, dbeta in this order",
    ),
    "beta left out on the way back": (
        """
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(Z, beta):
        return Z * torch.sigmoid(beta * Z)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, E):
        Z, beta = ctx.saved_tensors
        s = torch.sigmoid(Z)
        dU = E * Z * s * (1 - s)
        dZ = E * s + beta * dU
        dbeta = (dU * Z).sum()
        return dZ, dbeta
""",
        "Swish.backward, beta = 2.08: dZ",
    ),
    "E overwritten": (
        """
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(Z, beta):
        return Z * torch.sigmoid(beta * Z)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, E):
        Z, beta = ctx.saved_tensors
        s = torch.sigmoid(beta * Z)
        dU = E * Z * s * (1 - s)
        E *= s
        E += beta * dU
        dZ = E
        dbeta = (dU * Z).sum()
        return dZ, dbeta
""",
        "E came in as input and was changed in place",
    ),
    "a trace for the sum": (
        """
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(Z, beta):
        return Z * torch.sigmoid(beta * Z)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, E):
        Z, beta = ctx.saved_tensors
        s = torch.sigmoid(beta * Z)
        dU = E * Z * s * (1 - s)
        dZ = E * s + beta * dU
        dbeta = torch.trace(dU.T @ Z)
        return dZ, dbeta
""",
        "expected a matrix",
    ),
}
