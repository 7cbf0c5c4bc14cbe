"""Honest submissions of ex3, whose answers are read as well as run: no autograd in them, but around them."""

from tests.honest import notebooks
from tests.honest.notebooks import Honest, answering

EXERCISE = "ex3_manual-backprop"
LINEAR = """
def linear_forward(X, W, b):
    return X @ W.T + b


def linear_backward(E, X, W):
    return E @ W, E.T @ X, E.sum(dim=0)
"""
GATES = """
def relu_backward(E, Z):
    return E * (Z > 0)


def sigmoid_backward(E, Z):
    S = torch.sigmoid(Z)
    return E * S * (1 - S)
"""
SOFTMAX = """
def softmax_cross_entropy(logits, y):
    log_P = logits - logits.logsumexp(dim=1, keepdim=True)
    dlogits = log_P.exp()
    dlogits[torch.arange(len(y)), y] -= 1
    return -log_P[torch.arange(len(y)), y].mean(), dlogits / len(y)
"""
STEP = """
def mlp_step(X, y, params, lr):
    Z1 = linear_forward(X, params["W1"], params["b1"])
    H = Z1.clamp(min=0)
    logits = linear_forward(H, params["W2"], params["b2"])
    loss, dlogits = softmax_cross_entropy(logits, y)
    dH, dW2, db2 = linear_backward(dlogits, H, params["W2"])
    _, dW1, db1 = linear_backward(relu_backward(dH, Z1), X, params["W1"])
    gradients = {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
    return loss, {name: params[name] - lr * gradients[name] for name in params}
"""
SWISH = """
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
        S = torch.sigmoid(beta * Z)
        return E * (S + beta * Z * S * (1 - S)), (E * Z * Z * S * (1 - S)).sum()
"""
FEW = {"linear": LINEAR, "gates": GATES}

# What goes to stderr and stdout

STDERR = {
    "linear": """
import logging
import sys
import warnings

import numpy as np
from numpy.core import numeric  # a DeprecationWarning
from tqdm.auto import tqdm

logging.basicConfig(level=logging.DEBUG)
log = logging.getLogger("homework")
log.info("log of zero: %s", np.log(np.zeros(2)))  # a RuntimeWarning
warnings.warn("this cell is old", DeprecationWarning)


def linear_forward(X, W, b):
    warnings.warn("X is not standardised")
    log.warning("shapes %s and %s", X.shape, W.shape)
    print("on its way", file=sys.stderr, flush=True)
    return X @ W.T + b


def linear_backward(E, X, W):
    dW = torch.zeros_like(W)
    for one, x in tqdm(zip(E, X), total=len(X), desc="examples"):
        dW += one[:, None] * x
    return E @ W, dW, E.sum(dim=0)
""",
    "gates": """
import numpy as np


def relu_backward(E, Z):
    positive = np.maximum(Z.numpy(), 0)
    with np.errstate(all="warn"):
        slope = positive / positive  # a RuntimeWarning, and nan where it is 0
    return E * torch.as_tensor(np.nan_to_num(slope)).to(E)


def sigmoid_backward(E, Z):
    S = 1 / (1 + torch.exp(-Z))
    logging.error("nothing is wrong: %s", S.mean())
    return E * S * (1 - S)
""",
}
PRINTS = {
    "linear": """
for line in range(10_000):
    print("line", line, "of a long, long list of numbers that somebody wanted to see")


def linear_forward(X, W, b):
    print(X, W, b, sep="\\n")
    print(f"{X.shape=} {W.shape=}", end="")
    return X @ W.T + b


def linear_backward(E, X, W):
    dX, dW, db = E @ W, E.T @ X, E.sum(dim=0)
    for gradient in (dX, dW, db):
        print(gradient)
    return dX, dW, db


linear_forward(torch.ones(2, 3), torch.ones(4, 3), torch.zeros(4))
""",
    "gates": f"""
from pprint import pprint
{GATES}
print("🎉 " * 1000)
pprint({{n: torch.rand(9) for n in range(99)}})
""",
}
PLOTS = {
    "gates": GATES
    + """

import pandas as pd
from IPython.display import HTML, Markdown, clear_output, display

plt.rcParams["figure.figsize"] = (6, 4)
plt.style.use("ggplot")
Z = torch.linspace(-5, 5, 101)
fig, ax = plt.subplots()
ax.plot(Z, sigmoid_backward(torch.ones(101), Z), label="σ'")
plt.title("Steigung α, β")
plt.legend()
plt.show()
fig.savefig("slopes.png")
display(fig)
display(pd.DataFrame({"Z": Z[:3], "dZ": relu_backward(torch.ones(3), Z[:3])}))
display(HTML("<b>done</b>"), Markdown("*done*"))
clear_output()
Z.mean()
""",
    "linear": LINEAR + "\nplt.imshow(torch.rand(4, 4))\nplt.show(block=False)\nplt.close('all')\ndisplay('shown')\n",
}

# Slow answers

SLOW = {
    "linear": """
import time

started = time.process_time()
while time.process_time() - started < 2:  # seconds
    sum(range(10_000))
time.sleep(2)


def linear_forward(X, W, b):
    time.sleep(0.05)
    return torch.stack([torch.stack([x @ w + b[k] for k, w in enumerate(W)]) for x in X])


def linear_backward(E, X, W):
    time.sleep(0.05)
    return E @ W, E.T @ X, E.sum(dim=0)
""",
}

# What students leave in a cell to see whether they are right

SELF_TESTS = {
    "linear": LINEAR
    + """

# compare with autograd
torch.manual_seed(0)
X = torch.randn(5, 3, requires_grad=True)
W = torch.randn(4, 3, requires_grad=True)
b = torch.zeros(4).requires_grad_()
E = torch.randn(5, 4)
Z = linear_forward(X, W, b)
Z.backward(E)
with torch.no_grad():
    dX, dW, db = linear_backward(E, X, W)
assert torch.allclose(dX, X.grad, atol=1e-5), (dX - X.grad).abs().max()
torch.testing.assert_close(dW, W.grad)
print(torch.allclose(db, b.grad), W.grad)
X.grad = None
linear_forward(X, W, b).square().sum().backward()
X.grad.zero_()
""",
    "gates": GATES
    + """

def check_with_autograd(function, backward):
    Z = torch.randn(6, dtype=torch.float64, requires_grad=True)
    E = torch.randn(6, dtype=torch.float64)
    (wanted,) = torch.autograd.grad(function(Z), Z, E)
    return torch.allclose(backward(E, Z.detach()), wanted)


assert check_with_autograd(F.relu, relu_backward)
assert check_with_autograd(torch.sigmoid, sigmoid_backward)
for trial in range(3):
    Z = torch.randn(4, requires_grad=True)
    torch.sigmoid(Z).sum().backward()
    print(trial, Z.grad, sigmoid_backward(torch.ones(4), Z.detach()))
""",
    "softmax_cross_entropy": SOFTMAX
    + """

if __name__ == "__main__":
    logits, y = torch.randn(6, 3, requires_grad=True), torch.randint(3, (6,))
    loss = F.cross_entropy(logits, y)
    loss.backward()
    found, dlogits = softmax_cross_entropy(logits.detach(), y)
    print(loss.item() - found.item(), (logits.grad - dlogits).abs().max())

from torch.func import grad
slope = grad(lambda Z: F.cross_entropy(Z, y))(logits)
F.cross_entropy(logits, y).backward()
softmax_cross_entropy(logits, y)[0].backward()
""",
    "Swish": SWISH
    + """

options = dict(dtype=torch.float64, requires_grad=True)
Z, beta = torch.randn(7, **options), torch.tensor(1.3, **options)
torch.autograd.gradcheck(Swish.apply, (Z, beta))
assert torch.autograd.gradcheck(Swish.apply, (Z, beta), eps=1e-6)
Swish.apply(Z, beta).sum().backward()
print(Z.grad, beta.grad, Swish.__name__, Swish.forward.__doc__)
""",
}

# Styles

TYPED = {
    "linear": '''
from typing import NamedTuple

from torch import Tensor

BATCH = 0  # 批次维度


class Gradients(NamedTuple):
    """Was zurückkommt. 返回的梯度。"""

    dX: Tensor
    dW: Tensor
    db: Tensor


def linear_forward(X: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """Z = X Wᵀ + b.  线性层的前向传播

    :param X: (batch, in)
    """
    # 矩阵乘法
    return X @ W.T + b


def linear_backward(E: Tensor, X: Tensor, W: Tensor, *, note: str = "🎉 ¡olé!") -> Gradients:
    größe = len(note)  # ein Umlaut im Namen
    assert größe
    return Gradients(E @ W, E.T @ X, E.sum(dim=BATCH))
''',
    "gates": """
from functools import partial


def gate(slope, E, Z):
    return E * slope(Z)


relu_backward = lambda E, Z: gate(lambda Z: (Z > 0).to(Z.dtype), E, Z)
sigmoid_backward = partial(gate, lambda Z: torch.sigmoid(Z) * (1 - torch.sigmoid(Z)))
""",
    "softmax_cross_entropy": """
import functools
import time


def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        start = time.perf_counter()
        result = function(*args, **kwargs)
        wrapper.seconds += time.perf_counter() - start
        return result

    wrapper.seconds = 0.0
    return wrapper


@timed
def softmax_cross_entropy(logits, y):
    log_P = log_softmax(logits)
    rows = range(len(y))
    return -log_P[rows, y].mean(), (log_P.exp() - F.one_hot(y, log_P.shape[1])) / len(y)


def log_softmax(Z):
    \"\"\"A helper below its use.\"\"\"
    return (shifted := Z - Z.amax(1, keepdim=True)) - shifted.exp().sum(1, keepdim=True).log()


print(softmax_cross_entropy(torch.zeros(2, 3), torch.tensor([0, 1])), softmax_cross_entropy.seconds)
""",
}
RECORDS = {
    "linear": """
class Linear:
    def __init__(self, W, b=None):
        self.W, self.b = W, b
        self._calls = 0

    def forward(self, X):
        self._calls += 1
        return X @ self.W.T + self.b

    def backward(self, E, X):
        return [E @ self.W, E.T @ X, E.sum(0)]


def linear_forward(X, W, b):
    return Linear(W, b).forward(X)


def linear_backward(E, X, W):
    return Linear(W).backward(E, X)
""",
    "gates": """
def make(kind):
    def backward(E, Z):
        match kind:
            case "relu":
                return torch.where(Z > 0, E, 0.0)
            case "sigmoid" | "logistic":
                return E * (S := torch.sigmoid(Z)) * (1 - S)
            case _:
                raise ValueError(kind)

    return backward


relu_backward, sigmoid_backward = map(make, ("relu", "sigmoid"))
""",
    "softmax_cross_entropy": SOFTMAX,
    "mlp_step": """
from collections import namedtuple
from dataclasses import asdict, dataclass, fields

Kept = namedtuple("Kept", "X Z1 H logits")


@dataclass
class Params:
    W1: torch.Tensor
    b1: torch.Tensor
    W2: torch.Tensor
    b2: torch.Tensor

    def forward(self, X):
        Z1 = X @ self.W1.T + self.b1
        return Kept(X, Z1, H := Z1.relu(), H @ self.W2.T + self.b2)

    def backward(self, dlogits, kept):
        dZ1 = (dlogits @ self.W2) * (kept.Z1 > 0)
        return Params(dZ1.T @ kept.X, dZ1.sum(0), dlogits.T @ kept.H, dlogits.sum(0))


def mlp_step(X, y, params, lr):
    now = Params(**params)
    loss, dlogits = softmax_cross_entropy((kept := now.forward(X)).logits, y)
    gradients = now.backward(dlogits, kept)
    return float(loss), {f.name: getattr_of(now, f.name) - lr * getattr_of(gradients, f.name) for f in fields(now)}


def getattr_of(params, name):
    match name:
        case "W1": return params.W1
        case "b1": return params.b1
        case "W2": return params.W2
    return params.b2
""",
}
IMPORTS = {
    "linear": """
import numpy as np
from torch import *
import torch as t

EINS = "bi,oi->bo"


def linear_forward(X, W, b):
    from torch import einsum as summed
    return summed(EINS, X, W) + b


def linear_backward(E, X, W):
    import numpy
    e, x, w = E.numpy(), X.numpy(), W.numpy()
    return t.from_numpy(e @ w), t.tensor(np.einsum("bo,bi->oi", e, x)), t.from_numpy(numpy.sum(e, axis=0))
""",
    "gates": """
import random

np.random.seed(42); random.seed(42); t.manual_seed(42)
t.set_printoptions(precision=3)
torch.backends.cudnn.deterministic = True
plt.rcParams.update({"font.size": 9})
device = "cuda" if torch.cuda.is_available() else "cpu"


def relu_backward(E, Z):
    dZ = E.clone()
    dZ[Z <= 0] = 0
    return dZ.to(device)


def sigmoid_backward(E, Z):
    with torch.no_grad():
        S = type(Z)(Z.shape).to(Z).copy_(Z).sigmoid_()
        return E.detach().clone().mul_(S).mul_(S.neg().add_(1))
""",
    "softmax_cross_entropy": """
def softmax_cross_entropy(logits, y):
    log_P = logits.double() - torch.logsumexp(logits.double(), 1, True)
    losses = (-row[k].item() for row, k in zip(log_P, y.tolist()))
    one_hot = nn.functional.one_hot(y, logits.shape[-1])
    return np.float64(np.mean([*losses])), ((log_P.exp() - one_hot) / len(y)).to(logits.dtype)
""",
}
MAGIC = {
    "linear": f"""
%matplotlib inline
%load_ext autoreload
!ls
{LINEAR}

linear_forward?
# %timeit linear_forward(x)
""",
    "gates": f"%%time\n{GATES}\nfiles = !ls\nprint(7 %4)",
}
TOLD_OF_MAGIC = (
    "the cell linear speaks to IPython, and that is left out when it is graded: "
    "line 1: %matplotlib inline, line 2: %load_ext autoreload, line 3: !ls, line 13: linear_forward?.",
    "the cell gates speaks to IPython, and that is left out when it is graded: line 1: %%time, line 11: !ls.",
)
ONCE = {
    "Swish": "from torch.autograd.function import once_differentiable\n"
    + SWISH.replace("    def backward", "    @once_differentiable\n    def backward")
}

HONEST = [
    Honest("warnings, a log and a bar on stderr", EXERCISE, answering(STDERR)),
    Honest("10,000 lines and tensors printed", EXERCISE, answering(PRINTS)),
    Honest("figures and tables shown", EXERCISE, answering(PLOTS)),
    Honest("slow, by the processor and by sleep", EXERCISE, answering(SLOW)),
    Honest("on a busy machine", EXERCISE, answering(FEW), busy=True),
    Honest("compared with autograd in the cells", EXERCISE, answering(SELF_TESTS)),
    Honest("types, other alphabets, lambdas, a partial and a decorator", EXERCISE, answering(TYPED)),
    Honest("classes, records, match and closures", EXERCISE, answering(RECORDS)),
    Honest("imports of all kinds, seeds, NumPy and work in place", EXERCISE, answering(IMPORTS)),
    Honest("differentiable once", EXERCISE, answering(ONCE)),
    Honest("lines for Jupyter", EXERCISE, answering(MAGIC), told=TOLD_OF_MAGIC),
    Honest(
        "Windows: line ends, tabs, byte order mark",
        EXERCISE,
        answering({name: text.replace("    ", "\t") for name, text in FEW.items()}, save=notebooks.save_on_windows),
    ),
    Honest("nbformat 4.2, without ids", EXERCISE, answering(FEW, save=notebooks.save_without_ids)),
    Honest("Colab, with its own ids", EXERCISE, answering(FEW, save=lambda n: notebooks.save_as_colab(n, ids=False))),
    Honest("Colab, ids kept", EXERCISE, answering(FEW, save=lambda n: notebooks.save_as_colab(n, ids=True))),
    Honest("VS Code", EXERCISE, answering(FEW, save=notebooks.save_as_vs_code)),
    Honest("outputs of 5 MB", EXERCISE, answering(FEW, notebooks.with_large_outputs)),
    Honest("an answer moved to the end", EXERCISE, answering(FEW, notebooks.moving("linear", 45))),
    Honest(
        "notes and cells of one's own",
        EXERCISE,
        answering(FEW, notebooks.with_own_cells),
        told=(notebooks.CELL_OF_OWN,),
    ),
]
