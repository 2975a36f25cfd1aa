"""Keeps the files of a form sealed while they are checked: nothing of them lies in clear on a disk.

Werkzeug writes what is larger than half a megabyte into a temporary file, as it is. Here that file
holds AES-256-CTR under a key that lives in this process only, and ends with the request.
"""

import io
import os
import tempfile
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from flask import Request

_BLOCK = 16
_COUNTERS = 1 << 128
_BUFFER_BYTES = 64 * 1024


class _Spool(io.RawIOBase):
    """A temporary file that is read and written in any place; each place is written once."""

    def __init__(self) -> None:
        self._descriptor, name = tempfile.mkstemp()
        Path(name).unlink()
        self._cipher = algorithms.AES256(os.urandom(32))
        self._at = 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at}.get(whence)
        self._at = (os.fstat(self._descriptor).st_size if start is None else start) + offset
        return self._at

    def tell(self) -> int:
        return self._at

    # Of all the buffers that the library allows, those with a length by the byte are enough.
    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        sealed = os.pread(self._descriptor, len(buffer), self._at)
        buffer[: len(sealed)] = self._turned(self._at, sealed)
        self._at += len(sealed)
        return len(sealed)

    def write(self, piece: bytes | memoryview, /) -> int:  # type: ignore[override]
        written = os.pwrite(self._descriptor, self._turned(self._at, bytes(piece)), self._at)
        self._at += written
        return written

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()

    def _turned(self, at: int, piece: bytes) -> bytes:
        """Seal or open a piece that lies at this offset: in this mode it is the same act."""
        block, inside = divmod(at, _BLOCK)
        counter = (block % _COUNTERS).to_bytes(_BLOCK, "big")
        stream = Cipher(self._cipher, modes.CTR(counter)).encryptor()
        stream.update(bytes(inside))
        return stream.update(piece)


def sealed_spool() -> IO[bytes]:
    """A temporary file whose bytes on disk open for this process alone."""
    return io.BufferedRandom(_Spool(), _BUFFER_BYTES)


class SealingRequest(Request):
    """A request whose files wait sealed."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return sealed_spool()
