"""What runs within the sandbox: a server that has PyTorch loaded, and forks a process for each submission.

    python -m instructor.inside server FD     forks; reads orders from the socket FD
    python -m instructor.inside one           serves one submission over stdin and stdout, where forking is no use

The server reads one line of JSON per order, and with each gets the socket over which the new process is to talk. It
never runs a student's code itself: the process that it forks has namespaces of its own, and whatever that does, the
next one is forked from an unspoilt server.
"""

from __future__ import annotations

import contextlib
import gc
import json
import linecache
import os
import signal
import socket
import sys
import types
from pathlib import Path
from typing import Any

import torch

from helpers.checks import errors
from instructor.channel import Closed, Peer, Wire
from instructor.channel.functions import AtSandbox, tell_error
from instructor.channel.modules import install
from instructor.sandbox import Limits, fork_confined, restrict

MOST_OPENED = 2_000


class Student:
    """The process of one submission.

    Args:
        wire: to the judge.
        room: the folder that it may write to.
        namespace: what the notebook's first cells have made.
    """

    def __init__(self, wire: Wire, room: Path, namespace: dict[str, Any]) -> None:
        self.room = str(room)
        self.namespace = namespace
        self.opened: list[str] = []
        self.peer = Peer(wire, first=11, trusting=True)
        install(self.peer)
        AtSandbox(self.peer)
        self.peer.tells = tell_error
        self.peer.makers |= {"value": _decode_value}
        self.peer.services |= {
            "load": self.load,
            "name": self.name,
            "reset": self.peer.forget_all,
            "torch.load": self.read_file,
        }
        self.peer.collect = self.tell_opened
        sys.addaudithook(self._note)

    def load(self, source: str, name: str) -> None:
        """Run a cell."""
        file = f"<{name}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        exec(compile(source, file, "exec"), self.namespace)

    def name(self, name: str) -> Any:
        """What a name of the notebook's stands for.

        Raises:
            NameError: there is none.
        """
        if name not in self.namespace:
            raise NameError(f"name '{name}' is not defined")
        return self.namespace[name]

    def tell_opened(self) -> list[str]:
        """The paths of the room that were opened since this was last asked."""
        opened, self.opened = self.opened, []
        return opened

    def read_file(self, path: str) -> Any:
        """What a file holds that `torch.load(..., weights_only=True)` reads; asked where no student's code ran."""
        return torch.load(path, weights_only=True)

    def _note(self, event: str, arguments: tuple) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
            path = os.path.abspath(os.fsdecode(arguments[0]))
            if path.startswith(self.room) and len(self.opened) < MOST_OPENED:
                self.opened.append(path)


def _decode_value(peer: Peer, data: list, depth: int) -> Any:
    """An object of a class of `helpers`; only the sandbox, which trusts the judge, makes such."""
    import importlib

    _, module, qualname, content, state = data
    cls: Any = importlib.import_module(module)
    for part in qualname.split("."):
        cls = getattr(cls, part)
    for name, value in state.items():
        setattr(cls, name, value)
    if isinstance(cls, type) and issubclass(cls, str):
        return cls(peer.decode(content, depth + 1))
    made = cls.__new__(cls)
    for name, value in peer.decode(content, depth + 1).items():
        object.__setattr__(made, name, value)
    return made


def main_module() -> dict[str, Any]:
    """A new `__main__`, as a notebook's cells find one."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    module.__dict__["display"] = print
    return module.__dict__


def serve(orders: socket.socket) -> None:
    """Read orders until the judge is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    namespace: dict[str, Any] = {}
    while True:
        line, descriptors, _, _ = socket.recv_fds(orders, 2**20, 1)
        if not line:
            return
        _reap()
        order = json.loads(line)
        if order["order"] == "prepare":
            namespace = main_module()
            _prepare(order["cells"], namespace)
            orders.sendall(json.dumps({"ready": True}).encode() + b"\n")
            continue
        (descriptor,) = descriptors
        pid = _fork(order, descriptor, namespace)
        os.close(descriptor)
        orders.sendall(json.dumps({"pid": pid}).encode() + b"\n")


def _prepare(cells: list[str], namespace: dict[str, Any]) -> None:
    """Run the notebook's own first cells once, so that no submission waits for their imports."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        for source in cells:
            exec(compile(source, "<setup>", "exec"), namespace)
    gc.collect()
    gc.freeze()


def _fork(order: dict, descriptor: int, namespace: dict[str, Any]) -> int:
    room = Path(order["room"])

    def run() -> None:
        student = Student(Wire(descriptor, descriptor), room, namespace)
        with contextlib.suppress(Closed):
            student.peer.serve()

    return fork_confined(room, Limits(**order["limits"]), [descriptor], run, isolate=order["isolate"])


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def serve_one() -> None:
    """Be the process of one submission, whose first message brings the limits and the notebook's first cells."""
    wire = Wire(os.dup(0), os.dup(1))
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    order = json.loads(wire.receive())
    namespace = main_module()
    _prepare(order["cells"], namespace)
    restrict(Limits(**order["limits"]))
    with contextlib.suppress(Closed):
        Student(wire, Path.cwd(), namespace).peer.serve()


def main() -> None:
    """Do what the command line says."""
    torch.set_num_threads(1)
    errors._OTHERS += (str(Path(__file__).parent),)
    if sys.argv[1] == "one":
        serve_one()
    else:
        serve(socket.socket(fileno=int(sys.argv[2])))


if __name__ == "__main__":
    main()
