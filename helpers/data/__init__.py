"""Data sets: images, tables, images as files. For whoever adds a data set; notebooks import from here.

    from helpers.data import load_dataset, load_table

`images`, `tables` and `image_files` are what notebooks use. Below them: `sources` finds and fetches, `files` verifies,
`formats` decodes, `standins` makes what takes the place of data that cannot be had, `provenance` remembers what came
from where. Imports nothing else of `helpers`, and nothing that is slow: what reads or fetches a file loads what it
needs for that.
"""

from helpers.data.image_files import BadImageError, ImageFiles, write_image_files
from helpers.data.images import ImageData, load_dataset
from helpers.data.provenance import stand_ins_in_use
from helpers.data.tables import TableData, load_table

__all__ = [
    "BadImageError",
    "ImageData",
    "ImageFiles",
    "TableData",
    "load_dataset",
    "load_table",
    "stand_ins_in_use",
    "write_image_files",
]
