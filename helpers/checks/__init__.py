"""Instant answers for students. For whoever writes an exercise; notebooks import from here.

    from helpers.checks import check_close, check_function, question

`checks` holds what notebooks call, `questions` the block that an exercise's check cell stands in. Below them:
`diagnoses` tells what may be behind a wrong number, `shapes` behind a wrong shape, `student_code` calls what a student
wrote, `errors` explains what stopped it. Imports nothing else of `helpers`.
"""

from helpers.checks.checks import (
    check_close,
    check_function,
    check_shape,
    compare_gradients,
    diagnose,
)
from helpers.checks.diagnoses import DIAGNOSES, Finding, Kind
from helpers.checks.questions import question
from helpers.checks.student_code import NotYet

__all__ = [
    "DIAGNOSES",
    "Finding",
    "Kind",
    "NotYet",
    "check_close",
    "check_function",
    "check_shape",
    "compare_gradients",
    "diagnose",
    "question",
]
