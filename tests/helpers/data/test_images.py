"""What helpers.data.images promises: the right source, verified files, and a stand-in where all else fails.

No test needs a network: servers run on this machine, and the data sets are tiny ones in the original formats.
"""

import dataclasses
import doctest
import gzip
import hashlib
import io
import math
import os
import pickle
import subprocess
import sys
import tarfile
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import filelock
import numpy as np
import pytest
import requests
import torch

from helpers.data import files as data_files
from helpers.data import formats, sources
from helpers.data import images as data_images
from helpers.data.files import BadFileError, DatasetSpec, FileSpec
from helpers.data.formats import ImageArrays
from helpers.data.images import DATASETS, ImageData, load_dataset
from helpers.data.provenance import stand_ins_in_use
from helpers.data.standins import StandIn
from tests.helpers.data.mirror import Mirror

REAL_DATA = os.environ.get("COURSE_DATA")
NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = NAMES


# --- tiny data sets ----------------------------------------------------------------------------------------------


def idx(array: np.ndarray) -> bytes:
    sizes = b"".join(length.to_bytes(4, "big") for length in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.astype(np.uint8).tobytes()


def tiny_files(num_train: int = 20, num_test: int = 10) -> dict[str, bytes]:
    rng = np.random.default_rng(0)
    arrays = []
    for count in (num_train, num_test):
        arrays += [rng.integers(0, 256, size=(count, 28, 28)), np.arange(count) % 10]
    return dict(zip(NAMES, map(idx, arrays), strict=True))


def file_spec(name: str, content: bytes) -> FileSpec:
    return FileSpec(name, f"sha256:{hashlib.sha256(content).hexdigest()}", f"{name}.gz", len(content))


def use_spec(monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes], *mirrors: str) -> DatasetSpec:
    specs = tuple(file_spec(name, content) for name, content in files.items())
    spec = dataclasses.replace(DATASETS["mnist"], files=lambda: specs, mirrors=lambda: mirrors)
    monkeypatch.setitem(DATASETS, "mnist", spec)
    return spec


def put(folder: Path, files: dict[str, bytes], *, packed: bool = True) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / (f"{name}.gz" if packed else name)
        path.write_bytes(gzip.compress(content) if packed else content)
    return folder


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


def tiny_stand_in() -> ImageArrays:
    images, labels = torch.zeros(3, 28, 28, dtype=torch.uint8), torch.arange(3)
    return ImageArrays(images, labels, images, labels)


# --- fixtures --------------------------------------------------------------------------------------------------------


@pytest.fixture
def files() -> dict[str, bytes]:
    return tiny_files()


@pytest.fixture
def mirror(files: dict[str, bytes]) -> Iterator[Mirror]:
    mirror = Mirror(files)
    yield mirror
    mirror.close()


@pytest.fixture
def spec(monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes], mirror: Mirror) -> DatasetSpec:
    return use_spec(monkeypatch, files, mirror.url)


@pytest.fixture(autouse=True)
def tiny_stand_ins(clean_world: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DATASETS:
        monkeypatch.setitem(data_images.STAND_INS, name, StandIn(tiny_stand_in, "zeros", "MIT", ""))


# --- sources, in order -------------------------------------------------------------------------------------------


def test_download_gives_the_arrays_that_were_published(spec, files):
    data = load_dataset("mnist")
    assert (data.source, data.is_stand_in, data.note) == ("download", False, "")
    assert data.train_images.numpy().tobytes() == files[TRAIN_IMAGES][16:]
    assert data.test_labels.tolist() == list(range(10))
    assert data.train_images.dtype == torch.uint8 and data.train_images.shape == (20, 28, 28)
    assert data.train_labels.dtype == torch.int64 and data.train_labels.shape == (20,)


def test_download_is_kept_unpacked_and_leaves_nothing_half_done(spec, cache, files):
    load_dataset("mnist")
    folder = cache / "MNIST/raw"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files


def test_second_load_comes_from_the_cache_without_a_request(spec, mirror):
    first = load_dataset("mnist")
    requests_before = len(mirror.hits)
    second = load_dataset("mnist")
    assert (second.source, len(mirror.hits)) == ("cache", requests_before)
    assert torch.equal(first.train_images, second.train_images)


@pytest.mark.parametrize("folder", ["MNIST/raw", "MNIST"])
@pytest.mark.parametrize("packed", [True, False], ids=["gz", "plain"])
def test_course_data_is_taken_packed_or_plain_and_comes_first(
    monkeypatch, tmp_path, spec, files, mirror, folder, packed
):
    load_dataset("mnist")  # now the cache has it too
    put(tmp_path / "data" / folder, files, packed=packed)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    assert load_dataset("mnist").source == "COURSE_DATA"


def test_sources_are_tried_in_the_documented_order(monkeypatch, tmp_path, spec, files, mirror):
    data_folder = put(tmp_path / "data/MNIST/raw", files)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    sources = [load_dataset("mnist").source]
    (data_folder / f"{TRAIN_IMAGES}.gz").rename(tmp_path / "away")
    for _ in range(2):
        with pytest.warns(UserWarning, match=f"only a part of MNIST: no {TRAIN_IMAGES}"):
            sources.append(load_dataset("mnist").source)
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    sources.append(load_dataset("mnist").source)
    assert sources == ["COURSE_DATA", "download", "cache", "offline stand-in"]


def test_course_data_without_this_data_set_is_passed_over_in_silence(monkeypatch, tmp_path, spec):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_dataset("mnist").source == "download"


def test_course_data_that_is_no_folder_is_named(monkeypatch, tmp_path, spec):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "typo"))
    with pytest.warns(UserWarning, match=r"COURSE_DATA is .*typo, which is not a folder"):
        assert load_dataset("mnist").source == "download"


def test_tensors_are_writable_contiguous_and_come_without_a_warning(spec):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = load_dataset("mnist")
    for tensor in (data.train_images, data.train_labels, data.test_images, data.test_labels):
        assert tensor.is_contiguous()
        tensor += 1


# --- files that are not what they should be ----------------------------------------------------------------------


def damaged(kind: str, content: bytes) -> bytes:
    packed = gzip.compress(content)
    flipped = bytearray(content)
    flipped[20] ^= 1
    return {
        "cut short": packed[: len(packed) // 2],
        "corrupted": gzip.compress(bytes(flipped)),
        "longer": gzip.compress(content + b"!"),
        "empty": b"",
        "broken wrapper": packed[:40] + b"\0\0\0\0" + packed[44:],
    }[kind]


@pytest.mark.parametrize("kind", ["cut short", "corrupted", "longer", "empty", "broken wrapper"])
def test_bad_file_in_course_data_is_named_passed_over_and_left_alone(monkeypatch, tmp_path, spec, files, kind):
    folder = put(tmp_path / "data/MNIST/raw", files)
    (folder / f"{TRAIN_IMAGES}.gz").write_bytes(damaged(kind, files[TRAIN_IMAGES]))
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    before = snapshot(tmp_path / "data")
    with pytest.warns(UserWarning, match=rf"{TRAIN_IMAGES}\.gz .*stays as it is"):
        data = load_dataset("mnist")
    assert data.source == "download"
    assert snapshot(tmp_path / "data") == before


def test_good_packed_file_serves_where_the_plain_one_is_bad(monkeypatch, tmp_path, spec, files):
    folder = put(tmp_path / "data/MNIST/raw", files)
    (folder / TEST_LABELS).write_bytes(b"bad")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    with pytest.warns(UserWarning, match="3 bytes unpacked, expected 18"):
        assert load_dataset("mnist").source == "COURSE_DATA"


@pytest.mark.parametrize("content", [b"", b"short", bytes(20 * 784 + 16)], ids=["empty", "short", "zeros"])
def test_bad_file_in_the_cache_is_set_aside_and_fetched_again(spec, cache, files, mirror, content):
    load_dataset("mnist")
    path = cache / "MNIST/raw" / TRAIN_IMAGES
    path.write_bytes(content)
    mirror.hits.clear()
    with pytest.warns(UserWarning, match=rf"{TRAIN_IMAGES} is .*set aside as {TRAIN_IMAGES}\.corrupt"):
        data = load_dataset("mnist")
    assert data.source == "download" and mirror.hits == [f"{TRAIN_IMAGES}.gz"]
    assert path.read_bytes() == files[TRAIN_IMAGES]
    assert path.with_name(f"{TRAIN_IMAGES}.corrupt").read_bytes() == content


def test_bad_file_in_the_cache_is_set_aside_even_if_it_cannot_be_fetched(spec, cache, mirror):
    load_dataset("mnist")
    (cache / "MNIST/raw" / TRAIN_IMAGES).write_bytes(b"bad")
    mirror.packed.clear()
    with pytest.warns(UserWarning, match="set aside"):
        assert load_dataset("mnist").is_stand_in
    assert not (cache / "MNIST/raw" / TRAIN_IMAGES).exists()


def test_wrong_hash_is_refused_and_the_message_says_what_was_expected(files):
    spec = file_spec("labels", files[TRAIN_LABELS])
    other = files[TRAIN_LABELS][:-1] + b"\7"
    with pytest.raises(BadFileError, match=rf"its sha256 is \w{{12}}…, expected {spec.checksum[7:19]}…"):
        data_files.verify(other, spec, Path("labels"))


def test_right_content_is_not_refused(files):
    data_files.verify(files[TRAIN_LABELS], file_spec("labels", files[TRAIN_LABELS]), Path("labels"))


def test_gzip_that_unpacks_to_far_more_than_expected_is_not_unpacked_to_its_end(tmp_path):
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(1 << 22)))
    with pytest.raises(BadFileError, match="over 10 bytes"):
        data_files.read_verified(tmp_path / "bomb.gz", [FileSpec("bomb", "sha256:0", "bomb.gz", 10)])


# --- decoding ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (TRAIN_IMAGES, idx(np.zeros(20)), "magic number 0x00000801, expected 0x00000803"),
        (TRAIN_LABELS, idx(np.zeros((20, 28, 28))), "magic number 0x00000803, expected 0x00000801"),
        (TRAIN_LABELS, b"", "magic number 0x00000000"),
        (TRAIN_IMAGES, b"\0\0\x08\x03\0\0", "has 6 bytes"),
        (TRAIN_IMAGES, idx(np.zeros((20, 28, 28)))[:-1], "has 15,695 bytes, expected 15,696"),
        (TRAIN_IMAGES, idx(np.zeros((20, 14, 14))), r"has images of \(14, 14\), expected \(28, 28\)"),
        (TRAIN_LABELS, idx(np.zeros(19)), "has 19 labels for 20 images"),
        (TEST_LABELS, idx(np.arange(10) + 1), "has labels from 1 to 10, expected 0 to 9"),
    ],
)
def test_idx_file_that_does_not_fit_is_named_with_what_was_expected(files, name, content, message):
    with pytest.raises(ValueError, match=f"{name} .*{message}"):
        formats.decode_idx_files({**files, name: content}, num_classes=10)


def test_load_refuses_files_that_do_not_fit_each_other(monkeypatch, tmp_path, files):
    use_spec(monkeypatch, {**files, TRAIN_LABELS: idx(np.zeros(19))})
    put(tmp_path / "data/MNIST", {**files, TRAIN_LABELS: idx(np.zeros(19))})
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    with pytest.raises(ValueError, match="19 labels for 20 images"):
        load_dataset("mnist")


# --- mirrors that fail -------------------------------------------------------------------------------------------


def test_no_network_ends_at_the_stand_in_with_one_line_that_says_why_and_what_to_do(monkeypatch, files, capsys):
    use_spec(monkeypatch, files, "http://127.0.0.1:9/")  # port 9: nobody listens
    data = load_dataset("mnist", verbose=False)
    printed = capsys.readouterr().out
    assert data.is_stand_in and printed.count("\n") == 1
    for part in (
        "offline stand-in",
        f"no mirror gave {TRAIN_IMAGES}.gz",
        "127.0.0.1: connection failed",
        "COURSE_DATA",
    ):
        assert part in printed


def test_proxy_that_does_not_answer_is_named_with_its_variable(monkeypatch, files, capsys):
    use_spec(monkeypatch, files, "http://mirror.invalid/")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert load_dataset("mnist").is_stand_in
    assert "mirror.invalid: the proxy refused or did not answer; its address stands in HTTPS_PROXY" in (
        capsys.readouterr().out
    )


def test_certificate_that_is_not_trusted_is_named_with_its_variable(monkeypatch, spec, capsys):
    def refuse(self, url, output_file, pooch):
        raise requests.exceptions.SSLError("certificate verify failed: self-signed certificate in certificate chain")

    monkeypatch.setattr("pooch.HTTPDownloader.__call__", refuse)
    assert load_dataset("mnist").is_stand_in
    assert "its certificate is not trusted; behind a proxy that has its own, set REQUESTS_CA_BUNDLE" in (
        capsys.readouterr().out
    )


def test_server_that_never_answers_is_given_up_in_time(monkeypatch, spec, mirror, capsys):
    monkeypatch.setattr(sources, "TIMEOUT", 0.5)
    mirror.answer = mirror.hang
    started = time.monotonic()
    assert load_dataset("mnist").is_stand_in
    assert time.monotonic() - started < 5
    assert "no answer within 0.5 s" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "reason"),
    [("send_half", "connection failed (ChunkedEncodingError)"), ("send_login_page", "cut short or of another size")],
)
def test_half_a_file_or_a_login_page_is_not_kept(spec, mirror, cache, capsys, answer, reason):
    mirror.answer = getattr(mirror, answer)
    assert load_dataset("mnist").is_stand_in
    assert reason in capsys.readouterr().out
    assert list((cache / "MNIST/raw").iterdir()) == []


def test_fetching_stops_at_the_first_file_that_no_mirror_gives(spec, mirror, capsys):
    del mirror.packed[f"{TRAIN_LABELS}.gz"]
    assert load_dataset("mnist").is_stand_in
    assert mirror.hits == [f"{TRAIN_IMAGES}.gz", f"{TRAIN_LABELS}.gz"]
    assert "it answered 404" in capsys.readouterr().out


def test_next_mirror_is_asked_and_then_preferred(monkeypatch, files, mirror):
    broken = Mirror({})
    use_spec(monkeypatch, files, broken.url, mirror.url)
    assert load_dataset("mnist").source == "download"
    broken.close()
    assert (len(broken.hits), len(mirror.hits)) == (1, 4)


def test_only_what_the_cache_lacks_is_fetched(spec, mirror, cache, files):
    put(cache / "MNIST/raw", {TRAIN_IMAGES: files[TRAIN_IMAGES]}, packed=False)
    assert load_dataset("mnist").source == "download"
    assert f"{TRAIN_IMAGES}.gz" not in mirror.hits and len(mirror.hits) == 3


def test_failed_download_is_not_tried_again_in_this_process(spec, mirror, cache, files):
    packed, mirror.packed = mirror.packed, {}
    load_dataset("mnist")
    mirror.packed = packed
    assert load_dataset("mnist").is_stand_in and len(mirror.hits) == 1
    put(cache / "MNIST/raw", files)  # but files that have come in another way are seen
    assert load_dataset("mnist").source == "cache"


def test_failed_download_leaves_other_data_sets_alone(spec, monkeypatch):
    monkeypatch.setitem(sources._failed_downloads, "cifar10", "some reason")
    assert load_dataset("mnist").source == "download"


# --- a cache that cannot be written ------------------------------------------------------------------------------


def test_unwritable_cache_is_worked_around_and_said_so(monkeypatch, tmp_path, spec, mirror):
    (tmp_path / "file").write_text("a file where a folder should be")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "file/cache"))
    with pytest.warns(UserWarning, match=r"the cache .* cannot be used \(.+\)"):
        assert load_dataset("mnist").source == "download"
    assert load_dataset("mnist").source == "cache" and len(mirror.hits) == 4


def test_full_disk_under_the_cache_is_worked_around(monkeypatch, spec, cache):
    write = sources._write_atomically

    def write_unless_full(path: Path, content: bytes) -> None:
        if cache in path.parents:
            raise OSError(28, "No space left on device")
        write(path, content)

    monkeypatch.setattr(sources, "_write_atomically", write_unless_full)
    with pytest.warns(UserWarning, match="No space left on device"):
        assert load_dataset("mnist").source == "download"


def test_network_drive_that_knows_no_locks_is_worked_around(monkeypatch, spec, cache):
    lock = filelock.FileLock

    def lock_unless_in_cache(path: Path) -> filelock.BaseFileLock:
        if cache in path.parents:
            raise NotImplementedError("file system does not support flock")
        return lock(path)

    monkeypatch.setattr(filelock, "FileLock", lock_unless_in_cache)
    with pytest.warns(UserWarning, match="does not support flock"):
        assert load_dataset("mnist").source == "download"


def test_no_folder_to_write_to_at_all_ends_at_the_stand_in(monkeypatch, spec, capsys):
    def refuse(*args: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(sources, "_fetch_into", refuse)
    with pytest.warns(UserWarning, match="Permission denied"):
        assert load_dataset("mnist").is_stand_in
    assert "no folder can be written to" in capsys.readouterr().out


def test_read_only_cache_that_has_everything_is_simply_read(monkeypatch, spec, cache, files):
    put(cache / "MNIST/raw", files, packed=False)
    monkeypatch.setattr(sources, "_fetch_into", lambda *args, **options: pytest.fail("tried to write"))
    assert load_dataset("mnist").source == "cache"


# --- two at once -------------------------------------------------------------------------------------------------

# Another process that is quick to start: it holds the lock, then leaves the files that the loader was about to fetch.
OTHER_PROCESS = """
import sys
from pathlib import Path
from filelock import FileLock
lock, made, wanted = map(Path, sys.argv[1:])
lock.parent.mkdir(parents=True, exist_ok=True)
with FileLock(lock):
    print("locked", flush=True)
    sys.stdin.readline()
    for file in made.iterdir():
        file.rename(wanted / file.name)
"""


def test_loader_waits_for_another_process_says_so_once_and_takes_what_it_fetched(
    monkeypatch, tmp_path, spec, files, mirror, cache
):
    def say(line: str, **options: object) -> None:
        said.append((line, options["file"]))
        other.stdin.write("go\n")
        other.stdin.flush()

    said = []
    monkeypatch.setattr(sources, "LOCK_NOTICE", 0.05)
    monkeypatch.setattr(sources, "LOCK_TIMEOUT", 30.0)
    monkeypatch.setattr(sources, "print", say, raising=False)
    made = put(tmp_path / "made", files, packed=False)
    command = [sys.executable, "-c", OTHER_PROCESS, cache / "mnist.lock", made, cache / "MNIST/raw"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "locked\n"
        data = load_dataset("mnist", verbose=False)
    assert (data.source, mirror.hits) == ("cache", [])
    assert said == [
        ("Another process is loading MNIST: waiting until it has finished, 30 s at most.", sys.stderr),
    ]


def test_lock_that_is_never_released_is_named_and_worked_around(monkeypatch, spec, cache):
    monkeypatch.setattr(sources, "LOCK_NOTICE", 0.05)
    monkeypatch.setattr(sources, "LOCK_TIMEOUT", 0.1)
    cache.mkdir()
    with filelock.FileLock(cache / "mnist.lock"), pytest.warns(UserWarning) as caught:
        assert load_dataset("mnist").source == "download"
    (warning,) = caught
    assert f"another process has had {cache / 'mnist.lock'} locked for 0.1 s" in str(warning.message)
    assert "what is fetched lasts until Python ends" in str(warning.message)


def test_a_lock_that_is_free_is_taken_in_silence(spec, capsys):
    load_dataset("mnist", verbose=False)
    assert "".join(capsys.readouterr()) == ""


@pytest.mark.parametrize("locked", [True, False])
def test_it_is_the_lock_that_keeps_two_loaders_apart(monkeypatch, spec, mirror, locked):
    if not locked:
        monkeypatch.setattr(sources, "_locked", lambda *args: nullcontext())
    mirror.delay = 0.2
    threads = [threading.Thread(target=_load_quietly) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (mirror.hits.count(f"{TRAIN_IMAGES}.gz") == 1) is locked


def _load_quietly() -> None:
    with warnings.catch_warnings(action="ignore"):
        load_dataset("mnist", verbose=False)


# --- COURSE_OFFLINE, notes and lines -----------------------------------------------------------------------------


def test_offline_forced_uses_the_stand_in_even_where_real_data_lies(monkeypatch, tmp_path, spec, files, mirror, capsys):
    put(tmp_path / "data/MNIST/raw", files)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    assert load_dataset("mnist").source == "offline stand-in" and mirror.hits == []
    assert "because COURSE_OFFLINE=1" in capsys.readouterr().out


def test_offline_forbidden_says_which_files_from_where_to_where(monkeypatch, spec, mirror):
    mirror.packed.clear()
    monkeypatch.setenv("COURSE_OFFLINE", "0")
    with pytest.raises(RuntimeError) as caught:
        load_dataset("mnist")
    for part in (*(f"{name}.gz" for name in NAMES), mirror.url, "MNIST/raw", "COURSE_DATA", "COURSE_OFFLINE"):
        assert part in str(caught.value)
    assert not stand_ins_in_use()


def test_offline_forbidden_still_downloads(monkeypatch, spec):
    monkeypatch.setenv("COURSE_OFFLINE", "0")
    assert load_dataset("mnist").source == "download"


def test_offline_setting_that_means_nothing_is_refused(monkeypatch, spec):
    monkeypatch.setenv("COURSE_OFFLINE", "yes")
    with pytest.raises(ValueError, match="COURSE_OFFLINE is 'yes': set it to 1"):
        load_dataset("mnist")


def test_real_data_prints_one_line_with_size_source_and_licence_and_no_path(spec, capsys, cache):
    load_dataset("mnist")
    printed = capsys.readouterr().out
    assert printed == "MNIST: 20 training and 10 test images of 28×28, from: download. Licence: CC BY-SA 3.0.\n"


def test_verbose_off_is_silent_on_real_data(spec, capsys):
    load_dataset("mnist", verbose=False)
    assert "".join(capsys.readouterr()) == ""


def test_progress_shows_only_outside_ci_and_when_asked_for(monkeypatch, spec, mirror, tmp_path, capsys):
    shown = []
    for ci, progress in (("1", True), ("", False), ("", True)):
        monkeypatch.setenv("CI", ci)
        sources.download(f"{mirror.url}{TRAIN_IMAGES}.gz", tmp_path / "target.part", progress=progress)
        shown.append("target" in capsys.readouterr().err)
    assert shown == [False, False, True]


def test_stand_in_marks_what_it_gives_and_the_process(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    assert not stand_ins_in_use()
    data = load_dataset("mnist", verbose=False)
    assert stand_ins_in_use() and data.is_stand_in
    assert f"accuracy 0.97{data.note}" == "accuracy 0.97 (offline stand-in)"
    assert data.licence == "MIT" and "offline stand-in" in capsys.readouterr().out


def test_real_data_does_not_mark_the_process(spec):
    load_dataset("mnist")
    assert not stand_ins_in_use()


def test_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match="unknown data set 'minst': choose one of 'mnist', 'fashion-mnist', 'cifar10'"):
        load_dataset("minst")


def test_repr_is_short(spec):
    assert len(repr(load_dataset("mnist"))) < 500


# --- CIFAR-10 ----------------------------------------------------------------------------------------------------


class Python2Pickler(pickle._Pickler):
    """Writes bytes as Python 2 wrote its strings, as in the original batches."""

    def save_string(self, text: bytes) -> None:
        self.write(pickle.BINSTRING + len(text).to_bytes(4, "little") + text)
        self.memoize(text)

    dispatch = {**pickle._Pickler.dispatch, bytes: save_string}  # noqa: RUF012


def cifar_batch(seed: int, count: int = 4, **changes: object) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, size=(count, 3072), dtype=np.uint8)
    batch = {b"data": pixels, b"labels": [i % 10 for i in range(count)], b"batch_label": b"batch"}
    stream = io.BytesIO()
    Python2Pickler(stream, protocol=2).dump(batch | {name.encode(): value for name, value in changes.items()})
    return stream.getvalue()


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    batches = {f"data_batch_{number}": cifar_batch(number) for number in range(1, 6)} | {"test_batch": cifar_batch(6)}
    specs = tuple(
        FileSpec(name, f"md5:{hashlib.md5(content).hexdigest()}", "cifar-10-python.tar.gz")
        for name, content in batches.items()
    )
    spec = dataclasses.replace(DATASETS["cifar10"], files=lambda: specs, mirrors=lambda: ("http://127.0.0.1:9/",))
    monkeypatch.setitem(DATASETS, "cifar10", spec)
    return batches


def tar_of(batches: dict[str, bytes], path: Path) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in batches.items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize("layout", ["folder", "archive"])
def test_cifar_is_read_from_course_data_in_both_layouts(monkeypatch, tmp_path, batches, layout):
    if layout == "folder":
        put(tmp_path / "cifar-10-batches-py", batches, packed=False)
    else:
        tar_of(batches, tmp_path / "cifar-10-python.tar.gz")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    data = load_dataset("cifar10")
    assert data.source == "COURSE_DATA"
    assert data.train_images.shape == (20, 3, 32, 32) and data.test_images.dtype == torch.uint8
    first = np.random.default_rng(1).integers(0, 256, size=(4, 3072), dtype=np.uint8)
    assert data.train_images[:4].flatten(1).tolist() == first.tolist()
    assert data.train_labels.tolist() == [0, 1, 2, 3] * 5


def test_cifar_archive_is_downloaded_once_and_kept_unpacked(monkeypatch, tmp_path, batches, cache):
    tar_of(batches, tmp_path / "tar")
    mirror = Mirror({})
    mirror.packed = {"cifar-10-python.tar.gz": (tmp_path / "tar").read_bytes()}
    monkeypatch.setitem(DATASETS, "cifar10", dataclasses.replace(DATASETS["cifar10"], mirrors=lambda: (mirror.url,)))
    assert [load_dataset("cifar10").source for _ in range(2)] == ["download", "cache"]
    mirror.close()
    assert mirror.hits == ["cifar-10-python.tar.gz"]
    assert {path.name for path in (cache / "cifar-10-batches-py").iterdir()} == set(batches)


def test_cifar_archive_cut_short_is_named(monkeypatch, tmp_path, batches):
    tar_of(batches, tmp_path / "cifar-10-python.tar.gz")
    whole = (tmp_path / "cifar-10-python.tar.gz").read_bytes()
    (tmp_path / "cifar-10-python.tar.gz").write_bytes(whole[: len(whole) // 2])
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    with pytest.warns(UserWarning, match=r"cifar-10-python\.tar\.gz is cut short"):
        assert load_dataset("cifar10").is_stand_in


def test_cifar_archive_without_a_batch_is_named(monkeypatch, tmp_path, batches):
    tar_of({"test_batch": batches["test_batch"]}, tmp_path / "cifar-10-python.tar.gz")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    with pytest.warns(UserWarning, match="holds no file named data_batch_1"):
        assert load_dataset("cifar10").is_stand_in


def test_cifar_batch_with_another_checksum_is_never_unpickled(monkeypatch, tmp_path, batches):
    put(tmp_path / "cifar-10-batches-py", batches | {"data_batch_1": pickle.dumps(Trap())}, packed=False)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setattr(formats._ArrayUnpickler, "load", lambda self: pytest.fail("unpickled"))
    with pytest.warns(UserWarning, match="data_batch_1 is not the file that was published: its md5"):
        assert load_dataset("cifar10").is_stand_in


class Trap:
    """A pickle that runs code when it is read."""

    sprung = False

    def __reduce__(self) -> tuple[object, ...]:
        return os.putenv, ("TRAP_SPRUNG", "1")


def test_unpickler_refuses_to_call_anything_but_array_parts():
    with pytest.raises(ValueError, match=r"data_batch_1 is no CIFAR batch: it asks for .*putenv"):
        formats.decode_cifar_batch(pickle.dumps(Trap()), 10, "data_batch_1")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no pickle", "is no CIFAR batch"),
        (pickle.dumps([1]), "is no CIFAR batch"),
        (cifar_batch(0, labels=[0, 1]), "has 2 labels for 4 images"),
        (cifar_batch(0, labels=[0, 1, 2, 10]), "labels from 0 to 10, expected 0 to 9"),
        (cifar_batch(0, data=np.zeros((4, 3072))), r"images of float64 \(4, 3072\)"),
        (cifar_batch(0, data=np.zeros((4, 784), dtype=np.uint8)), r"images of uint8 \(4, 784\)"),
        (cifar_batch(0, data=[0]), "images of list"),
    ],
)
def test_cifar_batch_that_does_not_fit_is_named_with_what_was_expected(content, message):
    with pytest.raises(ValueError, match=f"data_batch_1 .*{message}"):
        formats.decode_cifar_batch(content, 10, "data_batch_1")


def test_cifar_written_by_numpy_2_is_read_as_well():
    batch = pickle.dumps({b"data": np.ones((2, 3072), dtype=np.uint8), b"labels": [0, 9]}, protocol=4)
    images, labels = formats.decode_cifar_batch(batch, 10, "data_batch_1")
    assert images.sum() == 2 * 3072 and labels.tolist() == [0, 9]


# --- the registry ------------------------------------------------------------------------------------------------


def test_registry_agrees_with_torchvision():
    from torchvision import datasets as published

    names = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz")
    for name, class_name in (("mnist", "MNIST"), ("fashion-mnist", "FashionMNIST")):
        archives = [file.archive for file in DATASETS[name].files()]
        assert archives == [archive for archive, _ in getattr(published, class_name).resources]
        assert archives[:3] == list(names)
        assert set(DATASETS[name].mirrors()) == set(getattr(published, class_name).mirrors)
    assert DATASETS["fashion-mnist"].classes == tuple(published.FashionMNIST.classes)
    cifar = DATASETS["cifar10"]
    assert cifar.mirrors()[0] + cifar.files()[0].archive == published.CIFAR10.url
    assert {file.name for file in cifar.files()} == {f"data_batch_{n}" for n in range(1, 6)} | {"test_batch"}
    assert cifar.folders[0] == published.CIFAR10.base_folder


def test_mirrors_with_https_come_first():
    mirrors = DATASETS["mnist"].mirrors()
    assert mirrors[0].startswith("https://") and all(mirror.endswith("/") for mirror in mirrors)


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_registry_sizes_are_those_of_60000_and_10000_images(name):
    sizes = {file.name: file.size for file in DATASETS[name].files()}
    expected = [16 + 60_000 * 784, 8 + 60_000, 16 + 10_000 * 784, 8 + 10_000]
    assert sizes == dict(zip(NAMES, expected, strict=True))
    assert all(len(file.checksum) == len("sha256:") + 64 for file in DATASETS[name].files())


def test_each_data_set_names_itself_its_licence_and_whom_to_cite():
    for name, spec in DATASETS.items():
        assert spec.name == name and spec.licence and spec.citation and len(spec.classes) == 10


@pytest.mark.skipif(not REAL_DATA, reason="COURSE_DATA is not set: no real files to read")
@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_real_files_are_read(monkeypatch, name):
    monkeypatch.setenv("COURSE_DATA", REAL_DATA)
    data = load_dataset(name)
    assert data.source == "COURSE_DATA"
    assert data.train_images.shape == (60_000, 28, 28) and data.test_images.shape == (10_000, 28, 28)
    assert data.test_labels.bincount().sum() == 10_000 and math.isclose(
        data.train_images.float().mean(), 50, abs_tol=25
    )


def test_examples_in_the_docstrings_run(monkeypatch):
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    monkeypatch.setitem(data_images.STAND_INS, "mnist", StandIn(full_size_zeros, "zeros", "MIT", ""))
    for module in (data_images, data_files, formats):
        result = doctest.testmod(module)
        assert result.attempted and not result.failed


def full_size_zeros() -> ImageArrays:
    train, test = torch.zeros(60_000, 28, 28, dtype=torch.uint8), torch.zeros(10_000, 28, 28, dtype=torch.uint8)
    return ImageArrays(train, torch.zeros(60_000).long(), test, torch.zeros(10_000).long())


def test_image_data_cannot_be_changed_by_accident(spec):
    data = load_dataset("mnist")
    assert isinstance(data, ImageData)
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.source = "download"
