"""Submissions that raise what pretends, or what is hard to tell."""

from __future__ import annotations

from tests.abuse.bank import EX5, STOPPED_OR_WRONG, Abuse, answers


def raising(scores: str, baseline: str, leak: str, above: str = "") -> dict[str, str]:
    """Three answers to ex5 that raise."""
    return {
        "regression-scores": f"{above}\ndef regression_scores(y_hat, y):\n    {scores}",
        "linear-baseline": f"def linear_baseline(X_train, y_train, X):\n    {baseline}",
        "find-leak": f"def find_leak(X, y, names):\n    {leak}",
    }


SCORES, BASELINE, LEAK = "regression_scores-check", "linear_baseline-check", "find_leak-check"
ALL_WRONG = dict.fromkeys((SCORES, BASELINE, LEAK), "wrong")

PRETENDERS = Abuse(
    'a subclass of AssertionError that says "right", NotYet with no message, and one with a message of blanks',
    "a check that tells from the message or the class whether an answer passed lets these pass",
    answers(
        raising(
            "raise Right('right')",
            "raise NotYet('')",
            "raise NotYet(' ', '')",
            "from helpers.checks import NotYet\nclass Right(AssertionError):\n    passed = True\n    message = ''",
        )
    ),
    ALL_WRONG,
    EX5,
    hidden=(BASELINE,),
)
ENDS = Abuse(
    "SystemExit(0), KeyboardInterrupt and GeneratorExit",
    "passes by `except Exception`, and ends the grader as if it were done",
    answers(raising("raise SystemExit(0)", "raise KeyboardInterrupt", "raise GeneratorExit")),
    {SCORES: "wrong", BASELINE: "wrong", LEAK: STOPPED_OR_WRONG},
    EX5,
)
OUTSIDERS = Abuse(
    "a BaseException of its own, StopIteration, and an ExceptionGroup",
    "no `except` knows the first; the second ends a loop of the check's as if all had been seen",
    answers(
        raising(
            "raise Own()",
            "raise StopIteration",
            "raise ExceptionGroup('right', [ValueError(1), SystemExit] and [ValueError(1)])",
            "class Own(BaseException):\n    pass",
        )
    ),
    {SCORES: STOPPED_OR_WRONG, BASELINE: "wrong", LEAK: "wrong"},
    EX5,
)
HARD_TO_TELL = Abuse(
    "exceptions whose __str__ raises, returns 100 MB, and never returns",
    "whoever tells the student of the error hangs, or fails, or drowns",
    answers(
        raising(
            "raise Raises()",
            "raise Long()",
            "raise Endless()",
            """
class Raises(Exception):
    def __str__(self):
        raise SystemExit(0)
class Long(Exception):
    def __str__(self):
        return "x" * 10**8
class Endless(Exception):
    def __str__(self):
        while True:
            pass
""",
        )
    ),
    {SCORES: STOPPED_OR_WRONG, BASELINE: STOPPED_OR_WRONG, LEAK: "stopped"},
    EX5,
)
ODD_CLASSES = Abuse(
    "an exception whose class lies about its name, its kinds and its module, with a message of halves of characters",
    "what is written to the marks, the feedback and the table for the platform cannot be encoded, for the whole class",
    answers(
        raising(
            "raise Odd('\\ud800\\x00\\u202e<script>alert(1)</script>')",
            "raise type('NotYet', (ValueError,), {'__module__': 'helpers.checks', 'kind': '', 'told': []})('')",
            "raise type('=cmd|calc', (Exception,), {})('=1+1')",
            "class Odd(Exception):\n    __qualname__ = property(lambda self: 1 / 0)\n    kind = '\\udfff' * 10**6",
        )
    ),
    ALL_WRONG,
    EX5,
    never="\ud800",
)
