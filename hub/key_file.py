"""The text in which the hub's keys are kept, and the file that holds it.

One entry a word: `1:BASE64`, `2:BASE64@2026-11-29T08:00:00+00:00` (since when), `pepper:BASE64`,
`index:BASE64`, and `current:1` while a key is spread before it is used. In the state folder the
text lies in secrets.json; elsewhere in a file of its own. Standard library only.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from hub.state_folder import KEY_BYTES, write_atomically

CURRENT = "current"
LAST_ID = 255


class KeysUnreadable(Exception):
    """The text is not one of keys; the message says which entry, and never shows it."""


class KeysIncomplete(KeysUnreadable):
    """The text lacks a key without which a hub must not start."""


@dataclass(frozen=True)
class HubKeys:
    """The keys that wrap data keys, by id, since when each is there, and which wraps now.

    `current_since`: when it began to wrap. `others` are the pepper and the key of the indexes.
    """

    wrapping: Mapping[int, bytes] = field(repr=False)
    current: int
    others: Mapping[str, bytes] = field(repr=False)
    made_at: Mapping[int, datetime] = field(default_factory=dict)
    current_since: datetime | None = None

    @property
    def newest(self) -> int:
        """The id of the key made last."""
        return max(self.wrapping)

    def with_new(self, now: datetime) -> HubKeys:
        """One more key, which wraps nothing yet. Raises KeysUnreadable when no id is left."""
        number = self.newest + 1
        if number > LAST_ID:
            raise KeysUnreadable(f"No id is left: keys are numbered 0 to {LAST_ID}.")
        wrapping = dict(self.wrapping) | {number: secrets.token_bytes(KEY_BYTES)}
        return replace(self, wrapping=wrapping, made_at=dict(self.made_at) | {number: now})

    def with_current(self, number: int, now: datetime) -> HubKeys:
        """The same keys, where that one wraps from now on."""
        return replace(self, current=number, current_since=now)

    def without(self, number: int) -> HubKeys:
        """The same keys but one."""
        left = {key_id: key for key_id, key in self.wrapping.items() if key_id != number}
        ages = {key_id: at for key_id, at in self.made_at.items() if key_id != number}
        return replace(self, wrapping=left, made_at=ages)

    def as_text(self) -> str:
        """The text to keep, one entry a line."""
        lines = [
            _entry(str(key_id), self.wrapping[key_id], self.made_at.get(key_id))
            for key_id in sorted(self.wrapping)
        ]
        lines += [_entry(name, key, None) for name, key in self.others.items()]
        since = f"@{self.current_since.isoformat()}" if self.current_since else ""
        return "".join(f"{line}\n" for line in [*lines, f"{CURRENT}:{self.current}{since}"])


def read_keys(text: str) -> HubKeys:
    """The keys that a text holds; without `current` the newest one wraps.

    Raises KeysUnreadable.
    """
    wrapping: dict[int, bytes] = {}
    others: dict[str, bytes] = {}
    ages: dict[int, datetime] = {}
    current, since = None, None
    for entry in text.replace(",", " ").split():
        name, _, kept = entry.partition(":")
        value, _, moment = kept.partition("@")
        at = _instant(name, moment)
        if name == CURRENT:
            current, since = _number(value), at
        elif name.isascii() and name.isdecimal():
            wrapping[_number(name)] = _key(value)
            ages |= {int(name): at} if at else {}
        else:
            others[name] = _key(value)
    if not wrapping or not {"pepper", "index"} <= others.keys():
        raise KeysIncomplete("they must hold at least the lines 1:…, pepper:… and index:…")
    chosen = max(wrapping) if current is None else current
    if chosen not in wrapping:
        raise KeysUnreadable(f"the current key is {chosen} and there is no such key")
    return HubKeys(wrapping, chosen, others, ages, since)


class KeyFile:
    """The file of the hub's keys, which changes while processes that read it run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None

    def read(self) -> HubKeys:
        """The keys that it holds now. Raises KeysUnreadable, OSError."""
        return read_keys(self._text())

    def read_if_changed(self) -> HubKeys | None:
        """The keys when the file is not the one last read here, else None; never raises.

        A file that cannot be read now leaves whoever asks with the keys it has.
        """
        try:
            status = self.path.stat()
            seen = (status.st_ino, status.st_mtime_ns, status.st_size)
            if seen == self._seen:
                return None
            found = self.read()
        except (OSError, KeysUnreadable):
            return None
        self._seen = seen
        return found

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Whoever changes the file takes turns."""
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def write(self, keys: HubKeys) -> None:
        """Keep these keys: the file is there in full, on the disk, before anything rests on it."""
        text = keys.as_text()
        if self._is_json():
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            text = json.dumps(kept | {"keys": text})
        write_atomically(self.path, text)

    def _is_json(self) -> bool:
        return self.path.suffix == ".json"

    def _text(self) -> str:
        text = self.path.read_text(encoding="utf-8")
        if not self._is_json():
            return text
        try:
            return str(json.loads(text)["keys"])
        except (ValueError, KeyError, TypeError) as error:
            raise KeysUnreadable(f"{self.path} cannot be read as the secrets of a hub") from error


def _entry(name: str, key: bytes, since: datetime | None) -> str:
    age = f"@{since.isoformat()}" if since else ""
    return f"{name}:{base64.b64encode(key).decode()}{age}"


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) <= LAST_ID):
        raise KeysUnreadable(f"keys are numbered 0 to {LAST_ID}")
    return int(text)


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeysUnreadable(f"each entry is a name, a colon and {KEY_BYTES} bytes in base64")
    return key


def _instant(name: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise KeysUnreadable(f"the instant of {name[:20]!r} is no date") from error
