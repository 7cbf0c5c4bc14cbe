"""Remove what tools and tests left behind: caches and build outputs. `.venv` and everything in git stay."""

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHES = {"__pycache__", ".ipynb_checkpoints", ".pytest_cache", ".ruff_cache", ".hypothesis"}
TOP_LEVEL = {"build", "dist", "tmp", "site"}
BOOK = Path("docs", "_build")
KEPT = {".git", ".venv", "my-course"}


def leftovers(root: Path) -> list[Path]:
    """Return the folders to remove, without looking into them or into `.git` and `.venv`."""
    found = []
    for folder, names, _ in os.walk(root):
        at_top = Path(folder) == root
        gone = {name for name in names if name in CACHES or (at_top and name in TOP_LEVEL)}
        gone |= {name for name in names if Path(folder, name) == root / BOOK}
        found += [Path(folder, name) for name in sorted(gone)]
        names[:] = [name for name in names if name not in gone and not (at_top and name in KEPT)]
    return found


def main() -> None:
    """Remove the leftovers and say how many there were."""
    folders = leftovers(ROOT)
    for folder in folders:
        shutil.rmtree(folder)
    print(f"clean: {len(folders)} folders removed")


if __name__ == "__main__":
    main()
