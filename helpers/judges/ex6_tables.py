"""The workshop's file of exercise 6, and the tables on which its judge tries answers. For whoever writes exercises.

Everything is made up from a seed, so nothing is downloaded and the numbers are the same everywhere.
"""

from __future__ import annotations

import csv
import datetime
import random
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

KINDS = {"city": 1.0, "cargo": 1.35, "racing": 0.85, "electric": 1.2}  # how long a job takes, compared with a city bike
FAULTS = {"brakes": 35, "gears": 50, "wheel": 40, "bearing": 75}  # minutes on a city bike
COLUMNS = ("ticket", "date", "bike", "kind", "frame_cm", "weight_kg", "built", "fault", "km")
COLUMNS += ("minutes", "tariff", "bill_eur")


def write_jobs(
    path: Path | str, *, seed: int = 1, num_bikes: int = 80, jobs_per_bike: int = 8, year: int = 2025, odd: bool = True
) -> None:
    """Write the jobs of a bicycle workshop as a CSV file, one row per job, in order of date.

    A bike comes several times within the year. How long a job takes depends on the bike's kind, on the fault, on the
    kilometres since the last service, and on the bike itself: how rusty it is stands in no column.

    Args:
        path: the file; an old one is overwritten.
        seed: same seed, same file.
        num_bikes: each has one kind, one frame, one weight and one year.
        jobs_per_bike: rows per bike.
        year: all dates lie in it; bikes of another year have other names.
        odd: whether the table has the oddities of a real file: gaps, spellings, metres for kilometres, rows twice.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "jobs.csv"
        >>> write_jobs(path, num_bikes=2, jobs_per_bike=3, odd=False)
        >>> path.read_text(encoding="utf-8").splitlines()[0]
        'ticket,date,bike,kind,frame_cm,weight_kg,built,fault,km,minutes,tariff,bill_eur'
    """
    rng = np.random.default_rng(seed)
    codes = [f"K{number:02}" for number in rng.permutation(90)]
    jobs = [job for bike in range(num_bikes) for job in _jobs_of_a_bike(rng, f"B{year % 100}{bike:03}", jobs_per_bike)]
    jobs.sort(key=lambda job: job["day"])
    for job in jobs:
        job["date"] = str(datetime.date(year, 1, 1) + datetime.timedelta(days=job.pop("day")))
        job["tariff"] = codes[min(int(job["minutes"] // 6), len(codes) - 1)]  # one code per six minutes of work
        job["bill_eur"] = round(12 + 0.9 * job["minutes"] + 3 * rng.random(), 2)
    if odd:
        jobs = _spoil(jobs, rng)
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows({"ticket": ticket, **job} for ticket, job in _numbered(jobs, year))


def _jobs_of_a_bike(rng: np.random.Generator, name: str, count: int) -> list[dict]:
    kind = str(rng.choice(list(KINDS)))
    rust = np.exp(0.28 * rng.normal())
    frame, weight, built = int(rng.integers(44, 66)), round(rng.normal(15, 3), 1), int(rng.integers(2000, 2025))
    bike = {"bike": name, "kind": kind, "frame_cm": frame, "weight_kg": weight, "built": built}
    jobs = []
    for _ in range(count):
        fault, km = str(rng.choice(list(FAULTS))), rng.gamma(4, 300)
        minutes = FAULTS[fault] * KINDS[kind] * rust * (0.7 + km / 4000) * np.exp(0.1 * rng.normal())
        job = {"fault": fault, "km": int(km), "minutes": max(5, round(minutes))}
        jobs.append({"day": int(rng.integers(365)), **bike, **job})
    return jobs


def _spoil(jobs: list[dict], rng: np.random.Generator) -> list[dict]:
    """What a real file has: gaps, most of them on city bikes, spellings, another unit, rows that came twice."""
    for job in jobs:
        if rng.random() < (0.3 if job["kind"] == "city" else 0.08):
            job["km"] = str(rng.choice(["", "?", "n/a"]))
        elif rng.random() < 0.02:
            job["km"] *= 1000
        if rng.random() < 0.1:
            job["kind"] = str(rng.choice([job["kind"].capitalize(), job["kind"] + " "]))
    twice = set(rng.choice(len(jobs), 4, replace=False).tolist())
    return [job for row, job in enumerate(jobs) for _ in range(1 + (row in twice))]


def _numbered(jobs: list[dict], year: int) -> list[tuple[str, dict]]:
    """Each job with its ticket; a row that came twice has the same ticket twice."""
    tickets: dict[int, str] = {}
    return [(tickets.setdefault(id(job), f"{year}-{len(tickets) + 1:04}"), job) for job in jobs]


# Tables for the judge

STEADY = 4.7  # as float32, the standard deviation of seven of it comes out above 0, by rounding


def names_of(rng: random.Random, count: int) -> list[str]:
    """Different names of columns, in no order."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(rng.choices(letters, k=rng.randint(3, 7)))] = None
    return list(found)


def raw_table(seed: int) -> tuple[dict[str, list[str]], list[str], list[str], dict[str, list]]:
    """A table of strings, the names that stay text, what marks a missing cell, and what the columns are.

    In the last, a column of numbers is a list of floats with None for a missing cell.
    """
    rng = random.Random(seed)
    num_rows = rng.randint(9, 14)
    missing = ["", "?", rng.choice(["-999", "-77", "99999"]), rng.choice(["n/a", "none", "unknown"])]
    whole, decimal, full, gaps, word, code, kind, late, counts, comma = names_of(rng, 10)
    whole, kind = whole.upper(), f"{kind} ({kind.capitalize()})"  # names are kept as they are
    numbers = {
        whole: [float(rng.randint(-40, 400)) for _ in range(num_rows)],
        decimal: [round(rng.uniform(-3, 3), 2) for _ in range(num_rows)],
        full: [rng.randint(1, 9) * 1e-4 for _ in range(num_rows)],
        gaps: [None] * num_rows,
        counts: [float(rng.randint(2, 9)) for _ in range(num_rows)],
    }
    for name, least in ((whole, 2), (decimal, 1)):
        for row in rng.sample(range(num_rows), rng.randint(least, 4)):
            numbers[name][row] = None
    texts = {
        word: [str(rng.randint(1, 9)) for _ in range(num_rows)],
        code: [f"0{rng.randint(100, 999)}" for _ in range(num_rows)],
        kind: [rng.choice(["oak", "beech", "red pine"]) for _ in range(num_rows)],
        late: [rng.choice(["a", "-", "b"]) for _ in range(num_rows)],
        comma: [f"{rng.randint(1, 9)},{rng.randint(1, 9)}" for _ in range(num_rows)],
    }
    texts[word][rng.randrange(num_rows)] = "7b"  # all others look like numbers
    texts[kind][:3] = ["red pine", "", "oak?"]  # a mark within a word marks nothing
    texts[late][-1] = ""
    texts[code][rng.randrange(num_rows)] = ""
    numbers[whole][0] = 12.0 if numbers[whole][0] is None else numbers[whole][0]
    truth = numbers | texts
    order = list(truth)
    rng.shuffle(order)
    truth = {name: truth[name] for name in order}
    raw = {name: [_written(rng, cell, missing) for cell in column] for name, column in truth.items()}
    raw[code][truth[code].index("")] = f" {missing[-1].upper()}"
    return raw, [code], missing, truth


def _written(rng: random.Random, cell: float | str | None, missing: list[str]) -> str:
    """A cell as somebody types it: spaces, capitals, one of several marks for what is missing."""
    if cell is None or cell == "":
        text = rng.choice(missing)
    elif isinstance(cell, float):
        text = f"{cell:.4e}" if 0 < abs(cell) < 0.01 else f"{cell:.10g}"
    else:
        text = cell
    text = rng.choice([text, text.upper(), text.capitalize()]) if not isinstance(cell, float) else text
    return rng.choice([text, text, f" {text}", f"{text} "])


def read_table(seed: int, num_rows: int = 12) -> dict[str, Tensor | list[str]]:
    """A table as `to_columns` returns it: four columns of numbers, two of text, in an order drawn from the seed."""
    rng = random.Random(seed)
    near, far, steady, two, kind, place = names_of(rng, 6)
    numbers = {
        near: [rng.uniform(-1, 1) for _ in range(num_rows)],
        far: [rng.uniform(900, 1100) for _ in range(num_rows)],
        steady: [STEADY] * num_rows,
        two: [rng.choice([2.0, 8.0]) for _ in range(num_rows)],
    }
    for name in (near, far):
        for row in rng.sample(range(num_rows), num_rows // 4):
            numbers[name][row] = float("nan")
    kinds, places = rng.sample(["ash", "elm", "fir", "yew", "lime"], 4), rng.sample(["n", "e", "s", "w"], 3)
    texts = {
        kind: [kinds[row % 4] for row in range(num_rows)],
        place: [rng.choice(places) for _ in range(num_rows)],
    }
    table = {name: torch.tensor(values) for name, values in numbers.items()} | texts
    order = list(table)
    rng.shuffle(order)
    return {name: table[name] for name in order}


def rows_of(columns: dict[str, Tensor | list[str]], rows: list[int]) -> dict[str, Tensor | list[str]]:
    """Some rows of a table, in this order."""
    return {
        name: column[rows] if isinstance(column, Tensor) else [column[row] for row in rows]
        for name, column in columns.items()
    }
