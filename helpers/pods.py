"""A folder of made-up seed pods, as a colleague might hand it over: a table, a photo of each pod, and a few faults.

For whoever writes a notebook on a reader's own data: nothing is downloaded, and the numbers are the same everywhere.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from PIL import Image

SPECIES = ("banded", "ribbed", "smooth")
SITES = ("meadow", "roadside", "wood")
SIZE = 16  # pixels
LIGHTEST = 0.5  # grams: below, the balance shows nothing

_ACROSS, _ALONG = np.meshgrid(np.linspace(-1, 1, SIZE), np.linspace(-1, 1, SIZE))
_POD = np.clip(1.9 - 1.6 * (_ACROSS / 0.95) ** 2 - 1.6 * (_ALONG / 0.6) ** 2, 0, 1)
# What the light makes of the surface; smooth pods have no relief.
_RELIEF = {"banded": np.sin(3 * np.pi * _ACROSS), "ribbed": np.sin(3 * np.pi * _ALONG), "smooth": 0 * _POD}
_LENGTH = {"banded": 34, "ribbed": 36, "smooth": 31}  # mm
_FORM = {"banded": -0.05, "ribbed": 0.08, "smooth": -0.03}  # logarithm of the weight at the same length
_AT_SITES = {"banded": (0.3, 0.4, 0.3), "ribbed": (0.5, 0.3, 0.2), "smooth": (0.2, 0.3, 0.5)}


def write_pods(
    folder: Path, *, seed: int = 1, num_plants: int = 80, pods_per_plant: int = 6, faults: bool = True
) -> None:
    """Write `pods.csv` and a folder `photos` of PNG files, one row and one photo per pod.

    Pods of one plant are alike: in length, in weight, and in the pattern of light and dark on their skin. What tells
    the species apart is the relief, and that is lit from one side in some photos and from the other in the rest, which
    turns light into dark. Pods below half a gram have no weight: the balance shows nothing.

    Args:
        folder: where to write; it is made if it does not exist.
        seed: same seed, same files.
        num_plants: each has one species and one site.
        pods_per_plant: rows per plant.
        faults: whether the table and the photos have the slips of a real folder: a length in centimetres, a pod with
            the wrong species, sites in other spellings, two photos of another size.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> write_pods(folder, num_plants=2, pods_per_plant=3, faults=False)
        >>> (folder / "pods.csv").read_text().splitlines()[0]
        'photo,plant,site,length_mm,weight_g,species'
        >>> len(list((folder / "photos").iterdir()))
        6
    """
    rng = np.random.default_rng(seed)
    (folder / "photos").mkdir(parents=True, exist_ok=True)
    rows = []
    for plant in range(num_plants):
        for row, photo in _pods_of_a_plant(rng, pods_per_plant):
            name = f"photos/{len(rows):04}.png"
            Image.fromarray(photo).save(folder / name)
            rows.append({"photo": name, "plant": f"P{plant + 1:03}", **row})
    if faults:
        _spoil(rows, folder, rng)
    with (folder / "pods.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)


def _pods_of_a_plant(rng: np.random.Generator, pods_per_plant: int) -> list[tuple[dict, np.ndarray]]:
    species = str(rng.choice(SPECIES))
    site = str(rng.choice(SITES, p=_AT_SITES[species]))
    length, form = _LENGTH[species] + 3 * rng.normal(), _FORM[species] + 0.1 * rng.normal()
    skin = 0.36 * _smooth_noise(rng)
    pods = []
    for _ in range(pods_per_plant):
        mm = length + 2 * rng.normal()
        grams = (mm / 34) ** 3 * np.exp(form + 0.05 * rng.normal())
        light = rng.choice((-1, 1))  # from one side, or from the other
        shade = 0.5 + skin + 0.25 * light * _RELIEF[species]
        photo = np.clip(_POD * shade + 0.05 * rng.normal(size=_POD.shape), 0, 1)
        weight = round(grams, 2) if grams >= LIGHTEST else None
        row = {"site": site, "length_mm": round(mm, 1), "weight_g": weight, "species": species}
        pods.append((row, np.uint8(np.round(255 * photo))))
    return pods


def _smooth_noise(rng: np.random.Generator) -> np.ndarray:
    coarse = Image.fromarray(rng.normal(size=(4, 4)).astype(np.float32))
    return np.asarray(coarse.resize((SIZE, SIZE), Image.Resampling.BILINEAR))


def _spoil(rows: list[dict], folder: Path, rng: np.random.Generator) -> None:
    """The slips of a real folder, in rows drawn at random."""
    in_cm, mistaken, *spelt, large, coloured = (rows[i] for i in rng.choice(len(rows), 12, replace=False))
    in_cm["length_mm"] = round(in_cm["length_mm"] / 10, 1)
    mistaken["species"] = str(rng.choice([species for species in SPECIES if species != mistaken["species"]]))
    for number, row in enumerate(spelt):
        row["site"] = row["site"].capitalize() if number % 2 else f"{row['site']} "
    for row, mode in ((large, "L"), (coloured, "RGB")):
        path = folder / row["photo"]
        with Image.open(path) as photo:
            larger = photo.convert(mode).resize((24, 24), Image.Resampling.BILINEAR)
        larger.save(path)
