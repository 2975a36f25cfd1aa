"""What may be uploaded: name, first bytes and structure must all tell the same allowed kind."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import BinaryIO

import puremagic

from hub.adapters.files.archives import check_archive, check_office
from hub.adapters.files.parsers import check_jpeg, check_json, check_pdf, check_png, check_text
from hub.port_errors import FileKindRefused, FileRefusal, FileTooLarge
from hub.ports import CheckedFile

PERSON_LIMIT = 20 * 1024 * 1024
"""The largest file, in bytes, that a person may send."""

_HEAD_BYTES = 4096
_LONGEST_NAME = 80


class _Magic(StrEnum):
    """The family of first bytes that a kind begins with."""

    PDF = ".pdf"
    PNG = ".png"
    JPEG = ".jpg"
    ZIP = ".zip"
    TEXT = "text"


@dataclass(frozen=True)
class _Kind:
    media_type: str
    magic: _Magic
    check: Callable[[BinaryIO], None]


_OFFICE = "application/vnd.openxmlformats-officedocument."
_KINDS = {
    "pdf": _Kind("application/pdf", _Magic.PDF, check_pdf),
    "png": _Kind("image/png", _Magic.PNG, check_png),
    "jpg": _Kind("image/jpeg", _Magic.JPEG, check_jpeg),
    "csv": _Kind("text/csv", _Magic.TEXT, check_text),
    "txt": _Kind("text/plain", _Magic.TEXT, check_text),
    "json": _Kind("application/json", _Magic.TEXT, check_json),
    "xlsx": _Kind(
        f"{_OFFICE}spreadsheetml.sheet", _Magic.ZIP, lambda s: check_office(s, "xl/workbook.xml")
    ),
    "docx": _Kind(
        f"{_OFFICE}wordprocessingml.document",
        _Magic.ZIP,
        lambda s: check_office(s, "word/document.xml"),
    ),
    "zip": _Kind("application/zip", _Magic.ZIP, lambda s: check_archive(s, allowed_in_zip)),
}
_PICTURES = {_Magic.PNG: "png", _Magic.JPEG: "jpg"}
_ALIASES = {"jpeg": "jpg"}
ALLOWED_EXTENSIONS = (*_KINDS, *_ALIASES)
_FIRST_BYTES = {
    _Magic.PDF: b"%PDF-",
    _Magic.PNG: b"\x89PNG\r\n\x1a\n",
    _Magic.JPEG: b"\xff\xd8\xff",
    _Magic.ZIP: b"PK\x03\x04",
}
_ACTIVE_TEXT = {".html", ".htm", ".svg", ".xml", ".hta", ".rtf", ".ps"}
_MARKUP = re.compile(rb"\s*<(?:!doctype|!--|\?xml|html|head|body|script|svg|iframe)", re.IGNORECASE)
_CERTAIN = 0.5
_UNSAFE_IN_NAME = re.compile(r"[^\w .()+-]+")


def check_upload(filename: str, stream: BinaryIO, limit: int = PERSON_LIMIT) -> CheckedFile:
    """Check a whole, seekable upload and give it our own name; the stream is left at its start.

    `limit` is in bytes. Raises FileTooLarge, or FileKindRefused with a FileRefusal as `reason`.
    """
    size = stream.seek(0, 2)
    if size > limit:
        raise FileTooLarge(field="file", size=size, limit=limit)
    if size == 0:
        raise FileKindRefused(field="file", reason=FileRefusal.EMPTY)
    extension = _extension(filename)
    kind = _KINDS.get(extension)
    if kind is None:
        raise FileKindRefused(field="file", reason=FileRefusal.KIND_NOT_ALLOWED)
    stream.seek(0)
    head = stream.read(_HEAD_BYTES)
    if kind.magic in _PICTURES:
        extension = _true_picture(head) or extension
        kind = _KINDS[extension]
    if not _begins_as(kind.magic, head):
        raise FileKindRefused(field="file", reason=FileRefusal.NOT_WHAT_ITS_NAME_SAYS)
    stream.seek(0)
    kind.check(stream)
    stream.seek(0)
    return CheckedFile(kind.media_type, extension, safe_name(filename, extension))


def safe_name(filename: str, extension: str) -> str:
    """A name for downloads: letters, digits, spaces and .-_()+ only, one extension, 84 at most."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", filename))[-1]
    stem = _UNSAFE_IN_NAME.sub("_", PurePosixPath(last).stem).strip(" ._")
    return f"{stem[:_LONGEST_NAME].rstrip(' .') or 'document'}.{extension}"


def allowed_in_zip(member_name: str) -> bool:
    """Whether a member's name may lie in an archive: an allowed kind, and no archive in it."""
    extension = _extension(member_name)
    return extension in _KINDS and extension != "zip"


def _extension(filename: str) -> str:
    extension = PurePosixPath(filename.strip().casefold()).suffix.removeprefix(".")
    return _ALIASES.get(extension, extension)


def _begins_as(magic: _Magic, head: bytes) -> bool:
    if magic is _Magic.TEXT:
        return not _is_active_text(head)
    return head.startswith(_FIRST_BYTES[magic]) and magic.value in _recognised(head)


def _true_picture(head: bytes) -> str | None:
    """The extension that a picture should have: telephones and scanners often mix the two up."""
    kinds = (one for magic, one in _PICTURES.items() if head.startswith(_FIRST_BYTES[magic]))
    return next(kinds, None)


def _is_active_text(head: bytes) -> bool:
    """Whether a text would be markup to a browser (HTML, SVG, XML), whatever its name."""
    return _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")) is not None or not (
        _ACTIVE_TEXT.isdisjoint(_recognised(head, _CERTAIN))
    )


def _recognised(head: bytes, confidence: float = 0.0) -> set[str]:
    try:
        matches = puremagic.magic_string(head)
    except puremagic.PureError:
        return set()
    return {match.extension for match in matches if match.confidence >= confidence}
