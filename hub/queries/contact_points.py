"""Contact points in doubt, for the operator; addresses to check on the network."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hub.domain.contact_points import CHECK_EVERY, CHECK_SILENT_EVERY, Doubt
from hub.domain.directory import Channel, ContactStatus
from hub.domain.lifecycle import ENDED
from hub.models.directory import ContactPoint, Organisation
from hub.models.referral import Referral
from hub.models.webhook import EndpointState, WebhookAttempt, WebhookEndpoint

PAGES = (Channel.PORTAL, Channel.WEBHOOK)
"""Channels whose contact points are addresses of the web."""


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
class SilentSoftware:
    """A controller's software whose calls are at rest: it has answered nothing for a week."""

    organisation_name: str
    url: str
    called_at: datetime | None


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
    """How many addresses are in doubt, those of software included."""
    doubted = select(func.count()).where(ContactPoint.status == ContactStatus.IN_REVIEW)
    silent = select(func.count()).where(WebhookEndpoint.state == EndpointState.IN_REVIEW)
    return sum(int(session.scalar(one) or 0) for one in (doubted, silent))


def silent_software(session: Session, limit: int) -> list[SilentSoftware]:
    """The software that answers nothing any more, by the name of its organisation."""
    last = (
        select(func.max(WebhookAttempt.at))
        .where(WebhookAttempt.organisation_id == WebhookEndpoint.organisation_id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(WebhookEndpoint.url, Organisation.name, last.label("called_at"))
        .join(Organisation, Organisation.id == WebhookEndpoint.organisation_id)
        .where(WebhookEndpoint.state == EndpointState.IN_REVIEW)
        .order_by(Organisation.name)
        .limit(limit)
    )
    return [SilentSoftware(row.name, row.url, row.called_at) for row in rows]


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
    found = _to_check(session, (Channel.EMAIL,), now, limit)
    return {point_id: address.rpartition("@")[2] for point_id, address in found.items()}


def pages_to_check(session: Session, now: datetime, limit: int) -> dict[UUID, str]:
    """The pages not looked at for a month, by contact point; those that were silent, each day."""
    return _to_check(session, PAGES, now, limit)


def _to_check(
    session: Session, channels: tuple[Channel, ...], now: datetime, limit: int
) -> dict[UUID, str]:
    is_silent = ContactPoint.silent_since.is_not(None)
    rows = session.execute(
        select(ContactPoint.id, ContactPoint.address)
        .where(
            ContactPoint.channel.in_(channels),
            ContactPoint.status != ContactStatus.IN_REVIEW,
            ContactPoint.address.is_not(None),
            or_(
                ContactPoint.checked_at.is_(None),
                ContactPoint.checked_at <= now - CHECK_EVERY,
                is_silent & (ContactPoint.checked_at <= now - CHECK_SILENT_EVERY),
            ),
        )
        .order_by(ContactPoint.checked_at, ContactPoint.id)
        .limit(limit)
    )
    return {point_id: address or "" for point_id, address in rows}
