"""Checks that a file is built as its kind must be: enough to refuse what is not, not to render."""

import codecs
import json
import re
import struct
from typing import BinaryIO

from charset_normalizer import from_bytes

from hub.port_errors import FileKindRefused, FileRefusal

MOST_PIXELS = 50_000_000
MOST_JSON_PARSED = 32 * 1024 * 1024
_PIECE_BYTES = 1024 * 1024
_TAIL_BYTES = 4096
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""JPEG markers that begin with height and width (ITU T.81, SOF0-SOF15)."""


def check_pdf(stream: BinaryIO) -> None:
    """A PDF ends with startxref and %%EOF (ISO 32000-2, 7.5.5) and needs no password."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _TAIL_BYTES))
    tail = stream.read()
    if b"startxref" not in tail or b"%%EOF" not in tail:
        raise _refused(FileRefusal.DAMAGED)
    if _contains(stream, b"/Encrypt"):
        raise _refused(FileRefusal.PASSWORD_PROTECTED)


def check_png(stream: BinaryIO) -> None:
    """A PNG begins with IHDR and ends with IEND (ISO 15948); at most 50 million pixels."""
    head = stream.read(33)
    if len(head) < 33 or head[12:16] != b"IHDR":
        raise _refused(FileRefusal.DAMAGED)
    width, height = struct.unpack(">II", head[16:24])
    _check_pixels(width, height)
    stream.seek(-min(12, stream.seek(0, 2)), 2)
    if stream.read()[4:8] != b"IEND":
        raise _refused(FileRefusal.DAMAGED)


def check_jpeg(stream: BinaryIO) -> None:
    """A JPEG is a row of segments up to a frame, and has an end (ITU T.81); as for pixels."""
    stream.seek(2)
    marker = _next_marker(stream)
    while marker not in _FRAMES:
        (length,) = struct.unpack(">H", _exactly(stream, 2))
        stream.seek(max(length - 2, 0), 1)
        marker = _next_marker(stream)
    _, _, height, width = struct.unpack(">HBHH", _exactly(stream, 7))
    _check_pixels(width, height)
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _TAIL_BYTES))
    if b"\xff\xd9" not in stream.read():
        raise _refused(FileRefusal.DAMAGED)


def check_text(stream: BinaryIO) -> None:
    """A text decodes (UTF-8, UTF-16 with its mark, or a Western charset), without controls."""
    head = stream.read(_PIECE_BYTES)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _check_wide_text(head, stream)
        return
    piece, decoder = head, codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    while piece:
        if _CONTROLS.search(piece):
            raise _refused(FileRefusal.NOT_WHAT_ITS_NAME_SAYS)
        is_utf8 = is_utf8 and _decodes(decoder, piece)
        piece = stream.read(_PIECE_BYTES)
    if not is_utf8 and from_bytes(head[:65536]).best() is None:
        raise _refused(FileRefusal.NOT_WHAT_ITS_NAME_SAYS)


def _check_wide_text(piece: bytes, stream: BinaryIO) -> None:
    decoder = codecs.getincrementaldecoder("utf-16")()
    while piece:
        if not _decodes(decoder, piece):
            raise _refused(FileRefusal.NOT_WHAT_ITS_NAME_SAYS)
        piece = stream.read(_PIECE_BYTES)
    if not _decodes(decoder, b"", final=True):
        raise _refused(FileRefusal.NOT_WHAT_ITS_NAME_SAYS)


def check_json(stream: BinaryIO) -> None:
    """A JSON text parses whole (RFC 8259), in UTF-8; of a very large one, its text and its ends."""
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > MOST_JSON_PARSED:
        _check_large_json(stream)
        return
    try:
        json.loads(_decode(stream.read(), "utf-8-sig"))
    except (ValueError, RecursionError) as damaged:
        raise _refused(FileRefusal.DAMAGED) from damaged


def _check_large_json(stream: BinaryIO) -> None:
    """As a text, between two brackets: parsed whole it takes many times its size in memory."""
    check_text(stream)
    stream.seek(0)
    first = stream.read(_TAIL_BYTES).removeprefix(codecs.BOM_UTF8).strip()[:1]
    stream.seek(-_TAIL_BYTES, 2)
    last = stream.read().strip()[-1:]
    if first + last not in {b"{}", b"[]"}:
        raise _refused(FileRefusal.DAMAGED)


def _next_marker(stream: BinaryIO) -> int:
    if _exactly(stream, 1) != b"\xff":
        raise _refused(FileRefusal.DAMAGED)
    marker = _exactly(stream, 1)
    while marker == b"\xff":
        marker = _exactly(stream, 1)
    return marker[0]


def _exactly(stream: BinaryIO, size: int) -> bytes:
    piece = stream.read(size)
    if len(piece) < size:
        raise _refused(FileRefusal.DAMAGED)
    return piece


def _contains(stream: BinaryIO, word: bytes) -> bool:
    stream.seek(0)
    kept = b""
    while piece := stream.read(_PIECE_BYTES):
        if word in kept + piece:
            return True
        kept = piece[-len(word) :]
    return False


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as damaged:
        raise _refused(FileRefusal.NOT_WHAT_ITS_NAME_SAYS) from damaged


def _check_pixels(width: int, height: int) -> None:
    if not 0 < width * height <= MOST_PIXELS:
        raise _refused(FileRefusal.TOO_MANY_PIXELS)


def _refused(reason: FileRefusal) -> FileKindRefused:
    return FileKindRefused(field="file", reason=reason)
