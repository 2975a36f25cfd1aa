"""What a controller must still respect: uses that a person has refused, whatever she asks now."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from hub.models.directory import Processing
from hub.models.objection import ObjectionEntry
from hub.models.referral import Referral, ReferralItem
from hub.models.rights_request import Identity


@dataclass(frozen=True)
class KnownObjection:
    """A use that this person, by her name and birth date, has refused; since when."""

    title: str
    decided_on: date


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
        .where(ObjectionEntry.organisation_id == referral.organisation_id, ~decided_here)
        .order_by(Processing.title, ObjectionEntry.id)
    )
    return tuple(KnownObjection(title, on) for title, on in rows)


def objected_by(session: Session, processing_id: UUID, on: date) -> frozenset[bytes]:
    """The keyed identifiers of who was kept out of a processing on a day (CSP R1461-9; EHDS 71)."""
    found = select(ObjectionEntry.person_index).where(
        ObjectionEntry.processing_id == processing_id, ObjectionEntry.decided_on <= on
    )
    return frozenset(session.scalars(found))
