"""Make classes whose marks are known, grade them, and compare."""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path

from tests.load.classes import MIX, make_class
from tests.load.exports import export
from tests.load.measures import SMALL, compare, grade_class, kill, settings_of
from tools.release import names


def main() -> int:
    """Run one command; 0 if every mark is as it should be."""
    options = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="load-") as scratch:
        return options.command(options, getattr(options, "folder", None) or Path(scratch))


def _parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    commands = whole.add_subparsers(required=True, metavar="command")
    one = _add(commands, "make", make, "write submitted/ and truth.json for a class")
    one.add_argument("folder", type=Path, help="of the class; made if it is not there")
    one.add_argument("--kinds", nargs="+", choices=sorted(set(MIX)), default=MIX, metavar="KIND", help="in turn")
    one = _add(commands, "export", export_, "write a class as Moodle exports it: zip, grading worksheet, and truth")
    one.add_argument("target", type=Path, help="zip; .csv and .json come beside it")
    one.add_argument("--due", type=datetime.fromisoformat, default=datetime(2026, 11, 30, 23, 59), metavar="TIME")
    one = _add(commands, "grade", grade, "grade a made-up class and compare every mark with the truth")
    one.add_argument("--folder", type=Path, help="keep the class here; default: a temporary one")
    one.add_argument("--workers", type=int, help="default: one per core")
    one.add_argument("--cpu", type=float, default=SMALL.cpu_seconds, help="seconds of processor time, for abuse")
    one = _add(commands, "compare", compare_, "nbgrader autograde and ours on the same honest submissions")
    one.add_argument("--at-once", type=int, default=5, help="submissions before it is the other's turn")
    one = _add(commands, "kill", kill_, "kill workers twice, and compare with an undisturbed run")
    one.add_argument("--workers", type=int, help="default: one per core")
    return whole


def _add(commands: argparse._SubParsersAction, name: str, command: object, text: str) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    made.add_argument("count", type=int, help="of submissions")
    made.add_argument("--exercise", choices=names(), default="ex3_manual-backprop", metavar="EXERCISE")
    made.add_argument("--seed", type=int, default=0)
    made.set_defaults(command=command)
    return made


def make(options: argparse.Namespace, folder: Path) -> int:
    """Make a class."""
    made = make_class(options.count, folder, options.exercise, seed=options.seed, kinds=tuple(options.kinds))
    kinds = Counter(one.kind for one in made.values())
    print(f"{folder}: " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    return 0


def export_(options: argparse.Namespace, folder: Path) -> int:
    """Write an export."""
    made = export(options.count, options.target, options.exercise, options.due, seed=options.seed)
    print(f"{options.target}: {len(made)} submissions; {options.target.with_suffix('.csv')}: the class")
    return 0


def grade(options: argparse.Namespace, folder: Path) -> int:
    """Grade one, and compare."""
    make(argparse.Namespace(**vars(options), kinds=MIX), folder)
    limits = dataclasses.replace(SMALL, cpu_seconds=options.cpu)
    load = grade_class(folder, settings_of(options.exercise, limits), workers=options.workers, progress=True)
    print(load.told())
    return int(bool(load.wrong))


def compare_(options: argparse.Namespace, folder: Path) -> int:
    """Compare with nbgrader."""
    done = compare(options.count, folder, options.exercise, at_once=options.at_once, seed=options.seed)
    print(done.told())
    return int(bool(done.disagreed))


def kill_(options: argparse.Namespace, folder: Path) -> int:
    """Kill workers."""
    differing = kill(options.count, folder, options.exercise, workers=options.workers, seed=options.seed)
    print("\n".join(differing) or "every result is the same, bit for bit")
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main())
