"""Answers to ex5: right ones in other styles, and the mistakes that students make, each with the hint meant for it."""

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
    "split_and_scale": SPLIT_RIGHT,
    "regression_scores": SCORES_RIGHT,
    "linear_baseline": LINE_RIGHT,
    "find_leak": LEAK_RIGHT,
    "forecast": FORECAST_RIGHT,
    "find_fault": FAULT_RIGHT,
}
WRONG = {
    "split_and_scale": SPLIT_WRONG,
    "regression_scores": SCORES_WRONG,
    "linear_baseline": LINE_WRONG,
    "find_leak": LEAK_WRONG,
    "forecast": FORECAST_WRONG,
    "find_fault": FAULT_WRONG,
}
SURVIVORS = {}
