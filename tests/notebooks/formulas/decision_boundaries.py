"""The networks, their training and their accuracy in 4.3.2, against plain loops and momentum's own formula."""

from __future__ import annotations

from types import ModuleType

import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

NOTEBOOK = "4.3.2"


def check_moons(notebook: ModuleType) -> None:
    """Each point lies near its half circle: noise of 0.05 in each coordinate."""
    X, y = notebook.moons(4000, seed=0)
    middles = torch.tensor([[0.0, 0.0], [1.0, 0.5]])[y]
    distances = (X - middles).norm(dim=1) - 1
    assert_close(distances.std().item(), 0.05, rtol=0.05, atol=0)
    assert ((X - middles)[y == 0, 1] > -0.25).all() and ((X - middles)[y == 1, 1] < 0.25).all()


def check_train(notebook: ModuleType) -> None:
    notebook.X_train, notebook.y_train = torch.randn(6, 2), torch.tensor([0, 1, 1, 0, 1, 0])
    line = nn.Linear(2, 2)
    W, velocity = line.weight.detach().clone(), torch.zeros(2, 2)
    b, b_velocity = line.bias.detach().clone(), torch.zeros(2)
    losses = notebook.train(line, lr=0.2, num_steps=3)
    for loss in losses:
        Z = notebook.X_train @ W.T + b
        assert_close(loss, F.cross_entropy(Z, notebook.y_train).item())
        E = (Z.softmax(dim=1) - F.one_hot(notebook.y_train, 2)) / 6
        velocity, b_velocity = 0.9 * velocity + E.T @ notebook.X_train, 0.9 * b_velocity + E.sum(dim=0)
        W, b = W - 0.2 * velocity, b - 0.2 * b_velocity
    assert len(losses) == 3
    assert_close(line.weight.detach(), W)


def check_accuracy_of(notebook: ModuleType) -> None:
    logits = torch.tensor([[1.0, 0.0], [0.0, 1.0], [2.0, 3.0], [4.0, 3.0]])
    assert notebook.accuracy_of(nn.Identity(), logits, torch.tensor([0, 1, 1, 1])) == 0.75


SLIPS = [
    ("check_moons", "noise=0.05", "noise=0.1"),
    ("check_train", "momentum=0.9", "momentum=0.5"),
    ("check_train", "optimizer.zero_grad()", "pass"),
    ("check_accuracy_of", "argmax(dim=1)", "argmin(dim=1)"),
]
