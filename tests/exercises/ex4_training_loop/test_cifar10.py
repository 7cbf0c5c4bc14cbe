"""The answer to the question on colour images, on CIFAR-10 itself where it can be had, else on its stand-in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from helpers.data import load_dataset
from tests.exercises.engine import load_exercise, run_cell

NAME, QUESTION = "ex4_training-loop", "cifar10_lab"
FEW = 1_500  # images: enough to see that a linear layer learns


@pytest.mark.data
def test_colour_images_are_learned_and_a_stand_in_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(os.environ.get("COURSE_DATA", "")) / "cifar-10-batches-py"
    if not folder.is_dir():
        monkeypatch.setenv("COURSE_OFFLINE", "1")  # no test downloads 170 MB
    pictures = load_dataset("cifar10", verbose=False)
    assert pictures.is_stand_in != folder.is_dir()
    exercise = load_exercise(NAME)
    namespace = {"torch": torch, "F": torch.nn.functional, "nn": torch.nn}
    for question in ("epoch_batches", "train_one_epoch", "evaluate_error", QUESTION):
        run_cell(exercise.answer(question), f"<{question}>", namespace)
    train = pictures.train_images[:FEW], pictures.train_labels[:FEW]
    test = pictures.test_images[:FEW], pictures.test_labels[:FEW]
    torch.manual_seed(1)
    errors, test_error = namespace[QUESTION](torch.nn.Linear(3072, 10), train, test, 3, seed=1)
    assert len(errors) == 3
    assert errors[-1] < errors[0] < 0.92
    assert test_error < 0.85, f"test error {test_error:.1%}{pictures.note}"
