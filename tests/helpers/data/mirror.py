"""A mirror on this machine: no test needs a network."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer


class QuickServer(ThreadingHTTPServer):
    """A server that does not ask for this machine's name, which can take seconds where no name server answers."""

    daemon_threads = True

    def server_bind(self) -> None:
        """Bind as any TCP server does."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address


class Mirror:
    """Serves files under the names of archives; ``answer`` can be replaced by one that misbehaves.

    Args:
        files: contents by name; each is offered gzipped, as "name.gz".
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.packed = {f"{name}.gz": gzip.compress(content) for name, content in files.items()}
        self.hits: list[str] = []
        self.delay = 0.0
        self.answer: Callable[[BaseHTTPRequestHandler, bytes | None], None] = self.answer_well
        self.closing = threading.Event()
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.rpartition("/")[2]
                mirror.hits.append(name)
                time.sleep(mirror.delay)
                mirror.answer(self, mirror.packed.get(name))

            def log_message(self, *args: object) -> None:
                """Keep the test output clean."""

        self.server = QuickServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @staticmethod
    def answer_well(handler: BaseHTTPRequestHandler, content: bytes | None) -> None:
        handler.send_response(404 if content is None else 200)
        handler.send_header("Content-Length", str(len(content or b"")))
        handler.end_headers()
        handler.wfile.write(content or b"")

    def hang(self, handler: BaseHTTPRequestHandler, content: bytes | None) -> None:
        self.closing.wait(20)

    @staticmethod
    def send_half(handler: BaseHTTPRequestHandler, content: bytes | None) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[: len(content) // 2])

    @staticmethod
    def send_login_page(handler: BaseHTTPRequestHandler, content: bytes | None) -> None:
        Mirror.answer_well(handler, b"<html>Log in to the campus network</html>")

    def close(self) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
