"""Frames of plain data over a socket or a pair of pipes."""

from __future__ import annotations

import os
import struct
from typing import Any

import msgpack

from instructor.channel.values import Refused

LENGTH = struct.Struct(">Q")
MOST_BYTES = 128 * 2**20


class Closed(BaseException):
    """The other end is gone. No `Exception`, so that nothing which tells a student's errors takes it for one."""


class Broken(Closed):
    """The other end sent what is no data of this channel. Whatever comes after cannot be trusted to be in step."""


class Wire:
    """One end of a connection. It waits for as long as the other end is there: who started that sets it a limit.

    Args:
        reads: file descriptor to read from.
        writes: file descriptor to write to, which may be the same.
    """

    def __init__(self, reads: int, writes: int) -> None:
        self.reads, self.writes = reads, writes

    def send(self, message: Any) -> None:
        """Send lists, dictionaries, strings, bytes, numbers, booleans and None, in any nesting.

        Raises:
            Closed: nobody reads any more.
            Refused: the message is larger than 128 MiB, or holds what is no plain data.
        """
        try:
            content = msgpack.packb(message, use_bin_type=True, unicode_errors="surrogatepass")
        except (TypeError, ValueError, OverflowError) as error:
            raise Refused(f"it is no plain data: {error}") from None
        if len(content) > MOST_BYTES:
            raise Refused(f"a message of {len(content):,} bytes is too large; {MOST_BYTES:,} are allowed")
        view = memoryview(LENGTH.pack(len(content)) + content)
        try:
            while view:
                view = view[os.write(self.writes, view) :]
        except OSError:
            raise Closed from None

    def receive(self) -> Any:
        """The next message.

        Raises:
            Closed: the other end is gone.
            Refused: what came is too large, or no msgpack.
        """
        (length,) = LENGTH.unpack(self._read(LENGTH.size))
        if length > MOST_BYTES:
            raise Refused(f"a message of {length:,} bytes is too large; {MOST_BYTES:,} are allowed")
        content = self._read(length)
        try:
            return msgpack.unpackb(content, raw=False, unicode_errors="surrogatepass", strict_map_key=True)
        except Exception as error:  # msgpack raises many kinds for damaged frames
            raise Refused(f"no message of this channel: {type(error).__name__}") from None

    def _read(self, size: int) -> bytes:
        content = bytearray()
        while len(content) < size:
            try:
                part = os.read(self.reads, min(size - len(content), 2**20))
            except OSError:
                raise Closed from None
            if not part:
                raise Closed
            content += part
        return bytes(content)
