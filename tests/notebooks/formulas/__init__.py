"""The formulas of the notebooks, each derived a second time: one module per notebook, run by `test_formulas.py`.

A module holds

- `NOTEBOOK`, the notebook's number;
- functions `check_*(notebook)`, which get the notebook's own definitions as attributes and compare them with an
  independent route to the same numbers;
- `SLIPS`, slips of the pen that the checks must notice: (name of the check, a piece of code that stands once in the
  definitions, what takes its place).
"""
