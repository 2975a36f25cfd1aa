"""Reads the parts of a file as the one file they make, from any place, in constant memory."""

import io
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import BinaryIO

from hub.ports import FileStore

_BUFFER_BYTES = 256 * 1024


@dataclass(frozen=True)
class StoredPart:
    """A part in the store, and its clear size in bytes."""

    storage_key: str
    size: int


class _Joined(io.RawIOBase):
    """Holds one opened part at a time."""

    def __init__(self, files: FileStore, parts: Sequence[StoredPart], key: bytes) -> None:
        self._files, self._parts, self._key = files, parts, key
        self._starts = [0, *accumulate(part.size for part in parts)]
        self._at = 0
        self._opened: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._starts[-1]}[whence]
        if start + offset < 0:
            raise OSError("before the beginning")
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    # Of all the buffers that the library allows, those with a length by the byte are enough.
    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        if self._at >= self._starts[-1]:
            return 0
        number = bisect_right(self._starts, self._at) - 1
        inside = self._at - self._starts[number]
        piece = self._part(number)[inside : inside + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _part(self, number: int) -> bytes:
        if self._opened[0] != number:
            self._opened = (-1, b"")
            kept = self._files.read(self._parts[number].storage_key, opened_with=self._key)
            self._opened = (number, b"".join(kept))
        return self._opened[1]


def joined(files: FileStore, parts: Sequence[StoredPart], key: bytes) -> BinaryIO:
    """The parts as one stream; raises FileMissing or SealBroken as it meets a part that is not."""
    return io.BufferedReader(_Joined(files, parts, key), _BUFFER_BYTES)
