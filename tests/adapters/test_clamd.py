"""The antivirus, as its daemon speaks: what it finds, what is too large, and when it is silent."""

from __future__ import annotations

import io
import socketserver
import struct
import threading
from collections.abc import Iterator

import pytest

from hub.adapters.clamd import Clamd
from hub.port_errors import FileInfected, ScannerUnavailable
from hub.ports import Scan

# Cut in two, so that no antivirus takes this file for what it imitates.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MOST = 1_000_000


class Peer(socketserver.BaseRequestHandler):
    """clamd: PING, and INSTREAM by pieces, each after its length on four bytes, up to a limit."""

    def handle(self) -> None:
        command = self._until_nul()
        if command == b"zPING":
            self.request.sendall(b"PONG\0")
        elif command == b"zINSTREAM":
            self.request.sendall(self._verdict() + b"\0")

    def _until_nul(self) -> bytes:
        said = b""
        while not said.endswith(b"\0"):
            said += self.request.recv(1)
        return said[:-1]

    def _verdict(self) -> bytes:
        content = b""
        while size := struct.unpack(">I", self._exactly(4))[0]:
            if len(content) + size > MOST:
                return b"INSTREAM size limit exceeded. ERROR"
            content += self._exactly(size)
        return b"stream: Eicar-Signature FOUND" if EICAR in content else b"stream: OK"

    def _exactly(self, size: int) -> bytes:
        got = b""
        while len(got) < size:
            got += self.request.recv(size - len(got))
        return got


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    """A client of the peer, on a port of its own."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Peer) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield Clamd(f"127.0.0.1:{server.server_address[1]}")
        server.shutdown()


def test_a_harmless_file_is_clean_and_can_be_read_after(clamd: Clamd) -> None:
    stream = io.BytesIO(b"Bonjour. " * 50_000)
    assert clamd.scan(stream) is Scan.CLEAN
    assert stream.tell() == 0


def test_the_file_by_which_antiviruses_are_tried_is_refused(clamd: Clamd) -> None:
    with pytest.raises(FileInfected):
        clamd.scan(io.BytesIO(EICAR))


def test_a_file_larger_than_it_takes_is_told_as_not_scanned(clamd: Clamd) -> None:
    assert clamd.scan(io.BytesIO(bytes(40 * MOST))) is Scan.TOO_LARGE


def test_it_is_well_while_it_answers(clamd: Clamd) -> None:
    assert clamd.is_well()


@pytest.mark.parametrize("address", ["127.0.0.1:9", "/nowhere/clamd.sock"])
def test_a_daemon_that_is_gone_says_so_and_lets_nothing_through(address: str) -> None:
    gone = Clamd(address)
    assert not gone.is_well()
    stream = io.BytesIO(b"Bonjour.")
    with pytest.raises(ScannerUnavailable):
        gone.scan(stream)
    assert stream.tell() == 0
