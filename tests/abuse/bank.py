"""What a hostile submission is, and how one is written down."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import nbformat
from nbformat import NotebookNode

from instructor.carry import stub_of
from instructor.master import Master
from instructor.results import Status

EX1, EX2, EX3 = "ex1_changing-layers", "ex2_fashion-mnist", "ex3_manual-backprop"
EX5, EX6 = "ex5_regression", "ex6_your-own-data"
STOPPED_OR_WRONG: tuple[Status, ...] = ("stopped", "wrong")  # which limit is met first is for the machine to say


@dataclass(frozen=True)
class Abuse:
    """A hostile submission.

    Attributes:
        what: it does.
        why: what it hopes for.
        make: gives the file, from a notebook as it was released.
        deserved: status, or possible statuses, of each question's mark; those not named were not attempted.
        exercise: name of its folder.
        says: text that some mark's message holds.
        never: text that no mark's message holds.
        hidden: questions that pass the visible check and fail the hidden one.
        leaves: path in the grader's file system that must not exist afterwards.
    """

    what: str
    why: str
    make: Callable[[NotebookNode], bytes]
    deserved: Mapping[str, Status | tuple[Status, ...]]
    exercise: str = EX3
    says: str = ""
    never: str = "BEGIN HIDDEN"
    hidden: tuple[str, ...] = field(default=())
    leaves: str = ""


@cache
def master(exercise: str) -> Master:
    """The solution notebook, in its small run."""
    return Master(exercise, small=True)


def released(exercise: str) -> NotebookNode:
    """A notebook as students get it, as far as its answer cells go."""
    notebook = nbformat.reads(nbformat.writes(master(exercise).notebook), as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = stub_of(cell)
    return notebook


def solution(cell: str, exercise: str = EX3) -> str:
    """The right answer of a cell."""
    return next(one.source for one in master(exercise).cells if one.id == cell)


def write(notebook: NotebookNode) -> bytes:
    """A notebook as a file."""
    return nbformat.writes(notebook).encode("utf-8", "surrogatepass")


def answers(sources: Mapping[str, str]) -> Callable[[NotebookNode], bytes]:
    """A submission in which these cells, by id, were written."""

    def make(notebook: NotebookNode) -> bytes:
        for cell in notebook.cells:
            cell.source = textwrap.dedent(sources.get(cell.id, cell.source)).strip("\n")
        return write(notebook)

    return make


def linear(attack: str, **more: str) -> Callable[[NotebookNode], bytes]:
    """A submission to ex3 that attacks where its first answer is loaded; that answer is wrong, or what `more` says."""
    first = more.pop("linear", WRONG_LINEAR)
    others = {name.replace("_", "-"): source for name, source in more.items()}
    return answers({"linear": f"{textwrap.dedent(attack)}\n{first}", **others})


WRONG_LINEAR = """
def linear_forward(X, W, b):
    return 0 * (X @ W.T + b)

def linear_backward(E, X, W):
    return 0 * (E @ W), 0 * (E.T @ X), 0 * E.sum(dim=0)
"""
RIGHT_LINEAR = """
def linear_forward(X, W, b):
    return X @ W.T + b

def linear_backward(E, X, W):
    return E @ W, E.T @ X, E.sum(dim=0)
"""
RIGHT_GATES = """
def relu_backward(E, Z):
    return E * (Z > 0)

def sigmoid_backward(E, Z):
    S = torch.sigmoid(Z)
    return E * S * (1 - S)
"""
RIGHT_SCORES = """
def regression_scores(y_hat, y):
    error = y_hat.flatten() - y.flatten()
    mse = error.square().mean()
    r2 = 1 - error.square().sum() / (y - y.mean()).square().sum()
    return {"mse": mse.item(), "rmse": mse.sqrt().item(), "mae": error.abs().mean().item(), "r2": r2.item()}
"""
