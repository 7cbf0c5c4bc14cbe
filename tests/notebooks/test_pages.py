"""The pages around the notebooks are true: their links lead somewhere, and what they quote is what is printed."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import requests

from helpers import _pages
from helpers.data import sources
from tests.gates.held import course_entries
from tools.notebooks import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FAQ = (ROOT / "docs" / "faq.md").read_text(encoding="utf-8")
SECTIONS = re.split(r"^## ", FAQ, flags=re.MULTILINE)[1:]
THREAD = re.compile(r"\]\(https://github\.com/[\w.-]+/[\w.-]+/(?:issues|pull)/\d+\)")
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:)([^)\s]*)\)")


def anchors(text: str) -> set[str]:
    """What GitHub makes of the headings of a page."""
    titles = re.findall(r"^#+ +(.+)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(page: Path) -> Iterator[str]:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        path = page.parent / name if name else page
        if not path.exists():
            yield f"{page.name}: {target} does not exist"
        elif anchor and path.suffix == ".md" and anchor not in anchors(path.read_text(encoding="utf-8")):
            yield f"{page.name}: {target} names no heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    assert list(broken_links(page)) == []


def test_broken_link_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One\n[a](#one) [b](#two) [c](missing.md) [d](https://example.org)", encoding="utf-8")
    assert list(broken_links(page)) == ["page.md: #two names no heading", "page.md: missing.md does not exist"]


def test_readme_calls_each_notebook_by_its_title_and_no_two_alike() -> None:
    links = re.findall(r"\[([^\]]+)\]\((code-units/4[^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    named = {Path(path).name.split("-")[0]: name for name, path in links}
    titles = {number: entry["title"] for number, entry in course_entries().items() if number[0].isdigit()}
    assert named.keys() == titles.keys()
    assert [name for number, name in named.items() if name not in (titles[number], titles[number].split(":")[0])] == []
    assert len(set(named.values())) == len(named)


def test_picture_of_the_readme_is_small_and_says_what_it_shows() -> None:
    ((alt, path),) = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(alt.split()) > 10
    assert (ROOT / path).stat().st_size < 1_000_000


def test_each_of_the_ten_has_message_cause_fix_and_threads() -> None:
    assert [section.split()[0] for section in SECTIONS] == [str(number) for number in range(1, 11)]
    for section in SECTIONS:
        title = section.splitlines()[0]
        assert "**Why**:" in section and "**What to do**" in section, title
        assert len(THREAD.findall(section)) >= 3, title
        assert "```text" in section or title == "10 The laptop is slow", title


def quoted(text: str) -> str:
    """A text as one line of words: a page breaks messages where they are too long for it."""
    return " ".join(text.split())


def test_messages_of_the_course_are_quoted_as_they_are_printed(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import bootstrap

    page = quoted(FAQ)
    assert _pages.NOT_KEPT in page
    for error in (requests.exceptions.ProxyError(), requests.exceptions.SSLError()):
        assert sources._why_no_connection(error).split(";")[0] in page
    with pytest.raises(bootstrap.SetupError) as full:
        bootstrap.check_disk(tmp_path, 10**18)
    for part in ("the disk of ", " is too full: ", " GB needed; make room"):
        assert part in str(full.value) and part in page
    with pytest.raises(bootstrap.SetupError) as failed:
        bootstrap.run_or_explain([sys.executable, "-c", "raise SystemExit(1)"], tmp_path, "the installation")
    assert str(failed.value) in page


def test_warning_about_a_cache_that_cannot_be_written_is_quoted(monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file where a folder should be")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(sources, "_fetch_into", lambda root, spec, progress: _refuse(root, tmp_path))
    with pytest.warns(UserWarning) as warned:
        sources._fetch_somewhere(None, progress=False)
    before, after = str(warned[0].message).split(str(tmp_path / "file" / "cache"))
    assert f"UserWarning: {before}" in quoted(FAQ)
    assert after.replace("Not a directory", "No space left on device") in quoted(FAQ)


def _refuse(root: Path, folder: Path) -> tuple[str, dict[str, bytes]]:
    if root.is_relative_to(folder / "file"):
        raise NotADirectoryError(20, "Not a directory")
    return "download", {}


def test_variables_named_in_the_pages_are_read_by_the_code() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "helpers").rglob("*.py"))
    code += (ROOT / "tools" / "bootstrap.py").read_text(encoding="utf-8")
    for name in ("faq.md", "start.md", "data.md"):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        for variable in set(re.findall(r"\b(?:COURSE|TORCH)_[A-Z]+\b", text)):
            assert f'"{variable}"' in code, f"{name}: {variable}"


def test_programs_of_the_environment_that_the_pages_call_are_installed() -> None:
    modules = re.findall(r"\.venv/bin/python -m (\w+)", FAQ)
    scripts = {f"jupyter-{name}" for name in re.findall(r"\.venv/bin/jupyter (\w+)", FAQ)}
    assert modules and scripts
    assert all(map(importlib.util.find_spec, modules))
    assert scripts <= {script.name for script in entry_points(group="console_scripts")}
