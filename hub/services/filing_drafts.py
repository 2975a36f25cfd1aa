"""What a filing holds, whatever its door: the person, her words, the controllers to seize."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hub.domain.actors import Actor
from hub.domain.directory import fold
from hub.domain.representation import Objection
from hub.domain.rights import Right
from hub.domain.working_days import NO_DAYS, HolidayZone
from hub.models.rights_request import (
    IntakeChannel,
)


@dataclass(frozen=True)
class PersonGiven:
    """The identity a person gave: no more than the chosen holders need.

    A letter may lack a birth date; the site and the API ask for it. `reply_address` is a mailbox
    to which the controller writes itself: the hub never does. `keeps_parents_out`: a minor of 15
    or more wants her parents told nothing (LIL 70). `own_email` and `own_postal_address` are hers
    where who acts for her gave his own to be reached at. `notified_online`: she agreed that
    decisions are notified here (CRPA R112-17).
    """

    given_names: str
    family_name: str
    birth_date: date | None
    email: str | None = None
    postal_address: str | None = None
    phone: str | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict)
    reply_address: str | None = None
    keeps_parents_out: bool = False
    own_email: str | None = None
    own_postal_address: str | None = None
    notified_online: bool = False

    def as_facts(self) -> dict[str, Any]:
        """A JSON object, birth date as ISO 8601."""
        if_any = {
            "reply_address": self.reply_address,
            "keeps_parents_out": self.keeps_parents_out,
            "own_email": self.own_email,
            "own_postal_address": self.own_postal_address,
            "notified_online": self.notified_online,
        }
        own: dict[str, Any] = {name: value for name, value in if_any.items() if value}
        return own | {
            "given_names": self.given_names,
            "family_name": self.family_name,
            "birth_date": self.birth_date.isoformat() if self.birth_date else None,
            "email": self.email,
            "postal_address": self.postal_address,
            "phone": self.phone,
            "identifiers": dict(self.identifiers),
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "PersonGiven":
        """Read back what `as_facts` gave; what is not of a person is left."""
        known = {one.name: facts[one.name] for one in fields(cls) if facts.get(one.name)}
        born = facts.get("birth_date")
        names = {"given_names": "", "family_name": ""}
        return cls(**names | known | {"birth_date": date.fromisoformat(born) if born else None})

    def name_words(self) -> set[str]:
        """Each word of the names, folded, for the blind index."""
        birth_name = self.identifiers.get("birth_name", "")
        return set(fold(f"{self.given_names} {self.family_name} {birth_name}").split())

    def same_person_text(self) -> str | None:
        """Surname, first given name and birth date, by which two filings of one person are seen.

        None without a birth date: a name alone is not a person.
        """
        if self.birth_date is None:
            return None
        first, _, _ = fold(self.given_names).partition(" ")
        return f"{fold(self.family_name)}|{first}|{self.birth_date.isoformat()}"


@dataclass(frozen=True)
class PlannedItem:
    """One processing of a referral, with the typed reasons it is there."""

    processing_id: UUID
    reasons: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class PlannedReferral:
    """The part one controller will receive; `trace` answers "why did this go to them?"."""

    organisation_id: UUID
    zone: HolidayZone
    items: tuple[PlannedItem, ...]
    trace: Mapping[str, Any] = field(default_factory=dict)
    extra_holidays: frozenset[date] = NO_DAYS


@dataclass(frozen=True)
class FilingDraft:
    """Everything a filing holds, whatever its door.

    `objection`: why who acts opens nothing: it is recorded and passed on to nobody. `left_out` are
    processings that the mandate does not cover. `doubt` stands against who acts, but the controller
    was seized, and answers on it. `tells_person`: whether the hub tells the person
    represented; a controller that brings its backlog does it itself. `keeps_code_from_filer`: the
    mandate leaves the answer to the person, who takes the secret code herself.
    """

    right: Right
    person: PersonGiven
    statement: str
    language: str
    channel: IntakeChannel
    referrals: tuple[PlannedReferral, ...]
    idempotency_key: str
    idempotency_scope: str
    actor: Actor
    active_at_once: bool
    received_at: datetime | None = None
    representative: Mapping[str, Any] | None = None
    objection: Objection | None = None
    doubt: Objection | None = None
    left_out: tuple[UUID, ...] = ()
    tells_person: bool = True
    keeps_code_from_filer: bool = False
    follows_id: UUID | None = None
    """The request of which this one draws the consequence."""

    @property
    def awaits_filer(self) -> bool:
        """Whether nothing leaves before who filed has confirmed an address."""
        return not (self.active_at_once or self.objection or self.keeps_code_from_filer)

    def digest_text(self) -> str:
        """The body as one canonical text: the same key must carry the same one."""
        body = {
            "right": self.right.value,
            "person": self.person.as_facts(),
            "statement": self.statement,
            "channel": self.channel.value,
            "received_at": self.received_at.isoformat() if self.received_at else None,
            "representative": dict(self.representative) if self.representative else None,
            "items": [
                [str(planned.organisation_id), *(str(item.processing_id) for item in planned.items)]
                for planned in self.referrals
            ],
        }
        if self.follows_id:
            body["follows"] = str(self.follows_id)
        return json.dumps(body, sort_keys=True, ensure_ascii=False)
