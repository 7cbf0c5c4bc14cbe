"""The learner's copy: made, brought up to date, and nothing of the learner's overwritten or lost."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import nbformat
import pytest

from tests.gates.build import code_cell, drawn, notebook_of, picture, printed
from tools import my_course
from tools.my_course import MANIFEST, ROOT, START, Report, course_files, local_links, update

UNIT = "code-units/4.1-foundations"
LOSS = f"{UNIT}/4.1.3-loss.ipynb"
NEW_LOSS = f"{UNIT}/4.1.3-loss (new version).ipynb"
NEWER_LOSS = f"{UNIT}/4.1.3-loss (new version 2).ipynb"
OTHER = f"{UNIT}/4.1.4-loop.ipynb"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of a start page, two notebooks, an exercise with a picture, and a page that a notebook links to."""
    root = tmp_path / "course"
    publish(root, START, "index = 1")
    publish(root, LOSS, "loss = 1", prose="[next](4.1.4-loop.ipynb), [speed](../../docs/speed.md)")
    publish(root, OTHER, "loop = 1")
    publish(root, "exercises/ex1_mean/ex1_mean.ipynb", "mean = 1", prose="![goal](expected.png)")
    for name, data in {
        "exercises/ex1_mean/expected.png": picture(),
        "docs/speed.md": b"![bars](bars.png)\n",
        "docs/bars.png": picture(),
        "docs/other.md": b"nobody links here\n",
        "code-units/ruff.toml": b"",
        f"{UNIT}/.ipynb_checkpoints/4.1.3-loss-checkpoint.ipynb": b"{}",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def publish(root: Path, name: str, source: str, prose: str = "") -> None:
    """Put a notebook with outputs into the course; the second time, a new version of it."""
    cell = code_cell(source, printed("3\n"), drawn(picture()), tags=["real-data"])
    notebook = notebook_of(cell)
    notebook.cells[0].source += prose
    for place, each in enumerate(notebook.cells):
        each.id = f"cell-{place}"
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, root / name)


def copy_of(root: Path, name: str = LOSS) -> Path:
    return root / "my-course" / name


def code_in(path: Path) -> str:
    """The source of the fixture's one code cell."""
    return nbformat.read(path, as_version=4).cells[1].source


def edit(path: Path, source: str) -> None:
    """What a learner does: write into the notebook."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source = source
    nbformat.write(notebook, path)


def execute(path: Path) -> None:
    """What running to the end does: outputs, counts, metadata, and an empty cell below the last one."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].outputs, notebook.cells[1].execution_count = [printed("mine\n")], 7
    notebook.cells[1].metadata["execution"] = {"iopub.status.busy": "now"}
    notebook.metadata["widgets"] = {}
    notebook.cells.append(nbformat.v4.new_code_cell(""))
    nbformat.write(notebook, path)


def everything_in(folder: Path) -> dict[str, bytes]:
    """Each file's content, but for what the tool remembers."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# The first copy


def test_copy_holds_the_notebooks_and_what_they_link_to(course: Path) -> None:
    update(course)
    assert everything_in(course / "my-course").keys() == {
        START,
        LOSS,
        OTHER,
        "exercises/ex1_mean/ex1_mean.ipynb",
        "exercises/ex1_mean/expected.png",
        "docs/speed.md",
        "docs/bars.png",
    }


def test_outputs_and_counts_are_cleared_and_all_else_is_kept(course: Path) -> None:
    update(course)
    original, copy = (nbformat.read(path, as_version=4) for path in (course / LOSS, copy_of(course)))
    assert copy.cells[1].outputs == [] and copy.cells[1].execution_count is None
    for cell in original.cells:
        cell.update({"outputs": [], "execution_count": None} if cell.cell_type == "code" else {})
    assert copy == original


def test_report_counts_in_one_line(course: Path) -> None:
    assert str(update(course)) == "my-course: 4 notebooks ready"
    edit(copy_of(course), "mine = 1")
    publish(course, LOSS, "loss = 2")
    assert str(update(course)) == "my-course: 3 notebooks ready, 1 of yours kept, 1 new version beside yours"


def test_second_run_changes_nothing(course: Path) -> None:
    update(course)
    execute(copy_of(course))
    before = everything_in(course / "my-course")
    update(course)
    assert everything_in(course / "my-course") == before


def test_every_link_of_the_real_course_resolves_in_its_copy(tmp_path: Path) -> None:
    report = update(ROOT, tmp_path / "my-course")
    notebooks = list((tmp_path / "my-course").rglob("*.ipynb"))
    assert report.ready == len(notebooks) >= 20 and not report.failures
    broken = [
        f"{path.name}: {target}"
        for path in notebooks
        for target in local_links(path)
        if (ROOT / path.relative_to(tmp_path / "my-course")).parent.joinpath(target).exists()
        and not (path.parent / target).exists()
    ]
    assert broken == []


def test_link_that_only_the_course_has_would_be_noticed(course: Path) -> None:
    update(course)
    assert local_links(copy_of(course)) == ["4.1.4-loop.ipynb", "../../docs/speed.md"]
    assert "docs/other.md" not in course_files(course)


# A new version comes


def test_untouched_notebook_is_replaced(course: Path) -> None:
    update(course)
    publish(course, LOSS, "loss = 2")
    assert update(course).ready == 4
    assert code_in(copy_of(course)) == "loss = 2"


def test_notebook_that_was_only_run_is_replaced(course: Path) -> None:
    update(course)
    execute(copy_of(course))
    publish(course, LOSS, "loss = 2")
    update(course)
    assert code_in(copy_of(course)) == "loss = 2"


def test_new_version_that_differs_in_metadata_alone_is_put_as_well(course: Path) -> None:
    update(course)
    notebook = nbformat.read(course / LOSS, as_version=4)
    notebook.cells[1].metadata["jupyter"] = {"source_hidden": True}
    nbformat.write(notebook, course / LOSS)
    update(course)
    assert nbformat.read(copy_of(course), as_version=4).cells[1].metadata["jupyter"] == {"source_hidden": True}


def test_touched_notebook_stays_and_the_new_one_comes_beside_it(course: Path) -> None:
    update(course)
    edit(copy_of(course), "mine = 1")
    before = copy_of(course).read_bytes()
    publish(course, LOSS, "loss = 2")
    report = update(course)
    assert (report.ready, report.kept, report.beside) == (3, 1, 1)
    assert copy_of(course).read_bytes() == before
    assert code_in(copy_of(course, NEW_LOSS)) == "loss = 2"


def test_touched_notebook_alone_is_no_reason_for_a_copy_beside_it(course: Path) -> None:
    update(course)
    edit(copy_of(course), "mine = 1")
    assert update(course).beside == 0
    assert not copy_of(course, NEW_LOSS).exists()


def test_two_versions_later_the_newest_lies_beside(course: Path) -> None:
    update(course)
    edit(copy_of(course), "mine = 1")
    for source in ("loss = 2", "loss = 3"):
        publish(course, LOSS, source)
        update(course)
    assert code_in(copy_of(course)) == "mine = 1"
    assert code_in(copy_of(course, NEW_LOSS)) == "loss = 3"
    assert not copy_of(course, NEWER_LOSS).exists()


def test_new_version_that_was_worked_in_stays_as_well(course: Path) -> None:
    update(course)
    edit(copy_of(course), "mine = 1")
    publish(course, LOSS, "loss = 2")
    update(course)
    edit(copy_of(course, NEW_LOSS), "mine = 2")
    update(course)
    assert not copy_of(course, NEWER_LOSS).exists()
    publish(course, LOSS, "loss = 3")
    update(course)
    sources = [code_in(copy_of(course, name)) for name in (LOSS, NEW_LOSS, NEWER_LOSS)]
    assert sources == ["mine = 1", "mine = 2", "loss = 3"]


def test_update_that_was_missed_makes_no_difference(course: Path) -> None:
    update(course)
    for source in ("loss = 2", "loss = 3"):
        publish(course, LOSS, source)
    update(course)
    assert code_in(copy_of(course)) == "loss = 3"


def test_new_version_that_was_deleted_does_not_come_back(course: Path) -> None:
    update(course)
    edit(copy_of(course), "mine = 1")
    publish(course, LOSS, "loss = 2")
    update(course)
    copy_of(course, NEW_LOSS).unlink()
    assert update(course).beside == 0
    publish(course, LOSS, "loss = 3")
    assert update(course).beside == 1
    assert code_in(copy_of(course, NEW_LOSS)) == "loss = 3"


def test_new_version_taken_in_place_of_the_old_one_is_up_to_date(course: Path) -> None:
    update(course)
    edit(copy_of(course), "mine = 1")
    publish(course, LOSS, "loss = 2")
    update(course)
    copy_of(course, NEW_LOSS).replace(copy_of(course))
    assert str(update(course)) == "my-course: 4 notebooks ready"
    publish(course, LOSS, "loss = 3")
    update(course)
    assert code_in(copy_of(course)) == "loss = 3"


def test_version_that_we_put_earlier_counts_as_ours(course: Path) -> None:
    update(course)
    first = copy_of(course).read_bytes()
    publish(course, LOSS, "loss = 2")
    update(course)
    copy_of(course).write_bytes(first)
    update(course)
    assert code_in(copy_of(course)) == "loss = 2"


def test_touched_picture_stays_too(course: Path) -> None:
    update(course)
    drawing = copy_of(course, "exercises/ex1_mean/expected.png")
    drawing.write_bytes(b"mine")
    (course / "exercises/ex1_mean/expected.png").write_bytes(picture(with_line=False))
    update(course)
    assert drawing.read_bytes() == b"mine"
    assert drawing.with_name("expected (new version).png").read_bytes() == picture(with_line=False)


# What the learner does with files


def test_deleted_notebook_comes_back_fresh(course: Path) -> None:
    update(course)
    edit(copy_of(course), "mine = 1")
    copy_of(course).unlink()
    update(course)
    assert code_in(copy_of(course)) == "loss = 1"


def test_renamed_notebook_stays_and_the_original_comes_back(course: Path) -> None:
    update(course)
    edit(copy_of(course), "mine = 1")
    mine = copy_of(course).rename(copy_of(course).with_name("my loss.ipynb"))
    publish(course, LOSS, "loss = 2")
    update(course)
    assert code_in(mine) == "mine = 1"
    assert code_in(copy_of(course)) == "loss = 2"
    assert not copy_of(course, NEW_LOSS).exists()


def test_files_of_the_learner_are_never_touched(course: Path) -> None:
    update(course)
    mine = {f"{UNIT}/notes.txt": b"mine", f"{UNIT}/4.1.3-loss (damaged).ipynb": b"?", "code-units/model.pt": b"\x00"}
    for name, data in mine.items():
        copy_of(course, name).write_bytes(data)
    publish(course, LOSS, "loss = 2")
    (course / OTHER).unlink()
    update(course)
    after = everything_in(course / "my-course")
    assert {name: after[name] for name in mine} == mine


def test_read_only_notebook_is_left_as_it_is(course: Path) -> None:
    update(course)
    copy_of(course).chmod(0o444)
    publish(course, LOSS, "loss = 2")
    assert update(course).kept == 1
    assert code_in(copy_of(course)) == "loss = 1"
    assert code_in(copy_of(course, NEW_LOSS)) == "loss = 2"


def test_copy_of_a_read_only_course_can_be_written(course: Path) -> None:
    (course / LOSS).chmod(0o444)
    update(course)
    assert copy_of(course).stat().st_mode & 0o200


@pytest.mark.skipif(os.name == "nt", reason="Windows makes links for administrators only")
def test_link_is_the_learners_and_what_it_leads_to_is_not_written(course: Path, tmp_path: Path) -> None:
    update(course)
    elsewhere = copy_of(course).rename(tmp_path / "elsewhere.ipynb")
    copy_of(course).symlink_to(elsewhere)
    publish(course, LOSS, "loss = 2")
    assert update(course).kept == 1
    assert copy_of(course).is_symlink() and code_in(elsewhere) == "loss = 1"


@pytest.mark.skipif(os.name == "nt", reason="Windows makes links for administrators only")
def test_folder_that_leads_to_the_originals_is_not_written(course: Path) -> None:
    update(course)
    shutil.rmtree(copy_of(course, UNIT))
    copy_of(course, UNIT).symlink_to(course / UNIT)
    originals = everything_in(course / "code-units")
    report = update(course)
    assert everything_in(course / "code-units") == originals
    assert [failure.split(":")[0] for failure in report.failures] == [LOSS, OTHER]


@pytest.mark.skipif(os.name == "nt", reason="Windows makes links for administrators only")
def test_copy_that_leads_to_the_course_itself_is_refused(course: Path) -> None:
    (course / "my-course").symlink_to(course)
    originals = everything_in(course / "code-units")
    with pytest.raises(OSError, match="leads to the course itself"):
        update(course)
    assert everything_in(course / "code-units") == originals


# The course changes its files


def test_untouched_notebook_that_left_the_course_goes_with_its_folder(course: Path) -> None:
    update(course)
    shutil.rmtree(course / "exercises" / "ex1_mean")
    assert str(update(course)) == "my-course: 3 notebooks ready, 1 no longer in the course"
    assert not copy_of(course, "exercises").exists()


def test_touched_notebook_that_left_the_course_stays_for_good(course: Path) -> None:
    update(course)
    edit(copy_of(course), "mine = 1")
    (course / LOSS).rename(course / UNIT / "4.1.3-loss-and-descent.ipynb")
    for _ in range(2):
        assert update(course).ready == 4
    assert code_in(copy_of(course)) == "mine = 1"
    publish(course, LOSS, "back = 1")  # the name returns
    update(course)
    assert code_in(copy_of(course)) == "mine = 1"
    assert code_in(copy_of(course, NEW_LOSS)) == "back = 1"


@pytest.mark.parametrize("case_counts", [True, False])
def test_name_that_changed_in_case_only_loses_nothing(
    course: Path, case_counts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(course)
    edit(copy_of(course), "mine = 1")
    renamed = f"{UNIT}/4.1.3-Loss.ipynb"
    (course / LOSS).rename(course / renamed)
    if not case_counts:  # the new name is there already: it is the same file
        os.link(copy_of(course), copy_of(course, renamed))
        monkeypatch.setattr(os, "rename", lambda before, after: Path(before).unlink())
    report = update(course)
    assert (report.ready, report.kept, report.gone) == (3, 1, 0)
    assert code_in(copy_of(course, renamed)) == "mine = 1"
    assert not copy_of(course).exists()


def test_course_without_its_start_page_changes_nothing(course: Path) -> None:
    update(course)
    before = everything_in(course / "my-course")
    shutil.rmtree(course / "code-units")
    with pytest.raises(OSError, match="is this the whole course"):
        update(course)
    assert everything_in(course / "my-course") == before


# Half-written states


@pytest.mark.parametrize("damage", [b'{"cells": [{"cell_ty', b"[]", b"\xff\x00"])
def test_damaged_notebook_is_set_aside_and_comes_back(course: Path, damage: bytes) -> None:
    update(course)
    copy_of(course).write_bytes(damage)
    assert str(update(course)) == "my-course: 4 notebooks ready, 1 damaged, set aside"
    assert code_in(copy_of(course)) == "loss = 1"
    assert copy_of(course, f"{UNIT}/4.1.3-loss (damaged).ipynb").read_bytes() == damage


def test_empty_file_is_replaced(course: Path) -> None:
    update(course)
    copy_of(course).write_bytes(b"")
    assert str(update(course)) == "my-course: 4 notebooks ready"


@pytest.mark.parametrize("writes", range(1, 10))
@pytest.mark.parametrize("after_replacing", [False, True])
def test_run_that_was_interrupted_is_made_good_by_the_next(
    course: Path, writes: int, after_replacing: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The update stops at its n-th write, before or after the file is in place; one version later all is right."""
    update(course)
    edit(copy_of(course, OTHER), "mine = 1")
    for name in (START, LOSS, OTHER, "exercises/ex1_mean/ex1_mean.ipynb"):
        publish(course, name, "version = 2")
    replace, done = os.replace, []

    def stop(source: str, target: str) -> None:
        done.append(target)
        if len(done) < writes or after_replacing:
            replace(source, target)
        if len(done) == writes:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", stop)
        if writes <= 6:  # the manifest, four notebooks, the manifest
            with pytest.raises(KeyboardInterrupt):
                update(course)
        else:
            update(course)
    assert not list((course / "my-course").rglob("*.part"))
    publish(course, LOSS, "version = 3")
    report = update(course)
    assert (report.ready, report.kept, report.beside) == (3, 1, 1)
    assert [code_in(copy_of(course, name)) for name in (LOSS, START)] == ["version = 3", "version = 2"]
    assert code_in(copy_of(course, OTHER)) == "mine = 1"
    assert code_in(copy_of(course, f"{UNIT}/4.1.4-loop (new version).ipynb")) == "version = 2"
    assert len(everything_in(course / "my-course")) == 6  # four notebooks, the new version of one, and a picture


def test_first_run_that_was_interrupted_is_finished_by_the_next(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(my_course, "write", _stop_at(my_course.write, LOSS))
        with pytest.raises(KeyboardInterrupt):
            update(course)
    assert not copy_of(course).exists()
    assert str(update(course)) == "my-course: 4 notebooks ready"


def _stop_at(write: object, name: str) -> object:
    def stopping(path: Path, data: bytes) -> None:
        if path.as_posix().endswith(name):
            raise KeyboardInterrupt
        write(path, data)

    return stopping


def test_what_a_killed_run_left_is_swept_away_later(course: Path) -> None:
    update(course)
    old, fresh = (copy_of(course, f"{UNIT}/{my_course.PART}{name}.part") for name in ("old", "fresh"))
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    update(course)
    assert (old.exists(), fresh.exists()) == (False, True)


def test_one_file_that_cannot_be_written_does_not_stop_the_others(course: Path) -> None:
    blocking = copy_of(course, UNIT)
    blocking.parent.mkdir(parents=True)
    blocking.write_bytes(b"a file of the learner's, where a folder should be")
    report = update(course)
    assert report.ready == 2 and len(report.failures) == 2
    assert str(report).endswith("2 files not updated")
    assert blocking.read_bytes().startswith(b"a file")


# The manifest


@pytest.mark.parametrize("damage", [None, b"", b"{", b'{"files": {"x": 1}}', b'{"files": {"../x.ipynb": {}}}', b"[]"])
def test_without_a_manifest_what_differs_counts_as_the_learners(course: Path, damage: bytes | None) -> None:
    update(course)
    edit(copy_of(course), "mine = 1")
    execute(copy_of(course, OTHER))
    before = everything_in(course / "my-course")
    manifest = course / "my-course" / MANIFEST
    manifest.unlink() if damage is None else manifest.write_bytes(damage)
    report = update(course)
    assert (report.ready, report.kept, report.beside) == (3, 1, 1)
    after = everything_in(course / "my-course")
    assert {name: after[name] for name in before} == before
    assert code_in(copy_of(course, NEW_LOSS)) == "loss = 1"


def test_manifest_names_no_place_outside_of_the_copy(course: Path) -> None:
    update(course)
    names = json.loads((course / "my-course" / MANIFEST).read_text())["files"]
    assert sorted(names) == course_files(course)
    assert str(course) not in (course / "my-course" / MANIFEST).read_text()


# The command


def test_command_prints_one_line(course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(my_course, "ROOT", course)
    monkeypatch.setattr(my_course, "update", lambda: update(course))
    assert my_course.main() == 0
    assert capsys.readouterr() == ("my-course: 4 notebooks ready\n", "")


def test_command_fails_only_where_there_is_nothing_to_open(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    def fail() -> Report:
        raise OSError("Read-only file system")

    monkeypatch.setattr(my_course, "ROOT", course)
    monkeypatch.setattr(my_course, "update", fail)
    assert my_course.main() == 1
    update(course)
    assert my_course.main() == 0
    assert capsys.readouterr().err == "my-course: not updated: Read-only file system\n" * 2
