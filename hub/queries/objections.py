"""What a controller must still respect: uses that persons refused, on any day, whatever came since.

The list says nothing of anybody: a person is found by the blind index of her own request, or by
looking for somebody whom the controller knows already.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from hub.domain.objections import reused_from
from hub.domain.rights import OBJECTING
from hub.models.directory import Controllership, Organisation, Processing, Reuse
from hub.models.objection import ObjectionEntry
from hub.models.referral import Referral, ReferralItem
from hub.models.rights_request import Identity
from hub.ports import Keyring
from hub.sealing import Place, RequestKeys, Shredded


@dataclass(frozen=True)
class KnownObjection:
    """A use that this person, by her name and birth date, has refused; since when."""

    title: str
    decided_on: date


@dataclass(frozen=True)
class ObjectionLine:
    """One objection in force on a day. `person_key` is one person's with this controller alone.

    `person` is who she is, as long as her request is kept: empty afterwards.
    """

    id: UUID
    person_key: str
    processing_id: UUID
    title: str
    organisation: str
    decided_on: date
    person: Mapping[str, Any]


@dataclass(frozen=True)
class ObjectionCount:
    """How many persons are kept out of one processing on a day."""

    processing_id: UUID
    title: str
    title_en: str | None
    organisation: str
    persons: int

    def title_in(self, language: str) -> str:
        """The title in a language, French when there is no other."""
        return (self.title_en or self.title) if language == "en" else self.title


def objections_of(session: Session, referral: Referral) -> tuple[KnownObjection, ...]:
    """The objections this controller has accepted of the person of a referral, in other requests.

    The list itself says nothing of her: she is found by the blind index of her own request.
    """
    decided_here = exists().where(
        ReferralItem.referral_id == referral.id,
        ReferralItem.processing_id == ObjectionEntry.processing_id,
        ReferralItem.decided_on == ObjectionEntry.decided_on,
    )
    rows = session.execute(
        select(Processing.title, ObjectionEntry.decided_on)
        .join(Processing, Processing.id == ObjectionEntry.processing_id)
        .join(
            Identity,
            and_(
                Identity.person_index == ObjectionEntry.person_index,
                Identity.rights_request_id == referral.rights_request_id,
            ),
        )
        .where(
            ObjectionEntry.organisation_id == referral.organisation_id,
            ObjectionEntry.ended_on.is_(None),
            ~decided_here,
        )
        .order_by(Processing.title, ObjectionEntry.id)
    )
    return tuple(KnownObjection(title, on) for title, on in rows)


def objected_by(session: Session, processing_id: UUID, on: date) -> frozenset[bytes]:
    """The keyed identifiers of who was kept out of a processing on a day (CSP R1461-9; EHDS 71)."""
    found = select(ObjectionEntry.person_index).where(
        ObjectionEntry.processing_id == processing_id, *_counting(on)
    )
    return frozenset(session.scalars(found))


def bases_of(session: Session, processing_id: UUID) -> frozenset[UUID]:
    """A database or project with every base it reuses: whose objections hold for it too."""
    reuses: dict[UUID, list[UUID]] = {}
    for key, reused in session.execute(select(Reuse.processing_id, Reuse.reused_id)):
        reuses.setdefault(key, []).append(reused)
    return reused_from(processing_id, reuses)


def concerns(session: Session, organisation_id: UUID, bases: Collection[UUID]) -> bool:
    """Whether an organisation is a controller of one of these."""
    found = exists().where(
        Controllership.processing_id.in_(bases), Controllership.organisation_id == organisation_id
    )
    return bool(session.scalar(select(found)))


def objections_on(
    session: Session,
    of: ColumnElement[bool],
    on: date,
    after: UUID | None = None,
    limit: int = 50,
) -> list[tuple[ObjectionEntry, str, str]]:
    """The lines in force on a day, with titles and controllers, by key; `of` narrows them."""
    found = (
        select(ObjectionEntry, Processing.title, Organisation.name)
        .join(Processing, Processing.id == ObjectionEntry.processing_id)
        .join(Organisation, Organisation.id == ObjectionEntry.organisation_id)
        .where(of, *_counting(on))
        .order_by(ObjectionEntry.id)
        .limit(limit)
    )
    if after is not None:
        found = found.where(ObjectionEntry.id > after)
    return [(row, title, name) for row, title, name in session.execute(found)]


def of_controller(organisation_id: UUID | None, bases: Collection[UUID]) -> ColumnElement[bool]:
    """The lines of these bases: those one controller accepted, or of all for the hub's DPO."""
    wanted = ObjectionEntry.processing_id.in_(bases)
    if organisation_id is None:
        return wanted
    return and_(wanted, ObjectionEntry.organisation_id == organisation_id)


def lines_of(
    keyring: Keyring,
    rows: Iterable[tuple[ObjectionEntry, str, str]],
    persons: Mapping[tuple[UUID, bytes], Mapping[str, Any]],
) -> list[ObjectionLine]:
    """The lines as they are shown: a key that no other controller sees stands for the person."""
    return [
        ObjectionLine(
            id=row.id,
            person_key=person_key(keyring, row.organisation_id, row.person_index),
            processing_id=row.processing_id,
            title=title,
            organisation=name,
            decided_on=row.decided_on,
            person=persons.get((row.organisation_id, row.person_index), {}),
        )
        for row, title, name in rows
    ]


def person_key(keyring: Keyring, organisation_id: UUID, person_index: bytes) -> str:
    """The same for one person's objections to one controller; two controllers cannot compare."""
    digest = keyring.exact_digest(person_index.hex(), f"objections:{organisation_id}")
    return digest.hex()[:32]


def persons_of(
    session: Session, keys: RequestKeys, rows: Collection[ObjectionEntry]
) -> dict[tuple[UUID, bytes], Mapping[str, Any]]:
    """Who they are, as said to the controller that accepted, while their requests are kept."""
    wanted = {(row.organisation_id, row.person_index) for row in rows}
    found = session.execute(
        select(Referral.organisation_id, Identity)
        .join(Identity, Identity.rights_request_id == Referral.rights_request_id)
        .where(
            Referral.right.in_(OBJECTING),
            Referral.organisation_id.in_({one for one, _ in wanted}),
            Identity.person_index.in_({one for _, one in wanted}),
        )
        .order_by(Referral.received_at, Referral.id)
    ).all()
    keys.load([identity.rights_request_id for _, identity in found])
    known: dict[tuple[UUID, bytes], Mapping[str, Any]] = {}
    for organisation_id, identity in found:
        facts = _facts(keys, identity)
        if facts and identity.person_index is not None:
            known[organisation_id, identity.person_index] = facts
    return known


def among(
    session: Session, of: ColumnElement[bool], on: date, indexes: Collection[bytes]
) -> dict[bytes, date]:
    """Which of these persons are kept out on a day, and since when."""
    found = session.execute(
        select(ObjectionEntry.person_index, func.min(ObjectionEntry.decided_on))
        .where(of, *_counting(on), ObjectionEntry.person_index.in_(indexes))
        .group_by(ObjectionEntry.person_index)
    )
    return {row[0]: row[1] for row in found}


def objection_counts(
    session: Session, organisation_id: UUID | None, on: date
) -> list[ObjectionCount]:
    """Each processing from which somebody is kept out on a day, and how many persons, by title."""
    found = (
        select(
            Processing.id,
            Processing.title,
            Processing.title_en,
            Organisation.name,
            func.count(func.distinct(ObjectionEntry.person_index)),
        )
        .select_from(ObjectionEntry)
        .join(Processing, Processing.id == ObjectionEntry.processing_id)
        .join(Organisation, Organisation.id == ObjectionEntry.organisation_id)
        .where(*_counting(on))
        .group_by(Processing.id, Processing.title, Processing.title_en, Organisation.name)
        .order_by(Processing.title, Organisation.name)
    )
    if organisation_id is not None:
        found = found.where(ObjectionEntry.organisation_id == organisation_id)
    return [ObjectionCount(*row) for row in session.execute(found)]


def _counting(on: date) -> tuple[ColumnElement[bool], ...]:
    """`counts_on`, in SQL."""
    ended = ObjectionEntry.ended_on
    return (ObjectionEntry.decided_on <= on, or_(ended.is_(None), ended > on))


def _facts(keys: RequestKeys, identity: Identity) -> Mapping[str, Any]:
    place = Place(identity.rights_request_id, "identity.sealed", identity.rights_request_id)
    try:
        return keys.open_facts(place, identity.sealed)
    except Shredded:
        return {}
