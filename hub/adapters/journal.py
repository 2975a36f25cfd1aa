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
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.port_errors import JournalUnavailable, JournalUnreadable
from hub.ports import Clock, JournalLine

HEADING = b"rights-hub-journal 1 "
ENDING = ".journal"
RECOVERY_FILE = "recovery.key"
LEAST_ROOM = 16 * 1024 * 1024
"""Bytes free under which the journal is said to be degraded, before it is full."""

_NONCE = 12
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
        with suppress(OSError):
            folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)

    def write(self, lines: list[JournalLine]) -> None:
        """Add these lines and wait until the disk has them; raises JournalUnavailable."""
        try:
            with self._lock:
                part = self._part_of_today()
                end = part.append(lines)
            part.sync_to(end)
        except OSError as error:
            with self._lock:
                self._part = None  # A torn line may end this part: the next begins another.
            raise JournalUnavailable(reason=error.strerror or "unknown") from error

    def is_writable(self) -> bool:
        """Whether a line could be added now, with room to spare."""
        try:
            room = os.statvfs(self._folder)
        except OSError:
            return False
        is_open = self._folder.is_dir() and os.access(self._folder, os.W_OK)
        return is_open and room.f_bavail * room.f_frsize > LEAST_ROOM

    def ids(self) -> set[UUID]:
        """The requests of which a whole line is kept; no key is needed for that."""
        return {
            UUID(line.split(b" ", 1)[0].decode())
            for part in self._parts()
            for line in _lines(part)[1:]
        }

    def read(self, private: str) -> Iterator[JournalLine]:
        """Every line, oldest part first, opened with the private half of the recovery key.

        Raises JournalUnreadable for a key that opens nothing, or a line that was altered.
        """
        for part in self._parts():
            heading, *lines = _lines(part) or [b""]
            if heading:
                yield from _opened(part.name, heading, lines, private)

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
        if self._part is None or self._part.mark != mark or self._part.is_gone():
            self._folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
            self._part = _Part(self._folder, mark, self._recipient)
        return self._part


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
        sealed = pyrage.encrypt(key, [recipient])
        self._written = _write_whole(self._descriptor, HEADING + _text(sealed) + b"\n")
        _sync_folder(folder)

    def is_gone(self) -> bool:
        """Whether somebody removed the file, which would take its lines along."""
        return os.fstat(self._descriptor).st_nlink == 0

    def append(self, lines: list[JournalLine]) -> int:
        """Write lines; gives up to where the part must be synced for them to be kept."""
        text = b"".join(self._sealed(line) for line in lines)
        self._written += _write_whole(self._descriptor, text)
        return self._written

    def sync_to(self, end: int) -> None:
        """Wait for the disk; one wait serves all the threads that were waiting."""
        with self._syncing:
            if self._synced < end:
                written = self._written
                os.fsync(self._descriptor)
                self._synced = written

    def _sealed(self, line: JournalLine) -> bytes:
        name = line.id.hex.encode()
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + self._key.encrypt(nonce, zlib.compress(line.content, _QUICKLY), name)
        return name + b" " + _text(sealed) + b"\n"

    def __del__(self) -> None:
        os.close(self._descriptor)


def recovery_pair(home: Path) -> tuple[str, str]:
    """The recovery key of a hub that was given none: public and private, made once in its folder.

    Two processes that start at once end with the same pair.
    """
    path = home / RECOVERY_FILE
    if not path.exists():
        made = path.with_suffix(f".{secrets.token_hex(4)}")
        made.touch(mode=_PRIVATE_FILE)
        made.write_text(str(pyrage.x25519.Identity.generate()), encoding="ascii")
        try:
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    private = path.read_text(encoding="ascii").strip()
    return str(pyrage.x25519.Identity.from_str(private).to_public()), private


def _opened(name: str, heading: bytes, lines: list[bytes], private: str) -> Iterator[JournalLine]:
    try:
        sealed_key = base64.b64decode(heading.removeprefix(HEADING))
        identity = pyrage.x25519.Identity.from_str(private)
        key = AESGCM(pyrage.decrypt(sealed_key, [identity]))
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError) as error:
        raise JournalUnreadable(part=name, line=1) from error
    for number, line in enumerate(lines, start=2):
        label, _, text = line.partition(b" ")
        try:
            sealed = base64.b64decode(text, validate=True)
            content = zlib.decompress(key.decrypt(sealed[:_NONCE], sealed[_NONCE:], label))
            yield JournalLine(UUID(label.decode()), content)
        except (InvalidTag, ValueError) as error:
            raise JournalUnreadable(part=name, line=number) from error


def _lines(part: Path) -> list[bytes]:
    """The whole lines of a part: one that a power cut tore has no end, and was never promised."""
    return part.read_bytes().split(b"\n")[:-1]


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


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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

    def ids(self) -> set[UUID]:
        """As on disk."""
        return {line.id for line in self.lines}

    def read(self, private: str) -> Iterator[JournalLine]:
        """Every line; any key opens it."""
        return iter(list(self.lines))

    def count_over(self, now: datetime, days: int) -> int:
        """Memory keeps no days."""
        return 0

    def delete_over(self, now: datetime, days: int) -> int:
        """Memory keeps no days."""
        return 0
