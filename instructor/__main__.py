"""The instructor's command line: `python -m instructor --help`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tools.release import ROOT, names

if TYPE_CHECKING:
    from instructor.results import Result

OPENING = """\
Assign, collect and grade the exercises of Hidden Layers. A term, from the top folder of the course:

  python -m instructor probe                                which sandbox this machine has
  python -m instructor assign ex3_manual-backprop           build/release/ex3_manual-backprop.zip
  python -m instructor collect ex3_manual-backprop submissions.zip
  python -m instructor grade ex3_manual-backprop            all that is new, over all cores
  python -m instructor marks ex3_manual-backprop            gradebook, and a CSV for the platform
  python -m instructor feedback ex3_manual-backprop         a page for each student
  python -m instructor report ex3_manual-backprop           what the class found hard
  python -m instructor similar ex3_manual-backprop          answers that overlap

docs/instructors.md walks through it, and says what the sandbox guarantees and what it does not.
"""


class Failure(Exception):
    """What ends a command, in words for whoever typed it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 if all went well."""
    options = parser().parse_args(arguments)
    try:
        return options.command(options)
    except (Failure, FileNotFoundError, ValueError) as error:
        print(f"instructor: {error}", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    whole = argparse.ArgumentParser(
        prog="python -m instructor", description=OPENING, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = whole.add_subparsers(required=True, metavar="command")
    _add(commands, "probe", probe, "say which sandbox works on this machine, and how to get a better one")
    one = _add(commands, "assign", assign, "pack exercises for the learning platform")
    one.add_argument("exercises", nargs="*", metavar="exercise", help="default: all")
    one.add_argument("--to", type=Path, default=ROOT / "build" / "release", help="folder for the zips")
    one.add_argument("--run", action="store_true", help="also run each as students get it: minutes")
    one = _add(commands, "collect", collect, "take the submissions out of the platform's export", exercise=True)
    one.add_argument("source", type=Path, help="zip or folder, as the platform exports it")
    one.add_argument("--lms", choices=["auto", "moodle", "canvas", "folders"], default="auto")
    one.add_argument("--due", type=datetime.fromisoformat, help="last moment that is not late: 2026-11-30T23:59")
    one.add_argument("--roster", type=Path, help="CSV of the class, to name who handed in nothing")
    one = _add(commands, "grade", grade, "grade all submissions that have no result yet", exercise=True)
    one.add_argument("--workers", type=int, help="processes; default: one per core")
    one.add_argument("--scheduler", metavar="tcp://...", help="use the workers of this scheduler of Dask instead")
    one.add_argument("--no-sandbox", action="store_true", help="DANGEROUS: run students' code as you")
    one.add_argument("--memory", type=float, default=4.0, metavar="GiB", help="per submission (default: 4)")
    one.add_argument("--cpu", type=float, default=300.0, metavar="SECONDS", help="processor time (default: 300)")
    one.add_argument("--clock", type=float, default=1800.0, metavar="SECONDS", help="by the clock (default: 1800)")
    one.add_argument("--again", action="store_true", help="also what a limit stopped, after you have raised it")
    one.add_argument("--small", action="store_true", help="the notebook's small run: quick, for trials only")
    one = _add(commands, "marks", marks, "fill nbgrader's gradebook, and write the CSV", exercise=True)
    one.add_argument("--lms", choices=["plain", "moodle", "canvas"], default="plain")
    one.add_argument("--final", action="store_true", help="leave out who has an answer that waits for a person")
    _add(commands, "feedback", feedback, "write a page of feedback for each student", exercise=True)
    _add(commands, "report", report, "describe how the class did, question by question", exercise=True)
    one = _add(commands, "similar", similar, "list pairs of overlapping answers; no verdict", exercise=True)
    one.add_argument("--least", type=int, default=80, metavar="TOKENS", help="shared ones (default: 80, about 8 lines)")
    return whole


def _add(
    commands: argparse._SubParsersAction,
    name: str,
    command: Callable[[argparse.Namespace], int],
    text: str,
    *,
    exercise: bool = False,
) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    made.set_defaults(command=command)
    if exercise:
        made.add_argument("exercise", choices=names(), metavar="exercise", help=", ".join(names()))
    if exercise:
        made.add_argument(
            "--class", dest="folder", type=Path, default=ROOT / "class", help="the class's folder (default: class)"
        )
    return made


# The commands import what they need, so that --help is quick.


def probe(options: argparse.Namespace) -> int:
    """Print what the machine has; 1 if it has no sandbox."""
    from instructor.sandbox import probe as look

    found = look()
    print(f"sandbox: {found.kind}\n{found.reason}")
    if found.fix:
        print(f"to do: {found.fix}")
    return int(found.kind == "none")


def assign(options: argparse.Namespace) -> int:
    """Pack exercises."""
    from instructor.assign import assign as pack

    for path in pack(options.exercises or None, options.to, run=options.run):
        print(f"{path}: {path.stat().st_size / 1e3:.0f} kB")
    return 0


def collect(options: argparse.Namespace) -> int:
    """Collect submissions; every file that is not taken is named."""
    from instructor.collect import collect as take

    report = take(
        options.exercise, options.source, options.folder, lms=options.lms, due=options.due, roster=options.roster
    )
    print(report)
    return 0


def grade(options: argparse.Namespace) -> int:
    """Grade what is new; 1 if the machinery could not grade some submission."""
    from instructor.grading import Settings
    from instructor.results import WITHOUT_SANDBOX
    from instructor.running import grade as run
    from instructor.sandbox import Limits

    kind, nested = _sandbox(options.no_sandbox)
    if kind == "none":
        print(WITHOUT_SANDBOX, file=sys.stderr)
    limits = Limits(memory=int(options.memory * 2**30), cpu_seconds=options.cpu, wall_seconds=options.clock)
    settings = Settings(options.exercise, kind, nested, options.small, limits)
    done = run(options.folder, settings, workers=options.workers, scheduler=options.scheduler, again=options.again)
    print((options.folder / f"graded-{options.exercise}.txt").read_text(encoding="utf-8"), end="")
    return int(bool(done.failed))


def _sandbox(without: bool) -> tuple[str, bool]:
    """Which sandbox to use, and whether a server may fork in it.

    Raises:
        Failure: there is none, and nobody said to do without.
    """
    from instructor.sandbox import probe as look

    if without:
        return "none", True
    found = look()
    if found.kind == "none":
        raise Failure(
            f"no sandbox: {found.reason}\n  to do: {found.fix}\n"
            "  Or, where you trust every line that was handed in, or the machine has nothing to lose: --no-sandbox"
        )
    return found.kind, found.nested


def _warn(found: Mapping[str, Result]) -> None:
    """Say that some results were made without a sandbox, if so."""
    from instructor.results import warning

    if warning(found.values()):
        print(warning(found.values()), file=sys.stderr)


def marks(options: argparse.Namespace) -> int:
    """Fill the gradebook and write the CSV."""
    from instructor.classroom import graded
    from instructor.gradebook import fill
    from instructor.marks import export, waiting

    found = graded(options.folder, options.exercise)
    _warn(found)
    fill(options.folder, options.exercise, found)
    print(export(options.folder, options.exercise, found, lms=options.lms, final=options.final))
    left = waiting(options.folder, options.exercise, found)
    if left:
        wait = "1 answer waits" if left == 1 else f"{left} answers wait"
        print(f"{wait} for a person and count 0 until then: docs/instructors.md, Mark by hand")
    return 0


def feedback(options: argparse.Namespace) -> int:
    """Write the pages of feedback."""
    from instructor.classroom import graded
    from instructor.feedback import feedback as write

    found = graded(options.folder, options.exercise)
    _warn(found)
    pages = write(options.folder, options.exercise, found)
    print(f"{len(pages)} pages below {options.folder / 'feedback'}")
    return 0


def report(options: argparse.Namespace) -> int:
    """Write the report on the class."""
    from instructor.classroom import graded
    from instructor.report import report as write

    _warn(graded(options.folder, options.exercise))
    print(write(options.folder, options.exercise))
    return 0


def similar(options: argparse.Namespace) -> int:
    """List overlapping answers."""
    from instructor.classroom import graded
    from instructor.similarity import similar as compare

    found = graded(options.folder, options.exercise)
    _warn(found)
    pairs = compare(options.folder, options.exercise, found, least=options.least)
    for pair in pairs[:20]:
        print(f"{pair.first} and {pair.second}: {pair.shared} tokens shared")
    print(f"{len(pairs)} pairs: {options.folder / f'similar-{options.exercise}.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
