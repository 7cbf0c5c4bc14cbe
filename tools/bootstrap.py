"""Make .venv and install the course into it; `make lab` and `make test` run this first.

A second run finds its stamp (.venv/.installed) and returns at once. Standard library only, and no syntax that an
old Python cannot parse: Python 3.6 then prints one line about its age instead of a SyntaxError.

Environment:
    PYTHON: set (as in `PYTHON=python3.12 make lab`) when the Python to use was chosen by hand.
    TORCH_BACKEND: the PyTorch build to install: `registry` for the one on the package index, or a word of uv's
        --torch-backend (cpu, cu126, auto, ...). Without it a new .venv gets the CPU build where no NVIDIA card can be
        seen and PyTorch's own index answers, else the registry's. Later runs keep the choice.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

ROOT = Path(__file__).resolve().parent.parent
LOCK = "requirements/lock.txt"
OLDEST, TOO_NEW = (3, 11), (3, 15)
SUPPORTED = "3.11 to 3.14"
REGISTRY = "registry"
SECONDS_FOR_THE_INDEX = 8
GB = 10**9
# What `venv` and the locked packages put at the top of a virtual environment. Anything else is someone's own.
VENV_ENTRIES = {"bin", "etc", "include", "lib", "lib64", "man", "share", "Scripts", "Include", "Lib", "pyvenv.cfg"}
VENV_ENTRIES |= {".gitignore", ".installed", ".lock", "CACHEDIR.TAG"}


class SetupError(Exception):
    """One line for the reader: what is wrong and what to do."""


# What must be true before anything is made


def check_python(version: Tuple[int, ...], system: str, machine: str, pointer_bits: int) -> None:
    """Refuse a Python that the lock has no packages for."""
    if not OLDEST <= tuple(version[:2]) < TOO_NEW:
        age = "old" if tuple(version[:2]) < OLDEST else "new"
        other = find_supported_python()
        fix = "run PYTHON={} make lab".format(other) if other else "install one from https://www.python.org/downloads/"
        raise SetupError(
            "Python {}.{} is too {}: the course needs Python {}; {}".format(version[0], version[1], age, SUPPORTED, fix)
        )
    if pointer_bits < 64:
        raise SetupError("this Python is a 32-bit one and PyTorch needs 64 bits: install the 64-bit Python")
    if system == "Darwin" and machine == "x86_64":
        raise SetupError(
            "this Python is built for Intel Macs, which PyTorch left after 2.2: on an Apple M-series Mac install "
            "the arm64 Python from https://www.python.org/downloads/; on an Intel Mac use the dev container or Binder"
        )


def check_own_python() -> None:
    """Refuse to go on with the Python that runs this file if it will not do."""
    check_python(sys.version_info[:2], platform.system(), platform.machine(), 64 if sys.maxsize > 2**32 else 32)


def find_supported_python() -> Optional[str]:
    """Return the name of the newest supported Python on PATH that really starts, or None."""
    for minor in range(TOO_NEW[1] - 1, OLDEST[1] - 1, -1):
        name = "python3.{}".format(minor)
        path = shutil.which(name)
        if path and python_version(Path(path)) == (3, minor):
            return name
    return None


def check_disk(folder: Path, needed: int) -> None:
    """Refuse to start an installation that will not fit."""
    free = shutil.disk_usage(str(folder)).free
    if free < needed:
        smaller = ", or take the small CPU build: TORCH_BACKEND=cpu make lab" if needed > 3 * GB else ""
        raise SetupError(
            "the disk of {} is too full: {:.1f} GB free, about {:.1f} GB needed; make room{}".format(
                folder, free / GB, needed / GB, smaller
            )
        )


# The virtual environment


def python_version(python: Path) -> Optional[Tuple[int, int]]:
    """Ask an interpreter for its version; None if it does not start."""
    code = "import sys; print('%d %d' % sys.version_info[:2])"
    answer = ask([str(python), "-I", "-S", "-c", code], seconds=60)
    found = re.match(r"(\d+) (\d+)\s*$", answer or "")
    return (int(found.group(1)), int(found.group(2))) if found else None


def healthy_version(venv: Path) -> Optional[Tuple[int, int]]:
    """Return the Python version of a virtual environment, or None if it is half-made or its Python has gone."""
    try:
        config = (venv / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    written = re.search(r"^version(?:_info)? *= *(\d+)\.(\d+)", config, re.MULTILINE)
    running = python_version(venv_python(venv))
    return running if written and running == (int(written.group(1)), int(written.group(2))) else None


def venv_python(venv: Path) -> Path:
    """Return where the Python of a virtual environment is on this system."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def remove_broken_venv(venv: Path) -> None:
    """Remove a virtual environment that cannot be used, and never a folder that holds something else."""
    if not os.path.lexists(str(venv)):
        return
    own = venv.is_dir() and not venv.is_symlink()
    strangers = sorted({entry.name for entry in venv.iterdir()} - VENV_ENTRIES) if own else ["it is not a folder"]
    if strangers:
        raise SetupError(
            "{} is not a virtual environment that works and is not ours to remove ({}): move it away, "
            "then run the same command again".format(venv, ", ".join(strangers[:3]))
        )
    say("{} is unfinished or its Python has gone: making a new one".format(venv.name))
    shutil.rmtree(str(venv))


def make_venv(venv: Path) -> Tuple[int, int]:
    """Make the virtual environment with the Python that runs this file; return its version."""
    check_own_python()
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if not missing:
        remove_broken_venv(venv)
        say("making {} with Python {}.{}".format(venv.name, *sys.version_info[:2]))
        command = [sys.executable, "-m", "venv", str(venv)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode == 0:
            return sys.version_info[:2]
        output = done.stdout.decode("utf-8", "replace").strip() or "no message"
        if "ensurepip" not in output:
            last = output.splitlines()[-1]
            raise SetupError("Python could not make {} ({}): remove that folder and run again".format(venv, last))
    # Debian and Ubuntu ship venv and ensurepip as a package of their own.
    raise SetupError(
        "this Python cannot make virtual environments (no module {}): on Debian and Ubuntu run "
        "`sudo apt install python{}.{}-venv`, elsewhere install Python {} from https://www.python.org/downloads/; "
        "then run the same command again".format((missing or ["ensurepip"])[0], *sys.version_info[:2], SUPPORTED)
    )


def ready_venv(venv: Path, chosen_by_hand: bool) -> Tuple[int, int]:
    """Keep a virtual environment that works, replace one that does not; return its Python version."""
    version = healthy_version(venv)
    if version is None:
        return make_venv(venv)
    if chosen_by_hand and version != sys.version_info[:2]:
        raise SetupError(
            "{} has Python {}.{} and PYTHON asks for {}.{}: remove the folder {} and run again, or leave PYTHON "
            "out".format(venv.name, version[0], version[1], sys.version_info[0], sys.version_info[1], venv)
        )
    return version


# Which build of PyTorch


def choose_build(python: Path, root: Path, wanted: Optional[str], installed: Optional[str]) -> str:
    """Return the build to install: the one asked for, else the one that is there, else what this machine can use."""
    if wanted or installed:
        return str(wanted or installed)
    # Only on Linux does the registry's build bring CUDA, which is two thirds of the whole installation.
    if platform.system() != "Linux" or has_nvidia_card():
        return REGISTRY
    if cpu_index_answers(python, root):
        say("no NVIDIA card can be seen: taking PyTorch's CPU build (TORCH_BACKEND=registry takes the CUDA one)")
        return "cpu"
    say("PyTorch's index of CPU builds does not answer: taking the larger build from the package index")
    return REGISTRY


def has_nvidia_card() -> bool:
    """Tell whether the driver shows a card: nvidia-smi lists it, or the kernel has made its device file."""
    return os.path.exists("/dev/nvidia0") or "GPU 0" in (ask(["nvidia-smi", "-L"], seconds=10) or "")


def cpu_index_answers(python: Path, root: Path) -> bool:
    """Ask uv, which will download it, whether PyTorch's own index offers the locked version here and now."""
    command = [str(python), "-m", "uv", "pip", "compile", "-", "--no-deps", "--quiet", "--torch-backend", "cpu"]
    impatient = dict(os.environ, UV_HTTP_TIMEOUT=str(SECONDS_FOR_THE_INDEX), UV_HTTP_RETRIES="0")
    return ask(command, seconds=SECONDS_FOR_THE_INDEX, text=locked("torch", root), environment=impatient) is not None


def torch_build(prefix: Path) -> Optional[str]:
    """Return which build of PyTorch is installed: `registry`, or the word after the + (cpu, cu126); None is none."""
    for site_packages in ("lib/python*/site-packages", "Lib/site-packages"):
        for found in prefix.glob(site_packages + "/torch-*.dist-info"):
            return found.name[: -len(".dist-info")].partition("+")[2] or REGISTRY
    return None


# The installation


def locked(name: str, root: Path) -> str:
    """Return a package with its version in the lock, such as `uv==0.13.8`."""
    found = re.search(r"^{}==[^\s;]+".format(name), (root / LOCK).read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise SetupError("{} pins no {}: take the file from the repository again".format(LOCK, name))
    return found.group(0)


def install_command(python: Path, extras: Sequence[str], build: str, reinstall: Sequence[str]) -> List[str]:
    """Compose the installation: what pyproject.toml asks for, in the versions of the lock."""
    command = [str(python), "-m", "uv", "pip", "install", "--python", str(python), "--constraint", LOCK]
    if os.environ.get("PYTHONDONTWRITEBYTECODE"):
        command.append("--compile-bytecode")  # else each process would compile all that it imports, every time
    if build != REGISTRY:
        command += ["--torch-backend", build]
    return [*command, *reinstall, "--editable", ".[{}]".format(",".join(extras)) if extras else "."]


def ensure_uv(python: Path, root: Path) -> None:
    """Put the locked uv beside the given Python, with pip, if it is not there."""
    pin = locked("uv", root)
    if (ask([str(python), "-m", "uv", "--version"], seconds=60) or "").split()[1:2] == [pin.partition("==")[2]]:
        return
    if ask([str(python), "-m", "pip", "--version"], seconds=60) is None:
        run_or_explain([str(python), "-m", "ensurepip", "--upgrade"], root, "the installation of pip")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", pin]
    run_or_explain(pip, root, "the installation of uv")


def check_disks(python: Path, root: Path, build: str, installed: Optional[str]) -> None:
    """Check the disks of the project and of uv's cache, which receives every download first."""
    small = build == "cpu" or (build == REGISTRY and platform.system() != "Linux")
    needed = 1 * GB if installed == build else 3 * GB if small else 8 * GB
    cache = Path((ask([str(python), "-m", "uv", "cache", "dir", "--color", "never"], seconds=60) or "").strip() or root)
    while not cache.exists():
        cache = cache.parent
    for folder in (root, cache):
        check_disk(folder, needed)


def install(
    python: Path, root: Path, extras: Sequence[str], build: str, installed: Optional[str], unfinished: bool
) -> None:
    """Install the course and its packages for the given Python.

    After an installation that did not finish, a package may be there in part and look whole: all are installed
    again, from uv's cache, which takes seconds. uv sees 2.15.0+cpu and 2.15.0 as the same version, so another build
    of PyTorch is asked for by name.
    """
    check_disks(python, root, build, installed)
    reinstall = ["--reinstall"] if unfinished else []
    if installed not in (None, build) and platform.system() != "Darwin":
        reinstall += ["--reinstall-package=torch", "--reinstall-package=torchvision"]
    say("installing the packages of {} (the first time takes some minutes)".format(LOCK))
    run_or_explain(install_command(python, extras, build, reinstall), root, "the installation")


def run_or_explain(command: List[str], root: Path, what: str) -> None:
    """Run one step of the installation; its failure becomes one line after the tool's own output."""
    if subprocess.run(command, cwd=str(root)).returncode:
        check_disk(root, GB // 5)
        raise SetupError(
            what + " failed (its message is above): if that is about the network or a proxy, fix it and run the same "
            "command again, it goes on where it stopped"
        )


# The stamp


def read_stamp(venv: Path) -> Dict[str, object]:
    """Return what the last installation wrote; empty if there is none."""
    try:
        stamp = json.loads((venv / ".installed").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(venv: Path, **stamp: object) -> None:
    """Note an installation: begun (marked as unfinished), or finished (with all that it depends on)."""
    (venv / ".installed").write_text(json.dumps(stamp) + "\n", encoding="utf-8")


def inputs(root: Path, version: Tuple[int, int]) -> Dict[str, object]:
    """Return what an installation depends on beside the choices: the files, the Python and the folder."""
    sha = hashlib.sha256()
    for name in (LOCK, "pyproject.toml"):
        sha.update((root / name).read_bytes())
    return {"files": sha.hexdigest(), "python": list(version), "root": str(root)}


# The command


def say(text: str) -> None:
    """Print one line of progress."""
    print("setup: " + text, flush=True)


def ask(
    command: List[str], seconds: int, text: str = "", environment: Optional[Dict[str, str]] = None
) -> Optional[str]:
    """Return what a command prints; None if it cannot be run, fails, or takes longer."""
    try:
        done = subprocess.run(
            command,
            input=text.encode("utf-8"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            env=environment,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def set_up(root: Path, extras: Sequence[str], wanted: str, chosen_by_hand: bool) -> bool:
    """Bring .venv up to date; return whether there was anything to do. What an earlier run added, stays."""
    venv = root / ".venv"
    version = ready_venv(venv, chosen_by_hand)
    python, stamp, finished = venv_python(venv), read_stamp(venv), inputs(root, version)
    extras = sorted({*extras, *stamp.get("extras", [])})
    build = wanted or stamp.get("build")
    if stamp == dict(finished, extras=extras, build=build):
        return False
    unfinished, installed = "unfinished" in stamp, torch_build(venv)
    write_stamp(venv, unfinished=True, extras=extras, build=build)
    ensure_uv(python, root)
    build = choose_build(python, root, build, installed)
    write_stamp(venv, unfinished=True, extras=extras, build=build)
    install(python, root, extras, build, installed, unfinished)
    write_stamp(venv, extras=extras, build=build, **finished)
    say("done: .venv is ready")
    return True


def set_up_here(root: Path, extras: Sequence[str], wanted: str) -> None:
    """Install for the Python that runs this file, as Binder needs it: no .venv, no stamp."""
    check_own_python()
    python, installed = Path(sys.executable), torch_build(Path(sys.prefix))
    ensure_uv(python, root)
    build = choose_build(python, root, wanted, installed)
    install(python, root, extras, build, installed, False)


def main(arguments: Optional[List[str]] = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(description="Make .venv and install the course into it.")
    parser.add_argument("extras", nargs="*", help="tools to add to what a learner needs: test, instructor")
    parser.add_argument("--here", action="store_true", help="install for this Python instead of into .venv (Binder)")
    options = parser.parse_args(arguments)
    wanted = os.environ.get("TORCH_BACKEND", "").strip()
    try:
        if options.here:
            set_up_here(ROOT, options.extras, wanted)
        else:
            set_up(ROOT, options.extras, wanted, bool(os.environ.get("PYTHON")))
    except SetupError as error:
        print("setup: {}".format(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("setup: stopped; run the same command again, it goes on where it stopped", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
