"""Grade a class: every submission once, over as many workers as there are, and again only what is new."""

from __future__ import annotations

import atexit
import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from instructor import results
from instructor.carry import Answers, answers_of, attempted, strip_magics
from instructor.grading import Grader, Job, Settings
from instructor.master import Master
from instructor.results import Result, write_whole

RETRIES = 5  # of a submission whose worker was killed


@dataclass
class Run:
    """What a run did.

    Attributes:
        exercise: name of its folder.
        keys: of the result of each student.
        new: how many results were made; equal submissions share one.
        seconds: wall-clock time.
        workers: how many there were.
        failed: students whose submission the machinery could not grade, and why. They keep no mark, and a second run
            tries again.
    """

    exercise: str
    keys: dict[str, str] = field(default_factory=dict)
    new: int = 0
    seconds: float = 0.0
    workers: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    def told(self, found: Sequence[Result]) -> str:
        """The report of the run, for a person."""
        status = Counter(mark.status for result in found for mark in result.marks)
        lines = [
            f"{self.exercise}: {len(self.keys)} submissions, {self.new} graded now in {self.seconds:.0f} s "
            f"by {self.workers} worker{'s' * (self.workers != 1)}",
            "answers: " + ", ".join(f"{count} {name}" for name, count in status.most_common()),
        ]
        if results.warning(found):
            lines.insert(0, results.warning(found))
        lines += [f"{student}: NOT GRADED: {why}" for student, why in sorted(self.failed.items())]
        return "\n".join(lines) + "\n"


def grade(
    class_folder: Path,
    settings: Settings,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    again: bool = False,
    progress: bool = True,
) -> Run:
    """Grade all submissions of an exercise that have no result yet.

    Args:
        class_folder: holds `submitted/<student>/<exercise>/`.
        settings: of the exercise.
        workers: processes on this machine; one per core unless given.
        scheduler: address of a scheduler of Dask whose workers are to be used instead: `tcp://...`.
        again: also grade anew what was stopped by a limit, which may be another one now.
        progress: whether a bar is shown.

    Raises:
        FileNotFoundError: nothing was handed in.
    """
    began = time.monotonic()
    run = Run(settings.exercise)
    master = Master(settings.exercise, small=settings.small)
    handed_in = list(submissions(class_folder, settings.exercise))
    if not handed_in:
        raise FileNotFoundError(f"nothing was handed in for {settings.exercise} below {class_folder / 'submitted'}")
    jobs: dict[str, Job] = {}
    for student, path in handed_in:
        job = job_of(path.read_bytes(), master)
        run.keys[student] = job.key
        jobs.setdefault(job.key, job)
    folder = class_folder / "results"
    waiting = [job for key, job in jobs.items() if not _counts(folder / f"{key}.json", settings, again)]
    failed: dict[str, str] = {}
    if waiting:
        run.workers = _run_all(waiting, settings, folder, failed, workers, scheduler, progress)
    run.new = len(waiting) - len(failed)
    run.failed = {student: failed[key] for student, key in run.keys.items() if key in failed}
    run.keys = {student: key for student, key in run.keys.items() if key not in failed}
    run.seconds = time.monotonic() - began
    write_whole(class_folder / f"graded-{settings.exercise}.json", json.dumps(run.keys, indent=1, sort_keys=True))
    found = [results.read(folder / f"{key}.json") for key in sorted(set(run.keys.values()))]
    write_whole(class_folder / f"graded-{settings.exercise}.txt", run.told(found))
    return run


def _counts(path: Path, settings: Settings, again: bool) -> bool:
    """Whether a submission needs no grading, since there is a whole result, made in a sandbox if one is wanted now."""
    if not path.exists():
        return False
    try:
        found = results.read(path)
    except ValueError:  # half of one, or damaged
        return False
    if found.key != path.stem or (found.sandbox == "none" and settings.sandbox != "none"):
        return False
    return not (again and any(mark.status == "stopped" for mark in found.marks))


def submissions(class_folder: Path, exercise: str) -> Iterator[tuple[str, Path]]:
    """Student and notebook of each submission, in alphabetical order."""
    for path in sorted((class_folder / "submitted").glob(f"*/{exercise}/{exercise}.ipynb")):
        if path.is_file() and not path.is_symlink():
            yield path.parent.parent.name, path


def job_of(content: bytes, master: Master) -> Job:
    """What of a submission is graded: the answers, without the lines that are IPython's alone."""
    answers = answers_of(content, master.notebook)
    sources = plain(answers, master.notebook)
    key = results.key_of(master.exercise, sources, master.hash)
    return Job(key, master.hash, sources, tuple(sorted(attempted(answers))), answers.problems)


def plain(answers: Answers, notebook: nbformat.NotebookNode) -> dict[str, str]:
    """The answers as Python that runs outside of Jupyter; what is left out is told in `answers.problems`."""
    is_code = {cell.id: cell.cell_type == "code" for cell in notebook.cells}
    return {name: strip_magics(source)[0] if is_code[name] else source for name, source in answers.sources.items()}


def _run_all(
    jobs: Sequence[Job],
    settings: Settings,
    folder: Path,
    failed: dict[str, str],
    workers: int | None,
    scheduler: str | None,
    progress: bool,
) -> int:
    """Grade over Dask; how many workers there were."""
    import dask
    from distributed import Client, LocalCluster, as_completed
    from tqdm.auto import tqdm

    count = min(workers or os.cpu_count() or 1, len(jobs))
    dask.config.set({"distributed.scheduler.allowed-failures": RETRIES, "distributed.admin.tick.limit": "1h"})
    if scheduler is None:
        cluster: Any = LocalCluster(
            n_workers=count, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        )
    else:
        cluster = scheduler
    with Client(cluster) as client:
        text = settings.to_json()
        futures = {
            client.submit(grade_here, text, job, key=f"{settings.exercise}-{job.key}", retries=RETRIES): job
            for job in jobs
        }
        finished = as_completed(futures, raise_errors=False)
        for future in tqdm(finished, total=len(jobs), desc=settings.exercise, disable=not progress, unit="submission"):
            job = futures[future]
            if future.status == "finished":
                results.write(future.result(), folder)
            else:
                failed[job.key] = f"{type(future.exception()).__name__}: {future.exception()}"
            future.release()
        count = len(client.scheduler_info()["workers"]) or count
    if scheduler is None:
        cluster.close()
    return count


_graders: dict[str, Grader] = {}


def grade_here(settings: str, job: Job) -> Result:
    """Grade a job in this worker, which keeps the grading program of the exercise for the next one."""
    grader = _graders.get(settings)
    if grader is None:
        for other in _graders.values():
            other.close()
        _graders.clear()
        grader = _graders[settings] = Grader(Settings.from_json(settings))
        atexit.register(grader.close)
    return grader.grade(job)
