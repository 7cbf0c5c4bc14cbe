"""The lock: exact pins that fit pyproject.toml on every system and Python the course supports, sorted by reader."""

import re
import shutil
import sys
import tomllib
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.setup.test_project_files import needs_make, run_make

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
}


FOR_LEARNERS = {"torch", "jupyterlab", "matplotlib", "ipykernel"}
FOR_OTHERS = {"pytest", "hypothesis", "nbval", "papermill", "playwright", "ruff", "codespell", "nbgrader", "uv"}


@pytest.fixture(scope="module")
def lock(root):
    return (root / "requirements" / "lock.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pins(lock):
    return [Requirement(line) for line in lock.splitlines() if line and not line.lstrip().startswith("#")]


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def direct(project):
    return project["dependencies"] + [line for extra in project["optional-dependencies"].values() for line in extra]


def machine(python: str, system: str) -> dict[str, str]:
    """The values that markers are evaluated against."""
    return SYSTEMS[system] | {
        "python_version": python,
        "python_full_version": f"{python}.1",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }


def pinned(pins: list[Requirement], python: str, system: str) -> dict[str, list[str]]:
    """The versions that one machine gets, by package."""
    values = machine(python, system)
    versions = {}
    for pin in pins:
        if pin.marker is None or pin.marker.evaluate(values):
            versions.setdefault(canonicalize_name(pin.name), []).append(next(iter(pin.specifier)).version)
    return versions


def misfits(direct: list[str], pins: list[Requirement], python: str, system: str) -> list[str]:
    """The direct dependencies that are missing from the lock, pinned twice, or outside what pyproject.toml allows."""
    versions = pinned(pins, python, system)
    found = []
    for requirement in map(Requirement, direct):
        if requirement.marker is not None and not requirement.marker.evaluate(machine(python, system)):
            continue
        mine = versions.get(canonicalize_name(requirement.name), [])
        if len(mine) != 1 or not requirement.specifier.contains(mine[0]):
            found.append(f"{requirement} is pinned to {mine or 'nothing'}")
    return found


def test_all_pins_are_exact(pins):
    loose = [
        str(pin) for pin in pins if [part.operator for part in pin.specifier] != ["=="] or "*" in str(pin.specifier)
    ]
    assert loose == []


def test_header_names_make_lock(lock):
    assert "#    make lock\n" in lock.partition("==")[0]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_direct_dependencies_are_locked_within_their_bounds(direct, pins, python, system):
    assert misfits(direct, pins, python, system) == []


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_no_package_is_pinned_twice_for_one_machine(pins, python, system):
    assert {name: mine for name, mine in pinned(pins, python, system).items() if len(mine) > 1} == {}


@pytest.mark.parametrize("line", ["torch>=99", "no-such-package>=1"])
def test_a_lock_that_has_fallen_behind_is_noticed(pins, line):
    assert len(misfits([line], pins, "3.12", "linux")) == 1


def test_direct_dependencies_have_floors(direct):
    assert [line for line in direct if ">=" not in line] == []


def test_cuda_packages_are_locked_for_linux_only(pins):
    cuda = {name for name in pinned(pins, "3.12", "linux") if name.startswith(("nvidia-", "triton"))}
    assert cuda
    assert not cuda & (pinned(pins, "3.12", "macos").keys() | pinned(pins, "3.12", "windows").keys())


def index_is_reachable() -> bool:
    try:
        with urlopen("https://pypi.org/simple/uv/", timeout=5):
            return True
    except (URLError, TimeoutError, OSError):
        return False


@needs_make
def test_recompiling_changes_nothing(root, tmp_path, lock):
    """Pins that still fit are kept, so only a pyproject.toml that has moved on makes a difference."""
    pytest.importorskip("uv", reason="uv is not installed here")
    if not index_is_reachable():
        pytest.skip("the package index cannot be reached")
    for name in ["Makefile", "pyproject.toml", "requirements/lock.txt"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(root / name, tmp_path / name)
    done = run_make(tmp_path, "lock", f"VENV_PYTHON={sys.executable}", "PYTHON=echo")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "requirements" / "lock.txt").read_text(encoding="utf-8") == lock


# Who gets what


def needed_for(direct: list[str], lock: str) -> set[str]:
    """The packages that the given ones bring along, by the comments of the lock that say what each is there for."""
    entries = re.findall(r"^([\w.-]+)==.*\n((?:    #.*\n?)*)", lock, re.MULTILINE)
    parents = {name: set(re.findall(r"# +(?:via +)?([\w.-]+)", comment)) for name, comment in entries}
    found = {canonicalize_name(Requirement(line).name) for line in direct}
    while more := {name for name, brought_by in parents.items() if brought_by & found} - found:
        found |= more
    return found


def test_learners_get_none_of_the_tools_for_tests_and_grading(project, lock):
    got = needed_for(project["dependencies"], lock)
    assert got >= FOR_LEARNERS
    assert not got & FOR_OTHERS


def test_tools_for_tests_and_grading_are_noticed(project, lock):
    got = needed_for([line for extra in project["optional-dependencies"].values() for line in extra], lock)
    assert got >= FOR_OTHERS | {"alembic"}, "alembic comes with nbgrader"


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("requirements.txt", ["--constraint requirements/lock.txt", "--editable ."]),
        ("requirements/test.txt", ["--constraint lock.txt", "--editable .[test,instructor]"]),
        ("requirements/instructor.txt", ["--constraint lock.txt", "--editable .[instructor]"]),
    ],
)
def test_requirement_files_name_a_group_and_leave_the_versions_to_the_lock(root, name, lines):
    """Both pip and uv read --constraint from the folder of the file, and --editable from the present folder."""
    text = (root / name).read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if not line.startswith("#")] == lines
    assert f"pip install -r {name}" in text
