"""Find out which sandbox works here, by trying it; if none does, say why and what to do."""

from __future__ import annotations

import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from instructor.sandbox.command import IMAGE, Kind, program, wrap

REPOSITORY = Path(__file__).resolve().parents[2]
NESTED = "namespaces of its own"
TRY_NESTED = f"""
import os
from pathlib import Path
from instructor.sandbox.confine import fork_confined
from instructor.sandbox.limits import Limits
os.mkdir("one")
child = fork_confined(Path("one"), Limits(), (1,), lambda: print({NESTED!r}))
os.waitpid(child, 0)
"""
PROFILE = "abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }\\n"
INSTALL = {
    "debian": "sudo apt-get install bubblewrap",
    "ubuntu": "sudo apt-get install bubblewrap",
    "fedora": "sudo dnf install bubblewrap",
    "rhel": "sudo dnf install bubblewrap",
    "suse": "sudo zypper install bubblewrap",
    "arch": "sudo pacman -S bubblewrap",
    "alpine": "sudo apk add bubblewrap",
}
BUILD = "build -t {image} -f instructor/sandbox/Dockerfile ."


@dataclass(frozen=True)
class Probe:
    """Which sandbox works here.

    Attributes:
        kind: "bubblewrap", "docker", "podman", or "none".
        reason: what was found, one sentence; why a better one was not taken.
        fix: what to do, with the command; empty where nothing needs to be done.
        nested: a program in the sandbox may make namespaces of its own, so that `fork_confined` works there.
    """

    kind: Kind
    reason: str
    fix: str = ""
    nested: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a command gave: its exit status, and what it wrote to stdout and stderr together."""

    status: int
    text: str


def _run(argv: Sequence[str]) -> Outcome:
    """Run a command.

    Raises:
        OSError: it cannot be started.
    """
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome(124, "no answer within 60 seconds")
    return Outcome(done.returncode, done.stdout.decode(errors="replace").strip())


def _read(name: str) -> str | None:
    """Text of a file; None where it is missing or may not be read."""
    try:
        return Path(name).read_text(errors="replace")
    except OSError:
        return None


@dataclass(frozen=True)
class Machine:
    """All that the probe reads of a machine, so that a test can present another one."""

    run: Callable[[Sequence[str]], Outcome] = _run
    read: Callable[[str], str | None] = _read
    program: Callable[[Kind], str | None] = program
    system: str = platform.system()


def probe(machine: Machine | None = None, *, image: str = IMAGE) -> Probe:
    """Try bubblewrap, then Docker, then Podman.

    Args:
        machine: what to look at; None is this one.
        image: of Docker or Podman.
    """
    machine = machine or Machine()
    first = _bubblewrap(machine)
    if first.kind != "none":
        return first
    reasons, fixes = [first.reason], [first.fix]
    for kind in ("docker", "podman"):
        other = _container(machine, kind, image)
        if other.kind != "none":
            return replace(other, reason=f"{first.reason} {other.reason}", fix=first.fix)
        reasons.append(other.reason)
        fixes.append(other.fix)
    return Probe("none", " ".join(filter(None, reasons)), " Or: ".join(filter(None, fixes)))


def _bubblewrap(machine: Machine) -> Probe:
    """Try it with the options that grading uses."""
    if machine.system != "Linux":
        name = {"Darwin": "macOS"}.get(machine.system, machine.system)
        return Probe("none", f"There is no bubblewrap for {name}.", "Install and start Docker Desktop or Podman.")
    if not machine.program("bubblewrap"):
        return Probe("none", "bubblewrap is not installed.", _install(machine))
    with tempfile.TemporaryDirectory(prefix="hidden-layers-") as folder:
        room = Path(folder)
        plain = machine.run(wrap("bubblewrap", [sys.executable, "-I", "-S", "-c", ""], room=room))
        if plain.status:
            return _explain(machine, plain)
        code = [sys.executable, "-c", TRY_NESTED]
        needed, path = [REPOSITORY / "instructor"], {"PYTHONPATH": str(REPOSITORY)}
        inner = machine.run(wrap("bubblewrap", code, room=room, readable=needed, server=True, environ=path))
    if NESTED in inner.text:
        return Probe("bubblewrap", "bubblewrap works.", nested=True)
    reason = "bubblewrap works, but no namespaces can be made inside it, so that each submission starts a new Python."
    if _restricted_by_apparmor(machine):
        return Probe("bubblewrap", reason, f"For faster grading, let AppArmor permit it: {_profile_command()}")
    return Probe("bubblewrap", f"{reason} It said: {_last_line(inner.text)}")


def _explain(machine: Machine, tried: Outcome) -> Probe:
    """Say which of the known cases it is that bubblewrap does not work."""
    said = f"bubblewrap said: {_last_line(tried.text)}"
    if "unknown option" in tried.text.lower():
        return Probe("none", f"This bubblewrap is too old. {said}", f"Install a newer one: {_install(machine)}")
    for switch, value in (("user/max_user_namespaces", "15000"), ("kernel/unprivileged_userns_clone", "1")):
        if (machine.read(f"/proc/sys/{switch}") or "").strip() == "0":
            name = switch.replace("/", ".")
            reason = f"The kernel is set to refuse user namespaces ({name} = 0)."
            return Probe("none", reason, f"Allow them: {_sysctl(name, value)}")
    engine = _container_around(machine)
    if engine:
        return Probe("none", f"This is a container ({engine}) that may not make namespaces. {said}", _loosen(engine))
    if _restricted_by_apparmor(machine):
        name = "kernel.apparmor_restrict_unprivileged_userns"
        reason = (
            f"AppArmor refuses user namespaces to programs without a profile, as Ubuntu does since 24.04 ({name} = 1)."
        )
        fix = f"Give bubblewrap a profile: {_profile_command()} Or lift it for all programs: {_sysctl(name, '0')}"
        return Probe("none", reason, fix)
    return Probe(
        "none", f"bubblewrap is refused. {said}", "Install Docker or Podman, or ask the machine's administrator."
    )


def _container(machine: Machine, kind: Kind, image: str) -> Probe:
    """Ask the daemon, look for the image, and run something in it."""
    name, found = kind.capitalize(), machine.program(kind)
    if not found:
        return Probe("none", "")
    answer = machine.run([found, "info"])
    if answer.status:
        reason = f"{name} is installed but does not answer: {_last_line(answer.text)}"
        start = "sudo systemctl start docker" if kind == "docker" else "podman machine start"
        if machine.system != "Linux" and kind == "docker":
            start = "open Docker Desktop"
        denied = "permission denied" in answer.text.lower()
        return Probe(
            "none", reason, "sudo usermod -aG docker $USER, then log in again." if denied else f"Start it: {start}"
        )
    if machine.run([found, "image", "inspect", image]).status:
        return Probe("none", f"{name} works but has no image {image}.", f"{kind} {BUILD.format(image=image)}")
    with tempfile.TemporaryDirectory(prefix="hidden-layers-") as folder:
        tried = machine.run(wrap(kind, [sys.executable, "-c", ""], room=Path(folder), image=image))
    if tried.status:
        return Probe("none", f"{name} cannot run the image {image}: {_last_line(tried.text)}")
    return Probe(kind, f"{name} works and is used instead.")


def _install(machine: Machine) -> str:
    """The command for this distribution."""
    lines = (machine.read("/etc/os-release") or "").splitlines()
    facts = dict(line.split("=", 1) for line in lines if "=" in line)
    names = f"{facts.get('ID', '')} {facts.get('ID_LIKE', '')}".replace('"', "").split()
    known = [
        INSTALL[word]
        for name in names
        for word in (name, name.split("-")[0], "suse" * ("suse" in name))
        if word in INSTALL
    ]
    return known[0] if known else f"{INSTALL['debian']}, or {INSTALL['fedora']}"


def _restricted_by_apparmor(machine: Machine) -> bool:
    switch = machine.read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") or ""
    return switch.strip() == "1"


def _profile_command() -> str:
    """Make and load an AppArmor profile that lets bubblewrap, and what it starts, have user namespaces."""
    file = "/etc/apparmor.d/bwrap"
    return f"printf '{PROFILE}' | sudo tee {file} && sudo apparmor_parser -r {file}"


def _sysctl(name: str, value: str) -> str:
    """Set a switch now and for the next start."""
    return f"echo {name}={value} | sudo tee /etc/sysctl.d/99-hidden-layers.conf && sudo sysctl --system"


def _container_around(machine: Machine) -> str | None:
    """Name of the engine in whose container this runs, if it is one."""
    if machine.read("/run/.containerenv") is not None:
        return "podman"
    if machine.read("/.dockerenv") is not None:
        return "docker"
    group = machine.read("/proc/1/cgroup") or ""
    engines = {"kubepods": "kubernetes", "docker": "docker", "libpod": "podman", "containerd": "docker", "lxc": "lxc"}
    return next((engine for word, engine in engines.items() if word in group), None)


def _loosen(engine: str) -> str:
    """What a container needs so that bubblewrap works in it."""
    options = "--security-opt seccomp=unconfined --security-opt apparmor=unconfined"
    if engine == "podman":
        return "Start it so: podman run --security-opt seccomp=unconfined --security-opt unmask=ALL … (or --privileged)"
    if engine == "docker":
        return f"Start it so: docker run {options} --security-opt systempaths=unconfined … (or --privileged)"
    if engine == "kubernetes":
        return "In the pod's securityContext, set procMount: Unmasked and seccompProfile: {type: Unconfined}."
    return "Grade on the machine itself: lxc config set NAME security.nesting true permits it in the container."


def _last_line(text: str) -> str:
    """The last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "nothing"
