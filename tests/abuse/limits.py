"""Submissions that take too much, end the process, or refuse to be ended."""

from __future__ import annotations

from tests.abuse.bank import EX5, RIGHT_GATES, RIGHT_LINEAR, RIGHT_SCORES, STOPPED_OR_WRONG, Abuse, answers, linear

ENDLESS_LOOP = Abuse(
    "a loop without an end",
    "holds up the grader for ever; the questions after it are judged all the same",
    linear("while True: pass", gates=RIGHT_GATES),
    {"linear-check": "stopped", "gates-check": "right"},
    says="Your code was stopped",
)
SLEEP = Abuse(
    "sleeps for a year, where it is called",
    "uses no processor time, so that only the clock can stop it",
    answers({"find-leak": "import time\ndef find_leak(X, y, names):\n    time.sleep(3e7)"}),
    {"find_leak-check": "stopped"},
    EX5,
    says="it ran for more than",
)
MEMORY_BOMB = Abuse(
    "takes memory until there is none",
    "brings the machine down, or another process that needs some",
    linear("kept = []\nwhile True:\n    kept.append(torch.ones(2**25))"),
    {"linear-check": STOPPED_OR_WRONG},
)
FORK_BOMB = Abuse(
    "forks without an end, each child with a session of its own",
    "fills the table of processes, and survives the one that is watched",
    linear(
        "import os\nwhile True:\n    try:\n        os.fork()\n        os.setsid()\n    except OSError:\n        pass"
    ),
    {"linear-check": STOPPED_OR_WRONG},
)
MUCH_OUTPUT = Abuse(
    "writes 10 GB to stdout and stderr",
    "fills the disk or the memory of whoever keeps what is printed; the answers are right",
    linear(
        """
        import os, sys
        part = b"x" * 2**24
        for _ in range(320):
            os.write(1, part), os.write(2, part)
        for _ in range(20):
            print("x" * 2**20), print("x" * 2**20, file=sys.stderr)
        """,
        linear=RIGHT_LINEAR,
    ),
    {"linear-check": "right"},
)
HUGE_FILE = Abuse(
    "writes a file of 10 GB, makes one of 1 TB without writing it, then answers rightly",
    "fills the disk of the grader",
    linear(
        """
        for attempt in (lambda f: [f.write(bytes(2**24)) for _ in range(640)], lambda f: f.truncate(2**40)):
            try:
                with open("huge", "wb") as file:
                    attempt(file)
            except OSError:
                pass
        """,
        linear=RIGHT_LINEAR,
    ),
    {"linear-check": "right"},
)
MANY_FILES = Abuse(
    "writes files of 10 MB, one after the other, in folders that nest and that nobody may enter",
    "passes below the limit of a single file, and leaves a room that cannot be removed",
    linear(
        """
        import os, time
        for number in range(10**6):
            os.mkdir("d"); os.chmod("d", 0o700)
            with open("d/file", "wb") as file:
                file.write(bytes(10**7))
            os.chdir("d")
            os.chmod("..", 0)
        """
    ),
    {"linear-check": STOPPED_OR_WRONG},
)
EXIT_AT_ONCE = Abuse(
    "os._exit(0), as if all went well",
    "a grader that takes exit status 0 for success gives full marks",
    linear("import os\nos._exit(0)", gates=RIGHT_GATES),
    {"linear-check": "stopped", "gates-check": "right"},
)
EXIT_WHEN_CALLED = Abuse(
    "sys.exit, os._exit and a crash of compiled code, each when a check calls it",
    "ends the grader's process in the place of its own",
    answers(
        {
            "regression-scores": "import sys\ndef regression_scores(y_hat, y):\n    sys.exit(0)",
            "linear-baseline": "import os\ndef linear_baseline(X_train, y_train, X):\n    os._exit(0)",
            "find-leak": "import ctypes\ndef find_leak(X, y, names):\n    ctypes.string_at(0)",
        }
    ),
    {"regression_scores-check": "wrong", "linear_baseline-check": "stopped", "find_leak-check": "stopped"},
    EX5,
)
KILL_ALL = Abuse(
    "kills its parent, its group, and every process that it can",
    "takes the sandbox's server and the grader along",
    linear(
        """
        import os, signal
        for target in (os.getppid(), *range(2, 100), -1, 0):
            try:
                os.kill(target, signal.SIGKILL)
            except OSError:
                pass
        """
    ),
    {"linear-check": STOPPED_OR_WRONG},
)
STOPS_ALL = Abuse(
    "stops its process group, the terminal's group and itself",
    "a process that is stopped (SIGSTOP) answers no more, and does not end either",
    linear("import os, signal\nos.kill(0, signal.SIGSTOP)"),
    {"linear-check": STOPPED_OR_WRONG},
)
SURVIVOR = Abuse(
    "a grandchild with a session of its own that ignores signals; the answers are right",
    "goes on when the submission has been graded, beside the next one",
    linear(
        """
        import os, signal, time
        if not os.fork():
            os.setsid()
            if not os.fork():
                for number in range(1, 65):
                    try:
                        signal.signal(number, signal.SIG_IGN)
                    except (OSError, ValueError):
                        pass
                while True:
                    time.sleep(0.05)
            os._exit(0)
        """,
        linear=RIGHT_LINEAR,
    ),
    {"linear-check": "right"},
)
DEAF = Abuse(
    "ignores every signal and catches every exception in a loop",
    "cannot be stopped by an alarm, an interrupt or a request to terminate",
    linear(
        """
        import signal
        for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, lambda *args: None)
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass
        """
    ),
    {"linear-check": "stopped"},
)
DEEP_RECURSION = Abuse(
    "recursion without an end, with a limit of a thousand million",
    "overflows the stack of the process, which crashes it",
    answers(
        {
            "regression-scores": "def regression_scores(y_hat, y):\n    return regression_scores(y_hat, y)",
            "find-leak": "import sys\nsys.setrecursionlimit(2**31 - 1)\nclass Deep:\n    def __eq__(self, other):\n"
            "        return self == other\ndef find_leak(X, y, names):\n    return Deep() == Deep()",
        }
    ),
    {"regression_scores-check": "wrong", "find_leak-check": STOPPED_OR_WRONG},
    EX5,
)
LEFT_FOR_LATER = Abuse(
    "an exit handler, a finaliser, a signal handler and a thread that kill, and a right answer",
    "does its harm when nobody looks any more: at the end, or while the next submission is graded",
    answers(
        {
            "regression-scores": """
import atexit, os, signal, threading, time, weakref
class Bomb:
    def __del__(self):
        os.kill(-1, signal.SIGKILL)
bomb = Bomb()
atexit.register(os.kill, -1, signal.SIGKILL)
signal.signal(signal.SIGTERM, lambda *args: os.kill(0, signal.SIGKILL))
threading.Thread(target=lambda: (time.sleep(1e6), os._exit(0)), daemon=True).start()
"""
            + RIGHT_SCORES
        }
    ),
    {"regression_scores-check": "right"},
    EX5,
)
WAITING_PIPES = Abuse(
    "opens pipes and sockets until no more can be opened, and keeps them",
    "takes the descriptors that the channel needs",
    linear(
        "import os\nkept = []\ntry:\n    while True:\n        kept.append(os.pipe())\nexcept OSError:\n    pass",
        linear=RIGHT_LINEAR,
    ),
    {"linear-check": (*STOPPED_OR_WRONG, "right")},
)
