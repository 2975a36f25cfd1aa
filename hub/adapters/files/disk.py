"""Files sealed on a local disk."""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from hub.adapters.files.sealing import FULL, PIECE_BYTES, Source, open_stream, seal_stream
from hub.adapters.folders import sync_folder
from hub.port_errors import FileMissing, StorageFull
from hub.ports import StoredFile

RESERVE_BYTES = 64 * 1024 * 1024
"""Room left on the disk for the database: a full store must not stop a filing."""

_KEY = re.compile(r"[0-9a-f]{32}")
_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600


class DiskFileStore:
    """Keeps each file sealed at root/ab/abcd…, written whole or not at all (fsync, rename)."""

    def __init__(self, root: Path, reserve_bytes: int = RESERVE_BYTES) -> None:
        self._root = root
        self._reserve_bytes = reserve_bytes
        root.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)

    def put(self, stream: BinaryIO, *, sealed_to: str | bytes) -> StoredFile:
        """Seal a stream to an age public key (str) or with a data key (bytes), and keep it.

        Raises StorageFull, with nothing kept, when the disk has no room.
        """
        if shutil.disk_usage(self._root).free < self._reserve_bytes:
            raise StorageFull
        key = secrets.token_hex(16)
        with self._writing(key) as sink:
            size, sha256 = seal_stream(stream, sink, sealed_to)
        return StoredFile(key, size, sha256)

    def read(self, key: str, *, opened_with: str | bytes) -> Iterator[bytes]:
        """The clear bytes, opened with an age private key (str) or the data key (bytes).

        Raises FileMissing at once; SealBroken for a wrong key or an altered file while reading.
        """
        return open_stream(self.sealed(key), opened_with)

    def delete(self, key: str) -> None:
        """Forget a file; a file already gone is no error."""
        path = self._path(key)
        with suppress(FileNotFoundError):
            path.unlink()
            sync_folder(path.parent)

    def is_well(self) -> bool:
        """Whether the folder can be written and has room left."""
        try:
            free = shutil.disk_usage(self._root).free
        except OSError:
            return False
        return free >= self._reserve_bytes and os.access(self._root, os.W_OK)

    def listed(self) -> Iterator[str]:
        """The keys of all files, in no order."""
        for folder in self._root.iterdir():
            yield from (path.name for path in folder.iterdir() if _KEY.fullmatch(path.name))

    def sealed(self, key: str) -> BinaryIO:
        """A file as it lies there. Raises FileMissing."""
        try:
            return self._path(key).open("rb")
        except FileNotFoundError as missing:
            raise FileMissing from missing

    def stored_at(self, key: str) -> datetime | None:
        """Since when a file is here; None for one that is not."""
        try:
            return datetime.fromtimestamp(self._path(key).stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def holds(self, key: str) -> bool:
        """Whether there is such a file."""
        return self._path(key).exists()

    def take(self, key: str, sealed: Source) -> None:
        """Keep under its key a file that another store sealed. Raises StorageFull."""
        with self._writing(key) as sink:
            try:
                while piece := sealed.read(PIECE_BYTES):
                    sink.write(piece)
            except OSError as error:
                raise (StorageFull if error.errno in FULL else error) from error

    @contextmanager
    def _writing(self, key: str) -> Iterator[BinaryIO]:
        """What becomes the file of this key once it is written whole."""
        path = self._path(key)
        part = path.with_suffix(f".{secrets.token_hex(4)}.part")
        try:
            path.parent.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
            with os.fdopen(os.open(part, _NEW, _PRIVATE_FILE), "wb") as sink:
                yield sink
                sink.flush()
                os.fsync(sink.fileno())
            part.replace(path)
            sync_folder(path.parent)
            sync_folder(self._root)
        except BaseException:
            with suppress(FileNotFoundError):
                part.unlink()
            raise

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise FileMissing
        return self._root / key[:2] / key


_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
