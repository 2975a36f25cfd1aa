"""The acknowledgements of receipt of a request, and what the directory lacks to compose them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hub.domain.acknowledgements import (
    Acknowledgement,
    MandatoryField,
    Occasion,
    fingerprint,
    read_canonical,
)
from hub.domain.lifecycle import ENDED
from hub.models.acknowledgement import AcknowledgementRow
from hub.models.referral import Referral
from hub.models.rights_request import KeyClass
from hub.queries.controller_contacts import controller_contacts
from hub.sealing import Place, RequestKeys, Shredded


@dataclass(frozen=True)
class KeptAcknowledgement:
    """One acknowledgement as it was composed; `content` is None once its key was destroyed.

    `is_whole`: the content opened still has the fingerprint kept beside it and in the log.
    """

    id: UUID
    referral_id: UUID
    occasion: Occasion
    language: str
    composed_at: datetime
    sha256: str
    missing: tuple[MandatoryField, ...]
    content: Acknowledgement | None
    is_whole: bool


@dataclass(frozen=True)
class Gap:
    """A controller with open cases whose papers lack mandatory fields (CRPA R112-11-1, 2°)."""

    organisation_id: UUID
    organisation_name: str
    missing: tuple[MandatoryField, ...]
    open_cases: int


def acknowledgements_of_request(
    session: Session, keys: RequestKeys, rights_request_id: UUID
) -> tuple[KeptAcknowledgement, ...]:
    """Every acknowledgement of a request, oldest first."""
    return _kept(session, keys, _of(AcknowledgementRow.rights_request_id == rights_request_id))


def acknowledgements_of_referral(
    session: Session, keys: RequestKeys, referral_id: UUID
) -> tuple[KeptAcknowledgement, ...]:
    """Every acknowledgement of one referral, oldest first."""
    return _kept(session, keys, _of(AcknowledgementRow.referral_id == referral_id))


def acknowledgement_gaps(session: Session, organisation_id: UUID | None = None) -> tuple[Gap, ...]:
    """The controllers with open cases that the directory describes too little, by name.

    With an organisation, that one alone.
    """
    found = (
        select(Referral.organisation_id, func.count().label("open_cases"))
        .where(Referral.state.not_in(ENDED))
        .group_by(Referral.organisation_id)
    )
    if organisation_id is not None:
        found = found.where(Referral.organisation_id == organisation_id)
    counts = {row.organisation_id: int(row.open_cases) for row in session.execute(found)}
    contacts = controller_contacts(session, counts)
    gaps = [
        Gap(key, contact.service.organisation, contact.service.missing, counts[key])
        for key, contact in contacts.items()
        if contact.service.missing
    ]
    return tuple(sorted(gaps, key=lambda gap: gap.organisation_name))


def _of(condition: object) -> Select[AcknowledgementRow]:
    return (
        select(AcknowledgementRow)
        .where(condition)  # type: ignore[arg-type]
        .order_by(AcknowledgementRow.composed_at, AcknowledgementRow.id)
    )


def _kept(
    session: Session, keys: RequestKeys, wanted: Select[AcknowledgementRow]
) -> tuple[KeptAcknowledgement, ...]:
    rows: Sequence[AcknowledgementRow] = session.scalars(wanted).all()
    keys.load({row.rights_request_id for row in rows})
    return tuple(_one(keys, row) for row in rows)


def _one(keys: RequestKeys, row: AcknowledgementRow) -> KeptAcknowledgement:
    cell = "acknowledgement.content_sealed"
    place = Place(row.rights_request_id, cell, row.id, KeyClass.PROCEDURE)
    try:
        text = keys.open(place, row.content_sealed)
    except Shredded:
        text = ""
    return KeptAcknowledgement(
        id=row.id,
        referral_id=row.referral_id,
        occasion=row.occasion,
        language=row.language,
        composed_at=row.composed_at,
        sha256=row.sha256,
        missing=tuple(MandatoryField(name) for name in row.missing),
        content=read_canonical(text) if text else None,
        is_whole=bool(text) and fingerprint(text) == row.sha256,
    )
