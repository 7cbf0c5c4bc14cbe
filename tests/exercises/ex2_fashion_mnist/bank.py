"""Answers to ex2: right ones in other styles, and the mistakes that students make, each with the hint meant for it."""

from tests.exercises.ex2_fashion_mnist import counting, reading

RIGHT = reading.RIGHT | counting.RIGHT
WRONG = reading.WRONG | counting.WRONG

SECONDS = {"recipe": 20.0}
SETTINGS = "return {'num_epochs': 10, 'batch_size': 256, 'peak_lr': 0.004, 'weight_decay': 0.01}"
LEFT_OPEN = "any recipe that meets the marks is right, and this one does"
SURVIVORS = {
    "recipe": {
        f"{SETTINGS}: {change}": LEFT_OPEN
        for change in ("10 -> 11", "10 -> 9", "256 -> 257", "256 -> 255", "0.01 -> 1.01")
    },
}
