"""The benchmark measures what it says: every way feeds the same examples, and the page shows what was measured."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest
import torch

from benchmarks import report, throughput
from benchmarks.__main__ import main
from benchmarks.augmentation import BATCH_SIZES, deform_batch, measure_augmentation, torchvision_transforms
from benchmarks.imports import measure_imports, public_modules
from benchmarks.throughput import BOUND, PRODUCTS, WAYS, Examples, Way, measure

CPU = torch.device("cpu")
NUM_EXAMPLES = 96


@pytest.fixture(scope="module")
def examples() -> Examples:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (NUM_EXAMPLES, 28, 28), dtype=torch.uint8, generator=generator)
    labels = torch.arange(NUM_EXAMPLES) % 10
    return Examples(images, images.flatten(start_dim=1).float() / 255, labels, CPU)


@pytest.mark.parametrize(
    "make",
    [
        throughput.tensor_dataset,
        throughput.batch_loader,
        throughput.uint8_batch_loader,
        throughput.TensorLoop,
        throughput.in_order,
    ],
)
def test_each_loader_gives_every_example_once_and_the_same_numbers(make, examples: Examples) -> None:
    batches = list(make(examples, 32))
    assert [len(y) for _, y in batches] == [32, 32, 32]
    X, y = (torch.cat(parts) for parts in zip(*batches, strict=True))
    assert sorted(X.sum(dim=1).tolist()) == pytest.approx(sorted(examples.X.sum(dim=1).tolist()))
    assert y.bincount().tolist() == examples.y.bincount().tolist()


def test_images_one_by_one_are_those_of_the_tensor(examples: Examples) -> None:
    image, label = throughput.Torchvision(examples, throughput.transforms.ToTensor())[5]
    assert torch.equal(image.flatten(), examples.X[5])
    assert label == 5


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_each_way_trains_on_as_many_batches_as_it_is_told(way: Way, examples: Examples) -> None:
    way.make(examples, 32)(4)  # one more than an epoch holds


def test_bound_and_way_are_measured_in_the_same_rounds(examples: Examples) -> None:
    ways = tuple(Way(way.name, way.make, examples=64, bound=way.bound) for way in WAYS)
    rows = {row["way"]: row for row in measure(examples, 32, ways=ways, rounds=3)}
    assert rows.keys() == {way.name for way in WAYS}
    assert rows[BOUND]["share_of_bound"] == 1.0
    assert min(row["samples_per_second"] for row in rows.values()) > 0


def test_first_batches_go_on_after_the_end_of_an_epoch() -> None:
    batches = throughput.FirstBatches([("a", 1), ("b", 2)], 3)
    assert list(batches) == [("a", 1), ("b", 2), ("a", 1)]
    assert len(batches) == 3
    assert list(islice(throughput.endless([1, 2]), 5)) == [1, 2, 1, 2, 1]


def test_imports_are_measured_against_those_of_torch_and_matplotlib() -> None:
    assert {"helpers.training", "helpers.plotting", "helpers.quiz", "helpers.data.images"} <= set(public_modules())
    measured = measure_imports(rounds=1)
    assert measured["ratio"] == pytest.approx(measured["helpers_seconds"] / measured["base_seconds"])


# Deformed images


def spread_of_the_middle(images: torch.Tensor) -> torch.Tensor:
    """How far a spot in the middle moves: standard deviations down and to the right."""
    lines, ink = torch.arange(28.0), images.sum(dim=(1, 2))
    down = (images.sum(dim=2) * lines).sum(dim=1) / ink
    right = (images.sum(dim=1) * lines).sum(dim=1) / ink
    return torch.stack([down.std(), right.std()])


def test_both_sides_deform_by_about_as_much() -> None:
    torch.manual_seed(1)
    lines = torch.arange(28.0)
    spot = torch.exp(-((lines[:, None] - 13.5) ** 2 + (lines - 13.5) ** 2) / 4).expand(400, 28, 28)
    deform = torchvision_transforms()
    one_by_one = torch.stack([deform(image[None])[0] for image in spot])
    batch = deform_batch(spot, torch.Generator().manual_seed(1))
    torch.testing.assert_close(spread_of_the_middle(one_by_one), spread_of_the_middle(batch), rtol=0.2, atol=0)


def test_whole_batches_are_deformed_at_least_ten_times_as_fast() -> None:
    rows = measure_augmentation(torch.rand(1024, 28, 28), rounds=5)
    assert [row["batch_size"] for row in rows] == list(BATCH_SIZES)
    assert min(row["ratio"] for row in rows) >= 10


def test_deformations_alone_are_shown_of_a_machine_that_was_never_measured_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["benchmarks", "--only-augmentation", "--rounds", "1"])
    row = {"batch_size": 512, "torchvision": 1000.0, "helpers": 20000.0, "ratio": 20.0, "lowest": 15.0}
    monkeypatch.setattr("benchmarks.__main__.augmentation", lambda data, rounds: [row])
    monkeypatch.setattr("benchmarks.__main__.load_dataset", lambda name: None)
    monkeypatch.setattr("benchmarks.__main__.machine_name", lambda device: "A machine")
    monkeypatch.setattr("benchmarks.__main__.RESULTS", tmp_path)
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    monkeypatch.setattr(report, "PAGE", tmp_path / "performance.md")
    main()
    page = (tmp_path / "performance.md").read_text()
    assert "## A machine" in page
    assert "| batch 512 | 1,000 | 20,000 | 20.0 | 15.0 |" in page


def test_page_shows_the_numbers_of_each_stored_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {"way": way.name, "samples_per_second": 1000.0 * (i + 1), "share_of_bound": 0.5} for i, way in enumerate(WAYS)
    ]
    recipe = {
        "recipe": "r",
        "parameters": 7,
        "seconds_to": {"0.97": 1.5, "0.98": None},
        "seconds": 2.0,
        "accuracy": 0.975,
    }
    result = {"machine": "A machine", "torch": "2.x", "date": "2026-01-01", "recipes": [recipe]}
    result["imports"] = {"base_seconds": 2.0, "helpers_seconds": 2.1, "ratio": 1.05}
    result["throughput"] = {"1": {"64": rows, "256": rows, "1024": rows}}
    (tmp_path / "a-machine.json").write_text(json.dumps(result))
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    monkeypatch.setattr(report, "PAGE", tmp_path / "performance.md")
    report.write_page()
    page = (tmp_path / "performance.md").read_text()
    assert "## A machine" in page
    assert "takes 2.0 s of processor time; together with every module of `helpers`, 1.05 times as long" in page
    assert "| 1.0 / 1.0 / 1.0 |" in page
    assert f"| {PRODUCTS} | {1000 * len(WAYS):,} |" in page
    assert "| r | 7 | 1.5 s | never | 97.50% after 2.0 s |" in page
    assert (tmp_path / "performance-a-machine.png").stat().st_size > 1000


def test_committed_page_is_made_from_the_committed_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed = report.PAGE.read_text(encoding="utf-8")
    monkeypatch.setattr(report, "PAGE", tmp_path / "performance.md")
    report.write_page()
    assert (tmp_path / "performance.md").read_text(encoding="utf-8") == committed


def test_imports_alone_are_measured_on_a_machine_that_was_never_measured_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["benchmarks", "--only-imports"])
    monkeypatch.setattr("benchmarks.__main__.measure_imports", lambda: {"ratio": 1.1})
    monkeypatch.setattr("benchmarks.__main__.file_of", lambda machine: tmp_path / "none.json")
    monkeypatch.setattr("benchmarks.__main__.write_page", lambda: None)
    main()
    assert capsys.readouterr().out.strip() == "1.100"
    assert not (tmp_path / "none.json").exists()
