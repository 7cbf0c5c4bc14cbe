"""What a student reads after the commonest slips, and after right answers of an unusual kind: one line per trial.

A trial is a slip as code, words that must be said, and words that would be wrong. A message that misleads in any trial
is worse than none.
"""

from __future__ import annotations

import linecache
import warnings
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from helpers.checks import NotYet, check_close, check_function, check_shape, compare_gradients, question

UPWARDS = "Answer the questions above"
STUB = "as the stub had them"


@dataclass(frozen=True)
class Trial:
    """A slip, what must be said of it, and what must not."""

    name: str
    slip: str
    says: tuple[str, ...]
    never: tuple[str, ...] = (UPWARDS,)

    def holds(self, told: str) -> None:
        for text in self.says:
            assert text in told, told
        for text in self.never:
            assert text not in told, told


def by_name(trials: list) -> list:
    names = [trial.name for trial in trials]
    assert len(set(names)) == len(names)
    return [pytest.param(trial, id=trial.name) for trial in trials]


def run_cell(source: str, namespace: dict, name: str = "<cell>") -> None:
    """Run code as a notebook's kernel does: its lines are to be had."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), namespace)


def notebook() -> dict:
    """A namespace after the first cell."""
    namespace: dict = {"__name__": "__main__"}
    run_cell("import torch, numpy as np\nfrom torch import nn\nfrom torch.nn import functional as F\n", namespace)
    return namespace


X = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])  # (3, 2)


# Errors: the student's cell defines f, and the check calls f(X)

ERRORS = [
    Trial(
        "typo in a name",
        "def f(X):\n    bias = 1\n    return X + bais",
        ("NameError: name 'bais'", "at line 3: return X + bais", "Perhaps `bias` is meant"),
    ),
    Trial(
        "typo in a global",
        "optimizer = 3\ndef f(X):\n    return X * optimzer",
        ("at line 3", "Perhaps `optimizer` is meant"),
    ),
    Trial("capital for small", "def f(X):\n    return x.sum()", ("Perhaps `X` is meant",)),
    Trial("typo in Python's own", "def f(X):\n    return lenn(X)", ("Perhaps `len` is meant",)),
    Trial("small true", "def f(X):\n    return X.sum(dim=0, keepdim=true)", ("Perhaps `True` is meant",)),
    Trial("name within a comprehension", "def f(X):\n    rows = 3\n    return [rws for _ in X]", ("`rows` is meant",)),
    Trial("relu without its module", "def f(X):\n    return relu(X)", ("Perhaps `torch.relu` is meant",)),
    Trial("layer without its module", "def f(X):\n    return Linear(2, 1)(X)", ("Perhaps `nn.Linear` is meant",)),
    Trial("import missing", "def f(X):\n    return plt.plot(X)", ("`import matplotlib.pyplot as plt` has not run",)),
    Trial(
        "two numbered names are two things",
        "W1 = hidden1 = 3\ndef f(X):\n    return X @ hidden2",
        ("Perhaps it is misspelt, or the cell that makes it has not run yet",),
        ("`hidden1` is meant",),
    ),
    Trial(
        "name that the caller has",
        "def step(X):\n    return X * lr\ndef f(X):\n    lr = 0.1\n    return step(X)",
        ("at line 2: return X * lr", "perhaps it should be an argument: `f`".capitalize(), "`lr` of its own"),
    ),
    Trial(
        "no start value",
        "def f(X):\n    for x in X:\n        total += x.sum()\n    return total",
        ("at line 3: total += x.sum()", "`total` has no value yet", "perhaps `total = 0`"),
    ),
    Trial("no start value, written out", "def f(X):\n    n = n + 1\n    return n", ("`n` has no value yet",)),
    Trial(
        "start value outside of the function",
        "total = 0\ndef f(X):\n    total += 1\n    return total",
        ("`total` has no value yet", "The `total` outside of the function is another one"),
    ),
    Trial(
        "branch that did not run",
        "def f(X):\n    if X.sum() < 0:\n        y = X\n    return y",
        ("`y` is read before it is set", "Perhaps the `if` or the loop that sets it did not run"),
        ("no value yet",),
    ),
    Trial(
        "equation is no start value",
        "def f(X):\n    if y == 3:\n        y = 1\n    return y",
        ("`y` is read before it is set",),
        ("no value yet",),
    ),
    Trial(
        "missing self. before an attribute",
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.layer = nn.Linear(2, 1)\n    def forward(self, X):\n        return layer(X)\nf = Net()",
        ("at line 6: return layer(X)", "Perhaps `self.layer` is meant"),
    ),
    Trial(
        "missing self in the def of forward",
        "class Net(nn.Module):\n    def forward(X):\n        return X\nf = Net()",
        ("`self` is missing in the `def`: write def forward(self, X)",),
        (STUB,),
    ),
    Trial(
        "missing self in the def of __init__",
        "class Net(nn.Module):\n    def __init__(width):\n        super().__init__()\ndef f(X):\n    return Net(3)(X)",
        ("at line 5: return Net(3)(X)", "write def __init__(self, width)"),
        (STUB,),
    ),
    Trial(
        "self used where there is none",
        "def f(X):\n    return self.layer(X)",
        ("Perhaps `self` is missing in the `def`",),
    ),
    Trial(
        "one argument too many for a sound method",
        "class Net(nn.Module):\n    def forward(self, X):\n        return X\ndef f(X):\n    return Net()(X, 1)",
        ("at line 5", "do not agree on the arguments"),
        (STUB, "`self` is missing"),
    ),
    Trial("typo in an attribute", "def f(X):\n    return X.squeze(0)", ("Perhaps `.squeeze` is meant",)),
    Trial(
        "typo in an attribute of a layer",
        "def f(X):\n    return nn.Linear(2, 1).wieght",
        ("Perhaps `.weight` is meant",),
    ),
    Trial("typo in a module's function", "def f(X):\n    return F.rleu(X)", ("Perhaps `functional.relu` is meant",)),
    Trial(
        "NumPy's method on a tensor",
        "def f(X):\n    return X.astype(float)",
        ("It is a tensor, and .astype is NumPy's",),
    ),
    Trial(
        "tensor's method on an array",
        "def f(X):\n    return X.numpy().unsqueeze(0)",
        ("It is a NumPy array",),
        ("`.squeeze`",),
    ),
    Trial(
        "backward of a number", "def f(X):\n    return X.sum().item().backward()", ("perhaps .item() or float() came",)
    ),
    Trial("method of a list", "def f(X):\n    return [1.0, 2.0].mean()", ("It is a list",)),
    Trial(
        "LSTM's tuple taken for a tensor",
        "def f(X):\n    return nn.LSTM(2, 4)(X).relu()",
        ("It is a tuple of 2: perhaps what a layer",),
    ),
    Trial(
        "LSTM's tuple into a layer",
        "def f(X):\n    return nn.Linear(4, 1)(nn.LSTM(2, 4)(X))",
        ("A tuple came: perhaps",),
    ),
    Trial("parentheses forgotten", "def f(X):\n    return X.mean.item()", ("perhaps its parentheses () are missing",)),
    Trial("own signature changed", "def f(X, W):\n    return X", (STUB,)),
    Trial("argument renamed away", "def f():\n    return 1", (STUB,)),
    Trial(
        "PyTorch's function without its argument",
        "def f(X):\n    return F.relu()",
        ("at line 2: return F.relu()", "The call and the `def` of relu do not agree"),
        (STUB,),
    ),
    Trial(
        "own helper called with too little",
        "def layer(X, W):\n    return X @ W\ndef f(X):\n    return layer(X)",
        ("at line 4: return layer(X)", "The call and the `def` of layer"),
        (STUB,),
    ),
    Trial("transpose forgotten", "def f(X):\n    return X @ X", ("is a .T missing",)),
    Trial(
        "a batch in one row",
        "def f(X):\n    return nn.Linear(X.shape[1], 1)(X.flatten())",
        ("perhaps a whole batch. flatten(1) keeps a row for each",),
        ("is a .T missing",),
    ),
    Trial(
        "one row, and the transpose forgotten", "def f(X):\n    return X[:1] @ torch.ones(5, 2)", ("is a .T missing",)
    ),
    Trial("sizes that do not line up", "def f(X):\n    return X + torch.ones(3)", ("lined up from the right",)),
    Trial("float64 from NumPy", "def f(X):\n    return X @ torch.from_numpy(np.ones(2))", ("differ in dtype",)),
    Trial("mean of whole numbers", "def f(X):\n    return X.long().mean()", ("Whole numbers or booleans", ".float()")),
    Trial("& of floats", "def f(X):\n    return X & (X > 1)", ("& | ~ work on truth values",), ("Whole numbers",)),
    Trial("~ of floats", "def f(X):\n    return ~X", ("& | ~ work on truth values",)),
    Trial("minus of masks", "def f(X):\n    return (X > 1) - (X > 2)", ("Truth values do not calculate",)),
    Trial("float labels", "def f(X):\n    return F.cross_entropy(X, torch.ones(3))", (".long()",), (".float()",)),
    Trial("float index", "def f(X):\n    return X[torch.tensor([1.0])]", ("whole numbers: .long()",), (".float()",)),
    Trial("words as floats", "def f(X):\n    return nn.Embedding(9, 2)(X)", (".long()",), (".float()",)),
    Trial(
        "word too large", "def f(X):\n    return nn.Embedding(3, 2)(X.long())", ("negative or too large",), ("minus 1",)
    ),
    Trial("labels from 1", "def f(X):\n    return F.cross_entropy(X, torch.tensor([1, 2, 1]))", ("0 to classes - 1",)),
    Trial("label below 0", "def f(X):\n    return F.cross_entropy(X, torch.tensor([0, -1, 1]))", ("0 to classes - 1",)),
    Trial(
        "labels of two dimensions",
        "def f(X):\n    return F.cross_entropy(X, torch.ones(3, 1).long())",
        (".squeeze(1)", ".argmax(dim=1) undoes one-hot"),
    ),
    Trial("view of a transpose", "def f(X):\n    return X.T.view(6)", (".reshape(...) copies",), ("must multiply",)),
    Trial("view of another size", "def f(X):\n    return X.view(4)", ("must multiply",), (".reshape(...) copies",)),
    Trial("index too large", "def f(X):\n    return X[3]", ("counting starts at 0",)),
    Trial("index too far below", "def f(X):\n    return X[-4]", ("lies outside",), ("too large",)),
    Trial("one index too many", "def f(X):\n    return X[0, 0, 0]", ("fewer dimensions",)),
    Trial("no such dimension", "def f(X):\n    return X.sum(dim=2)", ("fewer dimensions",)),
    Trial(
        "backward of many", "def f(X):\n    return (X * torch.ones(2, requires_grad=True)).backward()", ("one number",)
    ),
    Trial("backward of none", "def f(X):\n    return X.sum().backward()", ("The graph is cut",)),
    Trial(
        "backward twice",
        "def f(X):\n    w = torch.ones(2, requires_grad=True)\n    loss = (X * w).exp().sum()\n"
        "    loss.backward()\n    loss.backward()",
        ("at line 5", "has used up the graph: perhaps"),
    ),
    Trial(
        "changed in place under backward",
        "def f(X):\n    w = torch.ones(2, requires_grad=True)\n    z = w.exp()\n"
        "    loss = z.sum()\n    z += 1\n    loss.backward()",
        ("changed in place",),
    ),
    Trial(
        "update with the graph on",
        "def f(X):\n    w = torch.ones(2, requires_grad=True)\n    w -= 1",
        ("torch.no_grad()",),
    ),
    Trial("gradient before backward", "def f(X):\n    return 1 - nn.Linear(1, 1).weight.grad", ("Something is None",)),
    Trial("print for return", "def g(X):\n    print(X)\ndef f(X):\n    a, b = g(X)", ("Something is None",)),
    Trial("lists do not calculate", "def f(X):\n    return [1, 2] - [1, 1]", ("Lists do not calculate",)),
    Trial("list into a layer", "def f(X):\n    return nn.Linear(2, 1)([1.0, 2.0])", ("torch.tensor(...) makes one",)),
    Trial("array into a layer", "def f(X):\n    return nn.Linear(2, 1)(X.numpy())", ("torch.from_numpy(...)",)),
    Trial("numbers stacked", "def f(X):\n    return torch.stack([1.0, 2.0])", ("torch.tensor(...) makes one",)),
    Trial("product without a sign", "def f(X):\n    n = 2\n    return n(X)", ("perhaps a * is missing",)),
    Trial("if of many", "def f(X):\n    return 1 if X > 0 else 0", ("one number is wanted, and several came",)),
    Trial("if of an array", "def f(X):\n    return 1 if X.numpy() > 0 else 0", ("one number is wanted",)),
    Trial(
        "ModuleList called",
        "def f(X):\n    return nn.ModuleList([nn.ReLU()])(X)",
        ("only holds layers",),
        ("misspelt",),
    ),
    Trial(
        "foward", "class Net(nn.Module):\n    def foward(self, X):\n        return X\nf = Net()", ("no forward method",)
    ),
    Trial(
        "super forgotten",
        "class Net(nn.Module):\n    def __init__(self):\n        self.a = nn.ReLU()\ndef f(X):\n    return Net()(X)",
        ("super().__init__() must come first",),
    ),
    Trial("call without end", "def f(X):\n    return f(X)", ("A function calls itself",)),
    Trial("an error of its own kind", "def f(X):\n    return {}['W']", ("KeyError: 'W'", "at line 2"), ("erhaps", "?")),
]


def told_of(source: str) -> str:
    namespace = notebook()
    run_cell(source, namespace)
    with pytest.raises(NotYet) as caught:
        check_function(namespace["f"], (X,), X, names="y", label="f")
    return str(caught.value)


@pytest.mark.parametrize("trial", by_name(ERRORS))
def test_error_is_told_with_its_line_and_its_likeliest_slip(trial: Trial) -> None:
    told = told_of(trial.slip)
    assert told.startswith("f: stopped by an error\n")
    trial.holds(told)


# The check cell of a question: the cell of the answer is run, then this one

CHECK = 'with question("area") as q:\n    check_close("area", area(2.0), 4.0)'
CELLS = [
    Trial("answer not run", "", ("area: `area` is missing. Answer the questions above",), ("erhaps", "at line")),
    Trial(
        "answer under a misspelt name", "def aera(a):\n    return a * a", (UPWARDS, "There is a `aera`: perhaps"), ()
    ),
    Trial("typo inside the answer", "def area(side):\n    return sdie**2", ("at line 2", "Perhaps `side` is meant")),
    Trial(
        "no start value",
        "def area(a):\n    for _ in range(2):\n        n += a\n    return n",
        ("has no value yet", "at line 3"),
    ),
    Trial("stub", "def area(a):\n    raise NotImplementedError()", ("not attempted yet",)),
    Trial("print for return", "def area(a):\n    print(a * a)", ("it is None: is a `return` missing",)),
    Trial("layer never called", "def area(a):\n    return nn.ReLU()", ("got a ReLU: was it called?",)),
]


@pytest.mark.parametrize("trial", by_name(CELLS))
def test_check_cell_says_missing_only_of_what_it_asks_for_itself(trial: Trial, capsys: pytest.CaptureFixture) -> None:
    namespace = notebook() | {"question": question, "check_close": check_close}
    run_cell(trial.slip, namespace, "<answer>")
    capsys.readouterr()
    run_cell(CHECK, namespace, "<check>")
    told = capsys.readouterr().out
    trial.holds(told)
    assert namespace["q"].message in told


def test_lambda_in_the_check_cell_belongs_to_it(capsys: pytest.CaptureFixture) -> None:
    namespace = notebook() | {"question": question}
    run_cell('with question("area"):\n    [(lambda: area(2))() for _ in range(2)]', namespace)
    assert "area: `area` is missing. Answer the questions above" in capsys.readouterr().out


def test_other_error_in_a_question_keeps_its_traceback_and_gets_a_note() -> None:
    namespace = notebook() | {"question": question, "check_close": check_close}
    run_cell("def area(a):\n    return torch.ones(2).squeze(a)", namespace, "<answer>")
    with pytest.raises(AttributeError) as caught:
        run_cell(CHECK, namespace, "<check>")
    assert caught.value.__notes__ == ["Perhaps `.squeeze` is meant."]
    assert "area: stopped by an error\n  AttributeError" in namespace["q"].message


# Right answers in an unusual form are right


def quantised(tensor: Tensor) -> Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch announces their end
        return torch.quantize_per_tensor(tensor, 0.5, 0, torch.qint8)


def by_rows(tensor: Tensor) -> Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch calls them new
        return tensor.to_sparse_csr()


class Tagged(Tensor):
    """A subclass, as libraries make them."""


EYE = torch.eye(3)
RIGHT = {
    "complex": (torch.tensor([1 + 2j]), torch.tensor([1 + 2j])),
    "complex number": (1 + 2j, 1 + 2j),
    "complex with NaN": (torch.tensor([complex("nan")]), torch.tensor([complex("nan")])),
    "COO for dense": (EYE.to_sparse(), EYE),
    "CSR for dense": (by_rows(EYE), EYE),
    "dense for COO": (EYE, EYE.to_sparse()),
    "uncoalesced COO": (
        torch.sparse_coo_tensor([[0, 0]], [1.0, 1.0], (2,), check_invariants=True),
        torch.tensor([2.0, 0.0]),
    ),
    "quantised": (quantised(EYE), quantised(EYE)),
    "bool": (EYE.bool(), EYE.bool()),
    "numpy bool": (np.bool_(True), True),
    "numpy scalar": (np.float32(0.5), 0.5),
    "0-dim array": (np.array(0.5), torch.tensor(0.5)),
    "read-only array": (np.broadcast_to(np.float32(1), (2,)), torch.ones(2)),
    "array against its stride": (np.arange(3.0)[::-1], torch.tensor([2.0, 1.0, 0.0])),
    "empty": (torch.empty(0), torch.empty(0)),
    "parameter": (nn.Parameter(EYE), EYE),
    "on the graph": (EYE.clone().requires_grad_() * 1, EYE),
    "subclass": (EYE.as_subclass(Tagged), EYE),
    "float16, rounded once": (torch.tensor([0.10003], dtype=torch.float16), torch.tensor([0.1], dtype=torch.float16)),
    "bfloat16, rounded once": (torch.tensor([1.0078], dtype=torch.bfloat16), torch.tensor([1.0], dtype=torch.bfloat16)),
    "conjugate view": (torch.tensor([1 - 2j]).conj(), torch.tensor([1 + 2j])),
    "permuted view": (torch.arange(6.0).reshape(2, 3).T, torch.tensor([[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]])),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_answer_of_an_unusual_kind_is_right(name: str, capsys: pytest.CaptureFixture) -> None:
    check_close(name, *RIGHT[name])
    check_function(lambda: RIGHT[name][0], (), RIGHT[name][1], names="y", label=name)
    assert capsys.readouterr().out == f"{name}: right\n" * 2


# Wrong answers: what came, what was wanted, what is said


@dataclass(frozen=True)
class Wrong:
    name: str
    got: object
    wanted: object
    says: tuple[str, ...]
    never: tuple[str, ...] = ()

    holds = Trial.holds


column, row = torch.tensor([[1.0], [2.0], [4.0]]), torch.tensor([1.0, 2.0, 4.0])
WRONG = [
    Wrong("other imaginary part", 1 + 2j, 1 + 3j, ("wanted 1+3j, got 1+2j",)),
    Wrong("minus of a complex number", torch.tensor([1j, 2j]), torch.tensor([-1j, -2j]), ("wrong sign",)),
    Wrong(
        "complex in some places",
        torch.tensor([1j, 2j]),
        torch.tensor([1j, 2 - 1j]),
        ("1 of 2", "wanted 2-1j, got 0+2j"),
    ),
    Wrong("complex for real", torch.fft.fft(row), torch.fft.fft(row).real, ("perhaps .real",), (".float()",)),
    Wrong(
        "complex128 for complex64",
        torch.tensor([1j]).to(torch.complex128),
        torch.tensor([1j]),
        ("complex64",),
        (".real",),
    ),
    Wrong("sparse, doubled", (2 * EYE).to_sparse(), EYE, ("2 times the wanted one",)),
    Wrong("sparse, transposed", torch.triu(torch.ones(3, 3)).to_sparse(), torch.tril(torch.ones(3, 3)), ("transpose",)),
    Wrong("meta", torch.ones(2, device="meta"), torch.ones(2), ("on the meta device",)),
    Wrong(
        "float16, far off",
        torch.tensor([0.11], dtype=torch.float16),
        torch.tensor([0.1], dtype=torch.float16),
        ("wanted",),
    ),
    Wrong("list", [1.0, 2.0], torch.tensor([1.0, 2.0]), ("got a list: torch.tensor(...) makes one",)),
    Wrong("list of equal tensors", [row, row], torch.stack([row, row]), ("torch.stack(...)",)),
    Wrong("ragged list", [[1.0], [1.0, 2.0]], row, ("got a list",), ("torch.tensor(...)",)),
    Wrong("list of words", ["a", "b"], row, ("got a list",), ("torch.tensor(...)",)),
    Wrong("tuple of an LSTM", (row, (row, row)), row, ("got a tuple",), ("stack", "torch.tensor")),
    Wrong("two tensors of other shapes", (row, column), row, ("are its 2 tensors to be joined",), ("torch.stack",)),
    Wrong("dictionary", {"loss": 1.0}, 1.0, ("got a dict",)),
    Wrong("float64", row.double(), row, ("the numbers are right", ".float()")),
    Wrong("array's float64 is forgiven only in arrays", row.double() + 1, row, ("wanted float32, got float64",)),
    Wrong("integer division", torch.tensor([7, 9]) // 2, torch.tensor([3.5, 4.5]), ("//",), (".float()",)),
    Wrong(
        "integer division of floats", torch.tensor([7.0, 9.0]) // 2, torch.tensor([3.5, 4.5]), ("// in place of a /",)
    ),
    Wrong("share of right ones, cut", 85 // 100, 0.85, ("// in place of a /", "wanted 0.85, got 0")),
    Wrong("zeros never filled in", torch.zeros(3), torch.tensor([0.2, 0.3, 0.4]), ("numbers",), ("//",)),
    Wrong(
        "scores for labels", torch.tensor([0.2, 1.5]), torch.tensor([0, 2]), ("is an .argmax()",), (".long() converts",)
    ),
    Wrong(
        "0-dim for (1,)",
        torch.tensor(1.0),
        torch.tensor([1.0]),
        ("wanted (1,), got (): a dimension of size 1 is missing",),
    ),
    Wrong("keepdim forgotten", row, column, (".unsqueeze(1) puts it in",)),
    Wrong("keepdim one too many", column, row, (".squeeze(1) takes it out",)),
    Wrong("broadcast, perhaps", torch.ones(3, 3), row, ("perhaps a column (3, 1) met a row (3,)",)),
    Wrong("Gram matrix is perhaps no broadcast", X.T @ X, torch.ones(2), ("perhaps a column",)),
    Wrong("minus forgotten", -row, row, ("wrong sign",)),
    Wrong("off by one", torch.tensor([1, 2, 3]), torch.tensor([0, 1, 2]), ("1 too large: does counting start at 0?",)),
    Wrong("mean for sum", row / 3, row, ("1/3 of the wanted one",)),
    Wrong("transposed", X.T, X, ("yours is the transpose",)),
    Wrong("mask turned round", row > 2, row <= 2, ("True and False are swapped",)),
    Wrong("NaN", torch.tensor([1.0, torch.nan]), torch.tensor([1.0, 2.0]), ("NaN", "first at [1]")),
    Wrong("empty for some", torch.empty(0, 2), X, ("wanted (3, 2), got (0, 2)",)),
]


@pytest.mark.parametrize("trial", by_name(WRONG))
def test_wrong_answer_is_told_what_is_known_of_it(trial: Wrong) -> None:
    with pytest.raises(NotYet) as caught:
        check_close(trial.name, trial.got, trial.wanted)
    trial.holds(str(caught.value))


# What a function returns


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        (None, "is the `return` line missing? (What is printed is not returned.)"),
        ((row, row), "one value is wanted, it returned a tuple of 2"),
        ([1.0, 2.0, 4.0], "got a list: torch.tensor(...) makes one of it"),
        (..., "not attempted yet"),
    ],
)
def test_returned_value_of_another_kind_is_told(returned: object, says: str) -> None:
    with pytest.raises(NotYet, match=r".*") as caught:
        check_function(lambda: returned, (), row, names="y", label="f")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "argument", [EYE.to_sparse(), quantised(EYE), torch.ones(2, device="meta"), torch.tensor([1j])]
)
def test_argument_of_any_kind_is_copied_and_compared(argument: Tensor) -> None:
    check_function(lambda a: row, (argument,), row, names="y", label="f")


# Shapes and gradients


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ((row, (row, row)), "got a tuple: is one of its parts meant?"),
        (EYE.to_sparse()[0], "wanted (3, 3), got (3,)"),
        (torch.ones(3, device="meta"), "wanted (3, 3), got (3,)"),
    ],
)
def test_shape_of_whatever_came_is_told(value: object, says: str) -> None:
    with pytest.raises(NotYet) as caught:
        check_shape("h", value, (3, 3))
    assert says in str(caught.value)


def test_sparse_gradient_of_an_embedding_agrees_with_one_by_hand(capsys: pytest.CaptureFixture) -> None:
    words = nn.Embedding(4, 2, sparse=True)
    words(torch.tensor([1, 1, 3])).sum().backward()
    by_hand = torch.tensor([[0.0, 0.0], [2.0, 2.0], [0.0, 0.0], [1.0, 1.0]])
    compare_gradients({"dE": (by_hand, words.weight.grad)})
    assert "agrees" in capsys.readouterr().out
