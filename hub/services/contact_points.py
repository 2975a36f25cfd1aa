"""Keeps contact points true: doubted, put right, asked of their readers, checked on the network."""

import hmac
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import or_, select

from hub.domain.audit_log import EventKind
from hub.domain.contact_points import (
    ASK_EVERY,
    SILENT_FOR,
    Doubt,
    Reachability,
    page_answered,
    page_not_reached,
)
from hub.domain.directory import Channel, ContactStatus
from hub.domain.mailboxes import is_email, is_reserved_domain
from hub.domain.outward_addresses import host_of
from hub.errors import HubError, Invalid, NotFound
from hub.models.delivery import DeliveryKind, DeliverySuspension
from hub.models.directory import ContactPoint
from hub.models.referral import Referral
from hub.port_errors import CallFailed
from hub.ports import Keyring, OutwardCaller
from hub.queries.contact_points import PAGES
from hub.services.unit_of_work import Work

LONGEST_ADDRESS = 500


class AddressLinkOver(HubError):
    """The link is of an address that is no longer this contact's."""

    code = "address_link_over"


def address_token(keyring: Keyring, point_id: UUID, address: str) -> str:
    """The secret part of the link about one address; another address has another one."""
    return keyring.blind_index(f"{point_id}:{address}", "contact_point_link").hex()


def point_of_link(work: Work, point_id: UUID, token: str) -> ContactPoint:
    """The contact point that a link is about; raises AddressLinkOver."""
    point = work.session.get(ContactPoint, point_id, with_for_update=True)
    address = point.address if point else None
    expected = address_token(work.ports.keyring, point_id, address or "")
    if point is None or not address or not hmac.compare_digest(expected.encode(), token.encode()):
        raise AddressLinkOver
    return point


def say_wrong(work: Work, point_id: UUID, token: str) -> None:
    """A reader of the mailbox says that requests do not belong there; raises AddressLinkOver."""
    doubt(work, point_of_link(work, point_id, token), Doubt.SAID_WRONG)


def say_right(work: Work, point_id: UUID, token: str) -> None:
    """A reader of the mailbox confirms it; raises AddressLinkOver."""
    trust(work, point_of_link(work, point_id, token))


def doubt(work: Work, point: ContactPoint, reason: Doubt) -> None:
    """Use an address no more until somebody has looked at it; doubting twice is one doubt."""
    if point.status is ContactStatus.IN_REVIEW:
        return
    point.status = ContactStatus.IN_REVIEW
    point.doubt, point.doubted_at = reason, work.now
    work.record(EventKind.CONTACT_DOUBTED, point.organisation_id, point.id, reason=reason.value)


def trust(work: Work, point: ContactPoint) -> None:
    """An address reaches its organisation: imports leave it alone, and any doubt is over."""
    point.status, point.verified_at = ContactStatus.VERIFIED, work.now
    point.doubt = point.doubted_at = point.silent_since = None
    work.record(EventKind.CONTACT_VERIFIED, point.organisation_id, point.id)


def put_right(work: Work, point_id: UUID, address: str) -> None:
    """Give a contact point in doubt its right address; the same one again says that it holds.

    Raises NotFound, Invalid (`address`).
    """
    point = work.session.get(ContactPoint, point_id, with_for_update=True)
    if point is None or point.status is not ContactStatus.IN_REVIEW:
        raise NotFound(point_id=point_id)
    address = address.strip()
    if not is_usable(work.ports.outward, point.channel, address):
        raise Invalid(field="address", reason="not_an_address")
    point.address = address
    point.checked_at = point.asked_at = None
    trust(work, point)


def is_usable(outward: OutwardCaller, channel: Channel, address: str) -> bool:
    """Whether an address has the shape that its channel wants."""
    if not 0 < len(address) <= LONGEST_ADDRESS:
        return False
    if channel in PAGES:
        return outward.refusal_of(address) is None
    return channel is not Channel.EMAIL or is_email(address)


def looked_at(outward: OutwardCaller, address: str) -> Reachability:
    """What a page answers now; one of a domain for documents and tests is not asked."""
    if is_reserved_domain(host_of(address)):
        return Reachability.NOT_KNOWN
    try:
        return page_answered(outward.reach(address))
    except CallFailed as failure:
        return page_not_reached(str(failure.facts.get("reason", "")))


def ask_readers(work: Work, limit: int) -> int:
    """Ask the readers of mailboxes whether they are still right: once in 180 days each.

    Only those of organisations that were sent a request: the others are read by nobody yet. What
    an operator holds back is asked once deliveries are resumed.
    Says how many mails it put in the outbox.
    """
    before = work.now - ASK_EVERY
    used = select(Referral.id).where(Referral.organisation_id == ContactPoint.organisation_id)
    held_back = select(DeliverySuspension.recipient).where(
        DeliverySuspension.organisation_id == ContactPoint.organisation_id
    )
    due = (
        select(ContactPoint)
        .where(
            ContactPoint.channel == Channel.EMAIL,
            ContactPoint.status != ContactStatus.IN_REVIEW,
            ContactPoint.address.is_not(None),
            or_(ContactPoint.verified_at.is_(None), ContactPoint.verified_at <= before),
            or_(ContactPoint.asked_at.is_(None), ContactPoint.asked_at <= before),
            used.where(Referral.received_at <= before).exists(),
            ~held_back.exists(),
        )
        .order_by(ContactPoint.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    points = work.session.scalars(due).all()
    for point in points:
        point.asked_at = work.now
        work.deliver(DeliveryKind.ADDRESS_STILL_RIGHT, Channel.EMAIL, f"contact:{point.id}")
    return len(points)


def record_checks(work: Work, found: Mapping[UUID, Reachability]) -> int:
    """Keep what the network said of addresses: a domain that takes no mail, a page that is gone or
    has been silent for two weeks put theirs in doubt.

    Says how many were doubted.
    """
    doubted = 0
    for point_id, reachability in found.items():
        point = work.session.get(ContactPoint, point_id, with_for_update=True)
        if point is None:
            continue
        point.checked_at = work.now
        reason = _reason_to_doubt(work, point, reachability)
        if reason is not None and point.status is not ContactStatus.IN_REVIEW:
            doubt(work, point, reason)
            doubted += 1
    return doubted


def _reason_to_doubt(work: Work, point: ContactPoint, found: Reachability) -> Doubt | None:
    if found is Reachability.NO:
        return Doubt.PAGE_GONE if point.channel in PAGES else Doubt.NO_MAIL_SERVER
    if found is Reachability.SILENT:
        point.silent_since = point.silent_since or work.now
        return Doubt.NO_ANSWER if work.now - point.silent_since >= SILENT_FOR else None
    if found is Reachability.YES:
        point.silent_since = None
    return None
