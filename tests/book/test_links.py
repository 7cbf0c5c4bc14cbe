"""Where the links of a page lead in the book."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.book.links import lead
from tools.book.repository import Repository, find_repository
from tools.release import ROOT

PAGE = "code-units/4.1-foundations/4.1.3-loss-and-descent"
PAGES = {PAGE, "code-units/4.1-foundations/4.1.4-the-training-loop", "docs/notation"}


def led(markdown: str, repository: Repository | None = None) -> tuple[str, list[str]]:
    """The Markdown as the book has it, and the files that were copied."""
    copied: list[Path] = []
    text = lead(markdown, PAGE, PAGES, repository, copied.append)
    return text, [path.relative_to(ROOT).as_posix() for path in copied]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[on](4.1.4-the-training-loop.ipynb)", "[on](4.1.4-the-training-loop.ipynb)"),
        ("[on](4.1.4-the-training-loop.ipynb#summary)", "[on](4.1.4-the-training-loop.ipynb#summary)"),
        ("[all](../index.ipynb), [how](../../README.md)", "[all](../../index.md), [how](../../index.md)"),
        ("[letters](../../docs/notation.md)", "[letters](../../docs/notation.md)"),
        ("[there](https://example.org/a.ipynb)", "[there](https://example.org/a.ipynb)"),
        ("[above](#summary)", "[above](#summary)"),
        ("[a folder](../../solutions)", "a folder"),
        ("[it](../../solutions/ex3_manual-backprop/ex3_manual-backprop.ipynb)", "it"),
        ("`[code](../index.ipynb)`", "`[code](../index.ipynb)`"),
        ("```md\n[code](../index.ipynb)\n```", "```md\n[code](../index.ipynb)\n```"),
        ("[`x[0]` and more](../index.ipynb)", "[`x[0]` and more](../../index.md)"),
    ],
)
def test_link_leads_to_its_target_in_the_book(before: str, after: str) -> None:
    assert led(before) == (after, [])


def test_other_file_is_copied_or_shown_in_the_repository() -> None:
    link = "[`LICENSE`](../../LICENSE)"
    assert led(link) == (link, ["LICENSE"])
    assert led(link, Repository("ada/course")) == ("[`LICENSE`](https://github.com/ada/course/blob/main/LICENSE)", [])


def test_picture_is_copied_even_where_there_is_a_repository() -> None:
    picture = "![Dots in three arms.](../../exercises/ex3_manual-backprop/expected.png)"
    assert led(picture, Repository("ada/course")) == (picture, ["exercises/ex3_manual-backprop/expected.png"])


def test_repository_is_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "grace/course")
    monkeypatch.delenv("COURSE_REPOSITORY", raising=False)
    assert find_repository() == Repository("grace/course")
    monkeypatch.setenv("COURSE_REPOSITORY", "ada/course")
    assert find_repository() == Repository("ada/course")
    monkeypatch.setenv("COURSE_REPOSITORY", "https://github.com/ada/course")
    with pytest.raises(ValueError, match="owner/name, as in ada/course"):
        find_repository()
