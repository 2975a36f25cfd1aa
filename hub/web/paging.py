"""Keyset cursors: opaque to programs, and never a page number."""

import base64
import binascii
import json
from datetime import datetime
from uuid import UUID

from hub.errors import Invalid

LARGEST_PAGE = 200


def clamp(limit: int) -> int:
    """A page size of 1 to 200; larger is clamped."""
    return min(limit, LARGEST_PAGE)


def cursor_of(*parts: object) -> str:
    """The cursor that goes on after these key parts."""
    text = json.dumps([str(part) for part in parts])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, length: int) -> list[str] | None:
    """The key parts of a cursor; raises Invalid for one that we did not make."""
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, binascii.Error, UnicodeError) as error:
        raise Invalid(field="cursor", reason="unreadable") from error
    is_ours = isinstance(parts, list) and len(parts) == length
    if not is_ours or not all(isinstance(part, str) for part in parts):
        raise Invalid(field="cursor", reason="unreadable")
    return parts


def instant_and_id(cursor: str | None) -> tuple[datetime, UUID] | None:
    """A cursor made of an instant and an id."""
    parts = read_cursor(cursor, 2)
    if parts is None:
        return None
    try:
        return datetime.fromisoformat(parts[0]), UUID(parts[1])
    except ValueError as error:
        raise Invalid(field="cursor", reason="unreadable") from error


def only_id(cursor: str | None) -> UUID | None:
    """A cursor made of one id."""
    parts = read_cursor(cursor, 1)
    try:
        return UUID(parts[0]) if parts else None
    except ValueError as error:
        raise Invalid(field="cursor", reason="unreadable") from error
