"""Files sealed in memory: the twin of the disk, for tests."""

import io
import secrets
from collections.abc import Iterator
from typing import BinaryIO

from hub.adapters.files.sealing import open_stream, seal_stream
from hub.port_errors import FileMissing, FilesUnavailable, StorageFull
from hub.ports import StoredFile


class MemoryFileStore:
    """Keeps sealed files in `sealed`, by key; `room` is how many bytes it still takes.

    It answers unless told otherwise.
    """

    def __init__(self, room: int | None = None) -> None:
        self.sealed: dict[str, bytes] = {}
        self.answers = True
        self._room = room

    def put(self, stream: BinaryIO, *, sealed_to: str | bytes) -> StoredFile:
        """As on disk; raises StorageFull beyond the room given."""
        self._reached()
        sink = io.BytesIO()
        size, sha256 = seal_stream(stream, sink, sealed_to)
        kept = sum(map(len, self.sealed.values()))
        if self._room is not None and kept + len(sink.getvalue()) > self._room:
            raise StorageFull
        key = secrets.token_hex(16)
        self.sealed[key] = sink.getvalue()
        return StoredFile(key, size, sha256)

    def read(self, key: str, *, opened_with: str | bytes) -> Iterator[bytes]:
        """As on disk; raises FileMissing, SealBroken."""
        self._reached()
        if key not in self.sealed:
            raise FileMissing
        return open_stream(io.BytesIO(self.sealed[key]), opened_with)

    def delete(self, key: str) -> None:
        """As on disk."""
        self._reached()
        self.sealed.pop(key, None)

    def is_well(self) -> bool:
        """Whether it answers."""
        return self.answers

    def _reached(self) -> None:
        if not self.answers:
            raise FilesUnavailable
