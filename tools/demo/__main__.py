"""Start the demo: `make demo`, or `python -m tools.demo [--port 8000] [--no-browser] [--folder FOLDER]`."""

from __future__ import annotations

import argparse
import os
import socket
import threading
import webbrowser
from pathlib import Path

import uvicorn

from tools.demo.app import make_app
from tools.demo.network import get_reader

HOST = "127.0.0.1"  # this machine, and no other


def free_socket(port: int) -> socket.socket:
    """A socket at this port or, where another program has it, at a free one."""
    for wanted in (port, 0):
        listener = socket.socket()
        if os.name != "nt":  # Windows would share the port with the program that has it
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, wanted))
        except OSError:
            listener.close()
        else:
            return listener
    raise OSError(f"no port is free on {HOST}")


def main(arguments: list[str] | None = None) -> None:
    """Run the demo until it is stopped."""
    parser = argparse.ArgumentParser(description="Draw a digit in the browser; a trained network reads it.")
    parser.add_argument("--port", type=int, default=8000, help="another one is taken if it is not free")
    parser.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    parser.add_argument("--folder", type=Path, help="where the network is kept; by default in the cache of the course")
    options = parser.parse_args(arguments)
    app = make_app(get_reader(options.folder))
    listener = free_socket(options.port)
    listener.listen()  # a page that is opened before the server is ready waits for it
    address = f"http://{HOST}:{listener.getsockname()[1]}"
    print(f"Draw a digit at {address}\nStop it with Ctrl-C in this window.", flush=True)
    if not options.no_browser:
        threading.Timer(1.0, webbrowser.open, [address]).start()
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    server.run(sockets=[listener])


if __name__ == "__main__":
    main()
