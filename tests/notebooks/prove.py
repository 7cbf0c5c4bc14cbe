"""Prove bands: run notebooks with a broken model, and see each number leave its band.

    .venv/bin/python -m tests.notebooks.prove               what has changed since its last proof
    .venv/bin/python -m tests.notebooks.prove --all         everything
    .venv/bin/python -m tests.notebooks.prove 4.3.1-xor     what has changed of this notebook

Writes tests/bands-proven.toml after each proof, so that a run that is stopped loses nothing. The runs on real data
need COURSE_DATA, a cache or the mirrors.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from unittest import mock

from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from tests.gates.outputs import STAND_IN, records, texts
from tests.gates.plugin import small_run
from tests.notebooks.proofs import Case, all_cases, hash_of, is_check, proofs_on_record, write_record
from tests.notebooks.sabotage import SABOTAGES
from tools.reference import enter_reference_environment


class NotProvenError(Exception):
    """A broken model stayed within a band, or the run was of another kind than wanted."""


def prove(case: Case) -> None:
    """Run the notebook with its sabotage.

    Raises:
        NotProvenError: a number of the case is still in its band, or the data were not those of this kind of run.
    """
    outputs = run_sabotaged(case)
    run = "stand-in" if any(STAND_IN in text for text in texts(outputs)) else "fast"
    if run != case.run:
        raise NotProvenError(f"wanted a {case.run} run, and it was a {run} run: are the real data there?")
    # A number that a broken model cannot even report is missed by the gate, too; but if all are, nothing was seen.
    values = dict(records(outputs))
    if not case.bands.keys() & values.keys():
        raise NotProvenError(f"{case.stem} with {case.sabotage} ({case.run} run) reported none of {list(case.bands)}")
    unnoticed = {
        name: values[name] for name, band in case.bands.items() if name in values and band.holds(values[name], run)
    }
    if unnoticed:
        raise NotProvenError(f"{case.stem} with {case.sabotage} ({run} run) stays in its bands: {unnoticed}")


def run_sabotaged(case: Case) -> list[NotebookNode]:
    """Outputs of the small run with one more cell, right after the parameters."""
    notebook = small_run(case.path)
    place = 1 + max(
        i for i, cell in enumerate(notebook.cells) if "injected-parameters" in cell.metadata.get("tags", [])
    )
    notebook.cells.insert(place, new_code_cell(SABOTAGES[case.sabotage]))
    for cell in notebook.cells:
        if is_check(cell) and cell.cell_type == "code":
            cell.source = passed_check(cell.source)
    # Asserts on the way stop at the broken model, too; here the numbers behind them are wanted.
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        allow_errors=True,
        timeout=None,
        resources={"metadata": {"path": str(case.path.parent)}},
    )
    with mock.patch.dict(os.environ, {"CI": "true"}):
        os.environ.pop("COURSE_OFFLINE", None)  # patch.dict puts it back
        if case.run == "stand-in":
            os.environ["COURSE_OFFLINE"] = "1"
        executed = client.execute()
    return [output for cell in executed.cells for output in cell.get("outputs", [])]


def passed_check(source: str) -> str:
    r"""A check cell that asks nothing: later cells want to know whether its question was passed.

    Example:
        >>> print(passed_check('with question("area") as q1:\n    judge.area(area, seed=1)'))
        with question("left out") as q1:
            pass
    """
    names = re.findall(r"^with question\(.*\) as (\w+):", source, flags=re.MULTILINE)
    return "\n".join(f'with question("left out") as {name}:\n    pass' for name in names)


def seconds_to_prove(case: Case) -> float:
    """Prove a case; how long it took."""
    started = time.perf_counter()
    prove(case)
    return time.perf_counter() - started


def prove_all(cases: list[Case], *, jobs: int) -> int:
    """Prove these cases, in several processes, and write each proof down. How many could not be proven."""
    record = {case: digest for case, digest in proofs_on_record().items() if case in all_cases()}
    write_record(record)
    hashes = {case: hash_of(case) for case in cases}  # of what is here when the runs begin
    failures = 0
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        futures = {pool.submit(seconds_to_prove, case): case for case in cases}
        for future in as_completed(futures):
            case = futures[future]
            try:
                print(f"{case.stem}, {case.sabotage}, {case.run}: proven in {future.result():.0f} s", flush=True)
            except Exception as error:
                failures += 1
                print(f"{case.stem}, {case.sabotage}, {case.run}: NOT PROVEN: {error}", flush=True)
            else:
                record[case] = hashes[case]
                write_record(record)
    return failures


def main() -> int:
    """Prove what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", help="stems of notebooks; default: all")
    parser.add_argument("--all", action="store_true", help="also what is proven already")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: one per core)")
    options = parser.parse_args()
    enter_reference_environment()
    wanted = [case for case in all_cases() if not options.notebooks or case.stem in options.notebooks]
    record = proofs_on_record()
    stale = [case for case in wanted if options.all or record.get(case) != hash_of(case)]
    print(f"{len(stale)} of {len(wanted)} runs to prove", flush=True)
    return 1 if prove_all(stale, jobs=options.jobs) else 0


if __name__ == "__main__":
    sys.exit(main())
