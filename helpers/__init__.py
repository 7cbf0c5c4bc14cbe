"""The small package that the notebooks of *Hidden Layers* share.

Import from the modules, so that a notebook says where each name comes from:

    from helpers.environment import get_device, set_seed
    from helpers.training import fit
"""
