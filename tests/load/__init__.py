"""A class of any size, made up, whose marks are known beforehand: `python -m tests.load --help`."""
