"""What the register of recipients says of a processing, in words, for its members and for DPOs."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.domain.recipients import Completeness
from hub.queries.recipients import RegisterLine
from hub.web.filters import day
from hub.web.law_words import words_of
from hub.web.locale import current_language

STATES = {
    Completeness.LACKING: _l("To complete"),
    Completeness.NAMED: _l("Names given"),
    Completeness.NONE: _l("No recipient"),
}
CHIPS = {
    Completeness.LACKING: _l("To complete"),
    Completeness.NAMED: _l("With their names"),
    Completeness.NONE: _l("Said to have none"),
}
KINDS = {Completeness.LACKING: "soon", Completeness.NAMED: "ok", Completeness.NONE: "plain"}


def said_words(line: RegisterLine) -> str:
    """Who said it last and when; where nobody did, whence the names come."""
    if line.said_at is None:
        return (
            "" if line.completeness is Completeness.LACKING else _("By the catalogue it came from")
        )
    if line.said_by:
        return _("%(name)s, %(date)s", name=line.said_by, date=day(line.said_at))
    return day(line.said_at)


def register_row(line: RegisterLine, href: str | None = None) -> dict[str, Any]:
    """A line of the register as a row of a table."""
    title = line.title_in(current_language())
    return {
        "title": {"text": title, "href": href} if href else title,
        "controllers": ", ".join(line.controllers),
        "state": {"word": STATES[line.completeness], "kind": KINDS[line.completeness]},
        "recipients": [
            {"name": one.name, "kind": words_of(one.kind), "category": one.category}
            for one in line.recipients
        ],
        "said": said_words(line),
        "verified_at": line.verified_at,
    }


def state_asked() -> Completeness | None:
    """The state to which the address narrows the list; None for all."""
    text = request.args.get("etat")
    return Completeness(text) if text in set(Completeness) else None


def chips_of(
    counts: Mapping[Completeness, int], state: Completeness | None, endpoint: str
) -> list[dict[str, Any]]:
    """The filters above the list, each with its count."""
    every = {
        "text": _("All"),
        "href": url_for(endpoint),
        "count": sum(counts.values()),
        "current": state is None,
    }
    return [every] + [
        {
            "text": CHIPS[one],
            "href": url_for(endpoint, etat=one.value),
            "count": counts[one],
            "current": state is one,
        }
        for one in Completeness
    ]
