"""The intake journal: a sealed line for each filing, on a second path, kept before the receipt.

A part is written by one process on one day: `2026-09-14-PID-RANDOM.journal`. Its first line holds
its key, sealed by age to the recovery key; each other is `ID BASE64(nonce + AES-256-GCM of ZLIB)`,
the id being associated data. Whoever writes cannot read: the private half may be kept elsewhere.
"""

import base64
import os
import secrets
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from errno import EIO
from pathlib import Path
from uuid import UUID

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.adapters.folders import sync_folder
from hub.port_errors import JournalUnavailable
from hub.ports import Clock, JournalLine, UnreadLine

HEADING = b"rights-hub-journal 1 "
ENDING = ".journal"
LEAST_ROOM = 16 * 1024 * 1024
"""Bytes free under which the journal is said to be degraded, before it is full."""

_NONCE = 12
_KEY = 16
_QUICKLY = 1
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600


class FolderJournal:
    """Parts in one folder; many threads share the part of their process and its fsync."""

    def __init__(self, folder: Path, recipient: str, clock: Clock) -> None:
        self._folder = folder
        self._recipient = pyrage.x25519.Recipient.from_str(recipient)
        self._clock = clock
        self._lock = threading.Lock()
        self._part: _Part | None = None
        self._looking = threading.Lock()
        self._seen: dict[str, _Seen] = {}
        with suppress(OSError):
            folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)

    def write(self, lines: list[JournalLine]) -> None:
        """Add these lines and wait until the disk has them; raises JournalUnavailable.

        After a failure another part is begun: a torn line may end this one, and a disk that
        refused once to keep what it was given may say yes the next time without having it.
        """
        try:
            with self._lock:
                part = self._part_of_today()
                end = part.append(lines)
            part.sync_to(end)
        except OSError as error:
            raise JournalUnavailable(reason=error.strerror or "unknown") from error

    def is_writable(self) -> bool:
        """Whether a line could be added now, with room to spare."""
        try:
            room = os.statvfs(self._folder)
        except OSError:
            return False
        is_open = self._folder.is_dir() and os.access(self._folder, os.W_OK)
        return is_open and room.f_bavail * room.f_frsize > LEAST_ROOM

    def last_written_at(self) -> datetime | None:
        """When the newest part was last written to."""
        times = [_written_at(part) for part in self._parts()]
        return max((one for one in times if one is not None), default=None)

    def ids(self) -> set[UUID]:
        """The requests of which a whole line is kept; no key is needed for that.

        What this process has read of a part is not read again while its size and date are the
        same, and a part that grew is read from where it ended: a journal of weeks is a gigabyte.
        """
        with self._looking:
            seen = {
                part.name: _looked_at(part, self._seen.get(part.name)) for part in self._parts()
            }
            self._seen = {name: one for name, one in seen.items() if one is not None}
            return {key for one in self._seen.values() for key in one.labels()}

    def read(self, private: str) -> Iterator[JournalLine | UnreadLine]:
        """Every line, oldest part first, opened with the private half of the recovery key.

        One that was altered, and a part sealed to another key, stop nothing: they come unread.
        """
        for part in self._parts():
            yield from _opened(part, private)

    def count_over(self, now: datetime, days: int) -> int:
        """How many parts are older than so many days."""
        return sum(1 for part in self._parts() if _is_over(part, now, days))

    def delete_over(self, now: datetime, days: int) -> int:
        """Delete the parts that are older than so many days; says how many."""
        over = [part for part in self._parts() if _is_over(part, now, days)]
        for part in over:
            part.unlink(missing_ok=True)
        return len(over)

    def _parts(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{ENDING}"))

    def _part_of_today(self) -> "_Part":
        mark = (self._clock.now().astimezone(UTC).date(), os.getpid())
        if self._part is None or self._part.mark != mark or self._part.is_over():
            self._folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
            self._part = _Part(self._folder, mark, self._recipient)
        return self._part


def _written_at(part: Path) -> datetime | None:
    with suppress(OSError):
        return datetime.fromtimestamp(part.stat().st_mtime, UTC)
    return None


@dataclass(frozen=True)
class _Seen:
    """How far a part was read: its size and date then, where its last whole line ended, and the
    requests of its lines, 16 bytes each.
    """

    size: int
    changed_ns: int
    end: int
    packed: bytes

    def labels(self) -> Iterator[UUID]:
        """The requests of its lines."""
        starts = range(0, len(self.packed), _KEY)
        return (UUID(bytes=self.packed[start : start + _KEY]) for start in starts)


def _looked_at(part: Path, before: _Seen | None) -> _Seen | None:
    """What a part holds, given what it held before; None for one that was removed meanwhile."""
    try:
        found = part.stat()
        if before and (found.st_size, found.st_mtime_ns) == (before.size, before.changed_ns):
            return before
        grew = before is not None and found.st_size > before.size
        return _read_on(part, found, before if grew else None)
    except FileNotFoundError:
        return None


def _read_on(part: Path, found: os.stat_result, before: _Seen | None) -> _Seen:
    packed, end = bytearray(before.packed if before else b""), before.end if before else 0
    is_heading = end == 0
    for _, line in _lines(part, end):
        label = None if is_heading else _label(line)
        packed += label.bytes if label is not None else b""
        end += len(line) + 1
        is_heading = False
    return _Seen(found.st_size, found.st_mtime_ns, end, bytes(packed))


class _Part:
    """The part that this process writes today."""

    def __init__(
        self, folder: Path, mark: tuple[date, int], recipient: pyrage.x25519.Recipient
    ) -> None:
        self.mark = mark
        key = secrets.token_bytes(32)
        self._key = AESGCM(key)
        day, pid = mark
        path = folder / f"{day.isoformat()}-{pid}-{secrets.token_hex(4)}{ENDING}"
        self._descriptor = os.open(path, _NEW, _PRIVATE_FILE)
        self._syncing = threading.Lock()
        self._synced = 0
        self._has_failed = False
        sealed = pyrage.encrypt(key, [recipient])
        self._written = _write_whole(self._descriptor, HEADING + _text(sealed) + b"\n")
        sync_folder(folder)

    def is_over(self) -> bool:
        """Whether it failed, or somebody removed the file, which would take its lines along."""
        return self._has_failed or os.fstat(self._descriptor).st_nlink == 0

    def append(self, lines: list[JournalLine]) -> int:
        """Write lines; gives up to where the part must be synced for them to be kept."""
        text = b"".join(self._sealed(line) for line in lines)
        with self._failing():
            self._written += _write_whole(self._descriptor, text)
        return self._written

    def sync_to(self, end: int) -> None:
        """Wait for the disk; one wait serves all the threads that were waiting."""
        with self._syncing:
            if self._synced >= end:
                return
            if self._has_failed:
                raise OSError(EIO, os.strerror(EIO))
            written = self._written
            with self._failing():
                os.fsync(self._descriptor)
            self._synced = written

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            self._has_failed = True
            raise

    def _sealed(self, line: JournalLine) -> bytes:
        name = line.id.hex.encode()
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + self._key.encrypt(nonce, zlib.compress(line.content, _QUICKLY), name)
        return name + b" " + _text(sealed) + b"\n"

    def __del__(self) -> None:
        os.close(self._descriptor)


def new_recovery_key() -> str:
    """The private half of a new recovery key, as age writes it."""
    return str(pyrage.x25519.Identity.generate())


def public_half(private: str) -> str:
    """The half to which a journal is sealed; raises ValueError for what is no age key."""
    try:
        return str(pyrage.x25519.Identity.from_str(private).to_public())
    except pyrage.IdentityError as error:
        raise ValueError("not an age key") from error


def _opened(part: Path, private: str) -> Iterator[JournalLine | UnreadLine]:
    lines = _lines(part)
    number, heading = next(lines, (0, b""))
    if not number:
        return  # The process died before it had written the heading: nothing was promised.
    key = _key_of(heading, private)
    if key is None:
        yield UnreadLine(part.name, number)
        return
    for place, line in lines:
        yield _read(key, line) or UnreadLine(part.name, place)


def _key_of(heading: bytes, private: str) -> AESGCM | None:
    try:
        sealed_key = base64.b64decode(heading.removeprefix(HEADING))
        identity = pyrage.x25519.Identity.from_str(private)
        return AESGCM(pyrage.decrypt(sealed_key, [identity]))
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError):
        return None


def _read(key: AESGCM, line: bytes) -> JournalLine | None:
    label, _, text = line.partition(b" ")
    try:
        sealed = base64.b64decode(text, validate=True)
        content = zlib.decompress(key.decrypt(sealed[:_NONCE], sealed[_NONCE:], label))
        return JournalLine(UUID(label.decode()), content)
    except (InvalidTag, ValueError, zlib.error):
        return None


def _label(line: bytes) -> UUID | None:
    try:
        return UUID(line.partition(b" ")[0].decode())
    except ValueError:
        return None


def _lines(part: Path, start: int = 0) -> Iterator[tuple[int, bytes]]:
    """The whole lines of a part from a byte on, numbered from 1, one at a time in memory.

    One that a power cut tore has no end, and was never promised.
    """
    with part.open("rb") as kept:
        kept.seek(start)
        for number, line in enumerate(kept, start=1):
            if line.endswith(b"\n"):
                yield number, line[:-1]


def _write_whole(descriptor: int, text: bytes) -> int:
    left = memoryview(text)
    while left:
        left = left[os.write(descriptor, left) :]
    return len(text)


def _text(sealed: bytes) -> bytes:
    return base64.b64encode(sealed)


def _is_over(part: Path, now: datetime, days: int) -> bool:
    day = date.fromisoformat(part.name[:10])
    return day + timedelta(days=days) < now.astimezone(UTC).date()


class MemoryJournal:
    """The twin in memory; `is_away` makes it refuse."""

    def __init__(self) -> None:
        self.lines: list[JournalLine] = []
        self.is_away = False

    def write(self, lines: list[JournalLine]) -> None:
        """As on disk; raises JournalUnavailable when told to."""
        if self.is_away:
            raise JournalUnavailable(reason="away")
        self.lines += lines

    def is_writable(self) -> bool:
        """Unless it was told to refuse."""
        return not self.is_away

    def last_written_at(self) -> datetime | None:
        """When the request of the newest line was made: its id says it (RFC 9562 §5.7)."""
        newest = max((line.id.int >> 80 for line in self.lines), default=None)
        return None if newest is None else datetime.fromtimestamp(newest / 1000, UTC)

    def ids(self) -> set[UUID]:
        """As on disk."""
        return {line.id for line in self.lines}

    def read(self, private: str) -> Iterator[JournalLine | UnreadLine]:
        """Every line; any key opens it."""
        return iter(list(self.lines))

    def count_over(self, now: datetime, days: int) -> int:
        """Memory keeps no days."""
        return 0

    def delete_over(self, now: datetime, days: int) -> int:
        """Memory keeps no days."""
        return 0
