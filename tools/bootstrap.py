"""Make .venv and install the course into it; `make lab` and `make test` run this first.

A second run finds its stamp (.venv/.installed) and returns at once. Standard library only, and no syntax
that an old Python cannot parse: who starts this with Python 3.6 shall read one clear line, not a SyntaxError.

Environment:
    PYTHON: set (as in `PYTHON=python3.12 make lab`) when the Python to use was chosen by hand.
    TORCH_BACKEND: which PyTorch build to install, in the words of uv's --torch-backend (cpu, cu126, auto, ...).
        `lock`, the default of a fresh .venv, installs requirements.txt as it stands. Later runs keep the choice.
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
import tempfile
from pathlib import Path
from typing import Dict, List, Optional, Tuple

ROOT = Path(__file__).resolve().parent.parent
OLDEST, TOO_NEW = (3, 11), (3, 15)
SUPPORTED = "3.11 to 3.14"
LOCK = "lock"
UNFINISHED = "unfinished"
GB = 10**9
# What `venv` and the packages of the lock put at the top of a virtual environment. Anything else is someone's own.
VENV_ENTRIES = {"bin", "etc", "include", "lib", "lib64", "man", "share", "Scripts", "Include", "Lib", "pyvenv.cfg"}
VENV_ENTRIES |= {".gitignore", ".installed", ".lock", "CACHEDIR.TAG"}


class SetupError(Exception):
    """One line for the reader: what is wrong and what to do."""


# What must be true before anything is made


def check_version(version: Tuple[int, ...]) -> None:
    """Refuse a Python that is too old or too new for the lock."""
    if OLDEST <= tuple(version[:2]) < TOO_NEW:
        return
    age = "old" if tuple(version[:2]) < OLDEST else "new"
    other = find_supported_python()
    mend = "run PYTHON={} make lab".format(other) if other else "install one from https://www.python.org/downloads/"
    raise SetupError(
        "Python {}.{} is too {}: the course needs Python {}; {}".format(version[0], version[1], age, SUPPORTED, mend)
    )


def find_supported_python() -> Optional[str]:
    """Return the name of the newest supported Python on PATH that really starts, or None."""
    for minor in range(TOO_NEW[1] - 1, OLDEST[1] - 1, -1):
        name = "python3.{}".format(minor)
        path = shutil.which(name)
        if path and python_version(Path(path)) == (3, minor):
            return name
    return None


def check_platform(system: str, machine: str, pointer_bits: int) -> None:
    """Refuse machines that PyTorch publishes no packages for."""
    if pointer_bits < 64:
        raise SetupError("this Python is a 32-bit one and PyTorch needs 64 bits: install the 64-bit Python")
    if system == "Darwin" and machine == "x86_64":
        raise SetupError(
            "this Python is built for Intel Macs, which PyTorch left after 2.2: on an Apple M-series Mac install "
            "the arm64 Python from https://www.python.org/downloads/; on an Intel Mac use the dev container or Binder"
        )


def check_modules() -> None:
    """Refuse a Python without venv or ensurepip (Debian and Ubuntu ship them as a package of their own)."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise SetupError(missing_module_message(missing[0]))


def missing_module_message(name: str) -> str:
    """Say which package brings the missing module."""
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    return (
        "this Python cannot make virtual environments (no module {}): on Debian and Ubuntu run "
        "`sudo apt install {}`, elsewhere install Python {} from https://www.python.org/downloads/; "
        "then run the same command again".format(name, package, SUPPORTED)
    )


def space_needed(backend: str, system: str, has_torch: bool) -> int:
    """Return the bytes an installation may take: PyTorch with CUDA (the default on Linux) is the large part."""
    if has_torch:
        return 1 * GB
    with_cuda = system == "Linux" if backend == LOCK else backend != "cpu"
    return 8 * GB if with_cuda else 3 * GB


def check_disk(folder: Path, needed: int) -> None:
    """Refuse to start an installation that will not fit."""
    free = shutil.disk_usage(str(folder)).free
    if free >= needed:
        return
    smaller = ", or take the small CPU build: TORCH_BACKEND=cpu make lab" if needed > 3 * GB else ""
    raise SetupError(
        "the disk of {} is too full: {:.1f} GB free, about {:.1f} GB needed; make room{}".format(
            folder, free / GB, needed / GB, smaller
        )
    )


# The virtual environment


def venv_python(venv: Path) -> Path:
    """Return where the Python of a virtual environment is on this system."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def python_version(python: Path) -> Optional[Tuple[int, int]]:
    """Ask an interpreter for its version; None if it does not start."""
    code = "import sys; print('%d %d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [str(python), "-I", "-S", "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60
        ).stdout.split()
        return int(answer[0]), int(answer[1])
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return None


def healthy_version(venv: Path) -> Optional[Tuple[int, int]]:
    """Return the Python version of a virtual environment, or None if it is half-made or its Python has gone."""
    try:
        config = (venv / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    written = re.search(r"^version(?:_info)? *= *(\d+)\.(\d+)", config, re.MULTILINE)
    running = python_version(venv_python(venv))
    if written and running == (int(written.group(1)), int(written.group(2))):
        return running
    return None


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
    say("{} is unfinished or its Python has gone: making it anew".format(venv.name))
    shutil.rmtree(str(venv))


def make_venv(venv: Path) -> Tuple[int, int]:
    """Make the virtual environment with the Python that runs this file; return its version."""
    check_version(sys.version_info[:2])
    check_platform(platform.system(), platform.machine(), 64 if sys.maxsize > 2**32 else 32)
    check_modules()
    remove_broken_venv(venv)
    say("making {} with Python {}.{}".format(venv.name, *sys.version_info[:2]))
    done = subprocess.run([sys.executable, "-m", "venv", str(venv)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        output = done.stdout.decode("utf-8", "replace")
        if "ensurepip" in output:
            raise SetupError(missing_module_message("ensurepip"))
        last = (output.strip() or "no message").splitlines()[-1]
        raise SetupError("Python could not make {} ({}): remove that folder and run again".format(venv, last))
    return sys.version_info[:2]


def ready_venv(venv: Path, chosen_by_hand: bool) -> Tuple[int, int]:
    """Keep a virtual environment that works, make or mend one that does not; return its Python version."""
    version = healthy_version(venv)
    if version is None:
        return make_venv(venv)
    if chosen_by_hand and version != sys.version_info[:2]:
        raise SetupError(
            "{} has Python {}.{} and PYTHON asks for {}.{}: remove the folder {} and run again, or leave PYTHON "
            "out".format(venv.name, version[0], version[1], sys.version_info[0], sys.version_info[1], venv)
        )
    check_version(version)
    return version


# The installation


def locked_uv(lock: Path) -> str:
    """Return the pin of uv from the lock, so that there is one place that says which uv is used."""
    found = re.search(r"^uv==[^\s;]+", lock.read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise SetupError("{} pins no uv: take the file from the repository again".format(lock.name))
    return found.group(0)


def lock_pins(lock: Path) -> str:
    """Return the lock without `-e .`: the form in which uv takes it as constraints."""
    lines = lock.read_text(encoding="utf-8").splitlines(True)
    return "".join(line for line in lines if not line.startswith("-e"))


def locked_packages(lock: Path) -> List[str]:
    """Return the names of all packages of the lock but uv, which cannot replace itself while it runs on Windows."""
    names = set(re.findall(r"^([A-Za-z0-9][\w.-]*)==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    return sorted(names - {"uv"})


def install_command(python: Path, root: Path, backend: str, pins: Path, reinstall: List[str]) -> List[str]:
    """Compose the installation.

    With the default backend the lock is installed as it stands. Its Linux part names every CUDA package, so
    another backend installs what pyproject.toml asks for and takes the lock as constraints: the same versions,
    but only of what that build of PyTorch depends on.
    """
    command = [str(python), "-m", "uv", "pip", "install", "--python", str(python)]
    for name in reinstall:
        command += ["--reinstall-package", name]
    if backend == LOCK:
        return [*command, "--requirement", str(root / "requirements.txt")]
    return [*command, "--torch-backend", backend, "--constraint", str(pins), "--editable", ".[test]"]


def run_or_explain(command: List[str], root: Path, what: str) -> None:
    """Run one step of the installation; its failure becomes one line after the tool's own output."""
    if subprocess.run(command, cwd=str(root)).returncode == 0:
        return
    check_disk(root, GB // 5)
    raise SetupError(
        what + " failed (its message is above): if that is about the network or a proxy, mend it and run the same "
        "command again; it goes on where it stopped"
    )


def ensure_uv(python: Path, root: Path) -> None:
    """Install the locked uv, the fast installer, unless it is there."""
    pin = locked_uv(root / "requirements.txt")
    code = "import importlib.metadata as m, sys; sys.exit('uv==' + m.version('uv') != sys.argv[1])"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # type: Dict[str, int]
    if subprocess.run([str(python), "-c", code, pin], **quiet).returncode == 0:
        return
    if subprocess.run([str(python), "-m", "pip", "--version"], **quiet).returncode:
        run_or_explain([str(python), "-m", "ensurepip", "--upgrade"], root, "the installation of pip")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", pin]
    run_or_explain(pip, root, "the installation of uv")


def check_cache_disk(python: Path, root: Path, needed: int) -> None:
    """Check uv's cache, which receives every download first, where it lies on another disk than the project."""
    command = [str(python), "-m", "uv", "cache", "dir", "--color", "never"]
    answer = subprocess.run(command, stdout=subprocess.PIPE, cwd=str(root)).stdout.decode("utf-8", "replace").strip()
    folder = Path(answer or str(root))
    while not folder.exists():
        folder = folder.parent
    if folder.stat().st_dev != root.stat().st_dev:
        check_disk(folder, needed)


def install(python: Path, root: Path, backend: str, torch_there: Optional[str], unfinished: bool) -> None:
    """Install the course and its packages for the given Python.

    After an installation that did not finish, a package may be there in part and look whole: all are put in again
    (from uv's cache, which takes seconds).
    """
    system = platform.system()
    replace_torch = must_replace_torch(torch_there, backend, system)
    needed = space_needed(backend, system, torch_there is not None and not replace_torch)
    check_disk(root, needed)
    say("installing the packages of requirements.txt (the first time takes some minutes)")
    ensure_uv(python, root)
    check_cache_disk(python, root, needed)
    lock = root / "requirements.txt"
    reinstall = locked_packages(lock) if unfinished else ["torch", "torchvision"] if replace_torch else []
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder) / "pins.txt"
        pins.write_text(lock_pins(lock), encoding="utf-8")
        run_or_explain(install_command(python, root, backend, pins, reinstall), root, "the installation")


# The stamp


def digest(root: Path, backend: str, version: Tuple[int, int]) -> str:
    """Hash all that an installation depends on."""
    sha = hashlib.sha256()
    for name in ("requirements.txt", "pyproject.toml"):
        sha.update((root / name).read_bytes())
    sha.update(json.dumps([backend, version, str(root)]).encode("utf-8"))
    return sha.hexdigest()


def read_stamp(venv: Path) -> Dict[str, str]:
    """Return what the last finished installation wrote; empty if there is none."""
    try:
        stamp = json.loads((venv / ".installed").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def is_unfinished(venv: Path) -> bool:
    """Tell whether the last installation was interrupted or failed."""
    return read_stamp(venv).get("sha256") == UNFINISHED


def write_stamp(venv: Path, value: str, backend: str) -> None:
    """Note a finished installation."""
    stamp = json.dumps({"sha256": value, "torch_backend": backend})
    (venv / ".installed").write_text(stamp + "\n", encoding="utf-8")


def torch_build(venv: Path) -> Optional[str]:
    """Return which build of PyTorch is installed: "" is PyPI's, "cpu" or "cu126" another index's, None is none."""
    for site_packages in ("lib/python*/site-packages", "Lib/site-packages"):
        for found in venv.glob(site_packages + "/torch-*.dist-info"):
            return found.name[: -len(".dist-info")].partition("+")[2]
    return None


def must_replace_torch(installed: Optional[str], backend: str, system: str) -> bool:
    """Tell whether another build of PyTorch is asked for (uv sees 2.15.0+cpu and 2.15.0 as the same version)."""
    if installed is None or system == "Darwin":
        return False
    return installed != ("" if backend == LOCK else backend)


# The command


def say(text: str) -> None:
    """Print one line of progress."""
    print("setup: " + text, flush=True)


def set_up(root: Path, backend_wanted: str, chosen_by_hand: bool) -> bool:
    """Bring .venv up to date; return whether there was anything to do."""
    venv = root / ".venv"
    backend = backend_wanted or read_stamp(venv).get("torch_backend") or LOCK
    version = ready_venv(venv, chosen_by_hand)
    wanted = digest(root, backend, version)
    if read_stamp(venv).get("sha256") == wanted:
        return False
    unfinished = is_unfinished(venv)
    write_stamp(venv, UNFINISHED, backend)
    install(venv_python(venv), root, backend, torch_build(venv), unfinished)
    write_stamp(venv, wanted, backend)
    say("done: .venv is ready")
    return True


def set_up_here(root: Path, backend: str) -> None:
    """Install for the Python that runs this file, as Binder needs it: no .venv, no stamp."""
    check_version(sys.version_info[:2])
    install(Path(sys.executable), root, backend or LOCK, torch_build(Path(sys.prefix)), False)


def main(arguments: Optional[List[str]] = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(description="Make .venv and install the course into it.")
    parser.add_argument("--here", action="store_true", help="install for this Python instead of into .venv (Binder)")
    options = parser.parse_args(arguments)
    backend = os.environ.get("TORCH_BACKEND", "").strip()
    try:
        if options.here:
            set_up_here(ROOT, backend)
        else:
            set_up(ROOT, backend, bool(os.environ.get("PYTHON")))
    except SetupError as error:
        print("setup: {}".format(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("setup: stopped; run the same command again, it goes on where it stopped", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
