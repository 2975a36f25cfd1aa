"""Reads the filters of the inbox from an address, and writes them back into links.

No address holds personal data: a label travels as its digest, a search by name never does.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField

from hub.domain.actors import Actor
from hub.domain.directory import fold
from hub.domain.lifecycle import UNDELIVERED, ReferralState
from hub.domain.rights import Right
from hub.ports import Keyring
from hub.queries.inbox import Cursor, InboxChoices
from hub.queries.inbox_filters import NOBODY_ASSIGNED, InboxFilters, Shelf
from hub.web.law_words import referral_state_words, right_term

Choice = TypeVar("Choice", bound=StrEnum)
NAMES = ("liste", "droit", "base", "affecte", "etat", "etiquette")
LONGEST_SEARCH = 100
MOST_WORDS = 6


class FiltersForm(Form):
    """The lists beside the chips; each may be left at "all"."""

    droit = SelectField(_l("Right"))
    base = SelectField(_l("Database or project"))
    affecte = SelectField(_l("Assigned to"))
    etat = SelectField(_l("State"))
    etiquette = SelectField(_l("Label"))

    def offer(self, choices: InboxChoices) -> None:
        """Fill the lists with what this inbox holds."""
        everything = [("", _("All of them"))]
        self.droit.choices = everything + [(r.value, str(right_term(r))) for r in Right]
        self.base.choices = everything + list(choices.processings)
        self.affecte.choices = [
            *everything,
            (NOBODY_ASSIGNED, _("Not assigned yet")),
            *choices.members,
        ]
        self.etat.choices = everything + [
            (state.value, referral_state_words(state).staff)
            for state in ReferralState
            if state not in UNDELIVERED
        ]
        self.etiquette.choices = everything + [(label_code(one), one) for one in choices.labels]


@dataclass(frozen=True)
class Asking:
    """What one visit of the inbox asks for: the filters, and the query string that names them."""

    filters: InboxFilters
    kept: dict[str, str]

    def url(self, endpoint: str = "inbox.cases", **changes: str | None) -> str:
        """The address of the list with some of its filters changed; None drops one."""
        query = {name: value for name, value in (self.kept | changes).items() if value}
        return _address(endpoint, query)


def asking_of(args: Mapping[str, str], actor: Actor, today: date, choices: InboxChoices) -> Asking:
    """The filters that an address names; what it names wrongly is left out."""
    assignee = args.get("affecte", "")
    labels = {label_code(label): label for label in choices.labels}
    filters = InboxFilters(
        today=today,
        member_id=actor.id,
        shelf=_one_of(Shelf, args.get("liste")) or Shelf.TO_HANDLE,
        right=_one_of(Right, args.get("droit")),
        processing_id=_uuid(args.get("base")),
        assignee=assignee if assignee == NOBODY_ASSIGNED or _uuid(assignee) else None,
        state=_one_of(ReferralState, args.get("etat")),
        label=labels.get(args.get("etiquette", "")),
    )
    return Asking(filters, {name: args[name] for name in NAMES if args.get(name)})


def search_filters(words: str, actor: Actor, today: date, keyring: Keyring) -> InboxFilters:
    """A search by name or number through every case, whatever its state."""
    typed = words[:LONGEST_SEARCH]
    return InboxFilters(
        today=today,
        member_id=actor.id,
        shelf=Shelf.ALL,
        words=typed,
        name_words=tuple(
            keyring.blind_index(word, "name") for word in fold(typed).split()[:MOST_WORDS]
        ),
    )


def label_code(label: str) -> str:
    """What names a label in an address: it may be anything a member typed, so not itself."""
    return hashlib.sha256(label.encode()).hexdigest()[:12]


def cursor_text(cursor: Cursor | None) -> str | None:
    """A place in the list, as an address carries it."""
    if cursor is None:
        return None
    way = "b" if cursor.backwards else "a"
    text = f"{way}{cursor.key.isoformat()}{cursor.id.hex}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def cursor_of(text: str | None) -> Cursor | None:
    """The place that an address names, or the start when it names none."""
    if not text:
        return None
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        return Cursor(date.fromisoformat(plain[1:11]), UUID(plain[11:]), plain[0] == "b")
    except (ValueError, binascii.Error, IndexError):
        return None


def query_of(args: Mapping[str, str]) -> str:
    """The filters of an address as a query string, to keep under a name or to come back to."""
    return urlencode({name: args[name] for name in NAMES if args.get(name)})


def _address(endpoint: str, query: Mapping[str, str]) -> str:
    path = url_for(endpoint)
    return f"{path}?{urlencode(query)}" if query else path


def _one_of(kind: type[Choice], value: Any) -> Choice | None:
    try:
        return kind(value)
    except ValueError:
        return None


def _uuid(value: str | None) -> UUID | None:
    try:
        return UUID(value or "")
    except ValueError:
        return None
