"""Answers to ex5: right ones in other styles, and the mistakes that students make, each with the hint meant for it."""

from tests.exercises.ex5_regression import more
from tests.exercises.ex5_regression.answers import (
    FAULT_RIGHT,
    FAULT_WRONG,
    FORECAST_RIGHT,
    FORECAST_WRONG,
    LEAK_RIGHT,
    LEAK_WRONG,
)
from tests.exercises.ex5_regression.tables import (
    LINE_RIGHT,
    LINE_WRONG,
    SCORES_RIGHT,
    SCORES_WRONG,
    SPLIT_RIGHT,
    SPLIT_WRONG,
)

RIGHT = {
    "split_and_scale": SPLIT_RIGHT | more.RIGHT["split_and_scale"],
    "regression_scores": SCORES_RIGHT | more.RIGHT["regression_scores"],
    "linear_baseline": LINE_RIGHT | more.RIGHT["linear_baseline"],
    "find_leak": LEAK_RIGHT | more.RIGHT["find_leak"],
    "forecast": FORECAST_RIGHT | more.RIGHT["forecast"],
    "find_fault": FAULT_RIGHT | more.RIGHT["find_fault"],
}
WRONG = {
    "split_and_scale": SPLIT_WRONG | more.WRONG["split_and_scale"],
    "regression_scores": SCORES_WRONG | more.WRONG["regression_scores"],
    "linear_baseline": LINE_WRONG | more.WRONG["linear_baseline"],
    "find_leak": LEAK_WRONG | more.WRONG["find_leak"],
    "forecast": FORECAST_WRONG | more.WRONG["forecast"],
    "find_fault": FAULT_WRONG | more.WRONG["find_fault"],
}
SURVIVORS = {}
