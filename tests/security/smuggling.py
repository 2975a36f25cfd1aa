"""Seventeen ways to make two servers read one message differently, against ours (ASVS 4.2.1).

Each is sent as raw bytes, with a second request hidden behind the first. What would be wrong: a
second answer, which whoever stands in front gives to somebody else; or a message with two meanings
that is read at all.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
NOT_TAKEN = 405
PATIENCE_S = 3.0


@dataclass(frozen=True)
class Vector:
    """One malformed message."""

    name: str
    message: bytes
    may_be_read: bool = False
    """Whether its head has one meaning alone: it may be answered, once."""


@dataclass(frozen=True)
class Reading:
    """How the server took it: the status of each answer, in order."""

    vector: Vector
    statuses: tuple[int, ...]

    @property
    def is_read(self) -> bool:
        """Whether the message reached the application, which takes no POST there."""
        return NOT_TAKEN in self.statuses

    @property
    def is_safe(self) -> bool:
        """Refused or left without answer; or answered once, where it has one meaning."""
        return len(self.statuses) <= 1 and (not self.is_read or self.vector.may_be_read)


def _post(*headers: bytes, body: bytes = b"", version: bytes = b"1.1") -> bytes:
    return (
        b"\r\n".join((b"POST /healthz HTTP/" + version, b"Host: localhost", *headers))
        + b"\r\n\r\n"
        + body
    )


_IDENTITY = b"Transfer-Encoding: identity"
_CHUNKS = b"0\r\n\r\n" + HIDDEN
_LENGTH = b"Content-Length: 5"
_WHOLE = b"Content-Length: %d" % len(_CHUNKS)
_SPACED = b"Transfer-Encoding : chunked"
_CHUNKED = b"Transfer-Encoding: chunked"

VECTORS = (
    Vector("length and chunks", _post(_LENGTH, _CHUNKED, body=_CHUNKS)),
    Vector("two lengths", _post(b"Content-Length: 0", b"Content-Length: 44", body=HIDDEN)),
    Vector("a list of lengths", _post(b"Content-Length: 0, 44", body=HIDDEN)),
    Vector("a signed length", _post(b"Content-Length: +0", body=HIDDEN)),
    Vector("a length in hexadecimal", _post(b"Content-Length: 0x0", body=HIDDEN)),
    Vector("a length with a separator", _post(b"Content-Length: 0_0", body=HIDDEN)),
    Vector("a space before the colon", _post(_SPACED, _LENGTH, body=_CHUNKS)),
    Vector("a tab in the coding", _post(b"Transfer-Encoding:\tchunked", _LENGTH, body=_CHUNKS)),
    Vector("an unknown coding", _post(b"Transfer-Encoding: xchunked", _LENGTH, body=_CHUNKS)),
    Vector("chunked twice", _post(b"Transfer-Encoding: chunked, chunked", _LENGTH, body=_CHUNKS)),
    Vector(
        "chunked, then identity",
        _post(_CHUNKED, _IDENTITY, _LENGTH, body=_CHUNKS),
    ),
    Vector("a folded header", _post(b"Transfer-Encoding:\r\n chunked", _LENGTH, body=_CHUNKS)),
    Vector("bare line feeds", _post(_CHUNKED, _LENGTH, body=_CHUNKS).replace(b"\r\n", b"\n")),
    Vector(
        "a chunk size that overflows",
        _post(_CHUNKED, body=b"ffffffffffffffff0\r\n" + _CHUNKS),
        may_be_read=True,
    ),
    Vector(
        "chunks in HTTP/1.0",
        _post(_CHUNKED, _LENGTH, body=_CHUNKS, version=b"1.0"),
    ),
    Vector(
        "an underscore for a dash",
        _post(b"Transfer_Encoding: chunked", _WHOLE, body=_CHUNKS),
        may_be_read=True,
    ),
    Vector("two hosts", _post(b"Host: elsewhere.example", b"Content-Length: 0")),
)


def readings(port: int, vectors: tuple[Vector, ...] = VECTORS) -> Iterator[Reading]:
    """How the server on this port of the machine takes each."""
    for vector in vectors:
        yield Reading(vector, statuses_in(_said_to(port, vector.message)))


def statuses_in(answer: bytes) -> tuple[int, ...]:
    """The answers in what came back."""
    return tuple(int(status) for status in STATUS.findall(answer))


def _said_to(port: int, message: bytes) -> bytes:
    """All that the server says until it falls silent or closes."""
    said = b""
    server = ("127.0.0.1", port)
    with socket.create_connection(server, timeout=PATIENCE_S) as connection, suppress(OSError):
        connection.sendall(message)
        while piece := connection.recv(65536):
            said += piece
    return said
