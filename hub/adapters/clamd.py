"""Asks clamd, ClamAV's daemon, whether a file is known to do harm (INSTREAM, clamd(8))."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from hub.port_errors import FileInfected, ScannerUnavailable
from hub.ports import Scan

_PIECE_BYTES = 256 * 1024
_WORDS_BYTES = 4096
_CONNECT_S = 3
_ANSWER_S = 120


class Clamd:
    """A clamd at `host:port`, or at the path of its socket."""

    def __init__(self, address: str) -> None:
        self._address = address

    def scan(self, stream: BinaryIO) -> Scan:
        """Send a whole file; the stream is left at its start.

        Raises FileInfected, or ScannerUnavailable when clamd does not answer, or not in its words.
        """
        try:
            said = self._said_of(stream)
        except OSError as error:
            raise ScannerUnavailable from error
        finally:
            stream.seek(0)
        return _understood(said)

    def is_well(self) -> bool:
        """Whether it answers."""
        try:
            with self._connected() as line:
                line.sendall(b"zPING\0")
                return _answer(line) == "PONG"
        except OSError:
            return False

    def _said_of(self, stream: BinaryIO) -> str:
        stream.seek(0)
        with self._connected() as line:
            try:
                line.sendall(b"zINSTREAM\0")
                while piece := stream.read(_PIECE_BYTES):
                    line.sendall(struct.pack(">I", len(piece)) + piece)
                line.sendall(struct.pack(">I", 0))
            except (BrokenPipeError, ConnectionResetError):
                # Beyond its limit clamd says so and hangs up, while the file is still being sent.
                return _answer(line)
            return _answer(line)

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        with self._line() as line:
            line.settimeout(_ANSWER_S)
            yield line

    def _line(self) -> socket.socket:
        if not self._address.startswith("/"):
            host, _, port = self._address.rpartition(":")
            return socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_S)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(_CONNECT_S)
        try:
            line.connect(self._address)
        except OSError:
            line.close()
            raise
        return line


class MemoryAntivirus:
    """An antivirus that knows one word, and answers unless told otherwise."""

    def __init__(self, harmful: bytes) -> None:
        self.answers = True
        self._harmful = harmful

    def scan(self, stream: BinaryIO) -> Scan:
        """As clamd."""
        if not self.answers:
            raise ScannerUnavailable
        stream.seek(0)
        content = stream.read()
        stream.seek(0)
        if self._harmful in content:
            raise FileInfected(field="file")
        return Scan.CLEAN

    def is_well(self) -> bool:
        """Whether it answers."""
        return self.answers


def _answer(line: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < _WORDS_BYTES:
        piece = line.recv(_WORDS_BYTES)
        if not piece:
            break
        said += piece
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _understood(said: str) -> Scan:
    if said.endswith(" FOUND"):
        raise FileInfected(field="file")
    if said.endswith(": OK"):
        return Scan.CLEAN
    if "size limit exceeded" in said:
        return Scan.TOO_LARGE
    raise ScannerUnavailable
