"""The sandbox for real: each limit is hit once, and what a student's code must not reach is reached for."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
import pytest

from instructor.sandbox import REFUSED, Limits, Watcher, outside_pid, probe, wrap
from instructor.sandbox.command import interpreter_paths
from instructor.sandbox.limits import MIB
from instructor.sandbox.room import make, remove

ROOT = Path(__file__).resolve().parents[2]

# Like the fork server of grading, without torch and for one submission. It says the child's number, waits for "go"
# (the watcher is there), and says at the end how the child exited and which processes are left in the sandbox.
SERVER = """
import json, os, sys, time
from pathlib import Path
from instructor.sandbox import Limits, fork_confined
room, limits, source, go, isolate = *sys.argv[1:4], int(sys.argv[4]), sys.argv[5] == "True"
secret = "of the server"
def run():
    os.read(go, 1)
    exec(source, {"room": room})
child = fork_confined(Path(room), Limits(**json.loads(limits)), (1, 2, go), run, isolate=isolate)
print(child, flush=True)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
for _ in range(50):  # what was killed may take a moment to be gone
    left = len([name for name in os.listdir("/proc") if name.isdigit()])
    if left <= 2 or not isolate:
        break
    time.sleep(0.1)
print(json.dumps({"status": status, "left": left}), flush=True)
"""


@dataclass
class Outcome:
    """What became of a submission: why it was stopped, how it exited, what it printed, and its watcher."""

    reason: str | None
    status: int
    left: int
    text: str
    watcher: Watcher


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Path]:
    """A room with a neighbour."""
    made, neighbour = make(tmp_path / "rooms"), make(tmp_path / "rooms")
    (neighbour / "answer.py").write_text("another student's")
    yield made
    remove(made)


@pytest.fixture(scope="session")
def sandbox() -> None:
    """Skip where bubblewrap does not work, or fail where it must (COURSE_REQUIRE_SANDBOX=1)."""
    found = probe()
    if found.kind != "bubblewrap" or not found.nested:
        message = f"needs bubblewrap with namespaces inside: {found.reason} {found.fix}"
        (pytest.fail if os.environ.get("COURSE_REQUIRE_SANDBOX") == "1" else pytest.skip)(message)


def serving(source: str, room: Path, limits: Limits, *, go: int, rooms: Path, kind: str = "bubblewrap") -> list[str]:
    """The command that starts the server for one submission."""
    values = [str(room), json.dumps(asdict(limits)), source, str(go), str(kind == "bubblewrap")]
    argv, needed, path = [sys.executable, "-c", SERVER, *values], [ROOT / "instructor"], {"PYTHONPATH": str(ROOT)}
    return wrap(kind, argv, room=rooms, readable=needed, fds=[go], server=True, environ=path)


def submit(source: str, room: Path, limits: Limits | None = None, *, kind: str = "bubblewrap") -> Outcome:
    """Run a student's code as grading does."""
    limits = limits or Limits(wall_seconds=60)
    read, write = os.pipe()
    command = serving(source, room, limits, go=read, rooms=room.parent, kind=kind)
    with subprocess.Popen(
        command, pass_fds=[read], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        os.close(read)
        child = int(server.stdout.readline())
        pid = outside_pid(server.pid, child) if kind == "bubblewrap" else child
        with Watcher(pid, limits, room=room) as watcher:
            os.write(write, b"!")
            text = server.stdout.read()
        os.close(write)
    text, _, last = text.rstrip().rpartition("\n")
    return Outcome(reason=watcher.reason, text=text, watcher=watcher, **json.loads(last))


LIMITS = {
    "memory": (
        "held = [bytearray(2**20) for _ in range(500)]\nimport time; time.sleep(60)",
        Limits(memory=100 * MIB, wall_seconds=60),
        "it used more than 100 MiB of memory",
    ),
    "memory shared between processes": (
        "import mmap, os, time\nheld = mmap.mmap(-1, 2**28)\nheld.write(bytes(2**28))\nos.fork()\ntime.sleep(60)",
        Limits(memory=100 * MIB, wall_seconds=60),
        "it used more than 100 MiB of memory",
    ),
    "memory as a file": (
        "import time\nopen('/dev/shm/a', 'wb').write(bytes(2**27))\ntime.sleep(60)",
        Limits(memory=100 * MIB, wall_seconds=60),
        "it used more than 100 MiB of memory",
    ),
    "processor time": (
        "while True: pass",
        Limits(cpu_seconds=0.3, wall_seconds=60),
        "it used more than 0.3 seconds of processor time",
    ),
    "wall time": ("import time; time.sleep(60)", Limits(wall_seconds=0.3), "it ran for more than 0.3 seconds"),
    "processes": (
        "import os, time\nfor _ in range(9):\n    if not os.fork(): break\ntime.sleep(60)",
        Limits(processes=5, wall_seconds=60),
        "it had more than 5 processes at once",
    ),
    "a fork bomb": (
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        Limits(processes=5, wall_seconds=60),
        "it had more than 5 processes at once",
    ),
    "files": (
        "import time\nfor n in range(9): open(str(n), 'wb').write(bytes(2**20))\ntime.sleep(60)",
        Limits(room_size=4 * MIB, wall_seconds=60),
        "it wrote more than 4 MiB of files",
    ),
    "deleted files": (
        "import os, time\nheld = []\nfor n in range(9):\n    held.append(open('a', 'wb', 0))\n"
        "    held[-1].write(bytes(2**20))\n    os.remove('a')\ntime.sleep(60)",
        Limits(room_size=4 * MIB, wall_seconds=60),
        "it wrote more than 4 MiB of files",
    ),
    "many small files": (
        "import time\nfor n in range(2000): open(str(n), 'wb').close()\ntime.sleep(60)",
        Limits(room_size=4 * MIB, wall_seconds=60),
        "it wrote more than 4 MiB of files",
    ),
}


@pytest.mark.parametrize("case", LIMITS)
def test_what_passes_a_limit_is_stopped_and_nothing_is_left(sandbox: None, room: Path, case: str) -> None:
    source, limits, reason = LIMITS[case]
    outcome = submit(source, room, limits)
    assert outcome.reason == reason, outcome.text
    assert outcome.status == 128 + 9
    assert outcome.left == 2  # bubblewrap's own first process, and the server
    assert outcome.watcher.seconds < 30


def test_a_file_that_is_too_large_is_an_error_where_it_is_written(sandbox: None, room: Path) -> None:
    outcome = submit("open('a', 'wb').write(bytes(2**21))", room, Limits(file_size=MIB, wall_seconds=60))
    assert "File too large" in outcome.text
    assert (outcome.reason, outcome.status) == (None, 1)


def test_an_honest_answer_is_left_alone(sandbox: None, room: Path) -> None:
    source = (
        "import subprocess, sys, tempfile, threading, os, signal\n"
        "from multiprocessing import shared_memory\n"
        "with tempfile.TemporaryFile() as file: file.write(b'x')\n"
        "open('/tmp/x', 'w').write('x')\n"
        "held = shared_memory.SharedMemory(create=True, size=100); held.close(); held.unlink()\n"
        "thread = threading.Thread(target=print, args=['thread']); thread.start(); thread.join()\n"
        "print(subprocess.run(['/bin/echo', 'child'], capture_output=True, text=True).stdout)\n"
        "assert signal.getsignal(signal.SIGINT) is signal.default_int_handler\n"
        "assert os.getcwd() == os.environ['HOME'] == tempfile.gettempdir() == room\n"
        "open('mine', 'w').write('kept')\n"
    )
    outcome = submit(source, room)
    assert (outcome.reason, outcome.status) == (None, 0), outcome.text
    assert "thread" in outcome.text and "child" in outcome.text
    assert (room / "mine").read_text() == "kept"
    assert outcome.watcher.peak_memory >= 0


def test_how_the_code_ends_is_told_by_the_exit_status(sandbox: None, room: Path) -> None:
    endings = {"pass": 0, "raise ValueError": 1, "raise SystemExit(3)": 3, "import os; os._exit(0)": 0}
    assert {source: submit(source, room).status for source in endings} == endings


def test_a_detached_process_dies_with_the_answer(sandbox: None, room: Path) -> None:
    source = (
        "import os, time\n"
        "if not os.fork():\n"
        "    os.setsid()\n"
        "    if not os.fork():\n"
        "        time.sleep(300)\n"
        "    os._exit(0)\n"
    )
    outcome = submit(source, room)
    assert (outcome.reason, outcome.status, outcome.left) == (None, 0, 2)


LOOK_AROUND = """
import ctypes, json, os, signal, socket
from pathlib import Path

def fails(step):
    try:
        return False, repr(step())
    except BaseException as error:
        return True, repr(error)

libc = ctypes.CDLL(None, use_errno=True)
def call(name, *values):
    if getattr(libc, name)(*values) == -1:
        raise OSError(ctypes.get_errno(), name)

def kill_all():
    seen = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    for number in {*seen, *range(2, 400)} - {os.getpid()}:
        try:
            os.kill(number, signal.SIGKILL)
            return number
        except ProcessLookupError:
            continue
    os.kill(-1, signal.SIGKILL)  # all that it may reach: nobody
    raise ProcessLookupError("nobody")

def files_of(number):
    paths = [f"/proc/{number}/fd/{name}" for name in os.listdir(f"/proc/{number}/fd")]
    if not paths:
        raise ProcessLookupError(number)
    return paths

steps = {
    "connect": lambda: socket.create_connection(("1.1.1.1", 53), 5),
    "look a name up": lambda: socket.getaddrinfo("example.org", 80),
    "reach this machine": lambda: socket.create_connection(("127.0.0.1", PORT), 5),
    "read the repository": lambda: os.listdir(ROOT + "/solutions"),
    "read a file of it": lambda: open(ROOT + "/pyproject.toml").read(),
    "read git": lambda: os.listdir(ROOT + "/.git"),
    "read passwords": lambda: open("/etc/shadow").read(),
    "read users": lambda: open("/etc/passwd").read(),
    "read the system's settings": lambda: os.listdir("/etc/ssh"),
    "read the neighbour": lambda: open(NEIGHBOUR).read(),
    "read behind the room": lambda: open(room + "/../" + "/".join(NEIGHBOUR.split("/")[-2:])).read(),
    "write at the root": lambda: open("/x", "w"),
    "write to /dev": lambda: open("/dev/x", "w"),
    "write to this Python": lambda: open(os.__file__, "a"),
    "write to the course": lambda: open(ROOT + "/instructor/x", "w"),
    "set the kernel": lambda: open("/proc/sys/kernel/core_pattern", "w"),
    "bound numbers anew": lambda: open("/proc/sys/kernel/pid_max", "w"),
    "be killed first no more": lambda: open("/proc/self/oom_score_adj", "w"),
    "kill": kill_all,
    "trace": lambda: call("ptrace", 16, 2, 0, 0),
    "read the server's memory": lambda: open("/proc/2/mem", "rb").read(1),
    "read the server's environment": lambda: open("/proc/2/environ").read(),
    "open the server's files": lambda: [open(path, "rb") for path in files_of(2)],
    "open files of the process between": lambda: [open(path, "rb") for path in files_of(3)],
    "know the server's files": lambda: [os.readlink(path) for path in files_of(2)],
    "enter by the server's root": lambda: os.listdir("/proc/2/root"),
    "mount": lambda: call("mount", b"tmpfs", b"/tmp", b"tmpfs", 0, None),
    "unmount": lambda: call("umount2", room.encode(), 2),
    "make a namespace": lambda: call("unshare", 0x10000000),
    "be root": lambda: os.setuid(0),
    "hide memory": lambda: os.memfd_create("x"),
    "get more memory": lambda: __import__("resource").setrlimit(2, (-1, -1)),
    "open a kept file": lambda: os.fstat(FREE),
}
steps = {**steps, "chroot": lambda: os.chroot("/tmp")}
print(json.dumps({name: fails(step) for name, step in steps.items()}))
status = open("/proc/self/status").read()
print(json.dumps({
    "capabilities": [line.split()[1].strip("0") for line in status.splitlines() if line.startswith("Cap")],
    "no new privileges": "NoNewPrivs:\\t1" in status,
    "process": os.getpid(),
    "user": os.getuid(),
    "rooms": os.listdir(os.path.dirname(room)),
    "variables": sorted(os.environ),
    "fds": sorted(int(name) for name in os.listdir("/proc/self/fd"))[:3],
}))
"""


@pytest.fixture
def looked(sandbox: None, room: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[dict, dict]:
    """What a student's code finds when it reaches for everything: whether each step fails, and facts."""
    monkeypatch.setenv("SECRET_OF_THE_INSTRUCTOR", "x")
    neighbour = next(path for path in room.parent.rglob("answer.py"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        names = {
            "PORT": listening.getsockname()[1],
            "HOME": str(Path.home()),
            "ROOT": str(ROOT),
            "NEIGHBOUR": str(neighbour),
            "FREE": 200,
        }
        head = "".join(f"{name} = {value!r}\n" for name, value in names.items())
        outcome = submit(head + LOOK_AROUND, room)
    assert (outcome.reason, outcome.status) == (None, 0), outcome.text
    steps, facts = outcome.text.splitlines()[-2:]
    return json.loads(steps), json.loads(facts)


def test_a_students_code_reaches_nothing(looked: tuple[dict, dict]) -> None:
    steps, facts = looked
    assert [name for name, (failed, _) in steps.items() if not failed] == []
    assert facts["capabilities"] == [""] * 5
    assert facts["no new privileges"]
    assert (facts["process"], facts["user"]) == (1, 65534)
    assert len(facts["rooms"]) == 1
    assert "SECRET_OF_THE_INSTRUCTOR" not in facts["variables"]


def test_the_home_folder_shows_at_most_the_way_to_python(sandbox: None, room: Path) -> None:
    home = Path.home()
    ways = {path.relative_to(home).parts[0] for path in interpreter_paths() if path.is_relative_to(home)}
    source = f"import os; print(*(os.listdir({str(home)!r}) if os.path.exists({str(home)!r}) else []))"
    assert set(submit(source, room).text.split()) <= ways


def test_what_is_written_beside_the_room_stays_inside(sandbox: None, room: Path) -> None:
    before = sorted(room.parent.iterdir())
    source = "import contextlib\nwith contextlib.suppress(OSError):\n    open(room + '/../x', 'w').close()"
    assert submit(source, room).status == 0
    assert sorted(room.parent.iterdir()) == before


def test_a_child_that_cannot_be_shut_in_runs_nothing(sandbox: None, room: Path) -> None:
    source, gone = "print('ran')", room.parent / "gone"
    command = serving(source, gone, Limits(), go=0, rooms=room.parent)
    done = subprocess.run(command, capture_output=True, text=True, input="", timeout=60)
    assert json.loads(done.stdout.splitlines()[-1])["status"] == REFUSED
    assert "sandbox: " in done.stderr and "No such file" in done.stderr
    assert "ran" not in done.stdout


def test_a_killed_child_in_between_takes_the_answer_along(sandbox: None, room: Path) -> None:
    """As when a worker dies: nobody needs to know process 1."""
    source = "import os\nprint(os.getpid())\n" + LIMITS["wall time"][0]
    read, write = os.pipe()
    command = serving(source, room, Limits(), go=read, rooms=room.parent)
    with subprocess.Popen(command, pass_fds=[read], stdout=subprocess.PIPE, text=True) as server:
        os.close(read)
        pid = outside_pid(server.pid, int(server.stdout.readline()))
        os.write(write, b"!")
        os.close(write)
        psutil.Process(pid).kill()
        assert json.loads(server.stdout.read().splitlines()[-1]) == {"status": -9, "left": 2}


def test_answer_whose_parent_is_gone_already_does_not_begin(room: Path) -> None:
    """Nobody would stop it: the kernel tells of a parent's end only from the moment on when it was asked to."""
    source = (
        "import os, sys; from pathlib import Path; from instructor.sandbox.confine import _inner; "
        "from instructor.sandbox import Limits; gone, held = os.pipe(); os.close(held); "
        "_inner(Path(sys.argv[1]), Limits(), [1], lambda: print('began'), False, gone)"
    )
    done = subprocess.run([sys.executable, "-c", source, str(room)], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (REFUSED, "")


def test_without_a_sandbox_the_limits_still_hold(room: Path) -> None:
    source, limits, reason = LIMITS["processes"]
    outcome = submit(source, room, limits, kind="none")
    assert (outcome.reason, outcome.status) == (reason, 137)


ALONE = """
import os
from instructor.sandbox import Limits, restrict
restrict(Limits(memory=2**30))
for name in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/pid_max", "/x", os.__file__):
    try:
        open(name, "a")
        print(name, "is writable")
    except OSError:
        pass
try:
    os.memfd_create("x")
    print("a call is let through")
except PermissionError:
    pass
print(*[line.split()[1].strip("0") for line in open("/proc/self/status") if line.startswith("Cap")], flush=True)
while True: pass
"""


def test_a_program_of_its_own_is_shut_in_too(sandbox: None, room: Path) -> None:
    """For machines where no namespaces can be made inside bubblewrap."""
    argv, path = [sys.executable, "-c", ALONE], {"PYTHONPATH": str(ROOT)}
    command = wrap("bubblewrap", argv, room=room, readable=[ROOT / "instructor"], environ=path)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as program:
        first = program.stdout.readline()
        with Watcher(program.pid, Limits(cpu_seconds=0.5, wall_seconds=60), room=room) as watcher:
            rest = program.stdout.read()
    assert (first.strip(), rest) == ("", "")
    assert watcher.reason == "it used more than 0.5 seconds of processor time"
