"""Files that move from one store to another while the hub runs, sealed as they are."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO, Protocol

from hub.adapters.files.sealing import PIECE_BYTES, Source
from hub.port_errors import FileMissing, SealBroken
from hub.ports import FileStore, StoredFile


class SealedPlace(FileStore, Protocol):
    """A store whose files can be carried elsewhere without being opened."""

    def listed(self) -> Iterator[str]: ...
    def sealed(self, key: str) -> Source: ...
    def stored_at(self, key: str) -> datetime | None: ...
    def holds(self, key: str) -> bool: ...
    def take(self, key: str, sealed: Source) -> None: ...


class TwoPlaces:
    """New files go to the present store; one that is not there yet is read from the former."""

    def __init__(self, present: FileStore, former: FileStore) -> None:
        self._present = present
        self._former = former

    def put(self, stream: BinaryIO, *, sealed_to: str | bytes) -> StoredFile:
        """As the present store."""
        return self._present.put(stream, sealed_to=sealed_to)

    def read(self, key: str, *, opened_with: str | bytes) -> Iterator[bytes]:
        """From wherever it is. Raises FileMissing, SealBroken, FilesUnavailable."""
        for store in (self._present, self._former):
            try:
                return store.read(key, opened_with=opened_with)
            except FileMissing:
                continue
        # Between the two looks it may have moved.
        return self._present.read(key, opened_with=opened_with)

    def delete(self, key: str) -> None:
        """In both: in the former first, so that a file being moved is not brought back."""
        self._former.delete(key)
        self._present.delete(key)

    def is_well(self) -> bool:
        """Whether the present store is."""
        return self._present.is_well()


def move_file(key: str, former: SealedPlace, present: SealedPlace) -> bool:
    """Carry one file over: copied, read again and compared, then deleted where it was.

    May be run again after a stop, never twice at once: a file that is gone from the former store
    after its copy was made counts as deleted by the hub, and its copy goes too. False: it was
    deleted meanwhile. Raises StorageFull, FilesUnavailable, and SealBroken for a copy that is not
    what was sent: both are kept then.
    """
    try:
        content = former.sealed(key)
    except FileMissing:
        return False
    try:
        present.take(key, content)
    finally:
        content.close()
    try:
        is_same = _digest(former, key) == _digest(present, key)
    except FileMissing:
        present.delete(key)
        return False
    if not is_same:
        raise SealBroken(reason="copy_differs")
    if not former.holds(key):
        present.delete(key)
        return False
    former.delete(key)
    return True


def _digest(place: SealedPlace, key: str) -> bytes:
    found = hashlib.sha256()
    sealed = place.sealed(key)
    try:
        while piece := sealed.read(PIECE_BYTES):
            found.update(piece)
    finally:
        sealed.close()
    return found.digest()
