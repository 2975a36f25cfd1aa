"""Empties the outbox: portal deliveries in sets, e-mails by claim, send, record (DESIGN §5)."""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.domain.lifecycle import ReferralState
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState
from hub.models.hub_task import HubTaskKind
from hub.models.referral import Referral
from hub.services.announcing import announce
from hub.services.representing import open_task
from hub.services.unit_of_work import Work

LEASE = timedelta(seconds=60)
RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
)
NEEDS_PERSON_AFTER = timedelta(hours=72)
MOST_IN_A_SET = 50
BY_POST_INSTEAD = MappingProxyType(
    {
        DeliveryKind.FILED_IN_YOUR_NAME: HubTaskKind.TELL_BY_POST,
        DeliveryKind.MANDATE_ENDED: HubTaskKind.CODE_BY_POST,
    }
)
"""What an agent of the hub writes on paper when the mailbox takes nothing."""


@dataclass(frozen=True)
class Claimed:
    """A delivery that this job alone may send, until its lease runs out."""

    id: UUID
    kind: DeliveryKind
    recipient: str
    rights_request_id: UUID | None
    referral_id: UUID | None
    details: dict[str, Any]
    lease_token: str


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt; `error` is a short code, never a person's data."""

    delivery_id: UUID
    lease_token: str
    delivered: bool
    error: str | None = None
    is_permanent: bool = False


def deliver_to_portal(work: Work, recipient: str, limit: int = MOST_IN_A_SET) -> int:
    """Put waiting referrals in an organisation's inbox, all in one set; says how many.

    The person's acknowledgement of receipt is composed at that instant (CRPA R112-11-2). One
    contentless e-mail tells the organisation, unless one is already on its way.
    """
    waiting = (
        select(Delivery.id, Delivery.referral_id, Delivery.rights_request_id)
        .where(
            Delivery.channel == Channel.PORTAL,
            Delivery.recipient == recipient,
            Delivery.state == DeliveryState.WAITING,
            Delivery.next_at <= work.now,
        )
        .order_by(Delivery.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = work.session.execute(waiting).all()
    if not rows:
        return 0
    work.session.execute(
        update(Delivery)
        .where(Delivery.id.in_([row.id for row in rows]))
        .values(state=DeliveryState.DELIVERED, delivered_at=work.now, attempts=1)
    )
    arrived = _arrive(work, [row.referral_id for row in rows if row.referral_id])
    for referral_id, rights_request_id in arrived:
        work.record(EventKind.REFERRAL_DELIVERED, rights_request_id, referral_id)
    if arrived:
        _tell_once(work, recipient)
        announce(work, recipient, arrived)
    return len(rows)


def claim(work: Work, channel: Channel, recipient: str, limit: int) -> list[Claimed]:
    """Claim what is due for one recipient, under a lease and a fencing token."""
    due = or_(
        (Delivery.state == DeliveryState.WAITING) & (Delivery.next_at <= work.now),
        (Delivery.state == DeliveryState.CLAIMED) & (Delivery.lease_until <= work.now),
    )
    found = (
        select(Delivery)
        .where(Delivery.channel == channel, Delivery.recipient == recipient, due)
        .order_by(Delivery.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = []
    for row in work.session.scalars(found):
        row.state = DeliveryState.CLAIMED
        row.lease_until = work.now + LEASE
        row.lease_token = secrets.token_hex(16)
        row.attempts += 1
        claimed.append(
            Claimed(
                row.id,
                row.kind,
                row.recipient,
                row.rights_request_id,
                row.referral_id,
                dict(row.details),
                row.lease_token,
            )
        )
    return claimed


def record_outcomes(work: Work, outcomes: Sequence[Outcome]) -> int:
    """Write down what came of claimed deliveries; a stale token changes nothing."""
    kept = 0
    # One draw for all: what left in one mail is tried again in one mail.
    jitter = random.uniform(0.9, 1.1)  # noqa: S311  (no secret)
    for outcome in outcomes:
        row = work.session.get(Delivery, outcome.delivery_id, with_for_update=True)
        if row is None or row.lease_token != outcome.lease_token:
            continue
        kept += 1
        row.lease_token = None
        row.lease_until = None
        if outcome.delivered:
            row.state = DeliveryState.DELIVERED
            row.delivered_at = work.now
            row.last_error = None
            _reached(work, row)
        else:
            _put_back(work, row, outcome, jitter)
    return kept


def try_again(work: Work, delivery_id: UUID) -> bool:
    """An operator's "try now": due at once, whatever the retry table says."""
    row = work.session.get(Delivery, delivery_id, with_for_update=True)
    again = {DeliveryState.WAITING, DeliveryState.NEEDS_PERSON}
    if row is None or row.state not in again:
        return False
    row.state = DeliveryState.WAITING
    row.next_at = work.now
    stream = row.rights_request_id or work.actor.organisation_id
    if stream:
        work.record(EventKind.DELIVERY_RETRIED, stream, row.id)
    return True


def _arrive(work: Work, referral_ids: list[UUID]) -> list[tuple[UUID, UUID]]:
    queued = (ReferralState.QUEUED, ReferralState.DELIVERY_FAILED, ReferralState.CONTACT_REVIEW)
    arriving = work.session.execute(
        select(Referral.id, Referral.rights_request_id).where(
            Referral.id.in_(referral_ids), Referral.state.in_(queued)
        )
    ).all()
    work.session.execute(
        update(Referral)
        .where(Referral.id.in_([row.id for row in arriving]))
        .values(
            state=ReferralState.DELIVERED,
            delivered_at=work.now,
            last_event_at=work.now,
            last_event_kind=EventKind.REFERRAL_DELIVERED.value,
        )
    )
    return [(row.id, row.rights_request_id) for row in arriving]


def _reached(work: Work, row: Delivery) -> None:
    """A referral that went by a link has reached its controller once its mail was taken."""
    if row.kind is DeliveryKind.REFERRAL and row.referral_id:
        referral_arrives(work, row.referral_id)


def referral_arrives(work: Work, referral_id: UUID) -> None:
    """Write down that one referral has reached its controller, unless it had already."""
    for arrived_id, rights_request_id in _arrive(work, [referral_id]):
        work.record(EventKind.REFERRAL_DELIVERED, rights_request_id, arrived_id)


def _tell_once(work: Work, recipient: str) -> None:
    on_its_way = select(Delivery.id).where(
        Delivery.channel == Channel.EMAIL,
        Delivery.recipient == recipient,
        Delivery.kind == DeliveryKind.REFERRALS_WAITING,
        Delivery.state == DeliveryState.WAITING,
    )
    if work.session.scalar(on_its_way.limit(1)) is None:
        work.deliver(DeliveryKind.REFERRALS_WAITING, Channel.EMAIL, recipient)


def _put_back(work: Work, row: Delivery, outcome: Outcome, jitter: float) -> None:
    row.last_error = (outcome.error or "unknown")[:120]
    too_old = work.now - row.created_at >= NEEDS_PERSON_AFTER
    if outcome.is_permanent or too_old:
        row.state = DeliveryState.NEEDS_PERSON
        if row.rights_request_id:
            work.record(
                EventKind.DELIVERY_FAILED,
                row.rights_request_id,
                row.referral_id,
                error=row.last_error,
            )
            if row.kind in BY_POST_INSTEAD:
                open_task(work, BY_POST_INSTEAD[row.kind], row.rights_request_id)
        return
    wait = RETRY_AFTER[min(row.attempts, len(RETRY_AFTER)) - 1]
    row.state = DeliveryState.WAITING
    row.next_at = work.now + wait * jitter
