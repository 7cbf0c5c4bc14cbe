"""Answers to ex6: right ones in other styles, and the mistakes that students make, each with the hint meant for it."""

from tests.exercises.ex6_your_own_data import model_answers, more_model_answers, more_table_answers, table_answers

FIRST = table_answers.RIGHT | model_answers.RIGHT, table_answers.WRONG | model_answers.WRONG
MORE = (
    more_table_answers.RIGHT | more_model_answers.RIGHT,
    more_table_answers.WRONG | more_model_answers.WRONG,
)
RIGHT, WRONG = ({q: first[q] | more[q] for q in first} for first, more in zip(FIRST, MORE, strict=True))
LIMIT = "a table that meets the limit exactly would hang on rounding"
SHARE = "return (within.square().mean() / torch.cat(several).var(correction=0)).item()"
DIVISOR = "one row more or less in the divisor: shares of leaks and of honest columns are far from the limit"
SURVIVORS = {
    "leaks": {
        "return 1.0: 1.0 -> 2.0": "any share above the limit says the same",
        "if share_within(column, y) <= 0.05:: LtE -> Lt": LIMIT,
        "if known.sum() >= 10 and rank_correlation(column[known], y[known]) >= 0.95:: GtE -> Gt": LIMIT,
        f"{SHARE}: 0 -> 1": DIVISOR,
        f"{SHARE}: 0 -> -1": DIVISOR,
    },
    "checkpoint": {"saved = torch.load(path, weights_only=True): True -> False": "reads the same from a plain file"},
}
