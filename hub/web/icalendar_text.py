"""Calendars as RFC 5545 writes them: all-day events only, lines folded, texts escaped."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import Response
from werkzeug.datastructures import Headers

from hub.web.downloads import attachment

PRODUCT = "-//rights-hub//legal dates//FR"
_LINE_OCTETS = 75  # RFC 5545 §3.1, without the line break
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class DayEvent:
    """One all-day event; `uid` stays the same when the day moves, `revised_at` is aware."""

    uid: str
    on: date
    title: str
    revised_at: datetime
    text: str = ""
    url: str = ""


def calendar_text(name: str, events: Iterable[DayEvent]) -> bytes:
    """A VCALENDAR of all-day events, as UTF-8 with CRLF line ends (RFC 5545 §3.4, §3.6.1)."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"NAME:{_escaped(name)}",  # RFC 7986 §5.1
        f"X-WR-CALNAME:{_escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",  # RFC 7986 §5.7
    ]
    for event in events:
        lines += _event_lines(event)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def calendar_response(content: bytes, filename: str) -> Response:
    """The calendar as an answer that saves it, or that a calendar program subscribes to."""
    headers = Headers({"Content-Type": "text/calendar; charset=utf-8"})
    headers["Content-Disposition"] = attachment(filename)
    headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return Response(content, headers=headers)


def _event_lines(event: DayEvent) -> list[str]:
    stamp = event.revised_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{event.on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(event.title)}",
    ]
    if event.text:
        lines.append(f"DESCRIPTION:{_escaped(event.text)}")
    if event.url:
        lines.append(f"URL:{event.url}")
    return [*lines, "TRANSP:TRANSPARENT", "END:VEVENT"]


def _escaped(text: str) -> str:
    """A TEXT value: backslash, semicolon, comma and line breaks escaped (RFC 5545 §3.3.11)."""
    return text.translate(_ESCAPES)


def _folded(line: str) -> bytes:
    """A content line cut after 75 octets at most, never inside a character (RFC 5545 §3.1)."""
    parts: list[bytes] = []
    part = b""
    for character in line:
        octets = character.encode()
        # A line that goes on begins with a space, which counts.
        if len(part) + len(octets) > _LINE_OCTETS - (1 if parts else 0):
            parts.append(part)
            part = b""
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"
