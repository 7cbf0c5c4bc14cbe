"""How fast the course's loaders are: `make bench` measures, and writes docs/performance.md.

`throughput` times one network fed in different ways; `recipes` times how soon whole recipes reach an accuracy; `report`
turns the results, one file per machine in `results/`, into the page and its figure.
"""
