"""What the outbox holds: who is due, what is late, what needs a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from hub.domain.directory import Channel
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState
from hub.models.directory import Organisation
from hub.models.referral import Referral


@dataclass(frozen=True)
class OutboxFigures:
    """Counts by state, and for how many seconds the oldest delivery has been able to leave.

    One that is planned for the morning waits for its hour, and a letter for who prints it: neither
    waits for a worker.
    """

    by_state: Mapping[str, int]
    oldest_waiting_seconds: float


def due_recipients(session: Session, now: datetime, limit: int) -> list[tuple[str, str]]:
    """Which (channel, recipient) pairs have something due or whose lease ran out, oldest first.

    Letters are left out: a person prints them.
    """
    due = or_(
        (Delivery.state == DeliveryState.WAITING) & (Delivery.next_at <= now),
        (Delivery.state == DeliveryState.CLAIMED) & (Delivery.lease_until <= now),
    )
    rows = session.execute(
        select(Delivery.channel, Delivery.recipient)
        .where(due, Delivery.channel != Channel.POST)
        .group_by(Delivery.channel, Delivery.recipient)
        .order_by(func.min(Delivery.next_at))
        .limit(limit)
    )
    return [(channel.value, recipient) for channel, recipient in rows]


def outbox_figures(session: Session, now: datetime) -> OutboxFigures:
    """The figures that the operator and Prometheus see."""
    counts = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    by_state = {state.value: 0 for state in DeliveryState}
    by_state |= {state.value: count for state, count in counts}
    since = case((Delivery.attempts == 0, Delivery.next_at), else_=Delivery.created_at)
    oldest = session.scalar(
        select(func.min(since)).where(
            Delivery.state.in_([DeliveryState.WAITING, DeliveryState.CLAIMED]),
            Delivery.channel != Channel.POST,
        )
    )
    waited = (now - oldest).total_seconds() if oldest else 0.0
    return OutboxFigures(by_state, max(0.0, waited))


@dataclass(frozen=True)
class TroubledDelivery:
    """A delivery that fails or needs a person; nothing of what it carries."""

    id: UUID
    kind: str
    channel: str
    organisation: str | None
    state: DeliveryState
    attempts: int
    next_at: datetime
    last_error: str | None
    created_at: datetime


def troubled_deliveries(session: Session, limit: int) -> list[TroubledDelivery]:
    """What needs a person first, then what has failed at least once, oldest first."""
    failing = and_(
        Delivery.state.in_([DeliveryState.WAITING, DeliveryState.CLAIMED]),
        Delivery.last_error.is_not(None),
    )
    needing = Delivery.state == DeliveryState.NEEDS_PERSON
    rows = session.execute(
        select(Delivery, Organisation.name)
        .outerjoin(Referral, Referral.id == Delivery.referral_id)
        .outerjoin(Organisation, Organisation.id == Referral.organisation_id)
        .where(or_(failing, needing))
        .order_by(needing.desc(), Delivery.created_at)
        .limit(limit)
    )
    return [
        TroubledDelivery(
            row.id,
            row.kind.value,
            row.channel.value,
            organisation,
            row.state,
            row.attempts,
            row.next_at,
            row.last_error,
            row.created_at,
        )
        for row, organisation in rows
    ]


def confirmation_held_until(
    session: Session, rights_request_id: UUID, now: datetime
) -> datetime | None:
    """When the confirmation of a request leaves, where its mailbox must wait; None: it has left."""
    return session.scalar(
        select(func.min(Delivery.next_at)).where(
            Delivery.rights_request_id == rights_request_id,
            Delivery.kind == DeliveryKind.ADDRESS_CONFIRMATION,
            Delivery.state == DeliveryState.WAITING,
            Delivery.attempts == 0,
            Delivery.next_at > now,
        )
    )
