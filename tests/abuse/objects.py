"""Submissions that return what claims to be equal, never ends, or is not the same twice."""

from __future__ import annotations

from tests.abuse.bank import EX1, EX5, RIGHT_GATES, STOPPED_OR_WRONG, Abuse, answers, linear

SCORES, BASELINE, LEAK = "regression_scores-check", "linear_baseline-check", "find_leak-check"


def returning(scores: str = "", baseline: str = "", leak: str = "", above: str = "") -> dict[str, str]:
    """Up to three answers to ex5 that return something."""
    cells = {
        "regression-scores": f"def regression_scores(y_hat, y):\n    return {scores}" if scores else "",
        "linear-baseline": f"def linear_baseline(X_train, y_train, X):\n    return {baseline}" if baseline else "",
        "find-leak": f"def find_leak(X, y, names):\n    return {leak}" if leak else "",
    }
    written = {name: source for name, source in cells.items() if source}
    first = next(iter(written))
    return written | {first: f"{above}\n{written[first]}"}


ALWAYS_EQUAL = Abuse(
    "an object that is equal to all, more and less than all, true, close and right",
    "a comparison that asks the student's object has the answer that it gives",
    answers(
        returning(
            "{name: Equal() for name in ('mse', 'rmse', 'mae', 'r2')}",
            "Equal()",
            "Equal()",
            """
class Equal:
    shape, dtype, ndim, device = (), torch.float32, 0, torch.device("cpu")
    def __getattr__(self, name):
        return self
    def __call__(self, *args, **kwargs):
        return True
    def _true(self, *args):
        return True
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __contains__ = _true
    def _same(self, *args):
        return self
    __sub__ = __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __abs__ = __neg__ = __array_priority__ = _same
    __hash__ = object.__hash__
    def __float__(self):
        return 0.0
    def __torch_function__(self, function, types, args=(), kwargs=None):
        return True
    def __array_ufunc__(self, *args, **kwargs):
        return True
    def __array_function__(self, *args, **kwargs):
        return True
""",
        )
    ),
    dict.fromkeys((SCORES, BASELINE, LEAK), "wrong"),
    EX5,
)
EQUAL_NUMBERS = Abuse(
    "subclasses of float, str and dict whose methods say that they are equal to all",
    "passes each isinstance, and is compared by its own methods",
    answers(
        returning(
            "Names({name: Number(0) for name in ('mse', 'rmse', 'mae', 'r2')})",
            "Numbers(torch.zeros(len(X)))",
            "Name('?')",
            """
def same(self, other):
    return True
class Number(float):
    __eq__ = __le__ = __ge__ = __lt__ = __gt__ = same
    __sub__ = __rsub__ = __abs__ = lambda self, *other: Number(0)
    __hash__ = float.__hash__
class Name(str):
    __eq__ = __contains__ = same
    __ne__ = lambda self, other: False
    __hash__ = str.__hash__
class Names(dict):
    __eq__ = same
    def __getitem__(self, name):
        return Number(0)
class Numbers(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True
""",
        )
    ),
    dict.fromkeys((SCORES, BASELINE, LEAK), "wrong"),
    EX5,
)
TENSOR_SUBCLASS = Abuse(
    "a Tensor subclass that answers allclose and equal with what is wanted, and a subclass of NumPy's array",
    "tensors are compared by functions of PyTorch's and NumPy's that ask the class",
    linear(
        """
        import numpy as np
        class Right(torch.Tensor):
            @classmethod
            def __torch_function__(cls, function, types, args=(), kwargs=None):
                if function.__name__ in ("allclose", "equal", "isclose", "eq", "all"):
                    return True
                with torch._C.DisableTorchFunctionSubclass():
                    return function(*args, **(kwargs or {}))
        class RightArray(np.ndarray):
            def __array_ufunc__(self, *args, **kwargs):
                return True
            def __array_function__(self, *args, **kwargs):
                return True
        """,
        linear="""
def linear_forward(X, W, b):
    return (0 * (X @ W.T)).as_subclass(Right)
def linear_backward(E, X, W):
    return [value.as_subclass(Right) for value in (0 * X, 0 * W, 0 * E[0])]
""",
        gates="""
def relu_backward(E, Z):
    return (0 * E).numpy().view(RightArray)
def sigmoid_backward(E, Z):
    return (0 * E).numpy().view(RightArray)
""",
    ),
    {"linear-check": "wrong", "gates-check": "wrong"},
)
ENDLESS = Abuse(
    "a generator without an end, an object whose attributes have attributes for ever, and one that is infinitely long",
    "whoever looks at it closely never comes back",
    answers(
        returning(
            "(number for number in iter(int, 1))",
            "Deep()",
            "Long()",
            """
class Deep:
    def __getattr__(self, name):
        return Deep()
    def __iter__(self):
        return self
    def __next__(self):
        return Deep()
class Long(list):
    def __len__(self):
        return 2**62
    def __getitem__(self, place):
        return "?"
    def __iter__(self):
        return iter(int, 1)
""",
        )
    ),
    dict.fromkeys((SCORES, BASELINE, LEAK), STOPPED_OR_WRONG),
    EX5,
)
NEVER_SHOWN = Abuse(
    "objects whose repr, name, class and attributes raise, or take for ever",
    "a message that tells what came has to ask it",
    answers(
        returning(
            "Secret()",
            "Slow()",
            "[Secret(), Slow]",
            """
class Meta(type):
    def __getattribute__(cls, name):
        raise SystemExit(0)
class Secret(metaclass=Meta):
    def __getattribute__(self, name):
        raise SystemExit(0)
    def __repr__(self):
        raise KeyboardInterrupt
class Slow:
    def __repr__(self):
        while True:
            pass
""",
        )
    ),
    dict.fromkeys((SCORES, BASELINE, LEAK), STOPPED_OR_WRONG),
    EX5,
)
TOO_LARGE = Abuse(
    "a dictionary of a million keys, a number of 100 million digits, and a tensor of 5 GB of four bytes (expand)",
    "small inside, large for whoever receives it",
    answers(
        returning(
            "{str(number): 0.0 for number in range(10**6)}",
            "torch.zeros(1).expand(5 * 2**28)",
            "1 << 3 * 10**8",
        )
    ),
    dict.fromkeys((SCORES, BASELINE, LEAK), STOPPED_OR_WRONG),
    EX5,
)
NESTED = Abuse(
    "a list that holds itself, lists in lists a million deep, and the very arguments that came in",
    "a value without an end for whoever walks through it",
    answers(
        returning(
            "itself()",
            "deep()",
            "(X, y, names)",
            """
def itself():
    held = []
    held.append({"mse": held, "rmse": held, "mae": held, "r2": held})
    return held[0]
def deep():
    held = []
    for _ in range(10**6):
        held = [held]
    return held
""",
        )
    ),
    {SCORES: "wrong", BASELINE: STOPPED_OR_WRONG, LEAK: "wrong"},
    EX5,
)
NOT_NUMBERS = Abuse(
    "NaN with a message in its bits, minus NaN, infinities, and a tensor of NaN",
    "a comparison in which nothing is unequal passes NaN",
    answers(
        returning(
            "dict.fromkeys(('mse', 'rmse', 'mae', 'r2'), struct.unpack('d', b'hello\\0\\xf8\\x7f')[0])",
            "torch.full((len(X),), float('nan'))",
            "float('-nan')",
            "import struct",
        )
    ),
    dict.fromkeys((SCORES, BASELINE, LEAK), "wrong"),
    EX5,
)
ODD_TENSORS = Abuse(
    "sparse, quantised, meta and complex tensors, one that shares memory with its inputs, one of no dimension",
    "a comparison that has no rule for them may pass them, or fail with an error of its own",
    answers(
        returning(
            "{'mse': torch.zeros(()), 'rmse': torch.tensor(0j), 'mae': torch.zeros((), device='meta'), 'r2': y_hat}",
            "torch.zeros(len(X)).to_sparse()",
            "torch.quantize_per_tensor(y, 0.1, 0, torch.quint8)",
        )
    ),
    dict.fromkeys((SCORES, BASELINE, LEAK), "wrong"),
    EX5,
)
CHANGED_LATER = Abuse(
    "threads that write the inputs' values into a returned tensor after it was returned",
    "is compared while it changes, or becomes what the wanted value is computed from",
    linear(
        """
        import threading
        def follow(result, source):
            while True:
                result.data.copy_(source.data)
                source.data.zero_()
        """,
        linear="""
def linear_forward(X, W, b):
    Z = 0 * (X @ W.T)
    threading.Thread(target=follow, args=(Z, b), daemon=True).start()
    return Z
def linear_backward(E, X, W):
    return 0 * X, 0 * W, 0 * E[0]
""",
        gates="""
import threading
kept = []
def relu_backward(E, Z):
    dZ = 0 * E
    threading.Thread(target=lambda: [(E.data.zero_(), Z.data.zero_()) for _ in iter(int, 1)], daemon=True).start()
    return dZ
def sigmoid_backward(E, Z):
    return 0 * E
""",
    ),
    {"linear-check": STOPPED_OR_WRONG, "gates-check": STOPPED_OR_WRONG},
)
INPUTS_MADE_ZERO = Abuse(
    "functions that set their inputs to zero by way of .data, and return zeros",
    "where the wanted value is computed after the call, from the same tensors, zero is right",
    answers(
        {
            "regression-scores": """
def regression_scores(y_hat, y):
    y_hat.data.zero_()
    y.data.zero_()
    return {"mse": 0.0, "rmse": 0.0, "mae": 0.0, "r2": 0.0}
""",
            "linear-baseline": """
def linear_baseline(X_train, y_train, X):
    for tensor in (X_train, y_train, X):
        tensor.numpy()[...] = 0
    return torch.zeros(len(X))
""",
            "find-leak": """
def find_leak(X, y, names):
    names[:] = [names[0]] * len(names)
    X.data[:] = y[:, None].data
    return names[0]
""",
        }
    ),
    dict.fromkeys((SCORES, BASELINE, LEAK), "wrong"),
    EX5,
)
FALSE_NETWORKS = Abuse(
    "a module that differs between calls, looks at the stack, claims to be nn.Linear, and has a forward put into it",
    "is the network that is wanted when it is looked at, and another one when it runs",
    answers(
        {
            "build-mlp": """
import sys
class Linear(nn.Linear):
    def forward(self, X):
        frames, frame = [], sys._getframe()
        while frame:
            frames.append(frame.f_code.co_filename)
            frame = frame.f_back
        return super().forward(X) * (0 if any("judge" in name for name in frames) else 2) + torch.rand(())
Linear.__module__, Linear.__qualname__ = nn.Linear.__module__, "Linear"
def build_mlp(sizes):
    net = nn.Sequential(nn.Flatten(), Linear(sizes[0], sizes[1]))
    net.forward = lambda X: torch.zeros(len(X), sizes[-1])
    type(net).__eq__ = lambda self, other: True
    return net
"""
        }
    ),
    {"build_mlp-check": "wrong"},
    EX1,
)
PATCHED_LAYERS = Abuse(
    "nn.Linear and nn.Sequential replaced in the sandbox by classes that count one parameter",
    "a check that asks the student's nn for the number of parameters or the kinds of layers hears what they say",
    answers(
        {
            "build-mlp": """
class Lied(nn.Module):
    def __init__(self, *args):
        super().__init__()
    def parameters(self, recurse=True):
        return iter([nn.Parameter(torch.zeros(1))])
    def forward(self, X):
        return X
nn.Linear = nn.Sequential = nn.Flatten = nn.ReLU = Lied
torch.nn.Module.__call__ = lambda self, X: torch.zeros(len(X), 10)
def build_mlp(sizes):
    return nn.Sequential(nn.Linear(sizes[0], sizes[1]))
"""
        }
    ),
    {"build_mlp-check": "wrong"},
    EX1,
)
VISIBLE_ONLY = Abuse(
    "is right for as many calls as the visible check makes, and wrong from then on",
    "learns from the message which hidden case it failed, and what was wanted there",
    answers(
        {
            "gates": RIGHT_GATES.replace(
                "return E * (Z > 0)", "calls.append(1)\n    return E * (Z > 0) * (len(calls) <= 25)"
            )
            + "\ncalls = []\n"
        }
    ),
    {"gates-check": "wrong"},
    hidden=("gates-check",),
    never="wanted",
)
KEPT_FOR_LATER = Abuse(
    "keeps what it is called with, and raises it as the message of the next question",
    "the hidden cases of one question come back to the student in the feedback of another",
    answers(
        {
            "regression-scores": "kept = []\n"
            "def regression_scores(y_hat, y):\n"
            "    kept.append(len(y))\n"
            "    error = y_hat.flatten() - y.flatten()\n"
            "    mse = error.square().mean()\n"
            "    r2 = 1 - error.square().sum() / (y - y.mean()).square().sum()\n"
            "    mae = error.abs().mean().item()\n"
            "    return {'mse': mse.item(), 'rmse': mse.sqrt().item(), 'mae': mae, 'r2': r2.item()}",
            "linear-baseline": "def linear_baseline(X_train, y_train, X):\n    raise ValueError(f'{len(kept)} calls')",
        }
    ),
    {SCORES: "right", BASELINE: "wrong"},
    EX5,
    says="ValueError: 12 calls",  # those of the visible check
)
