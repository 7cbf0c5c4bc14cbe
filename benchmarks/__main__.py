"""`make bench`: measure this machine, and write docs/performance.md.

Options for a quick look: `--rounds 3`, `--no-recipes`, `--only-imports`, `--only-augmentation`, `--only-report`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import re
from pathlib import Path

import torch

from benchmarks import recipes, throughput
from benchmarks.augmentation import measure_augmentation
from benchmarks.imports import measure_imports
from benchmarks.report import RESULTS, write_page
from helpers.data import ImageData, load_dataset
from helpers.environment import get_device
from helpers.machine import machine_name


def main() -> None:
    """Measure, store the result under the machine's name, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=throughput.ROUNDS)
    parser.add_argument("--no-recipes", action="store_true", help="keep the recipes of the stored result")
    parser.add_argument("--only-imports", action="store_true", help="measure the imports alone, keep the rest")
    parser.add_argument("--only-augmentation", action="store_true", help="measure the deformations, keep the rest")
    parser.add_argument("--only-report", action="store_true", help="measure nothing, write the page anew")
    options = parser.parse_args()
    if options.only_imports:
        imports, stored = _report(measure_imports()), file_of(machine_name(get_device()))
        if stored.exists():  # of a machine that was never measured whole, nothing stands on the page
            store(json.loads(stored.read_text(encoding="utf-8")) | {"imports": imports})
    elif options.only_augmentation:
        machine = machine_name(get_device())
        stored = file_of(machine)
        kept = json.loads(stored.read_text(encoding="utf-8")) if stored.exists() else about(machine)
        store(kept | {"augmentation": augmentation(load_dataset("mnist"), options.rounds)})
    elif not options.only_report:
        store(measure(options))
    write_page()


def measure(options: argparse.Namespace) -> dict:
    """All that is measured on this machine."""
    device, data = get_device(), load_dataset("mnist")
    if data.is_stand_in:
        raise SystemExit("bench: the real MNIST cannot be had, and times to an accuracy on stand-in data mean nothing")
    machine = machine_name(device)
    result = about(machine) | {
        "imports": _report(measure_imports()),
        "augmentation": augmentation(data, options.rounds),
        "throughput": measure_throughput(data, device, options.rounds),
    }
    stored = file_of(machine)
    if options.no_recipes and stored.exists():
        result["recipes"] = json.loads(stored.read_text(encoding="utf-8"))["recipes"]
    else:
        result["recipes"] = [_report(recipes.time_recipe(recipe, data, device)) for recipe in recipes.RECIPES]
    return result


def about(machine: str) -> dict[str, str]:
    """Where and when."""
    return {"machine": machine, "torch": torch.__version__, "date": datetime.date.today().isoformat()}


def augmentation(data: ImageData, rounds: int) -> list[dict]:
    """Deformed batches against deformed images, on one thread of the processor."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    rows = list(map(_report, measure_augmentation(data.train_images[:1024].float() / 255, rounds=rounds)))
    torch.set_num_threads(threads)
    return rows


def measure_throughput(data: ImageData, device: torch.device, rounds: int) -> dict[str, dict[str, list[dict]]]:
    """By number of threads ("gpu" on a graphics card), then by batch size."""
    examples = throughput.Examples.of(data, device)
    most = os.cpu_count() or 1
    tables = {}
    for threads in ["gpu"] if device.type != "cpu" else sorted({1, min(2, most)}):
        torch.set_num_threads(threads if isinstance(threads, int) else most)
        tables[str(threads)] = {}
        for size in throughput.BATCH_SIZES:
            print(f"threads {threads}, batch {size}", flush=True)
            tables[str(threads)][str(size)] = list(map(_report, throughput.measure(examples, size, rounds=rounds)))
    return tables


def _report(row: dict) -> dict:
    print("  ", *(f"{value:,.3f}" if isinstance(value, float) else value for value in row.values()), flush=True)
    return row


def file_of(machine: str) -> Path:
    """Where a machine's results are stored."""
    return RESULTS / f"{re.sub(r'[^a-z0-9]+', '-', machine.lower()).strip('-')}.json"


def store(result: dict) -> None:
    """Keep a result, in place of an older one of the same machine."""
    RESULTS.mkdir(exist_ok=True)
    file_of(result["machine"]).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
