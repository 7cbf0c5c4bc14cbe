"""Answers to ex4: right ones in other styles, and the mistakes that students make, each with the hint meant for it."""

from tests.exercises.ex4_training_loop import right, right_more, wrong_loop, wrong_more, wrong_run

__all__ = ["RIGHT", "SECONDS", "SURVIVORS", "WRONG"]

RIGHT = {question: right.RIGHT[question] | right_more.RIGHT[question] for question in right.RIGHT}
WRONG = {
    question: answers | wrong_more.WRONG[question] for question, answers in (wrong_loop.WRONG | wrong_run.WRONG).items()
}

SECONDS = {"run": 3.0}  # a slow model sleeps in it

ANY_SIZE = "how many examples are evaluated at a time is left open, and changes no result"
SAME_LENGTH = "inputs and labels are equally many, so the length of either will do"
SURVIVORS = {
    "run": {
        "valid_error = evaluate_error(model, *valid, batch_size=1000): 1000 -> 1001": ANY_SIZE,
        "valid_error = evaluate_error(model, *valid, batch_size=1000): 1000 -> 999": ANY_SIZE,
        "batches = epoch_batches(len(train[0]), batch_size, generator): 0 -> 1": SAME_LENGTH,
        "batches = epoch_batches(len(train[0]), batch_size, generator): 0 -> -1": SAME_LENGTH,
    },
    "cifar10_lab": {
        "return (train_errors, evaluate_error(model, X_held, test[1], batch_size=1000)): 1000 -> 1001": ANY_SIZE,
        "return (train_errors, evaluate_error(model, X_held, test[1], batch_size=1000)): 1000 -> 999": ANY_SIZE,
    },
}
