"""Contact points in doubt, for the operator; addresses to check on the network."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hub.domain.contact_points import CHECK_EVERY, Doubt
from hub.domain.directory import Channel, ContactStatus
from hub.domain.lifecycle import ENDED
from hub.models.directory import ContactPoint, Organisation
from hub.models.referral import Referral


@dataclass(frozen=True)
class DoubtedPoint:
    """An address that waits for somebody to look at it, and how much depends on it."""

    id: UUID
    organisation_name: str
    channel: Channel
    address: str
    doubt: Doubt
    since: datetime | None
    open_cases: int


@dataclass(frozen=True)
class AddressAsked:
    """What the page of a link about an address shows."""

    organisation_name: str
    address: str
    is_in_review: bool


def doubted_points(session: Session, limit: int) -> list[DoubtedPoint]:
    """The addresses in doubt, those on which most open cases depend first."""
    cases = (
        select(func.count())
        .where(
            Referral.organisation_id == ContactPoint.organisation_id,
            Referral.state.not_in(ENDED),
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(ContactPoint, Organisation.name, cases.label("open_cases"))
        .join(Organisation, Organisation.id == ContactPoint.organisation_id)
        .where(ContactPoint.status == ContactStatus.IN_REVIEW)
        .order_by(cases.desc(), ContactPoint.id)
        .limit(limit)
    )
    return [
        DoubtedPoint(
            point.id,
            name,
            point.channel,
            point.address or "",
            point.doubt or Doubt.UNKNOWN,
            point.doubted_at,
            open_cases,
        )
        for point, name, open_cases in rows
    ]


def count_doubted(session: Session) -> int:
    """How many addresses are in doubt."""
    doubted = select(func.count()).where(ContactPoint.status == ContactStatus.IN_REVIEW)
    return int(session.scalar(doubted) or 0)


def address_asked(session: Session, point_id: UUID) -> AddressAsked | None:
    """The address that a link is about, if it still has one."""
    row = session.execute(
        select(ContactPoint, Organisation.name)
        .join(Organisation, Organisation.id == ContactPoint.organisation_id)
        .where(ContactPoint.id == point_id, ContactPoint.address.is_not(None))
    ).first()
    if row is None:
        return None
    point, name = row
    in_review = point.status is ContactStatus.IN_REVIEW
    return AddressAsked(name, str(point.address), in_review)


def domains_to_check(session: Session, now: datetime, limit: int) -> dict[UUID, str]:
    """The domains of mailboxes not looked at for a month, by contact point."""
    before = now - CHECK_EVERY
    rows = session.execute(
        select(ContactPoint.id, ContactPoint.address)
        .where(
            ContactPoint.channel == Channel.EMAIL,
            ContactPoint.status != ContactStatus.IN_REVIEW,
            ContactPoint.address.is_not(None),
            or_(ContactPoint.checked_at.is_(None), ContactPoint.checked_at <= before),
        )
        .order_by(ContactPoint.checked_at, ContactPoint.id)
        .limit(limit)
    )
    return {point_id: (address or "").rpartition("@")[2] for point_id, address in rows}
