"""Each machine that the probe knows, presented to it; and this one."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from instructor.sandbox import probe
from instructor.sandbox.probe import NESTED, Machine, Outcome

UBUNTU = {"/etc/os-release": 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n'}
REFUSED = Outcome(1, "bwrap: setting up uid map: Permission denied")
NO_NAMESPACE = Outcome(1, "bwrap: No permissions to create new namespace, likely because the kernel does not allow")


def machine(
    *,
    bwrap: Outcome | None = None,
    inside: Outcome = Outcome(1, "unshare: Operation not permitted"),  # noqa: B008
    docker: Outcome | None = None,
    image: Outcome = Outcome(0, "[]"),  # noqa: B008
    podman: Outcome | None = None,
    files: Mapping[str, str] = UBUNTU,
    system: str = "Linux",
) -> Machine:
    """A machine; None is a program that it does not have."""
    programs = {"bubblewrap": bwrap, "docker": docker, "podman": podman}

    def run(argv: Sequence[str]) -> Outcome:
        if "--unshare-all" in argv:
            return inside if "fork_confined" in argv[-1] else bwrap
        kind = Path(argv[0]).name
        return image if argv[1] == "image" else programs[kind]

    def program(kind: str) -> str | None:
        return f"/usr/bin/{kind}" if programs[kind] else None

    return Machine(run=run, read=files.get, program=program, system=system)


def test_bubblewrap_with_namespaces_inside_needs_nothing() -> None:
    found = probe(machine(bwrap=Outcome(0, ""), inside=Outcome(0, NESTED)))
    assert (found.kind, found.nested, found.fix) == ("bubblewrap", True, "")


def test_bubblewrap_without_namespaces_inside_says_so() -> None:
    found = probe(machine(bwrap=Outcome(0, "")))
    assert (found.kind, found.nested) == ("bubblewrap", False)
    assert "unshare: Operation not permitted" in found.reason


def test_bubblewrap_is_preferred_to_docker() -> None:
    assert probe(machine(bwrap=Outcome(0, ""), docker=Outcome(0, ""))).kind == "bubblewrap"


@pytest.mark.parametrize(
    ("release", "command"),
    [
        ("ID=ubuntu", "sudo apt-get install bubblewrap"),
        ("ID=debian", "sudo apt-get install bubblewrap"),
        ("ID=linuxmint\nID_LIKE=ubuntu", "sudo apt-get install bubblewrap"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"', "sudo dnf install bubblewrap"),
        ("ID=fedora", "sudo dnf install bubblewrap"),
        ('ID="opensuse-leap"\nID_LIKE="suse opensuse"', "sudo zypper install bubblewrap"),
        ("ID=unheard-of", "sudo apt-get install bubblewrap, or sudo dnf install bubblewrap"),
    ],
)
def test_a_missing_bubblewrap_is_installed_by_the_distributions_command(release: str, command: str) -> None:
    found = probe(machine(files={"/etc/os-release": release}))
    assert found.kind == "none"
    assert found.reason == "bubblewrap is not installed."
    assert found.fix == command


CASES = {
    "too old": (Outcome(1, "bwrap: Unknown option --cap-drop"), {}, "too old", "apt-get install"),
    "AppArmor": (
        REFUSED,
        {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n"},
        "AppArmor refuses",
        "/etc/apparmor.d/bwrap && sudo apparmor_parser",
    ),
    "unprivileged_userns_clone": (
        NO_NAMESPACE,
        {"/proc/sys/kernel/unprivileged_userns_clone": "0\n"},
        "kernel.unprivileged_userns_clone = 0",
        "echo kernel.unprivileged_userns_clone=1 | sudo tee",
    ),
    "max_user_namespaces": (
        NO_NAMESPACE,
        {"/proc/sys/user/max_user_namespaces": "0\n"},
        "user.max_user_namespaces = 0",
        "echo user.max_user_namespaces=15000 | sudo tee",
    ),
    "a Docker container": (
        NO_NAMESPACE,
        {"/.dockerenv": "", "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n"},
        "a container (docker)",
        "docker run --security-opt seccomp=unconfined",
    ),
    "a Podman container": (NO_NAMESPACE, {"/run/.containerenv": ""}, "a container (podman)", "podman run"),
    "a pod": (NO_NAMESPACE, {"/proc/1/cgroup": "0::/kubepods/besteffort/pod1"}, "(kubernetes)", "securityContext"),
    "something else": (Outcome(1, "bwrap: a new trouble"), {}, "bwrap: a new trouble", "administrator"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_refusal_is_named_with_its_fix(case: str) -> None:
    outcome, files, reason, fix = CASES[case]
    found = probe(machine(bwrap=outcome, files={**UBUNTU, **files}))
    assert found.kind == "none"
    assert reason in found.reason
    assert fix in found.fix


def test_switches_that_permit_are_not_blamed() -> None:
    files = {"/proc/sys/user/max_user_namespaces": "15000\n", "/proc/sys/kernel/unprivileged_userns_clone": "1\n"}
    assert "bwrap: setting up" in probe(machine(bwrap=REFUSED, files=files)).reason


@pytest.mark.parametrize("kind", ["docker", "podman"])
def test_a_container_stands_in_and_the_fix_for_bubblewrap_is_told(kind: str) -> None:
    found = probe(machine(**{kind: Outcome(0, "")}))
    assert (found.kind, found.nested) == (kind, False)
    assert "bubblewrap is not installed." in found.reason
    assert found.fix == "sudo apt-get install bubblewrap"


def test_a_silent_daemon_is_no_sandbox() -> None:
    answer = Outcome(1, "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.")
    found = probe(machine(docker=answer))
    assert found.kind == "none"
    assert "Cannot connect to the Docker daemon" in found.reason
    assert "sudo systemctl start docker" in found.fix


def test_a_missing_image_is_built() -> None:
    found = probe(machine(docker=Outcome(0, ""), image=Outcome(1, "No such image")))
    assert found.kind == "none"
    assert "docker build -t hidden-layers-sandbox -f instructor/sandbox/Dockerfile ." in found.fix


@pytest.mark.parametrize(("system", "name"), [("Darwin", "macOS"), ("Windows", "Windows")])
def test_other_systems_need_a_container(system: str, name: str) -> None:
    found = probe(machine(system=system))
    assert (found.kind, found.reason) == ("none", f"There is no bubblewrap for {name}.")
    assert "Docker Desktop" in found.fix
    assert probe(machine(system=system, docker=Outcome(0, ""))).kind == "docker"


def test_this_machine() -> None:
    found = probe()
    assert found.reason
    assert found.kind != "none" or found.fix
    if os.environ.get("COURSE_REQUIRE_SANDBOX") == "1":
        assert (found.kind, found.nested) == ("bubblewrap", True), f"{found.reason} {found.fix}"
