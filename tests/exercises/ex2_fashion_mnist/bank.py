"""Answers to ex2: right ones in other styles, and the mistakes that students make, each with the hint meant for it."""

from tests.exercises.ex2_fashion_mnist import counting, more, reading

FIRST_RIGHT, FIRST_WRONG = reading.RIGHT | counting.RIGHT, reading.WRONG | counting.WRONG
RIGHT = {question: styles | more.RIGHT[question] for question, styles in FIRST_RIGHT.items()}
WRONG = {question: mistakes | more.WRONG[question] for question, mistakes in FIRST_WRONG.items()}

SECONDS = {"recipe": 20.0}
SETTINGS = "return {'num_epochs': 10, 'batch_size': 256, 'peak_lr': 0.004, 'weight_decay': 0.01}"
LEFT_OPEN = "any recipe that meets the marks is right, and this one does"
MAGIC = "if len(content) < 4 or content[:3] != b'\\x00\\x00\\x08':"
FOUR_BYTES = "a file of four bytes is refused here, or a few lines later: it ends within its header"
NO_MISTAKES = "no share is below 0, so the diagonal is never chosen; what a table without mistakes gives is left open"
SURVIVORS = {
    "read_idx": {f"{MAGIC}: {change}": FOUR_BYTES for change in ("Lt -> LtE", "4 -> 5")},
    "count_answers": {f"shares.fill_diagonal_(-1): {change}": NO_MISTAKES for change in ("1 -> 2", "1 -> 0")},
    "recipe": {
        f"{SETTINGS}: {change}": LEFT_OPEN
        for change in ("10 -> 11", "10 -> 9", "256 -> 257", "256 -> 255", "0.01 -> 1.01")
    },
}
