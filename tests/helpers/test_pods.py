"""The folder of seed pods that 4.5.6 begins with."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from helpers.pods import LIGHTEST, SITES, SIZE, write_pods


def table_of(folder: Path, **options) -> pd.DataFrame:
    write_pods(folder, **options)
    return pd.read_csv(folder / "pods.csv")


def sizes(folder: Path, table: pd.DataFrame) -> set[tuple]:
    return {(image.size, image.mode) for image in map(Image.open, folder / table["photo"])}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_folder_has_each_of_its_faults(tmp_path: Path, seed: int) -> None:
    table = table_of(tmp_path, seed=seed)
    assert (table["length_mm"] < 10).sum() == 1
    assert (table.groupby("plant")["species"].nunique() > 1).sum() == 1
    assert set(table["site"]) > set(SITES)
    assert set(table["site"].str.strip().str.lower()) == set(SITES)
    assert sizes(tmp_path, table) == {((SIZE, SIZE), "L"), ((24, 24), "L"), ((24, 24), "RGB")}


def test_folder_without_faults_lacks_the_weights_of_light_pods_alone(tmp_path: Path) -> None:
    table = table_of(tmp_path, faults=False)
    assert table.drop(columns="weight_g").notna().all().all()
    assert 0 < table["weight_g"].isna().mean() < 0.2
    assert table["weight_g"].min() >= LIGHTEST
    assert set(table["site"]) == set(SITES)
    assert sizes(tmp_path, table) == {((SIZE, SIZE), "L")}


def test_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_pods(tmp_path / name, num_plants=6)
    one, two = (sorted(file for file in (tmp_path / name).rglob("*") if file.is_file()) for name in ("one", "two"))
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in two]


def test_another_seed_gives_other_plants(tmp_path: Path) -> None:
    one, two = (table_of(tmp_path / str(seed), seed=seed, num_plants=6) for seed in (1, 2))
    assert not one.equals(two)
