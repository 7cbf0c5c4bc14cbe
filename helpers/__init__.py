"""The small package that the notebooks of *Hidden Layers* share.

Import from the modules, so that a notebook says where each name comes from:

    from helpers.environment import get_device, set_seed
    from helpers.training import fit

To see how the course works inside, read `training`, `evaluation`, `loaders`, `environment`, `plotting`, `diagrams` and
`live`: they are small, and written to be read. `data` is for whoever adds a data set, `checks` for whoever writes an
exercise, `quiz`, `playground` and `results` for whoever writes a notebook.
"""
