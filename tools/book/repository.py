"""Where the course is published: what the buttons of Binder and Colab open."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from tools.release import ROOT

NAME = re.compile(r"[\w.-]+/[\w.-]+")
ON_GITHUB = re.compile(r"github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?$")
BRANCH = "main"


@dataclass(frozen=True)
class Repository:
    """A repository on GitHub, by its owner and name.

    Example:
        >>> Repository("ada/course").colab("code-units/index.ipynb")
        'https://colab.research.google.com/github/ada/course/blob/main/code-units/index.ipynb'
        >>> Repository("ada/course").binder("code-units/index.ipynb")
        'https://mybinder.org/v2/gh/ada/course/main?urlpath=lab%2Ftree%2Fcode-units%2Findex.ipynb'
    """

    name: str

    def colab(self, notebook: str) -> str:
        """The address that opens a notebook in Colab."""
        return f"https://colab.research.google.com/github/{self.name}/blob/{BRANCH}/{quote(notebook)}"

    def binder(self, notebook: str) -> str:
        """The address that opens a notebook on Binder, in the environment of the course."""
        return f"https://mybinder.org/v2/gh/{self.name}/{BRANCH}?urlpath={quote(f'lab/tree/{notebook}', safe='')}"

    def page(self, path: str) -> str:
        """The address of a file or folder."""
        return f"https://github.com/{self.name}/blob/{BRANCH}/{quote(path)}"


def find_repository() -> Repository | None:
    """The one named in COURSE_REPOSITORY or GITHUB_REPOSITORY (`owner/name`), else the GitHub one of this clone.

    Raises:
        ValueError: COURSE_REPOSITORY is not of the form `owner/name`.
    """
    asked = os.environ.get("COURSE_REPOSITORY") or os.environ.get("GITHUB_REPOSITORY")
    if asked:
        if not NAME.fullmatch(asked):
            raise ValueError(f"COURSE_REPOSITORY should be owner/name, as in ada/course; it is {asked!r}")
        return Repository(asked)
    return _of_this_clone()


@cache
def _of_this_clone() -> Repository | None:
    command = ["git", "-C", str(ROOT), "remote", "get-url", "origin"]
    try:
        origin = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return None
    found = ON_GITHUB.search(origin)
    return Repository(found[1]) if found else None
