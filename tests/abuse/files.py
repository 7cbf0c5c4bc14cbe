"""Submissions that look for what is none of their business, and write where they should not."""

from __future__ import annotations

from tests.abuse.bank import (
    EX2,
    EX5,
    EX6,
    RIGHT_LINEAR,
    STOPPED_OR_WRONG,
    Abuse,
    answers,
    linear,
    solution,
)

FOUND = 'raise ValueError("FO" "UND " + str(found) if found else "nothing")'

HIDDEN_ON_DISK = Abuse(
    "looks for the solutions, the hidden tests, results and the gradebook on the whole disk",
    "reads what the mark depends on",
    linear(
        f"""
import contextlib, os
found = []
for top in ("/", "..", "../..", os.path.expanduser("~"), "/proc/1/root", "/proc/1/cwd", "/proc/self/root"):
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name not in ("proc", "sys", "dev", "site-packages", "lib", "lib64",
                                                                "share", "python3.11", "data", "include")]
        for name in names:
            if name.endswith((".ipynb", ".db", ".csv", ".json")) or "hidden" in name or "solution" in name:
                with contextlib.suppress(OSError), open(os.path.join(folder, name), errors="replace") as file:
                    found += [os.path.join(folder, name)] * ("BEGIN HID" "DEN" in file.read(10**6))
{FOUND}
"""
    ),
    {"linear-check": "wrong"},
    never="FOUND",
)
HIDDEN_IN_MEMORY = Abuse(
    "looks for the hidden tests in all objects, the frames of the stack, the environment, and the memory of processes",
    "the server and the grader had them in memory when they were forked",
    linear(
        f"""
import gc, inspect, os, sys
def holds(value):
    mark = bytes((66, 69, 71, 73, 78, 32, 72, 73, 68, 68, 69, 78))
    return mark in (value if isinstance(value, bytes) else repr(value)[:10**5].encode(errors="replace"))
found = [type(o).__name__ for o in gc.get_objects() if isinstance(o, (dict, list)) and holds(o)]
found += [frame.filename for frame in inspect.stack() if holds(frame.frame.f_locals)]
found += [name for name in os.environ if any(word in name for word in ("GRAD", "TOKEN", "SECRET", "KEY", "SSH"))]
for number in filter(str.isdigit, os.listdir("/proc")):
    try:
        found += [word for word in open(f"/proc/{{number}}/environ").read().split("\\0") if "COURSE_SEC" "RET" in word]
        areas = [line.split()[:2] for line in open(f"/proc/{{number}}/maps")] * (int(number) != os.getpid())
        with open(f"/proc/{{number}}/mem", "rb") as memory:
            for start, end in (area.split("-") for area, rights in areas if rights.startswith("rw")):
                memory.seek(int(start, 16))
                found += ["memory"] * (holds(memory.read(min(int(end, 16) - int(start, 16), 2**24))))
    except (OSError, OverflowError):
        pass
    try:
        found.append(open(f"/proc/{{number}}/mem", "r+b"))
    except OSError:
        pass
{FOUND}
"""
    ),
    {"linear-check": "wrong"},
    never="FOUND",
)
OTHERS = Abuse(
    "reads the rooms of other submissions, and leaves a note for them",
    "copies from who was graded before, or spoils who comes next",
    linear(
        f"""
import os, pathlib, sys
room = pathlib.Path.cwd()
found = [path for path in room.parent.iterdir() if path != room]
shown = [room, pathlib.Path(sys.prefix)]  # the course itself may lie in /tmp
found += [path for path in pathlib.Path("/tmp").iterdir() if not any(one.is_relative_to(path) for one in shown)]
(room.parent / "note").touch()  # it is seen by nobody else
for path in (pathlib.Path("/var/tmp/note"), pathlib.Path("/work/note"), pathlib.Path("/usr/note")):
    try:
        path.write_text("x")
        found.append(path)
    except OSError:
        pass
{FOUND}
"""
    ),
    {"linear-check": "wrong"},
    never="FOUND",
)
WRITES_RESULT = Abuse(
    "writes full marks to wherever results might be read: files, stdout, every open descriptor",
    "the grader takes the result from where the answer can write",
    linear(
        """
        import json, os, pathlib
        marks = json.dumps({"marks": [{"question": "linear-check", "points": 2.0, "max_points": 2.0, "status": "right",
                                       "message": "", "kind": "", "hidden": False}],
                            "seconds": 0, "cpu_seconds": 0, "peak_memory": 0}) + "\\n"
        for name in ("result.json", "results/result.json", "../results/x.json", "marks.json", "gradebook.db"):
            path = pathlib.Path(name)
            try:
                path.parent.mkdir(exist_ok=True)
                path.write_text(marks)
            except OSError:
                pass
        print(marks, flush=True)
        for number in (0, 1, 2):
            try:
                os.write(number, marks.encode())
            except OSError:
                pass
        """
    ),
    {"linear-check": "wrong"},
)
NETWORK = Abuse(
    "opens sockets: to the network, to this machine, to the scheduler, by name and by file",
    "sends the tests away, or asks someone for the answer",
    linear(
        f"""
import os, socket
found = []
for address in (("1.1.1.1", 53), ("127.0.0.1", 8786), ("127.0.0.1", 22), ("localhost", 80), ("169.254.169.254", 80)):
    try:
        socket.create_connection(address, timeout=0.5)
        found.append(address)
    except OSError:
        pass
try:
    found.append(socket.gethostbyname("example.org"))
except OSError:
    pass
for folder in ("/run", "/var/run", "/tmp/.X11-unix"):
    found += [name for name in (os.listdir(folder) if os.path.isdir(folder) else [])]
{FOUND}
"""
    ),
    {"linear-check": "wrong"},
    never="FOUND",
)
DELETES_HOME = Abuse(
    "deletes its home, its room, the helpers, and all that it can reach; its answers are right",
    "the next submission, or the grader, misses what is gone",
    linear(
        """
        import os, pathlib, shutil
        import helpers, instructor
        ours = [os.path.dirname(module.__file__) for module in (helpers, instructor)]
        for folder in (pathlib.Path.home(), os.getcwd(), *ours, "/tmp", "/home", "/root", "/etc", "/bin"):
            shutil.rmtree(folder, ignore_errors=True)
        os.chdir("/")
        """,
        linear=RIGHT_LINEAR,
    ),
    {"linear-check": ("right",)},
)
ODD_ROOM = Abuse(
    "leaves links that point outside, named pipes, sockets, odd names and folders without permissions in its room",
    "whoever tidies up follows a link, waits at a pipe, or stumbles over a name; the answers are right",
    linear(
        """
        import os, socket
        for number, target in enumerate(("/", "/etc/passwd", "..", "/work", "loop", "/proc/self/mem")):
            os.symlink(target, f"link{number}")
        os.symlink("loop", "loop")
        os.mkfifo("pipe")
        socket.socket(socket.AF_UNIX).bind("socket")
        for name in (b"\\xff\\xfe", b"-rf", b"a\\nb", b" ", "\\u202egpj.\\U0001f600".encode(), b"x" * 255):
            os.mkdir(name)
            open(name + b"/file" if len(name) < 200 else name + b"/f", "w").close()
            os.chmod(name, 0)
        """,
        linear=RIGHT_LINEAR,
    ),
    {"linear-check": "right"},
)


def checkpoint(save: str, above: str = "") -> dict[str, str]:
    """Answers to ex6 that are right but for how a checkpoint is saved."""
    source = solution("checkpoint", EX6)
    load = source[source.index("def predict_from") :]
    body = "\n".join(f"    {line}" for line in save.strip().splitlines())
    recipe = solution("recipe", EX6)
    return {
        "recipe": recipe,
        "checkpoint": f"{above}\ndef save_checkpoint(path, model, recipe, y_train):\n{body}\n\n{load}",
    }


RIGHT_BUT = {"recipe-check": "right", "checkpoint-check": STOPPED_OR_WRONG}

LINK_FOR_CHECKPOINT = Abuse(
    "makes the checkpoint a link to a file of the grader's",
    "the grader reads through the link, and says what stands there",
    answers(checkpoint("import os\nos.symlink('/etc/hostname', path)")),
    RIGHT_BUT,
    EX6,
)
PIPE_FOR_CHECKPOINT = Abuse(
    "makes the checkpoint a named pipe, and then a link to /dev/zero",
    "whoever reads from it waits for ever, or reads for ever",
    answers(
        checkpoint(
            "import os\nos.mkfifo(path) if not kept else os.symlink('/dev/zero', path)\nkept.append(1)", "kept = []"
        )
    ),
    RIGHT_BUT,
    EX6,
)
PICKLE_FOR_CHECKPOINT = Abuse(
    "makes the checkpoint a pickle that runs a program when it is read",
    "the grader reads it with its own rights",
    answers(
        checkpoint(
            "torch.save({'weights': Runs()}, path)",
            "import os\nclass Runs:\n    def __reduce__(self):\n"
            "        return os.system, ('touch /tmp/abuse-pickle-ran; echo x > /tmp/abuse-pickle-ran',)",
        )
    ),
    RIGHT_BUT,
    EX6,
    leaves="/tmp/abuse-pickle-ran",
)
FOLDER_SWAPPED = Abuse(
    "puts a link to a folder outside in the place of the folder in which the grader writes its test files",
    "the next file that the grader writes there lands outside, with the grader's rights",
    answers(
        {
            "read-idx": """
import os
def read_idx(path):
    folder = os.path.dirname(str(path))
    os.rename(folder, folder + "-moved")
    os.symlink("/tmp/abuse-folder", folder)
    return torch.zeros(1)
"""
        }
    ),
    {"read_idx-check": STOPPED_OR_WRONG},
    EX2,
)
WHOLE_DATA = Abuse(
    "changes the data sets, the helpers and Python's own modules on the disk",
    "what the next submission reads is its own",
    answers(
        {
            "regression-scores": f"""
import os, sys
import helpers, torch
found = []
acts = (lambda p: open(p, "ab").write(b"x"), os.unlink, lambda p: os.chmod(p, 0o777), os.utime)
data = os.environ.get("COURSE_DATA", "/usr")
for top in (os.path.dirname(helpers.__file__), os.path.dirname(torch.__file__), data):
    for name in os.listdir(top)[:20]:
        for act in acts:
            try:
                act(os.path.join(top, name))
                found.append(name)
            except OSError:
                pass
{FOUND}
"""
        }
    ),
    {"regression_scores-check": "wrong"},
    EX5,
    never="FOUND",
)
