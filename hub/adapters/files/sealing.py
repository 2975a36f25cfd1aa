"""How a stored file is sealed: age (X25519, ChaCha20-Poly1305 in authenticated chunks).

Sealed to a person's public key, a file is an age file as it is. Sealed with a data key, it is an
age file to a key pair made for it alone, preceded by that pair's private half under the data key:
deleting the data key shreds the file.
"""

import errno
import hashlib
import os
import threading
from collections.abc import Iterator
from typing import BinaryIO, Protocol

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.port_errors import SealBroken, StorageFull

PIECE_BYTES = 64 * 1024
_ENVELOPE = b"rights-hub file 1\n"
_NONCE_BYTES = 12
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class _Measured:
    """A reader that counts and hashes what goes through it, and remembers what stopped it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.size = 0
        self.error: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            piece = self._stream.read(size)
        except Exception as error:
            self.error = error
            raise
        self.size += len(piece)
        self._hash.update(piece)
        return piece

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


class Sink(Protocol):
    """What a sealed file is written to."""

    def write(self, piece: bytes, /) -> int: ...
    def flush(self) -> None: ...


class Source(Protocol):
    """What a sealed file is read from."""

    def read(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


class _Remembering:
    """Remembers the error of a store, which the age library turns into text."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.error: Exception | None = None

    def write(self, piece: bytes) -> int:
        try:
            return self._sink.write(piece)
        except Exception as error:
            self.error = error
            raise

    def flush(self) -> None:
        try:
            self._sink.flush()
        except Exception as error:
            self.error = error
            raise


class _RememberingSource:
    """The same for what is read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.error: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self._source.read(size)
        except Exception as error:
            self.error = error
            raise

    def close(self) -> None:
        self._source.close()


def seal_stream(stream: BinaryIO, sink: Sink, sealed_to: str | bytes) -> tuple[int, str]:
    """Seal a stream into a sink; gives the clear size in bytes and the clear SHA-256 in hex.

    `sealed_to` is an age public key, or a data key. Raises StorageFull when the sink has no room
    left, else what the sink or the stream raised.
    """
    measured, writer = _Measured(stream), _Remembering(sink)
    try:
        recipient = _recipient(writer, sealed_to)
        pyrage.encrypt_io(measured, writer, [recipient])
        writer.flush()
    except (OSError, pyrage.EncryptError) as error:
        cause = writer.error or measured.error or error
        if isinstance(cause, OSError) and cause.errno in FULL:
            raise StorageFull from error
        raise cause from None
    return measured.size, measured.sha256


def open_stream(sealed: Source, opened_with: str | bytes) -> Iterator[bytes]:
    """The clear bytes of a sealed file, piece by piece; closes the file at the end.

    `opened_with` is an age private key, or the data key. Each piece is authenticated before it is
    given; raises SealBroken for a wrong key at once, for an altered or cut file when it is met, and
    the error of the store where it is that which fails.
    """
    try:
        return _Opening(_RememberingSource(sealed), _identity(sealed, opened_with))
    except BaseException:
        sealed.close()
        raise


class _Opening(Iterator[bytes]):
    """Opens in a thread that writes into a pipe: the library pushes, the reader wants to pull."""

    def __init__(self, sealed: _RememberingSource, identity: pyrage.x25519.Identity) -> None:
        self._sealed = sealed
        self._identity = identity
        self._error: Exception | None = None
        self._out, sink = os.pipe()
        self._thread = threading.Thread(
            target=self._run, args=(sink,), name="opening-a-file", daemon=True
        )
        self._thread.start()
        self._next: bytes | None = self._pull()

    def __next__(self) -> bytes:
        if self._next is None:
            raise StopIteration
        piece, self._next = self._next, None
        self._next = self._pull()
        return piece

    def close(self) -> None:
        """Stop early: the thread meets a closed pipe and ends."""
        self._next = None
        if self._out >= 0:
            os.close(self._out)
            self._out = -1
            self._thread.join()
            self._sealed.close()

    def __del__(self) -> None:
        self.close()

    def _run(self, descriptor: int) -> None:
        try:
            with os.fdopen(descriptor, "wb") as sink:
                pyrage.decrypt_io(self._sealed, sink, [self._identity])
        except Exception as error:
            self._error = error

    def _pull(self) -> bytes | None:
        if piece := os.read(self._out, PIECE_BYTES):
            return piece
        self._thread.join()
        self.close()
        if self._sealed.error is not None:
            raise self._sealed.error
        if self._error is not None:
            raise SealBroken(reason="altered_or_wrong_key") from self._error
        return None


def _recipient(writer: _Remembering, sealed_to: str | bytes) -> pyrage.x25519.Recipient:
    if isinstance(sealed_to, str):
        return pyrage.x25519.Recipient.from_str(sealed_to)
    identity = pyrage.x25519.Identity.generate()
    nonce = os.urandom(_NONCE_BYTES)
    wrapped = nonce + AESGCM(sealed_to).encrypt(nonce, str(identity).encode(), _ENVELOPE)
    writer.write(_ENVELOPE + len(wrapped).to_bytes(2, "big") + wrapped)
    return identity.to_public()


def _identity(sealed: Source, opened_with: str | bytes) -> pyrage.x25519.Identity:
    if isinstance(opened_with, str):
        return pyrage.x25519.Identity.from_str(opened_with)
    if sealed.read(len(_ENVELOPE)) != _ENVELOPE:
        raise SealBroken(reason="altered_or_wrong_key")
    wrapped = sealed.read(int.from_bytes(sealed.read(2), "big"))
    try:
        private = AESGCM(opened_with).decrypt(
            wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], _ENVELOPE
        )
    except (InvalidTag, ValueError) as broken:
        raise SealBroken(reason="altered_or_wrong_key") from broken
    return pyrage.x25519.Identity.from_str(private.decode())
