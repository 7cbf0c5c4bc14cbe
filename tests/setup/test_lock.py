"""requirements.txt: exact pins that fit pyproject.toml on every system and Python the course supports."""

import subprocess
import tomllib
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
}


@pytest.fixture(scope="module")
def lines(root):
    return (root / "requirements.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def pins(lines):
    return [Requirement(line) for line in lines if line and not line.lstrip().startswith(("#", "-e"))]


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


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


def test_course_itself_is_the_last_line(lines):
    assert lines[-1] == "-e ."
    assert lines.count("-e .") == 1


def test_every_line_of_the_header_names_make_lock(lines):
    header = lines[: next(i for i, line in enumerate(lines) if not line.startswith("#"))]
    assert header
    assert all("make lock" in line for line in header)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_direct_dependencies_are_locked_within_their_bounds(project, pins, python, system):
    assert misfits(project["dependencies"] + project["optional-dependencies"]["test"], pins, python, system) == []


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_no_package_is_pinned_twice_for_one_machine(pins, python, system):
    assert {name: mine for name, mine in pinned(pins, python, system).items() if len(mine) > 1} == {}


@pytest.mark.parametrize("direct", ["torch>=99", "no-such-package>=1"])
def test_a_lock_that_has_fallen_behind_is_noticed(pins, direct):
    assert len(misfits([direct], pins, "3.12", "linux")) == 1


def test_direct_dependencies_have_floors(project):
    direct = project["dependencies"] + project["optional-dependencies"]["test"]
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


def test_recompiling_changes_nothing(root, lock_tool):
    """Pins that still fit are kept, so only a pyproject.toml that has moved on makes a difference."""
    pytest.importorskip("uv", reason="uv is not installed here")
    if not index_is_reachable():
        pytest.skip("the package index cannot be reached")
    lock = (root / "requirements.txt").read_text(encoding="utf-8")
    assert lock_tool.compile_lock(lock) == lock


def test_compiled_lock_gets_header_and_course(lock_tool, monkeypatch):
    def fake_uv(command, **options):
        output = command[-1]
        assert output.read_text(encoding="utf-8") == "a==1\n"
        output.write_text("a==1\nb==2\n", encoding="utf-8")

    monkeypatch.setattr(lock_tool.subprocess, "run", fake_uv)
    assert lock_tool.compile_lock("a==1\n-e .\n") == lock_tool.HEADER + "a==1\nb==2\n-e .\n"


def test_failed_compilation_leaves_the_lock_as_it_was(lock_tool, monkeypatch, tmp_path, capsys):
    lock = tmp_path / "requirements.txt"
    lock.write_text("a==1\n-e .\n")
    monkeypatch.setattr(lock_tool, "LOCK", lock)
    monkeypatch.setattr(lock_tool.sys, "argv", ["lock.py"])

    def fail(*arguments, **options):
        raise subprocess.CalledProcessError(2, "uv")

    monkeypatch.setattr(lock_tool.subprocess, "run", fail)
    assert lock_tool.main() == 1
    assert lock.read_text() == "a==1\n-e .\n"
    assert "unchanged" in capsys.readouterr().err
