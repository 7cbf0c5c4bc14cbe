"""Exports of learning platforms, tidy ones and hostile ones: every file is taken or told of."""

from __future__ import annotations

import io
import os
import stat
import tempfile
import warnings
import zipfile
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instructor import collect as module
from instructor.collect import Report, collect, read_students

EX = "ex1_changing-layers"
NOTEBOOK = f"{EX}.ipynb"
MAY = datetime(2031, 5, 1, 12, 0)
ANNA = "Anna Álvarez_101_assignsubmission_file_"
BEN = "Ben Bø_102_assignsubmission_file_"


def packed(files: Mapping[str, str | bytes], *, at: datetime | dict[str, datetime] = MAY) -> bytes:
    """A zip with these files, written at these times."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            time = at.get(name, MAY) if isinstance(at, dict) else at
            info = zipfile.ZipInfo(name, time.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return stream.getvalue()


def collected(tmp_path: Path, files: Mapping[str, str | bytes] | bytes, **options: object) -> Report:
    """Collect from a zip with these files."""
    source = tmp_path / "export.zip"
    source.write_bytes(files if isinstance(files, bytes) else packed(files))
    return collect(EX, source, tmp_path / "class", **options)


def text_of(tmp_path: Path, student: str) -> str:
    return (tmp_path / "class" / "submitted" / student / EX / NOTEBOOK).read_text(encoding="utf-8")


def reasons(report: Report) -> dict[str, str]:
    return {left.path: left.reason for left in report.left}


def students(report: Report) -> list[str]:
    return [taken.student for taken in report.taken]


# --- Platforms -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [
        (f"{ANNA}/{NOTEBOOK}", f"{BEN}/{NOTEBOOK}"),
        (f"{ANNA[:-1]}/{NOTEBOOK}", f"{BEN[:-1]}/{NOTEBOOK}"),
        (f"{ANNA}{NOTEBOOK}", f"{BEN}{NOTEBOOK}"),
        (f"Course-1-12/{ANNA}/{NOTEBOOK}", f"Course-1-12/{BEN}/my work/{NOTEBOOK}"),
    ],
)
def test_moodle_with_and_without_folders(tmp_path: Path, names: tuple[str, str]) -> None:
    report = collected(tmp_path, dict(zip(names, "ab", strict=True)))
    assert students(report) == ["101", "102"]
    assert (text_of(tmp_path, "101"), text_of(tmp_path, "102")) == ("a", "b")
    assert report.left == ()
    (anna, _) = read_students(tmp_path / "class")
    assert (anna.student, anna.name, anna.number, anna.file, anna.late) == ("101", "Anna Álvarez", "101", names[0], "")


def test_moodle_with_a_zip_of_each_student_and_a_text_online(tmp_path: Path) -> None:
    report = collected(
        tmp_path,
        {
            f"{ANNA}/all of it.zip": packed({f"{EX}/{NOTEBOOK}": "a", f"{EX}/expected.png": "x"}),
            "Anna Álvarez_101_assignsubmission_onlinetext/onlinetext.html": "hello",
        },
    )
    assert students(report) == ["101"]
    assert text_of(tmp_path, "101") == "a"
    assert reasons(report) == {
        f"{ANNA}/all of it.zip/{EX}/expected.png": "no notebook",
        "Anna Álvarez_101_assignsubmission_onlinetext/onlinetext.html": "no notebook",
    }


def test_canvas_with_late_ones_newer_ones_and_anonymous_ones(tmp_path: Path) -> None:
    report = collected(
        tmp_path,
        {
            f"alvarezanna_11_900_{NOTEBOOK}": "old",
            f"alvarezanna_11_903_{EX}-1.ipynb": "new",
            f"bø_LATE_12_901_{NOTEBOOK}": "late",
            f"anon_a7Xk2_902_{NOTEBOOK}": "nobody",
            f"LATE_anon_b7Xk2_904_{NOTEBOOK}": "nobody, late",
            "chen_13_text.html": "text",
        },
        due=MAY,
    )
    assert students(report) == ["11", "12", "a7Xk2", "b7Xk2"]
    assert [taken.late for taken in report.taken] == [False, True, False, True]
    assert text_of(tmp_path, "11") == "new"
    assert report.taken[0].note == "the newest of 2"
    assert reasons(report)[f"alvarezanna_11_900_{NOTEBOOK}"].startswith("a newer one was taken")
    assert reasons(report)["chen_13_text.html"] == "no notebook"
    stamp = tmp_path / "class" / "submitted" / "12" / EX / "timestamp.txt"
    assert stamp.read_text() == f"{(MAY + timedelta(seconds=1)).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n"
    assert not (tmp_path / "class" / "submitted" / "11" / EX / "timestamp.txt").exists()


@pytest.mark.parametrize(
    "files",
    [
        {f"anna/{NOTEBOOK}": "a", "ben/solution.ipynb": "b"},
        {f"anna/{EX}/{NOTEBOOK}": "a", f"ben/{EX}/{NOTEBOOK}": "b"},
        {f"submitted/anna/{EX}/{NOTEBOOK}": "a", f"submitted/ben/{EX}/{NOTEBOOK}": "b"},
        {"anna.zip": packed({NOTEBOOK: "a"}), f"ben_{EX}.zip": packed({f"{EX}/{NOTEBOOK}": "b"})},
        {f"anna_{EX}.ipynb": "a", "ben.ipynb": "b"},
        {"all.zip": packed({f"anna/{NOTEBOOK}": "a", f"ben/{NOTEBOOK}": "b"})},
    ],
)
def test_a_folder_a_zip_or_a_notebook_for_each_student(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    report = collected(tmp_path, files)
    assert students(report) == ["anna", "ben"], report
    assert (text_of(tmp_path, "anna"), text_of(tmp_path, "ben")) == ("a", "b")
    assert report.left == ()


def test_nbgraders_own_layout_keeps_its_time(tmp_path: Path) -> None:
    for name, time in (("anna", "2031-05-01 09:00:00.000000 UTC"), ("ben", "2031-05-03 09:00:00 UTC")):
        folder = tmp_path / "submitted" / name / EX
        folder.mkdir(parents=True)
        (folder / NOTEBOOK).write_text(name)
        (folder / "timestamp.txt").write_text(time)
        (folder.parent / "ex2_fashion-mnist").mkdir()
        (folder.parent / "ex2_fashion-mnist" / "ex2_fashion-mnist.ipynb").write_text("x")
    report = collect(EX, tmp_path / "submitted", tmp_path / "class", due=datetime(2031, 5, 2, tzinfo=UTC))
    assert [(taken.student, taken.late) for taken in report.taken] == [("anna", False), ("ben", True)]
    assert {left.reason for left in report.left} == {"read: when it was handed in", "the notebook of another exercise"}
    stamp = tmp_path / "class" / "submitted" / "ben" / EX / "timestamp.txt"
    assert stamp.read_text() == "2031-05-03 09:00:00 UTC\n"
    assert collect(EX, tmp_path / "submitted", tmp_path / "class").taken[1].late


def test_folder_with_the_downloaded_zip_alone_is_that_zip(tmp_path: Path) -> None:
    (tmp_path / "download").mkdir()
    (tmp_path / "download" / "Course-1.zip").write_bytes(packed({f"{ANNA}/{NOTEBOOK}": "a", f"{BEN}/{NOTEBOOK}": "b"}))
    report = collect(EX, tmp_path / "download", tmp_path / "class")
    assert students(report) == ["101", "102"]


def test_two_exports_of_whole_classes_in_a_folder_are_not_two_students(tmp_path: Path) -> None:
    export = packed({f"{ANNA}/{NOTEBOOK}": "a", f"{BEN}/{NOTEBOOK}": "b"})
    report = collected(tmp_path, {"monday.zip": export, "tuesday.zip": export})
    assert report.taken == ()
    assert len(report.left) == 4
    assert "collect it by itself" in report.left[0].reason


# --- Which file, and when --------------------------------------------------------------------------------------------


def test_right_name_wins_over_a_newer_one_and_the_newest_of_wrong_names(tmp_path: Path) -> None:
    files = {
        f"{ANNA}/{NOTEBOOK}": "right",
        f"{ANNA}/scratch.ipynb": "newer",
        f"{BEN}/v1.ipynb": "1",
        f"{BEN}/v2.ipynb": "2",
    }
    at = {f"{ANNA}/scratch.ipynb": MAY + timedelta(1), f"{BEN}/v1.ipynb": MAY + timedelta(1)}
    report = collected(tmp_path, packed(files, at=at))
    assert text_of(tmp_path, "101") == "right"
    assert text_of(tmp_path, "102") == "1"
    assert report.taken[1].note == "the name is another one; the newest of 2"
    assert "right name" in reasons(report)[f"{ANNA}/scratch.ipynb"]
    assert "newer" in reasons(report)[f"{BEN}/v2.ipynb"]


@pytest.mark.parametrize(
    "name", [f"{EX} (1).ipynb", f"{EX}-Copy1.ipynb", f"{EX.upper()}.IPYNB", f"{EX}.ipynb.txt", f"Copy of {EX}-2.ipynb"]
)
def test_name_that_a_browser_or_jupyter_changed_is_the_right_one(tmp_path: Path, name: str) -> None:
    report = collected(tmp_path, {f"{ANNA}/{name}": "a", f"{ANNA}/z.ipynb": "z"})
    assert report.taken[0].path == f"{ANNA}/{name}"
    assert report.taken[0].note == ""


def test_notebook_of_another_exercise_is_not_taken(tmp_path: Path) -> None:
    report = collected(tmp_path, {f"{ANNA}/ex2_fashion-mnist.ipynb": "a"})
    assert report.taken == ()
    assert report.left[0].reason == "the notebook of another exercise"


def test_times_in_the_archive_tell_what_is_late_unless_they_are_those_of_the_download(tmp_path: Path) -> None:
    files = {f"{ANNA}/{NOTEBOOK}": "a", f"{BEN}/{NOTEBOOK}": "b"}
    spread = packed(files, at={f"{BEN}/{NOTEBOOK}": MAY + timedelta(days=2)})
    report = collected(tmp_path, spread, due=MAY + timedelta(days=1))
    assert [taken.late for taken in report.taken] == [False, True]
    stamp = tmp_path / "class" / "submitted" / "102" / EX / "timestamp.txt"
    assert stamp.read_text() == f"{(MAY + timedelta(days=2)).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n"
    (tmp_path / "other").mkdir()
    report = collected(tmp_path / "other", packed(files), due=MAY - timedelta(days=1))
    assert not any(taken.late for taken in report.taken)
    assert "when they were downloaded" in report.notes[0]


def test_times_inside_a_students_zip_prove_nothing(tmp_path: Path) -> None:
    early = packed({NOTEBOOK: "b", "timestamp.txt": "2001-01-01 00:00:00 UTC"}, at=datetime(2001, 1, 1))
    files = {f"{ANNA}/{NOTEBOOK}": "a", f"{BEN}/x.zip": early}
    report = collected(tmp_path, packed(files, at={f"{BEN}/x.zip": MAY + timedelta(days=2)}), due=MAY + timedelta(1))
    assert [taken.late for taken in report.taken] == [False, True]


def test_same_export_twice_changes_nothing(tmp_path: Path) -> None:
    files = {f"{ANNA}/{NOTEBOOK}": "a", f"{BEN}/{NOTEBOOK}": "b"}
    collected(tmp_path, files)
    before = snapshot(tmp_path / "class" / "submitted")
    report = collected(tmp_path, files)
    assert {taken.change for taken in report.taken} == {"same"}
    assert snapshot(tmp_path / "class" / "submitted") == before
    assert not (tmp_path / "class" / "replaced").exists()


def snapshot(folder: Path) -> dict[Path, tuple[bytes, int]]:
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def test_newer_one_replaces_and_what_was_there_is_kept(tmp_path: Path) -> None:
    collected(tmp_path, {f"a_11_900_{NOTEBOOK}": "first"})
    report = collected(tmp_path, {f"a_11_905_{EX}-1.ipynb": "second"})
    assert report.taken[0].change == "replaced"
    assert text_of(tmp_path, "11") == "second"
    (kept,) = (tmp_path / "class" / "replaced" / "11" / EX).iterdir()
    assert kept.read_text() == "first"
    report = collected(tmp_path, {f"a_11_900_{NOTEBOOK}": "first"})
    assert report.left[0].reason == "older than what was collected before"
    assert text_of(tmp_path, "11") == "second"


def test_a_class_is_kept_over_exercises_and_exports(tmp_path: Path) -> None:
    collected(tmp_path, {f"{ANNA}/{NOTEBOOK}": "a"})
    (tmp_path / "two.zip").write_bytes(packed({f"{BEN}/ex2_fashion-mnist.ipynb": "b"}))
    collect("ex2_fashion-mnist", tmp_path / "two.zip", tmp_path / "class")
    rows = read_students(tmp_path / "class")
    assert [(row.student, row.exercise) for row in rows] == [("101", EX), ("102", "ex2_fashion-mnist")]


@pytest.mark.parametrize(
    "text",
    [
        "Identifier,Full name,Email address\nParticipant 101,Anna Álvarez,a@b.c\nParticipant 103,Chen,c@b.c\n",
        "\ufeffStudent;ID;SIS User ID\n    Points Possible;;\nÁlvarez, Anna;101;x\nChen;103;y\n",
        "id\n101\n103\n",
    ],
)
def test_roster_tells_who_is_missing_and_who_is_unknown(tmp_path: Path, text: str) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(text, encoding="utf-8")
    report = collected(tmp_path, {f"{ANNA}/{NOTEBOOK}": "a", f"{BEN}/{NOTEBOOK}": "b"}, roster=roster)
    assert [name.split()[0] for name in report.missing] == ["103"]
    assert report.notes[0].startswith("102: not in")


# --- Names -----------------------------------------------------------------------------------------------------------


def test_odd_names_become_safe_folders_and_no_two_the_same(tmp_path: Path) -> None:
    names = [
        "Zoë",
        "Zoe",
        "zoe",
        "יוסי\u202e",
        "🦊",
        "con",
        "NUL.x",
        "a" * 200,
        "-rf",
        "=cmd()",
        "a b",
        "ö",
        "o\u0308!",
    ]
    report = collected(tmp_path, {f"{name}/{NOTEBOOK}": name for name in names})
    assert len(report.taken) == len(names)
    folders = [path.name for path in (tmp_path / "class" / "submitted").iterdir()]
    assert len({folder.casefold() for folder in folders}) == len(names)
    assert all(folder.isascii() and len(folder) < 60 and not folder.startswith(("-", ".")) for folder in folders)
    assert not {"con", "nul.x"} & {folder.casefold() for folder in folders}
    assert sorted(text_of(tmp_path, folder) for folder in folders) == sorted(names)
    assert not any(row.name.startswith("=") for row in read_students(tmp_path / "class"))
    assert "\u202e" not in str(report)
    assert "\\u202e" in str(report)
    again = collected(tmp_path, {f"{name}/{NOTEBOOK}": name for name in names})
    assert {taken.change for taken in again.taken} == {"same"}


def test_folder_in_a_students_zip_cannot_speak_for_another_student(tmp_path: Path) -> None:
    forged = packed(
        {f"{ANNA}/{NOTEBOOK}": "forged", f"../{ANNA}/{NOTEBOOK}": "forged", f"anna/{EX}/{NOTEBOOK}": "mine"}
    )
    report = collected(tmp_path, {f"{ANNA}/{NOTEBOOK}": "a", f"{BEN}/{ANNA}.zip": forged})
    assert students(report) == ["101", "102"]
    assert text_of(tmp_path, "101") == "a"
    name = f"x_101_assignsubmission_file_{NOTEBOOK}"
    report = collected(tmp_path, {f"{ANNA}{NOTEBOOK}": "a", f"{BEN}{name}": "forged"})
    assert text_of(tmp_path, "101") == "a"
    (tmp_path / "canvas").mkdir()
    report = collected(tmp_path / "canvas", {f"anna_11_1_{NOTEBOOK}": "a", f"ben_12_2_anna_11_9_{NOTEBOOK}": "forged"})
    assert text_of(tmp_path / "canvas", "11") == "a"


# --- Hostile and broken files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (f"{BEN}/.DS_Store", "macOS"),
        (f"__MACOSX/{BEN}/._{NOTEBOOK}", "macOS"),
        (f"{BEN}/.ipynb_checkpoints/{EX}-checkpoint.ipynb", "checkpoint"),
        (f"{BEN}/Thumbs.db", "Windows"),
        (f"{BEN}/report.pdf", "no notebook"),
        (f"{BEN}/{EX}.7z", "no zip"),
        (f"../../{BEN}/{NOTEBOOK}", "leads out"),
        (f"{BEN}\\..\\..\\{NOTEBOOK}", "leads out"),
        (f"/{BEN}/{NOTEBOOK}", "absolute"),
        (f"C:\\{BEN}\\{NOTEBOOK}", "absolute"),
        ("readme.ipynb", "no name of a student, as Moodle"),
        (f"{BEN}/work.zip", "no zip that can be read"),
    ],
)
def test_what_is_not_taken_is_told_by_name_and_reason(tmp_path: Path, name: str, reason: str) -> None:
    report = collected(tmp_path, {f"{ANNA}/{NOTEBOOK}": "a", name: "PK\x03\x04"})
    assert students(report) == ["101"]
    assert len(report.left) == 1
    assert reason in report.left[0].reason
    assert reason in (tmp_path / "class" / f"collected-{EX}.txt").read_text(encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} == {"export.zip", "class"}


def with_entry(name: str, content: bytes, **attributes: int) -> bytes:
    stream = io.BytesIO(packed({f"{ANNA}/{NOTEBOOK}": "a"}))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        for attribute, value in attributes.items():
            setattr(info, attribute, value)
        archive.writestr(info, content)
    return stream.getvalue()


def test_links_and_devices_in_a_zip_are_not_taken(tmp_path: Path) -> None:
    link = with_entry(f"{BEN}/{NOTEBOOK}", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16)
    assert "symbolic link" in collected(tmp_path, link).left[0].reason
    device = with_entry(f"{BEN}/{NOTEBOOK}", b"", external_attr=(stat.S_IFCHR | 0o777) << 16)
    assert "no ordinary file" in collected(tmp_path, device).left[0].reason


def test_encrypted_part_is_not_taken(tmp_path: Path) -> None:
    content = bytearray(with_entry(f"{BEN}/{NOTEBOOK}", b"secret"))
    at = content.rindex(b"PK\x01\x02")
    content[at + 8] |= 1  # the flag in the list of contents
    assert collected(tmp_path, bytes(content)).left[0].reason == "encrypted"


def test_damaged_part_harms_no_other(tmp_path: Path) -> None:
    content = with_entry(f"{BEN}/{NOTEBOOK}", b"abcdefghijklmnop" * 9 + b"unlike")
    at = content.index(b"PK\x01\x02") - 8
    report = collected(tmp_path, content[:at] + b"\xff\xff\xff\xff" + content[at + 4 :])
    assert students(report) == ["101"]
    assert "cannot be unpacked" in report.left[0].reason


def test_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SMALL", 100_000)
    report = collected(tmp_path, {f"{ANNA}/{NOTEBOOK}": "a", f"{BEN}/{NOTEBOOK}": b"0" * 1_000_000})
    assert "when unpacked" in report.left[0].reason
    monkeypatch.setattr(module, "MOST_BYTES_PACKED", 2_000_000)
    monkeypatch.setattr(module, "MOST_RATIO", 10_000)
    inner = packed({f"{number}.ipynb": b"0" * 1_000_000 for number in range(5)})
    report = collected(tmp_path, {f"{ANNA}/{NOTEBOOK}": "a", f"{BEN}/x.zip": inner})
    assert students(report) == ["101", "102"]
    assert sum("too large" in left.reason for left in report.left) == 4
    monkeypatch.setattr(module, "MOST_FILES", 4)
    report = collected(tmp_path, {f"{ANNA}/{NOTEBOOK}": "a", f"{BEN}/x.zip": inner})
    assert reasons(report) == {f"{BEN}/x.zip": "a zip of 5 files"}


def test_zips_in_zips_come_to_an_end(tmp_path: Path) -> None:
    inner = packed({NOTEBOOK: "b"})
    for _ in range(5):
        inner = packed({"deeper.zip": inner})
    report = collected(tmp_path, {f"{ANNA}/{NOTEBOOK}": "a", f"{BEN}/x.zip": inner})
    assert report.left[0].reason == "a zip inside a zip inside a zip"
    assert reasons(collected(tmp_path, {f"{ANNA}/{NOTEBOOK}": "a", f"{BEN}/x.zip": packed({})})) == {
        f"{BEN}/x.zip": "an empty zip"
    }


def test_links_devices_and_closed_folders_in_a_folder_are_not_taken(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name in ("anna", "ben", "chen"):
        (source / name).mkdir(parents=True)
    (source / "anna" / NOTEBOOK).write_text("a")
    (source / "ben" / NOTEBOOK).symlink_to("/etc/passwd")
    (source / "dora").symlink_to(source / "anna")
    os.mkfifo(source / "chen" / NOTEBOOK)
    report = collect(EX, source, tmp_path / "class")
    assert students(report) == ["anna"]
    assert reasons(report) == {
        f"ben/{NOTEBOOK}": "a symbolic link: hand in the file itself",
        f"chen/{NOTEBOOK}": "no ordinary file",
        "dora": "a symbolic link: hand in the file itself",
    }


def test_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "anna").mkdir(parents=True)
    (source / "ben").mkdir()
    (source / "ben" / NOTEBOOK).write_text("b")
    with open(os.fsencode(source / "anna") + b"/\xff\xfe.ipynb", "wb") as file:
        file.write(b"a")
    report = collect(EX, source, tmp_path / "class")
    assert students(report) == ["anna", "ben"]
    assert "\\udcff" in (tmp_path / "class" / f"collected-{EX}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [b"", b"no zip", packed({"a/b.ipynb": "x"})[:-30]])
def test_export_that_cannot_be_read_is_an_error_that_says_so(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ValueError, match="Download it again"):
        collected(tmp_path, content)


def test_wrong_calls_are_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="neither a folder nor a file"):
        collect(EX, tmp_path / "none", tmp_path / "class")
    with pytest.raises(ValueError, match="the class folder itself"):
        collect(EX, tmp_path, tmp_path)
    with pytest.raises(ValueError, match="one of auto, moodle"):
        collect(EX, tmp_path, tmp_path / "class", lms="blackboard")


# --- None lost -------------------------------------------------------------------------------------------------------

PART = st.sampled_from(
    [
        *(ANNA, BEN, ANNA[:-1], f"{BEN}{NOTEBOOK}", f"a_11_1_{NOTEBOOK}", f"a_LATE_11_2_{NOTEBOOK}", "anna", "Anna"),
        *(
            "submitted",
            EX,
            "ex2_fashion-mnist",
            NOTEBOOK,
            "other.ipynb",
            "timestamp.txt",
            "x.pdf",
            ".DS_Store",
            "__MACOSX",
        ),
        *(".ipynb_checkpoints", "..", "con", "\u202e🦊", "C:", "", "work.7z"),
    ]
)
PATH = st.lists(PART, min_size=1, max_size=4).map("/".join).filter(lambda path: path.strip("/"))
TREE = st.lists(st.tuples(PATH, st.sampled_from(["a", "b", ""])), max_size=6)
EXPORT = st.lists(st.tuples(PATH, st.sampled_from(["a", "b", None]) | TREE), max_size=8)


def zip_of(entries: list) -> tuple[bytes, list[str]]:
    """A zip, names twice and all, and the paths of the files in it; a name of a zip that holds a list is one."""
    stream, paths = io.BytesIO(), []
    with zipfile.ZipFile(stream, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        for number, (name, content) in enumerate(entries):
            if isinstance(content, list):
                inner, below = zip_of(content)
                archive.writestr(f"{name}-{number}.zip", inner)
                paths += [f"{name}-{number}.zip/{path}" for path in below] or [f"{name}-{number}.zip"]
            elif content is None:
                archive.writestr(f"{name}-{number}.zip", "broken")
                paths.append(f"{name}-{number}.zip")
            elif name.endswith("/") and not content:
                archive.writestr(name, "")
            else:
                archive.writestr(name, content)
                paths.append(name)
    return stream.getvalue(), paths


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(EXPORT)
def test_taken_and_told_of_are_all_files(entries: list) -> None:
    content, paths = zip_of(entries)
    with tempfile.TemporaryDirectory() as folder:
        report = collected(Path(folder), content)
        told = [plain(one.path) for one in (*report.taken, *report.left)]
        stored = [path for path in (Path(folder) / "class" / "submitted").rglob("*.ipynb") if path.is_file()]
        assert len(stored) == len(report.taken)
        assert not list((Path(folder) / "class").glob(".collecting*"))
    closed = {name for name in told if name.endswith(".zip")}  # a zip that stays closed is told of as one file
    files = Counter(map(plain, paths))
    inside = {name: next((zip_ for zip_ in closed if name.startswith(f"{zip_}/")), None) for name in files}
    assert {name: count for name, count in files.items() if not inside[name]} == {
        name: count for name, count in Counter(told).items() if name not in set(inside.values())
    }
    assert all(left.reason for left in report.left)


def plain(path: str) -> str:
    return "/".join(part for part in path.split("/") if part) or "(no name)"
