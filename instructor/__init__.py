"""Assign, collect and grade: the instructor's side of the course. `python -m instructor --help` lists what it does."""
