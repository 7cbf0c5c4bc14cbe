"""tools/bootstrap.py: each way in which a set-up can fail says in one line what to do, and none does harm."""

import ast
import importlib.util
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest

OLD_PYTHONS = ["python3.6", "python3.7", "python3.8", "python3.9", "python3.10"]
LOCK = "checker==1.0\nnvidia-cublas==13.4\ntorch==2.15.0\nuv==0.13.8\n"
Usage = namedtuple("Usage", "total used free")
needs_uv = pytest.mark.skipif(importlib.util.find_spec("uv") is None, reason="uv is not installed here")


@pytest.fixture
def project(tmp_path):
    """A project folder with a space in its name, as people have."""
    folder = tmp_path / "hidden layers"
    folder.mkdir()
    (folder / "requirements").mkdir()
    (folder / "requirements" / "lock.txt").write_text(LOCK)
    (folder / "pyproject.toml").write_text("[project]\n")
    return folder


def put_venv(project: Path, version: str = platform.python_version()) -> Path:
    """Put a virtual environment there, without pip."""
    venv = project / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    config = venv / "pyvenv.cfg"
    config.write_text(config.read_text().replace(f"version = {platform.python_version()}", f"version = {version}"))
    return venv


@pytest.fixture
def installs(bootstrap, monkeypatch):
    """Record what would be installed (extras and build) instead of doing it, on a machine without a card."""
    calls = []
    monkeypatch.setattr(bootstrap, "ensure_uv", lambda python, root: None)
    monkeypatch.setattr(bootstrap, "has_nvidia_card", lambda: False)
    monkeypatch.setattr(bootstrap, "cpu_index_answers", lambda python, root: True)
    monkeypatch.setattr(bootstrap.platform, "system", lambda: "Linux")
    monkeypatch.setattr(bootstrap, "install", lambda python, root, extras, build, *rest: calls.append((extras, build)))
    return calls


def one_line(error) -> str:
    text = str(error.value)
    assert "\n" not in text
    return text


# Python


LINUX = ("Linux", "x86_64", 64)


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13), (3, 14)])
@pytest.mark.parametrize("machine", [LINUX, ("Linux", "aarch64", 64), ("Darwin", "arm64", 64)])
def test_supported_python_is_accepted(bootstrap, version, machine):
    bootstrap.check_python(version, *machine)


@pytest.mark.parametrize(("version", "age"), [((2, 7), "old"), ((3, 10), "old"), ((3, 15), "new"), ((4, 0), "new")])
def test_unsupported_python_is_told_what_to_install(bootstrap, monkeypatch, version, age):
    monkeypatch.setattr(bootstrap, "find_supported_python", lambda: None)
    with pytest.raises(bootstrap.SetupError) as error:
        bootstrap.check_python(version, *LINUX)
    text = one_line(error)
    assert f"too {age}" in text and "3.11 to 3.14" in text and "python.org" in text


def test_unsupported_python_names_a_better_one_on_this_machine(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "find_supported_python", lambda: "python3.13")
    with pytest.raises(bootstrap.SetupError, match=r"run PYTHON=python3\.13 make lab"):
        bootstrap.check_python((3, 9), *LINUX)


def test_better_python_is_only_named_if_it_starts(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: "/nowhere/" + name)
    assert bootstrap.find_supported_python() is None


def test_old_python_can_parse_the_script(root):
    """Python 3.6 has no walrus, no match, no `from __future__ import annotations`."""
    source = (root / "tools" / "bootstrap.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 6))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert "__future__" not in imported
    assert all("| None" not in ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.arguments))


@pytest.mark.parametrize("name", OLD_PYTHONS)
def test_real_old_python_gets_one_line(root, project, name):
    python = shutil.which(name)
    if not python or subprocess.run([python, "-c", ""], capture_output=True).returncode:
        assert name not in os.environ.get("COURSE_REQUIRE_PYTHONS", "").split(), f"{name} is required and missing"
        pytest.skip(f"no {name} on PATH that starts")
    (project / "tools").mkdir()
    script = shutil.copy(root / "tools" / "bootstrap.py", project / "tools")
    done = subprocess.run([python, script], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1 and "is too old" in done.stderr
    assert not (project / ".venv").exists()


@pytest.mark.parametrize(
    ("machine", "words"),
    [(("Darwin", "x86_64", 64), "Intel Macs"), (("Windows", "x86", 32), "64-bit Python")],
)
def test_machine_without_pytorch_is_told_so(bootstrap, machine, words):
    with pytest.raises(bootstrap.SetupError, match=words) as error:
        bootstrap.check_python((3, 12), *machine)
    one_line(error)


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_missing_venv_names_the_debian_package(bootstrap, project, monkeypatch, missing):
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None if name == missing else object())
    with pytest.raises(bootstrap.SetupError) as error:
        bootstrap.make_venv(project / ".venv")
    text = one_line(error)
    assert f"no module {missing}" in text
    assert f"sudo apt install python3.{sys.version_info[1]}-venv" in text


def test_venv_that_fails_for_want_of_ensurepip_names_the_package_too(bootstrap, project, monkeypatch):
    failed = subprocess.CompletedProcess([], 1, stdout=b"The virtual environment was not created: ensurepip is not")
    monkeypatch.setattr(bootstrap.subprocess, "run", lambda *args, **options: failed)
    with pytest.raises(bootstrap.SetupError, match="sudo apt install"):
        bootstrap.make_venv(project / ".venv")


# Disk


@pytest.mark.parametrize(
    ("build", "system", "installed", "gigabytes"),
    [
        ("registry", "Linux", None, 8),
        ("registry", "Darwin", None, 3),
        ("registry", "Windows", None, 3),
        ("cu126", "Windows", None, 8),
        ("cpu", "Linux", None, 3),
        ("registry", "Linux", "cpu", 8),
        ("registry", "Linux", "registry", 1),
    ],
)
def test_space_needed_depends_on_the_build_of_pytorch(
    bootstrap, project, monkeypatch, build, system, installed, gigabytes
):
    checked = []
    monkeypatch.setattr(bootstrap.platform, "system", lambda: system)
    monkeypatch.setattr(bootstrap, "ask", lambda command, seconds: f"{project}/not/there/yet\n")
    monkeypatch.setattr(bootstrap, "check_disk", lambda folder, needed: checked.append((folder, needed // 10**9)))
    bootstrap.check_disks(Path("py"), project, build, installed)
    assert checked == [(project, gigabytes), (project, gigabytes)], "the project's disk and that of uv's cache"


def test_full_disk_says_how_much_is_free_and_names_the_small_build(bootstrap, project, monkeypatch):
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda folder: Usage(9, 9, int(4.2e9)))
    with pytest.raises(bootstrap.SetupError) as error:
        bootstrap.check_disk(project, 8 * 10**9)
    text = one_line(error)
    assert "4.2 GB free" in text and "8.0 GB needed" in text and "TORCH_BACKEND=cpu" in text
    bootstrap.check_disk(project, 3 * 10**9)


def test_full_disk_stops_before_anything_is_installed(bootstrap, project, monkeypatch):
    put_venv(project)
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda folder: Usage(9, 9, 10**8))
    monkeypatch.setattr(bootstrap, "ensure_uv", lambda python, root: None)
    monkeypatch.setattr(bootstrap, "run_or_explain", lambda *arguments: pytest.fail("it went on"))
    with pytest.raises(bootstrap.SetupError, match="too full"):
        bootstrap.set_up(project, [], "cpu", False)


# Which build of PyTorch


@pytest.mark.parametrize(
    ("system", "card", "answers", "build", "line"),
    [
        ("Linux", False, True, "cpu", "no NVIDIA card can be seen"),
        ("Linux", False, False, "registry", "does not answer"),
        ("Linux", True, True, "registry", ""),
        ("Darwin", False, True, "registry", ""),
        ("Windows", False, True, "registry", ""),
    ],
)
def test_new_venv_gets_the_cpu_build_where_it_is_smaller_and_within_reach(
    bootstrap, project, installs, monkeypatch, capsys, system, card, answers, build, line
):
    monkeypatch.setattr(bootstrap.platform, "system", lambda: system)
    monkeypatch.setattr(bootstrap, "has_nvidia_card", lambda: card)
    monkeypatch.setattr(bootstrap, "cpu_index_answers", lambda python, root: answers)
    assert bootstrap.choose_build(Path("py"), project, None, None) == build
    said = capsys.readouterr().out
    assert line in said and said.count("\n") == bool(line)


@pytest.mark.parametrize(
    ("wanted", "installed"), [("cu126", None), ("cu126", "cpu"), (None, "registry"), (None, "cpu")]
)
def test_build_asked_for_or_installed_is_taken_without_a_look_around(
    bootstrap, project, monkeypatch, wanted, installed
):
    for look in ("has_nvidia_card", "cpu_index_answers"):
        monkeypatch.setattr(bootstrap, look, lambda *arguments: pytest.fail("it looked around"))
    assert bootstrap.choose_build(Path("py"), project, wanted, installed) == (wanted or installed)


@pytest.mark.parametrize(
    ("device_file", "printed", "seen"),
    [
        (True, None, True),
        (False, "GPU 0: NVIDIA H100 (UUID: GPU-1)\n", True),
        (False, "No devices\n", False),
        (False, None, False),
    ],
)
def test_nvidia_card_is_seen_by_its_device_file_or_by_the_driver(bootstrap, monkeypatch, device_file, printed, seen):
    monkeypatch.setattr(bootstrap.os.path, "exists", lambda path: device_file)
    monkeypatch.setattr(bootstrap, "ask", lambda command, seconds: printed)
    assert bootstrap.has_nvidia_card() is seen


@pytest.fixture
def proxy():
    """A port that takes connections and never answers, as behind some firewalls."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@needs_uv
def test_index_that_refuses_or_is_slow_counts_as_absent_after_seconds(bootstrap, project, monkeypatch, proxy):
    port = proxy.getsockname()[1]
    monkeypatch.setattr(bootstrap, "SECONDS_FOR_THE_INDEX", 1)
    monkeypatch.setenv("UV_CACHE_DIR", str(project / "cache"))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    start = time.monotonic()
    assert not bootstrap.cpu_index_answers(Path(sys.executable), project)
    proxy.close()
    assert not bootstrap.cpu_index_answers(Path(sys.executable), project)
    assert time.monotonic() - start < 15


@needs_uv
@pytest.mark.parametrize(("index", "answers"), [("cpu", True), ("empty", False)])
def test_index_counts_only_if_it_has_the_locked_version(bootstrap, small_project, monkeypatch, index, answers):
    (small_project / "empty").mkdir()
    ask, here = bootstrap.ask, ["--no-index", "--find-links", str(small_project / index)]
    monkeypatch.setattr(bootstrap, "ask", lambda command, **options: ask([*command, *here], **options))
    assert bootstrap.cpu_index_answers(Path(sys.executable), small_project) is answers


# The stamp


def test_second_run_does_nothing(bootstrap, project, installs):
    put_venv(project)
    assert bootstrap.set_up(project, [], "", False) is True
    assert bootstrap.set_up(project, [], "", False) is False
    assert installs == [([], "cpu")]


@pytest.mark.parametrize("name", ["requirements/lock.txt", "pyproject.toml"])
def test_changed_file_installs_again_and_touched_file_does_not(bootstrap, project, installs, name):
    put_venv(project)
    bootstrap.set_up(project, [], "", False)
    os.utime(project / name)
    assert bootstrap.set_up(project, [], "", False) is False
    with (project / name).open("a") as file:
        file.write("\n")
    assert bootstrap.set_up(project, [], "", False) is True


def test_moved_project_installs_again(bootstrap, project, installs):
    """The editable install of `helpers` holds the path of the project."""
    put_venv(project)
    bootstrap.set_up(project, [], "", False)
    moved = project.rename(project.with_name("elsewhere"))
    assert bootstrap.set_up(moved, [], "", False) is True


def test_build_is_kept_until_another_is_named(bootstrap, project, installs, monkeypatch):
    put_venv(project)
    for wanted in ["", "registry", "", "cpu"]:
        bootstrap.set_up(project, [], wanted, False)
        monkeypatch.setattr(bootstrap, "cpu_index_answers", lambda python, root: pytest.fail("it asked again"))
    assert [build for _, build in installs] == ["cpu", "registry", "cpu"]


def test_extras_are_added_once_and_stay(bootstrap, project, installs):
    put_venv(project)
    for extras in [[], ["test"], [], ["test"], ["instructor"]]:
        bootstrap.set_up(project, extras, "", False)
    assert [extras for extras, _ in installs] == [[], ["test"], ["instructor", "test"]]


def test_working_installation_with_an_older_stamp_keeps_its_pytorch(bootstrap, project, installs, monkeypatch):
    """Once the registry's build was the default: nobody asked for the present one. Nor is it unfinished."""
    venv = put_venv(project)
    (venv / ".installed").write_text('{"sha256": "ab12", "torch_backend": "lock"}\n')
    (venv / "lib/python3.12/site-packages/torch-2.15.0.dist-info").mkdir(parents=True)
    calls = []
    monkeypatch.setattr(bootstrap, "install", lambda python, root, *rest: calls.append(rest))
    bootstrap.set_up(project, [], "", False)
    assert calls == [([], "registry", "registry", False)], "extras, build, installed, unfinished"


def test_failed_installation_is_known_to_be_unfinished_and_remembers_the_choices(
    bootstrap, project, installs, monkeypatch
):
    put_venv(project)
    tried = []

    def fail(python, root, extras, build, installed, unfinished):
        tried.append((extras, build, unfinished))
        raise bootstrap.SetupError("no network")

    monkeypatch.setattr(bootstrap, "install", fail)
    for extras, wanted in [(["test"], "cu126"), ([], "")]:
        with pytest.raises(bootstrap.SetupError):
            bootstrap.set_up(project, extras, wanted, False)
    assert tried == [(["test"], "cu126", False), (["test"], "cu126", True)]


def test_damaged_stamp_counts_as_none(bootstrap, project, installs):
    venv = put_venv(project)
    (venv / ".installed").write_text("{half")
    assert bootstrap.set_up(project, [], "", False) is True


# The virtual environment


def test_healthy_venv_is_kept(bootstrap, project):
    venv = put_venv(project)
    (venv / "lib" / "mine.txt").parent.mkdir(exist_ok=True)
    (venv / "lib" / "mine.txt").write_text("kept")
    assert bootstrap.ready_venv(venv, False) == sys.version_info[:2]
    assert (venv / "lib" / "mine.txt").exists()


def break_config(venv: Path) -> None:
    (venv / "pyvenv.cfg").unlink()


def break_interpreter(venv: Path) -> None:
    for path in [*venv.glob("bin/python*"), *venv.glob("Scripts/python*")]:
        path.unlink()


def update_interpreter(venv: Path) -> None:
    """As when the system's python3 moves on under an old virtual environment."""
    config = venv / "pyvenv.cfg"
    config.write_text(config.read_text().replace(platform.python_version(), "3.5.0"))


@pytest.mark.parametrize("damage", [break_config, break_interpreter, update_interpreter])
def test_half_made_or_outlived_venv_is_noticed_and_removed(bootstrap, project, damage):
    venv = put_venv(project)
    (venv / ".installed").write_text("{}")
    assert bootstrap.healthy_version(venv) is not None
    damage(venv)
    assert bootstrap.healthy_version(venv) is None
    bootstrap.remove_broken_venv(venv)
    assert not venv.exists()


def test_broken_venv_is_replaced(bootstrap, project, capsys):
    break_config(put_venv(project))
    assert bootstrap.ready_venv(project / ".venv", False) == sys.version_info[:2]
    assert bootstrap.healthy_version(project / ".venv") == sys.version_info[:2]
    assert "making a new one" in capsys.readouterr().out


def test_folder_with_other_things_in_it_is_never_removed(bootstrap, project):
    venv = project / ".venv"
    venv.mkdir()
    (venv / "thesis.txt").write_text("three years")
    with pytest.raises(bootstrap.SetupError, match=r"thesis\.txt.*move it away"):
        bootstrap.ready_venv(venv, False)
    assert (venv / "thesis.txt").read_text() == "three years"


def test_file_named_venv_is_never_removed(bootstrap, project):
    (project / ".venv").write_text("someone's own")
    with pytest.raises(bootstrap.SetupError, match="not a folder"):
        bootstrap.ready_venv(project / ".venv", False)
    assert (project / ".venv").exists()


def test_python_chosen_by_hand_must_be_that_of_the_venv(bootstrap, project, monkeypatch):
    venv = put_venv(project)
    monkeypatch.setattr(bootstrap, "healthy_version", lambda venv: (3, 99))
    with pytest.raises(bootstrap.SetupError, match=r"has Python 3\.99 and PYTHON asks for"):
        bootstrap.ready_venv(venv, True)


def test_old_python_may_start_a_course_that_is_already_installed(bootstrap, project, monkeypatch):
    venv = put_venv(project)
    monkeypatch.setattr(bootstrap, "make_venv", lambda venv: pytest.fail("it made a new one"))
    assert bootstrap.ready_venv(venv, False) >= (3, 11)


# The installation


@pytest.fixture
def installation(bootstrap, project, monkeypatch):
    """A function that returns the command of an installation instead of running it."""
    commands = []
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.setattr(bootstrap.platform, "system", lambda: "Linux")
    monkeypatch.setattr(bootstrap, "check_disks", lambda *arguments: None)
    monkeypatch.setattr(bootstrap, "run_or_explain", lambda command, root, what: commands.append(" ".join(command)))

    def install(extras=(), build="registry", installed=None, unfinished=False):
        bootstrap.install(Path("py"), project, extras, build, installed, unfinished)
        return commands.pop()

    return install


def test_learner_gets_the_course_and_no_extras_in_the_locked_versions(installation):
    assert installation() == "py -m uv pip install --python py --constraint requirements/lock.txt --editable ."


def test_where_python_may_not_keep_compiled_modules_they_are_compiled_once_and_for_all(installation, monkeypatch):
    assert "--compile-bytecode" not in installation()
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "--compile-bytecode" in installation()


def test_extras_and_build_are_passed_on(installation):
    command = installation(["instructor", "test"], "cpu")
    assert command.endswith("--torch-backend cpu --editable .[instructor,test]")


@pytest.mark.parametrize(
    ("installed", "build", "system", "replaced"),
    [
        (None, "cpu", "Linux", False),
        ("registry", "registry", "Linux", False),
        ("registry", "cpu", "Linux", True),
        ("cpu", "registry", "Linux", True),
        ("cpu", "cpu", "Windows", False),
        ("registry", "cpu", "Darwin", False),
    ],
)
def test_other_build_replaces_pytorch_alone(bootstrap, installation, monkeypatch, installed, build, system, replaced):
    monkeypatch.setattr(bootstrap.platform, "system", lambda: system)
    command = installation(build=build, installed=installed)
    assert ("--reinstall-package=torch --reinstall-package=torchvision" in command) is replaced
    assert "--reinstall " not in command


def test_interrupted_installation_installs_every_package_again(installation):
    """A package of which half the files arrived looks installed to uv."""
    assert "--reinstall --editable" in installation(unfinished=True)


@pytest.mark.parametrize(("version", "build"), [("2.15.0", "registry"), ("2.15.0+cpu", "cpu")])
def test_build_of_pytorch_is_read_from_its_metadata(bootstrap, project, version, build):
    assert bootstrap.torch_build(project) is None
    (project / f"lib/python3.12/site-packages/torch-{version}.dist-info").mkdir(parents=True)
    assert bootstrap.torch_build(project) == build


def test_uv_is_the_one_of_the_lock(bootstrap, project):
    assert bootstrap.locked("uv", project) == "uv==0.13.8"
    with pytest.raises(bootstrap.SetupError, match=r"pins no uv.*repository"):
        (project / "requirements" / "lock.txt").write_text("torch==2.15.0\n")
        bootstrap.locked("uv", project)


def test_failed_step_says_to_run_again(bootstrap, project):
    command = [sys.executable, "-c", "import sys; sys.exit(2)"]
    with pytest.raises(bootstrap.SetupError, match=r"network or a proxy.*run the same command again") as error:
        bootstrap.run_or_explain(command, project, "the installation")
    one_line(error)


def test_step_that_filled_the_disk_says_so(bootstrap, project, monkeypatch):
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda folder: Usage(9, 9, 0))
    with pytest.raises(bootstrap.SetupError, match="too full"):
        bootstrap.run_or_explain([sys.executable, "-c", "raise SystemExit(2)"], project, "the installation")


@pytest.mark.parametrize(("problem", "status"), [("SetupError", 1), ("KeyboardInterrupt", 130)])
def test_command_ends_with_one_line_and_a_status(bootstrap, monkeypatch, capsys, problem, status):
    kind = bootstrap.SetupError if problem == "SetupError" else KeyboardInterrupt

    def stop(*arguments):
        raise kind("what to do")

    monkeypatch.setattr(bootstrap, "set_up", stop)
    assert bootstrap.main([]) == status
    assert capsys.readouterr().err.count("\n") == 1


# uv itself, on a small index of made-up packages: no network


def put_wheel(folder: Path, name: str, version: str, requires: str = "") -> None:
    """Write the smallest wheel that an installer accepts."""
    folder.mkdir(exist_ok=True)
    stem = f"{name.replace('-', '_')}-{version}"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + (
        requires and f"Requires-Dist: {requires}\n"
    )
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{stem}.dist-info/METADATA", metadata)
        wheel.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{stem}.dist-info/RECORD", "")


@pytest.fixture
def small_project(project):
    """A project on a torch whose usual build needs nvidia-cublas, and whose +cpu build does not."""
    (project / "pyproject.toml").write_text(
        '[project]\nname = "small"\nversion = "1"\ndependencies = ["torch>=2"]\n'
        '[project.optional-dependencies]\ntest = ["checker"]\n[tool.setuptools]\npackages = []\n'
    )
    for folder, torch, requires in [("usual", "2.15.0", "nvidia-cublas"), ("cpu", "2.15.0+cpu", "")]:
        put_wheel(project / folder, "torch", torch, requires)
        for name, version in [("checker", "1.0"), ("checker", "2.0"), ("nvidia-cublas", "13.4")]:
            put_wheel(project / folder, name, version)
    put_wheel(project / "cpu", "torch", "2.16.0+cpu")
    return project


def dry_run(bootstrap, project: Path, extras: list[str], build: str, index: str) -> str:
    """Resolve as the bootstrap would, against one folder of wheels; return uv's list of what it would install."""
    command = bootstrap.install_command(Path(sys.executable), extras, build, [])
    at = command.index("--python")
    command[at : at + 2] = ["--target", str(project / "target"), "--dry-run", "--offline"]
    command += ["--no-index", "--find-links", str(project / index), "--no-build-isolation"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stderr


@needs_uv
def test_cpu_build_takes_the_locked_versions_and_no_cuda_packages(bootstrap, small_project):
    plan = dry_run(bootstrap, small_project, ["test"], "cpu", "cpu")
    assert "torch==2.15.0+cpu" in plan and "checker==1.0" in plan
    assert "nvidia" not in plan


@needs_uv
def test_build_of_the_registry_takes_the_cuda_packages_and_a_learner_no_extras(bootstrap, small_project):
    plan = dry_run(bootstrap, small_project, [], "registry", "usual")
    assert "torch==2.15.0\n" in plan and "nvidia-cublas==13.4" in plan
    assert "checker" not in plan
