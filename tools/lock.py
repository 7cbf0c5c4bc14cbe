"""Compile requirements.txt from pyproject.toml: `make lock`, or `make lock LOCK_ARGS=--upgrade` for newer versions.

One lock for Linux, macOS and Windows and for Python 3.11 to 3.14: lines that not all of them need carry a marker.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.txt"
OPTIONS = ("--universal", "--python-version", "3.11", "--extra", "test")
HEADER = f"""\
# Made by `make lock` from pyproject.toml (uv pip compile {" ".join(OPTIONS)}).
# Never edit it by hand: change pyproject.toml, then run `make lock`.
"""
COURSE_ITSELF = "-e .\n"


def without_course(lock_text: str) -> str:
    """Return the pins alone: uv writes and reads them, we add the header and the last line."""
    return "".join(line for line in lock_text.splitlines(keepends=True) if line != COURSE_ITSELF)


def compile_lock(old_lock: str, arguments: Sequence[str] = ()) -> str:
    """Return the text of the lock.

    Args:
        old_lock: The present lock; its versions are kept where they still fit.
        arguments: More options for `uv pip compile`, such as `--upgrade`.

    Raises:
        subprocess.CalledProcessError: uv could not reach the index, or found no versions that fit together.
    """
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "requirements.txt"
        output.write_text(without_course(old_lock), encoding="utf-8")
        command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, "--no-header", "--quiet"]
        subprocess.run([*command, *arguments, "pyproject.toml", "--output-file", output], cwd=ROOT, check=True)
        return HEADER + output.read_text(encoding="utf-8") + COURSE_ITSELF


def main() -> int:
    """Write requirements.txt; return the exit status."""
    old_lock = LOCK.read_text(encoding="utf-8") if LOCK.exists() else ""
    try:
        LOCK.write_text(compile_lock(old_lock, sys.argv[1:]), encoding="utf-8", newline="\n")
    except subprocess.CalledProcessError as error:
        print(f"lock: uv stopped with status {error.returncode}; requirements.txt is unchanged", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
