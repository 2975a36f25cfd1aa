"""Where a flaw is reported, for those who look for one before they tell it (RFC 9116)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from flask import Blueprint, Response, url_for

from config import Settings
from hub.web.access import anyone
from hub.web.work import ports, settings

bp = Blueprint("security_contact", __name__)

GOOD_FOR = timedelta(days=180)
"""A reader may keep the file until then: less than a year (RFC 9116 §2.5.5)."""


@bp.get("/.well-known/security.txt")
@anyone
def security_txt() -> Response:
    """The contact, until when it is good, the languages read there, and the file's own address."""
    lines = (f"{name}: {value}\n" for name, value in _fields(settings(), ports().clock.now()))
    return Response("".join(lines), mimetype="text/plain")


def _fields(chosen: Settings, now: datetime) -> Iterator[tuple[str, str]]:
    yield "Contact", _address_of(chosen.security_contact or chosen.help_email)
    last_day = datetime.combine(now + GOOD_FOR, time(), now.tzinfo)
    yield "Expires", last_day.strftime("%Y-%m-%dT%H:%M:%SZ")
    yield "Preferred-Languages", ", ".join(chosen.languages)
    # An address that is not over https may not be named (§2.5.2).
    if chosen.is_public_url_secure:
        yield "Canonical", chosen.public_url + url_for("security_contact.security_txt")


def _address_of(contact: str) -> str:
    """A contact as the address that the field asks for (§2.5.3)."""
    return contact if contact.startswith("https:") else f"mailto:{contact}"
