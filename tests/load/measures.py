"""Grade made-up classes, compare with the truth, and measure: time, memory, nbgrader's time, killed workers."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from instructor import results, running
from instructor.grading import Grader, Settings
from instructor.master import Master
from instructor.running import Run
from instructor.sandbox import Limits
from instructor.sandbox.limits import GIB, MIB
from instructor.sandbox.watcher import cpu_seconds
from tests.load.classes import make_class, truth_of
from tools.release import ROOT, SOLUTIONS

SMALL = Limits(memory=2 * GIB, cpu_seconds=5, wall_seconds=120, processes=32, file_size=20 * MIB, room_size=100 * MIB)
"""For abuse that must be over soon; honest answers to ex3 need one second of processor time there."""
MEASURED = ("seconds", "cpu_seconds", "peak_memory")  # of a result: differ from run to run


@dataclass
class Load:
    """What grading a made-up class showed.

    Attributes:
        run: of `running.grade`.
        wrong: a sentence on each mark that is not as the truth has it, and on each submission without a result.
        seconds: wall-clock time.
        peak_memory: of all processes together, in bytes.
        marks: how many were compared.
    """

    run: Run
    wrong: list[str]
    seconds: float
    peak_memory: int = 0
    marks: int = 0

    def told(self) -> str:
        """For a person."""
        count, cores = len(self.run.keys), os.cpu_count() or 1
        rate = count / self.seconds * 60
        lines = [
            f"{count} submissions in {self.seconds:.0f} s by {self.run.workers} workers: {rate:.1f} per minute, "
            f"{rate / self.run.workers:.1f} per minute and core ({cores} cores)",
            f"{self.marks} marks compared with the truth, {len(self.wrong)} wrong or lost",
            f"peak memory {self.peak_memory / GIB:.2f} GiB",
            *self.wrong,
        ]
        return "\n".join(lines)


def settings_of(exercise: str, limits: Limits = SMALL) -> Settings:
    """How a made-up class is graded: as the machine's sandbox allows, in the small run."""
    from instructor.sandbox import probe

    found = probe()
    return Settings(exercise, found.kind, found.nested, small=True, limits=limits)


def grade_class(folder: Path, settings: Settings, *, workers: int | None = None, progress: bool = False) -> Load:
    """Grade a class that `make_class` made, and compare every mark."""
    began = time.monotonic()
    with memory_of_all() as memory:
        run = running.grade(folder, settings, workers=workers, progress=progress)
    wrong, marks = compared(folder, run)
    return Load(run, wrong, time.monotonic() - began, memory.peak, marks)


def compared(folder: Path, run: Run) -> tuple[list[str], int]:
    """Sentences on all that differs from the truth, and how many marks were looked at."""
    wrong, count = [], 0
    for student, truth in truth_of(folder).items():
        if student not in run.keys:
            wrong.append(f"{student} ({truth['kind']}): no result: {run.failed.get(student, 'lost')}")
            continue
        result = results.read(folder / "results" / f"{run.keys[student]}.json")
        count += len(result.marks)
        earned = {mark.question: mark.points for mark in result.marks}
        said = {mark.question: f"{mark.status}: {mark.message}" for mark in result.marks}
        for question in sorted(earned.keys() | truth["points"].keys()):
            got, deserved = earned.get(question), truth["points"].get(question)
            if got != deserved:
                about = truth["about"].get(question.removesuffix("-check"), "")
                wrong.append(
                    f"{student} ({truth['kind']}), {question}: {got} points, deserves {deserved} ({about})\n"
                    f"    {said.get(question, 'no mark')}"
                )
    return wrong, count


# Memory


@dataclass
class Memory:
    """The largest number of bytes seen."""

    peak: int = 0


@contextlib.contextmanager
def memory_of_all(every: float = 5.0) -> Iterator[Memory]:
    """Look, now and then, how much memory this process and all below it take; shared pages count once."""
    memory, over = Memory(), threading.Event()

    def look() -> None:
        while not over.wait(every):
            memory.peak = max(memory.peak, sum(map(_bytes_of, _tree())))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    yield memory
    over.set()
    thread.join()


def _tree() -> list[psutil.Process]:
    here = psutil.Process()
    return [here, *here.children(recursive=True)]


def _bytes_of(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss
    except psutil.Error:
        return 0


# Killed workers


@dataclass
class Killer:
    """Kills worker processes of Dask, each when so many results have been written.

    Attributes:
        folder: of the class.
        after: numbers of results.
        killed: process ids, in the order in which they went.
    """

    folder: Path
    after: list[int]
    killed: list[int] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Killer:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while self.after and not self._over.wait(0.05):
            if len(list(self.folder.glob("results/*.json"))) < self.after[0]:
                continue
            workers = workers_here()
            if workers:
                chosen = random.choice(workers)
                chosen.send_signal(signal.SIGKILL)
                self.killed.append(chosen.pid)
                self.after.pop(0)


def workers_here() -> list[psutil.Process]:
    """The worker processes of a local cluster that this process began."""
    found = []
    for process in psutil.Process().children():
        with contextlib.suppress(psutil.Error):
            if "spawn_main" in " ".join(process.cmdline()):
                found.append(process)
    return found


def what_results_say(folder: Path, run: Run) -> dict[str, dict]:
    """The result of each student, but for what was measured."""
    said = {}
    for student, key in run.keys.items():
        found = json.loads((folder / "results" / f"{key}.json").read_text(encoding="utf-8"))
        said[student] = {name: value for name, value in found.items() if name not in MEASURED}
    return said


def kill(count: int, folder: Path, exercise: str, *, workers: int | None = None, seed: int = 0) -> list[str]:
    """Grade the same class undisturbed, and with workers killed twice; what differs."""
    settings = settings_of(exercise)
    said, loads = [], []
    for name in ("undisturbed", "killed"):
        make_class(count, folder / name, exercise, seed=seed)
        after = sorted(random.sample(range(1, max(3, int(0.8 * count))), 2)) if name == "killed" else []
        with Killer(folder / name, after) as killer:
            load = grade_class(folder / name, settings, workers=workers)
        print(f"{name}: {load.told()}\n{len(killer.killed)} workers killed", flush=True)
        loads.append(load)
        said.append(what_results_say(folder / name, load.run))
    differing = [student for student in said[0] if said[0][student] != said[1].get(student)]
    return [f"{student}: {_difference(said[0][student], said[1].get(student, {}))}" for student in differing]


def _difference(one: dict, other: dict) -> str:
    unlike = [name for name in one if one[name] != other.get(name)]
    return "; ".join(f"{name}: {one[name]!r} and then {other.get(name)!r}" for name in unlike)


# Against nbgrader


@dataclass
class Cost:
    """What grading took.

    Attributes:
        seconds: by the clock.
        cpu_seconds: of all processes.
    """

    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @contextlib.contextmanager
    def counted(self) -> Iterator[None]:
        """Add what happens here, in children that have ended by then."""
        began, before = time.monotonic(), _of_children()
        yield
        self.seconds += time.monotonic() - began
        self.cpu_seconds += _of_children() - before


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@dataclass
class Comparison:
    """nbgrader and ours on the same submissions.

    Attributes:
        count: of submissions.
        plain: what `nbgrader autograde` cost.
        ours: what ours cost, with the start of the grading program.
        disagreed: sentences on marks of either that differ from the truth.
    """

    count: int
    plain: Cost = field(default_factory=Cost)
    ours: Cost = field(default_factory=Cost)
    disagreed: list[str] = field(default_factory=list)

    def told(self) -> str:
        """For a person."""
        lines = [
            f"{name}: {cost.seconds / self.count:.2f} s by the clock and {cost.cpu_seconds / self.count:.2f} s of "
            "processor time per submission"
            for name, cost in (("nbgrader autograde", self.plain), ("python -m instructor", self.ours))
        ]
        clock = self.plain.seconds / self.ours.seconds
        processor = self.plain.cpu_seconds / self.ours.cpu_seconds
        lines.append(f"ratio per core: {clock:.2f} by the clock, {processor:.2f} by processor time")
        return "\n".join([*lines, *self.disagreed])


def compare(count: int, folder: Path, exercise: str, *, at_once: int = 5, seed: int = 0) -> Comparison:
    """Grade the same honest submissions with `nbgrader autograde` and with ours, a few at a time in turn.

    Each of the two has one process at work at a time, one thread each, and does the notebook's small run. Right answers
    are the solution's, under other names: nbgrader runs the whole notebook, so that slow styles cost it more.

    Args:
        count: of submissions: half of them right, half with some wrong answers.
        folder: empty; nbgrader's course is made there.
        exercise: name of its folder.
        at_once: how many before it is the other's turn; nbgrader is started once for so many.
        seed: of the class.
    """
    made = make_class(count, folder, exercise, seed=seed, kinds=("right", "wrong"), styles=False)
    master = Master(exercise, small=True)
    jobs = {student: running.job_of(one.content, master) for student, one in made.items()}
    students, compared_ = list(made), Comparison(count)
    prepare_nbgrader(folder, exercise)
    grader = Grader(settings_of(exercise, Limits()))
    for start in range(0, count, at_once):
        block = students[start : start + at_once]
        with compared_.plain.counted():
            autograde(folder, exercise, block)
        before, watching = time.monotonic(), time.process_time()
        found = {student: grader.grade(jobs[student]) for student in block}
        compared_.ours.seconds += time.monotonic() - before
        compared_.ours.cpu_seconds += time.process_time() - watching
        for student in block:
            earned = {mark.question: mark.points for mark in found[student].marks}
            compared_.disagreed += _unlike(f"{student}, ours", earned, made[student].points)
    compared_.ours.cpu_seconds += sum(map(cpu_seconds, _tree()[1:]))  # the grading programs and all that they began
    grader.close()
    for student in students:
        marks = marks_of_nbgrader(folder, exercise, student)
        compared_.disagreed += _unlike(f"{student}, nbgrader's", marks, made[student].points)
    return compared_


def _unlike(name: str, earned: dict[str, float], deserved: dict[str, float]) -> list[str]:
    return [
        f"{name}: {question}: {earned.get(question)} points, deserves {points}"
        for question, points in deserved.items()
        if earned.get(question) != points
    ]


def prepare_nbgrader(folder: Path, exercise: str) -> None:
    """Make a course of nbgrader's own around the submissions."""
    shutil.copytree(SOLUTIONS / exercise, folder / "source" / exercise)
    notebook = folder / "source" / exercise / f"{exercise}.ipynb"
    small = notebook.read_text(encoding="utf-8").replace("FAST = False", "FAST = True")
    notebook.write_text(small, encoding="utf-8")
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    own = {"root": str(folder), "source_directory": "source", "release_directory": "release"}
    own["db_url"] = f"sqlite:///{folder / 'gradebook.db'}"
    lines = [f"c.CourseDirectory.{name} = {value!r}" for name, value in own.items()]
    (folder / "nbgrader_config.py").write_text("\n".join([config, *lines, ""]), encoding="utf-8")
    _nbgrader(folder, "generate_assignment", exercise)


def autograde(folder: Path, exercise: str, students: list[str]) -> None:
    """Let nbgrader grade a few students."""
    chosen = f"--CourseDirectory.student_id_exclude={','.join(_others(folder, students))}"
    _nbgrader(folder, "autograde", exercise, chosen)


def _others(folder: Path, students: list[str]) -> list[str]:
    return sorted({path.name for path in (folder / "submitted").iterdir()} - set(students))


def _nbgrader(folder: Path, *arguments: str) -> None:
    environ = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"}
    environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environ['PATH']}"
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"nbgrader {arguments[0]} failed:\n{done.stderr[-2000:]}")


def marks_of_nbgrader(folder: Path, exercise: str, student: str) -> dict[str, float]:
    """Automatic points by question, from nbgrader's gradebook; what a person marks has none."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        grades = [grade for one in book.find_submission(exercise, student).notebooks for grade in one.grades]
        return {grade.name: grade.auto_score or 0.0 for grade in grades}
