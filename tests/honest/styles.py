"""The oddest right answers of the exercises' own banks, one for each question in a submission."""

import importlib

from tests.honest.notebooks import Honest, answering

STYLES = {
    "ex3_manual-backprop": {
        "linear": ("layers with a backward of their own", "made by a function"),
        "gates": ("by recursion, down to one number", "from outside, and the plain formula"),
        "softmax_cross_entropy": ("a class with both ways", "a diagonal"),
        "mlp_step": ("gradients kept as .grad, vmap and NumPy's arithmetic", "two helpers, and a list returned"),
        "fault": ("repaired by nudges", "the line put right"),
        "Swish": ("differentiable once", "no decorators"),
    },
    "ex5_regression": {
        "split_and_scale": ("scale class",),
        "regression_scores": ("class with slots",),
        "linear_baseline": ("scipy",),
        "find_leak": ("a tree on one column",),
        "forecast": ("wrapped model",),
        "find_fault": ("measured on many cars",),
    },
    "ex6_your-own-data": {
        "to_columns": ("class",),
        "splits": ("fork rng aside",),
        "recipe": ("classes with plain state",),
        "fault": ("patched source",),
        "leaks": ("recursive closures",),
        "checkpoint": ("functional call on meta",),
    },
}


def answers(exercise: str, turn: int) -> dict[str, str]:
    """One right answer for each question."""
    bank = importlib.import_module(f"tests.exercises.{exercise.replace('-', '_')}.bank")
    return {question: bank.RIGHT[question][styles[turn]] for question, styles in STYLES[exercise].items()}


HONEST = [
    Honest(f"odd styles in all answers, {turn + 1}", exercise, answering(answers(exercise, turn)))
    for exercise, styles in STYLES.items()
    for turn in range(min(map(len, styles.values())))
]
