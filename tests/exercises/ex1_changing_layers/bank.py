"""Answers to ex1: right ones in other styles, and the mistakes that students make, each with the hint meant for it."""

from tests.exercises.ex1_changing_layers import comparing, counting, networks

PARTS = (counting, networks, comparing)
RIGHT = {question: styles for part in PARTS for question, styles in part.RIGHT.items()}
WRONG = {question: mistakes for part in PARTS for question, mistakes in part.WRONG.items()}
SECONDS = {"networks": 20.0}
SURVIVORS = {**networks.SURVIVORS, **comparing.SURVIVORS}
