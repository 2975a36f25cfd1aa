"""Text from outside made safe to keep: no markup, no control character, bounded, http only."""

import re
from datetime import date
from urllib.parse import urlsplit

from markupsafe import Markup

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_YEAR_FIRST = re.compile(r"(-?\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:[T ].*|Z|[+-]\d{2}:\d{2})?")


def plain_text(text: str, limit: int) -> str:
    """Text on one line without markup or control characters, cut at `limit` characters."""
    bare = _CONTROL.sub("", text)
    if "<" in bare:
        spaced = re.sub(r"<(/?(?:p|br|li|div|h\d))\b", r" <\1", bare)
        bare = str(Markup(spaced).striptags())  # noqa: S704  # nosec B704 (markup is taken away)
    bare = " ".join(bare.split())
    return bare if len(bare) <= limit else bare[: limit - 1].rstrip() + "…"


def web_address(text: str) -> str | None:
    """An http(s) address of at most 500 characters, or None; a bare domain gets https."""
    address = text.strip()
    if re.fullmatch(r"(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", address, re.I):
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    fits = len(address) <= 500 and not re.search(r"[\s<>\"]", address)
    return address if fits and parts.scheme in {"http", "https"} and parts.hostname else None


def read_day(text: str, *, ends: bool = False) -> date | None:
    """A day from 2019, 2019-05, 2019-05-31, an instant, or 31/05/2019; None when unreadable.

    A bare year or month gives its first day, or with `ends` its last.
    """
    text = text.strip()
    if found := _DAY_FIRST.match(text):
        year, month, day = int(found[3]), int(found[2]), int(found[1])
    elif found := _YEAR_FIRST.fullmatch(text):
        year = int(found[1])
        month = int(found[2] or (12 if ends else 1))
        day = int(found[3]) if found[3] else (_last_day(year, month) if ends else 1)
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _last_day(year: int, month: int) -> int:
    if not (1 <= month <= 12 and 1 <= year < 9999):
        return 31
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date.resolution).day
