"""Makefile, .ci/run, the workflow, Binder and the dev container: each parses, and says what the course needs."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.version import Version

from tests.setup.test_bootstrap import OLD_PYTHONS

needs_make = pytest.mark.skipif(not shutil.which("make"), reason="make is not on PATH")
needs_bash = pytest.mark.skipif(os.name == "nt" or not shutil.which("bash"), reason="no bash of this system's own")


def run_make(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    """Run make without what an outer make has put into the environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environment | variables, capture_output=True, text=True, timeout=60
    )


@pytest.fixture(scope="module")
def makefile(root):
    return (root / "Makefile").read_text(encoding="utf-8")


@pytest.fixture
def project(root, tmp_path):
    """The Makefile alone, in a folder with a space, with a Python that prints what it was given."""
    folder = tmp_path / "hidden layers"
    (folder / "tools").mkdir(parents=True)
    shutil.copy(root / "Makefile", folder)
    (folder / "tools" / "bootstrap.py").write_text(
        "import os, sys\nprint('bootstrap', os.environ.get('TORCH_BACKEND'), *sys.argv[1:])\n"
    )
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@"\n[ "$3" != "$FAIL" ]\n')
    python.chmod(0o755)
    return folder


# make


def phony_targets(makefile: str) -> set[str]:
    return set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE).group(1).split())


def defined_targets(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z][\w-]*):(?!=)", makefile, re.MULTILINE))


def test_every_target_is_phony(makefile):
    assert phony_targets(makefile) == defined_targets(makefile)


@needs_make
def test_help_is_the_default_and_lists_every_target_on_one_screen(root, makefile):
    done = run_make(root)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout == run_make(root, "help").stdout
    listed = {line.split()[0] for line in done.stdout.splitlines()[1:]}
    assert listed == phony_targets(makefile)
    assert len(done.stdout.splitlines()) <= 1 + 15


@needs_make
@needs_bash
def test_test_runs_the_quick_checks_first(project):
    done = run_make(project, "-s", "test", "PYTEST_ARGS=-k xor", FAIL="none", PYTHON=sys.executable)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "bootstrap None test instructor",
        "-m ruff check",
        "-m ruff format --check",
        "-m codespell_lib",
        "-m pytest -n auto -k xor",
    ]


@needs_make
@needs_bash
def test_test_stops_at_the_first_failure(project):
    done = run_make(project, "-s", "test", FAIL="format", PYTHON=sys.executable)
    assert done.returncode != 0
    assert "codespell" not in done.stdout and "pytest" not in done.stdout


@needs_make
@needs_bash
def test_lab_needs_no_extras_and_prints_nothing_of_its_own(project):
    done = run_make(project, "lab", "LAB_ARGS=--no-browser", "TORCH_BACKEND=cpu", FAIL="none", PYTHON=sys.executable)
    assert done.stdout.splitlines() == [
        "bootstrap cpu",
        "-m tools.my_course",
        "tools/lab.py --no-browser",
    ]


@needs_make
@needs_bash
def test_edit_opens_the_originals_and_touches_no_copy(project):
    done = run_make(project, "edit", FAIL="none", PYTHON=sys.executable)
    _, lab = done.stdout.splitlines()
    assert lab.startswith("tools/lab.py ") and lab.endswith("/tree/code-units/index.ipynb")


@needs_make
@needs_bash
@pytest.mark.parametrize("target", ["test", "notebooks", "release", "bench", "lock"])
def test_targets_for_authors_add_the_extras(project, target):
    done = run_make(project, "-s", target, FAIL="none", PYTHON=sys.executable)
    assert done.stdout.splitlines()[0] == "bootstrap None test instructor"


@needs_make
@needs_bash
def test_setup_takes_the_extras_that_are_named(project):
    assert run_make(project, "-s", "setup", PYTHON=sys.executable, EXTRAS="leaked").stdout == "bootstrap None\n"
    assert run_make(project, "-s", "setup", "EXTRAS=test", PYTHON=sys.executable).stdout == "bootstrap None test\n"


@needs_make
@needs_bash
def test_nothing_starts_when_the_set_up_fails(project):
    (project / "tools" / "bootstrap.py").write_text("raise SystemExit(1)")
    done = run_make(project, "-s", "lab", PYTHON=sys.executable)
    assert done.returncode != 0
    assert "lab.py" not in done.stdout


def test_makefile_keeps_to_what_the_make_of_macos_knows(makefile):
    """GNU make 3.81 has no $(file ...), no !=, no .ONESHELL, no grouped targets."""
    assert not re.search(r"\$\(file |!=|\.ONESHELL|&:", makefile)


def test_clean_removes_leftovers_and_keeps_the_venv(root, tmp_path):
    kept = ["code-units/a", ".venv/lib/__pycache__", ".git/tmp", "code-units/build"]
    gone = ["build/lib", "helpers/__pycache__", "code-units/x/.ipynb_checkpoints", ".ruff_cache", "tmp"]
    for name in [*kept, *gone, "tools"]:
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    script = shutil.copy(root / "tools" / "clean.py", tmp_path / "tools")
    subprocess.run([sys.executable, script], check=True, capture_output=True)
    assert all((tmp_path / name).exists() for name in kept)
    assert not any((tmp_path / name).exists() for name in gone)


# Scripts


@pytest.mark.parametrize("name", [".ci/run", ".binder/postBuild", ".binder/start"])
@needs_bash
def test_script_is_executable_and_parses(root, name):
    script = root / name
    assert script.stat().st_mode & stat.S_IXUSR
    assert script.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")
    subprocess.run(["bash", "-n", script], check=True)


@pytest.fixture
def clone(root, tmp_path):
    """A clone whose make, chromium and realpath are stand-ins, beside a shared folder with data."""
    folder, programs = tmp_path / "clone", tmp_path / "bin"
    shutil.copytree(root / ".ci", folder / ".ci")
    (tmp_path / "shared" / "data").mkdir(parents=True)
    programs.mkdir()
    for name in ["make", "chromium"]:
        (programs / name).write_text(
            '#!/bin/sh\necho "ran $1 data=${COURSE_DATA-} offline=${COURSE_OFFLINE-} browser=$COURSE_REQUIRE_BROWSER"\n'
            '[ "$1$COURSE_OFFLINE" != "$FAIL" ]\n'
        )
        (programs / name).chmod(0o755)
    return folder


def run_ci(clone: Path, fail: str = "none") -> subprocess.CompletedProcess:
    environment = os.environ | {"PATH": f"{clone.parent / 'bin'}:{os.environ['PATH']}", "FAIL": fail}
    environment |= {"COURSE_DATA": "/from/outside", "COURSE_OFFLINE": "1"}
    return subprocess.run([clone / ".ci" / "run"], env=environment, capture_output=True, text=True)


def runs(done: subprocess.CompletedProcess) -> list[str]:
    return [line for line in done.stdout.splitlines() if line.startswith("ran test")]


@needs_bash
def test_ci_runs_both_worlds(clone):
    done = run_ci(clone)
    assert done.returncode == 0, done.stderr
    data = clone.parent / "shared" / "data"
    assert runs(done) == [f"ran test data={data} offline= browser=1", "ran test data= offline=1 browser=1"]
    assert re.search(r"offline stand-ins: \d+ s, passed", done.stdout)


@needs_bash
def test_ci_without_data_runs_the_stand_ins(clone):
    shutil.rmtree(clone.parent / "shared")
    assert runs(run_ci(clone)) == ["ran test data= offline=1 browser=1"]


@needs_bash
def test_ci_stops_at_the_first_failure(clone):
    done = run_ci(clone, fail="test")
    assert done.returncode == 1
    assert len(runs(done)) == 1
    assert "failed with status 1" in done.stdout


@needs_bash
def test_ci_fails_when_the_second_world_fails(clone):
    done = run_ci(clone, fail="test1")
    assert done.returncode == 1
    assert len(runs(done)) == 2


# Services


@pytest.fixture(scope="module")
def workflow(root):
    return yaml.safe_load((root / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))


def test_workflow_covers_every_system_and_the_oldest_and_newest_python(workflow, bootstrap_bounds):
    matrix = workflow["jobs"]["make-test"]["strategy"]["matrix"]
    assert {name.split("-")[0] for name in matrix["os"]} == {"ubuntu", "macos", "windows"}
    assert tuple(matrix["python"]) == bootstrap_bounds


@pytest.fixture(scope="module")
def bootstrap_bounds(root):
    """The oldest and the newest Python as tools/bootstrap.py has them."""
    source = (root / "tools" / "bootstrap.py").read_text(encoding="utf-8")
    oldest, too_new = re.search(r"^OLDEST, TOO_NEW = \(3, (\d+)\), \(3, (\d+)\)$", source, re.MULTILINE).groups()
    return f"3.{oldest}", f"3.{int(too_new) - 1}"


def test_bootstrap_and_project_agree_on_the_pythons(root, bootstrap_bounds):
    oldest, newest = bootstrap_bounds
    after = f"3.{Version(newest).minor + 1}"
    assert f'requires-python = ">={oldest},<{after}"' in (root / "pyproject.toml").read_text(encoding="utf-8")
    assert f'SUPPORTED = "{oldest} to {newest}"' in (root / "tools" / "bootstrap.py").read_text(encoding="utf-8")


def test_workflow_may_only_read_and_runs_make_test_everywhere(workflow):
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        commands = [step.get("run", "") for step in job["steps"]]
        assert any(command.startswith("make test") for command in commands)
        assert all(re.fullmatch(r"actions/[\w-]+@v\d+", step["uses"]) for step in job["steps"] if "uses" in step)


def test_old_pythons_that_the_workflow_requires_are_those_that_it_installs(workflow):
    """Elsewhere the tests with a real old Python may be skipped for want of one; there they fail instead."""
    job = workflow["jobs"]["make-test"]
    steps = [step["with"]["python-version"] for step in job["steps"] if "setup-python" in step.get("uses", "")]
    old = [f"python{version}" for version in steps[0].split()]
    assert len(steps) == 2 and len(old) >= 2 and set(old) <= set(OLD_PYTHONS)
    assert steps[1] == "${{ matrix.python }}", "the last one is `python`"
    assert f"'{' '.join(old)}'" in job["env"]["COURSE_REQUIRE_PYTHONS"]


def test_workflow_requires_the_browser_on_linux(workflow):
    for job in workflow["jobs"].values():
        assert "COURSE_REQUIRE_BROWSER" in job["env"]
        assert any("playwright install --with-deps chromium" in step.get("run", "") for step in job["steps"])


def test_dev_container_sets_the_course_up(root):
    container = json.loads((root / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert container["postCreateCommand"] == "make setup && .venv/bin/python -m tools.my_course"
    assert set(container["remoteEnv"].values()) == {"${containerWorkspaceFolder}/tools/jupyter"}
    version = re.search(r"python:(?:\d+-)?(3\.\d+)", container["image"]).group(1)
    assert Version("3.11") <= Version(version) <= Version("3.14")


def test_binder_uses_a_supported_python_and_the_same_installer(root):
    runtime = (root / ".binder" / "runtime.txt").read_text(encoding="utf-8").strip()
    assert runtime in {f"python-3.{minor}" for minor in range(11, 15)}
    commands = (root / ".binder" / "postBuild").read_text(encoding="utf-8")
    assert "tools/bootstrap.py --here" in commands
    assert "python -m tools.my_course" in commands


@needs_bash
def test_binder_starts_with_the_settings_of_the_course(root):
    show = 'echo "$JUPYTER_CONFIG_PATH|$JUPYTER_PATH"'
    done = subprocess.run([root / ".binder" / "start", "bash", "-c", show], cwd=root, capture_output=True, text=True)
    assert done.stdout == f"{root}/tools/jupyter|{root}/tools/jupyter\n"


@pytest.mark.parametrize(("name", "words"), [("LICENSE", "MIT License"), ("LICENSE-text", "CC BY 4.0")])
def test_licences_name_the_authors(root, name, words):
    text = (root / name).read_text(encoding="utf-8")
    assert words in text and "2026 The Hidden Layers authors" in text


def test_workflow_keeps_what_the_browser_showed_also_of_a_run_that_failed(workflow):
    for job in workflow["jobs"].values():
        folder = job["env"]["COURSE_SCREENSHOTS"].removeprefix("${{ github.workspace }}/")
        (step,) = (step for step in job["steps"] if "upload-artifact" in step.get("uses", ""))
        assert step["with"]["path"] == folder
        assert step["if"].startswith("always()")
