"""The measuring script of 4.6.5: it resumes, opens the test set once per row, and its table is whole."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import ModuleType

import pytest
import torch

from helpers.launch import load_script

CPU = torch.device("cpu")


@pytest.fixture
def road(tmp_path, monkeypatch) -> ModuleType:
    """The script, with tables and outputs in a folder of the test's, and two recipes of one tiny training each."""
    script = load_script("road.py")
    tiny = script.Recipe("tiny", (8,), 1, batch_size=16, one_cycle=True, ema=0.9, deform={"shift": 1.0}, half=False)
    two = {"tiny": script.Reading(), "tiny, nine views": script.Reading(average=True, views=9)}
    monkeypatch.setattr(script, "ROWS", tmp_path / "road.json")
    monkeypatch.setattr(script, "TRIALS", tmp_path / "trials.json")
    monkeypatch.setattr(script, "OUTPUTS", tmp_path / "outputs")
    monkeypatch.setattr(script, "RECIPES", [replace(tiny, readings=two), replace(tiny, name="other", ema=0.0)])
    monkeypatch.setattr(script, "ENSEMBLES", {"three": ("tiny, nine views", 3)})
    monkeypatch.setattr(script, "get_device", lambda: CPU)
    monkeypatch.setattr(script.Images, "load", lambda name, device: made_up(script))
    return script


def made_up(script: ModuleType) -> object:
    """Sixty-four images for each of the three parts, (64, 784)."""
    generator = torch.Generator().manual_seed(0)

    def part() -> tuple[torch.Tensor, torch.Tensor]:
        return torch.rand(64, 784, generator=generator), torch.randint(10, (64,), generator=generator)

    return script.Images(part(), part(), part(), 0.5, 0.3)


def test_each_missing_row_is_measured_once_and_the_ensemble_last(road):
    road.run_missing("", None)
    rows = road.read(road.ROWS)
    assert [row["recipe"] for row in rows] == ["tiny", "tiny, nine views", "other"] * 3 + ["three"]
    road.run_missing("", None)
    assert len(road.read(road.ROWS)) == len(rows)


def test_a_row_that_was_lost_is_measured_again_and_no_other(road):
    road.run_missing("other", None)
    rows = road.read(road.ROWS)
    road.write(road.ROWS, rows[:-1])
    road.run_missing("other", None)
    again = road.read(road.ROWS)
    assert again[:-1] == rows[:-1]
    same = [key for key in rows[-1] if "seconds" not in key and key not in ("load", "date")]
    assert {key: again[-1][key] for key in same} == {key: rows[-1][key] for key in same}


def test_one_seed_alone_can_be_asked_for(road):
    road.run_missing("other", [2])
    assert [(row["recipe"], row["seed"]) for row in road.read(road.ROWS)] == [("other", 2)]


def test_runs_at_the_same_time_lose_no_row_of_each_other(road, monkeypatch):
    write = road.write
    monkeypatch.setattr(road, "write", lambda *table: (time.sleep(0.02), write(*table)))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda seed: road.append(road.ROWS, {"recipe": "tiny", "seed": seed}), range(8)))
    assert sorted(row["seed"] for row in road.read(road.ROWS)) == [*range(8)]


def test_a_row_that_another_run_measured_first_stays(road):
    for test in (0.98, 0.99):
        road.append(road.ROWS, {"recipe": "tiny", "seed": 1, "test": test}, once=True)
    assert road.read(road.ROWS) == [{"recipe": "tiny", "seed": 1, "test": 0.98}]


def test_the_recipes_without_dropout_and_smoothing_are_steps_5_and_6_otherwise():
    road = load_script("road.py")
    steps = {step.name: step for step in road.the_road()}
    for recipe, step in zip(road.without_restraint(), ("the road: 5 affine", "the road: 6 elastic"), strict=True):
        same = {"name": step, "dropout": 0.1, "smoothing": 0.1}
        assert replace(recipe, **same) == replace(steps[step], ema=0.0, readings={})


def test_the_table_counts_the_clock_on_a_graphics_card_alone(capsys):
    road = load_script("road.py")
    row = {"parameters": 10, "epochs": 1, "test": 0.5, "machine": "here", "cpu_seconds": 7.0, "seconds": 99.0}
    road.print_marks(
        [row | {"recipe": "one"}, row | {"recipe": "two", "device": "cuda"}, row | {"recipe": "the road: 1"}]
    )
    _, one, two, machine = capsys.readouterr().out.splitlines()
    assert one.split()[:4] == ["one", "10", "1", "7"] and two.split()[3] == "99"
    assert machine == "measured on: here"


def test_a_trial_leaves_the_test_set_closed(road):
    road.run_trial(road.RECIPES[1], 1, {"hidden": [4], "epochs": 2})
    (trial,) = road.read(road.TRIALS)
    assert trial["changes"] == {"hidden": [4], "epochs": 2}
    assert "valid" in trial and "test" not in trial and "wrong" not in trial
    assert not road.ROWS.exists()


def test_recipes_for_a_graphics_card_wait_for_one(road, monkeypatch):
    monkeypatch.setattr(road, "RECIPES", [replace(road.RECIPES[1], gpu=True)])
    assert road.missing("") == []
    monkeypatch.setattr(road, "get_device", lambda: torch.device("cuda"))
    assert [seed for _, seed in road.missing("")] == [1, 2, 3, 4, 5, 6, 7]


def test_noise_is_added_while_training_alone(road):
    network = road.make_network(replace(road.RECIPES[0], noise=0.3, batch_norm=True, dropout=0.5))
    X = torch.rand(8, 784)
    assert not torch.equal(network(X), network(X))
    network.eval()
    assert torch.equal(network(X), network(X))


def test_nine_views_are_the_image_and_its_eight_neighbours():
    road = load_script("road.py")
    image = torch.zeros(28, 28)
    image[10, 20] = 1
    places = {divmod(int(view.argmax()), 28) for view in road.shifted_views(image.view(1, 784), 9)}
    assert places == {(row, column) for row in (9, 10, 11) for column in (19, 20, 21)}
    assert [view.tolist() for view in road.shifted_views(image.view(1, 784), 1)] == [image.view(1, 784).tolist()]


def test_committed_rows_say_what_they_were_measured_with():
    road = load_script("road.py")
    rows = road.read(road.ROWS)
    assert rows, "road.json is empty"
    assert len({(row["recipe"], row["seed"]) for row in rows}) == len(rows)
    for row in rows:
        assert row["test"] == pytest.approx(1 - len(row["wrong"]) / 10_000)
        assert {"seconds", "cpu_seconds", "threads", "load", "machine", "torch", "valid", "epochs"} <= row.keys()


def test_a_table_is_replaced_only_by_a_whole_one(road, monkeypatch):
    road.write(road.ROWS, [{"recipe": "kept"}])
    monkeypatch.setattr(json, "dumps", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        road.write(road.ROWS, [{"recipe": "new"}])
    assert '"kept"' in road.ROWS.read_text()
