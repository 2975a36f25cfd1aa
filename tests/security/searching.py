"""Looks for canaries in whatever bytes a hub left: files, keys, mails, packed or not."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.utils import getaddresses
from pathlib import Path

from tests.security.canaries import Canary

DEFLATED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
IN_BASE64 = re.compile(rb"[A-Za-z0-9_\-+/]{24,}")
MOST_UNPACKED = 32 * 2**20
DEEPEST = 3


@dataclass(frozen=True)
class Place:
    """Some bytes, and where they were."""

    name: str
    content: bytes


@dataclass(frozen=True, order=True)
class Leak:
    """A value that was found where it must not be; the value itself is never printed."""

    place: str
    kind: str
    number: int


def leaks_in(places: Iterable[Place], canaries: list[Canary]) -> list[Leak]:
    """Every canary that stands in a place, in clear, packed, in another alphabet or digested."""
    forms = [(canary.plain_forms, canary.exact_forms) for canary in canaries]
    found: set[Leak] = set()
    for place in places:
        allowed = _recipients(place)
        for content in unpacked(place.content):
            small = content.lower()
            for number, (plain, exact) in enumerate(forms):
                canary = canaries[number]
                if canary.value.lower() in allowed:
                    continue
                if any(form in small for form in plain) or any(form in content for form in exact):
                    found.add(Leak(place.name, canary.kind.value, number))
    return sorted(found)


def files_under(folder: Path, name: str) -> Iterator[Place]:
    """Each file of a folder; one that goes away meanwhile is passed over."""
    for path in sorted(folder.rglob("*")):
        with suppress(OSError):
            if path.is_file():
                yield Place(f"{name}/{path.relative_to(folder)}", path.read_bytes())


def unpacked(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """The bytes, and what is packed in them: archives, deflated streams, mails, base64."""
    yield content
    if depth == DEEPEST:
        return
    for inner in (*_zipped(content), *_deflated(content), *_of_mail(content), *_coded(content)):
        yield from unpacked(inner, depth + 1)


def _zipped(content: bytes) -> Iterator[bytes]:
    if content[:2] != b"PK":
        return
    unreadable = (zipfile.BadZipFile, NotImplementedError, zlib.error, RuntimeError)
    with suppress(*unreadable), zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            yield entry.filename.encode()
            yield archive.read(entry)


def _deflated(content: bytes) -> Iterator[bytes]:
    whole = memoryview(content)
    for start in DEFLATED.finditer(content):
        reader = zlib.decompressobj(wbits=47)
        with suppress(zlib.error):
            if inner := reader.decompress(whole[start.start() :], MOST_UNPACKED):
                yield inner


def _of_mail(content: bytes) -> Iterator[bytes]:
    if not _is_mail(content):
        return
    message = message_from_bytes(content, policy=policy.default)
    yield "\n".join(f"{name}: {value}" for name, value in message.items()).encode()
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield payload


def _coded(content: bytes) -> Iterator[bytes]:
    """What a cookie carries: its letters may stand for deflated bytes."""
    if len(content) > MOST_UNPACKED // 32:
        return
    for run in IN_BASE64.findall(content):
        with suppress(ValueError):
            inner = urlsafe_b64decode(run.translate(_URL_SAFE) + b"=" * (-len(run) % 4))
            if DEFLATED.match(inner):
                yield inner


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _is_mail(content: bytes) -> bool:
    return bool(re.match(rb"(?:[A-Za-z-]+: [^\n]*\r?\n(?:[ \t][^\n]*\n)*){2,}", content))


def _recipients(place: Place) -> frozenset[str]:
    """To whom a mail is addressed: her own address stands on what is sent to her, nobody else's."""
    if not place.name.endswith(".eml"):
        return frozenset()
    message = message_from_bytes(place.content, policy=policy.default)
    return frozenset(mailbox.lower() for _, mailbox in getaddresses([str(message["To"])]))


def in_clear(canaries: list[Canary], said: bytes) -> list[Canary]:
    """Those that were really given to the hub: a search for what nobody filed proves nothing."""
    small = said.lower()
    return [one for one in canaries if any(form in small for form in one.plain_forms)]
