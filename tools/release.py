"""Make exercises/ from solutions/ with nbgrader: `make release`.

For each folder `solutions/exN_name/` nbgrader clears the solutions, the hidden tests and the outputs of the notebook;
the other files of the folder go along as they are. What nbgrader is told stands in nbgrader_config.py, which holds for
grading, too. Never edit exercises/ by hand.
"""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = ROOT / "solutions"
EXERCISES = ROOT / "exercises"


def names() -> list[str]:
    """Names of the exercises, in order."""
    return sorted(path.name for path in SOLUTIONS.iterdir() if path.is_dir() and path.name.startswith("ex"))


def release(name: str, target: Path) -> Path:
    """Make what students get of one exercise; return its folder below `target`.

    Raises:
        NbGraderException: nbgrader refuses the notebook; the log above says why.
    """
    with tempfile.TemporaryDirectory() as folder:
        config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
        config.CourseDirectory.root = folder
        config.CourseDirectory.source_directory = "source"
        config.CourseDirectory.release_directory = "release"
        config.CourseDirectory.assignment_id = name
        config.GenerateAssignment.no_database = True  # grading has a database, releasing needs none
        config.SaveCells.enabled = False
        config.BaseConverter.log_level = logging.ERROR
        # Only what belongs to the exercise: not what Jupyter or an operating system left there.
        ignored = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__", ".DS_Store")
        shutil.copytree(SOLUTIONS / name, Path(folder) / "source" / name, ignore=ignored)
        GenerateAssignment(coursedir=CourseDirectory(config=config), config=config).start()
        made = target / name
        shutil.rmtree(made, ignore_errors=True)
        for file in sorted((Path(folder) / "release" / name).rglob("*")):
            if file.is_file():
                copy = made / file.relative_to(Path(folder) / "release" / name)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(file.read_bytes())  # and not nbgrader's permissions
        return made


def main() -> None:
    """Make all exercises anew, and remove those whose solution is gone."""
    EXERCISES.mkdir(exist_ok=True)
    for old in EXERCISES.iterdir():
        if old.is_dir() and old.name not in names():
            shutil.rmtree(old)
    for name in names():
        release(name, EXERCISES)
        print(f"exercises/{name}: made from solutions/{name}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
