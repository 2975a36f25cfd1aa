"""What the outbox holds: who is due, what is late, what needs a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from hub.domain.directory import Channel
from hub.models.delivery import (
    EVERYBODY,
    Delivery,
    DeliveryCircuit,
    DeliveryState,
    DeliverySuspension,
)
from hub.models.directory import Organisation
from hub.models.referral import Referral
from hub.queries.held_back import is_suspended_at_a_contact, organisation_of


@dataclass(frozen=True)
class OutboxFigures:
    """Counts by state, and for how many seconds the oldest delivery has been able to leave.

    One that is planned for the morning waits for its hour, and a letter for who prints it: neither
    waits for a worker.
    """

    by_state: Mapping[str, int]
    oldest_waiting_seconds: float


def due_recipients(session: Session, now: datetime, limit: int) -> list[tuple[str, str]]:
    """Which (channel, recipient) pairs have something that may leave, in the order of their turns.

    Whoever has waited longest since it was last served comes first, so that nobody's backlog makes
    others wait; whom a circuit or an operator holds back is not rung for, nor
    for letters: a person prints them.
    """
    is_due = or_(
        (Delivery.state == DeliveryState.WAITING) & (Delivery.next_at <= now),
        (Delivery.state == DeliveryState.CLAIMED) & (Delivery.lease_until <= now),
    )
    due = (
        select(Delivery.channel, Delivery.recipient, func.min(Delivery.next_at).label("oldest_at"))
        .where(is_due, Delivery.channel != Channel.POST, ~is_suspended_at_a_contact())
        .group_by(Delivery.channel, Delivery.recipient)
        .subquery()
    )
    own, common = aliased(DeliveryCircuit), aliased(DeliveryCircuit)
    waits_since = case((own.served_at > due.c.oldest_at, own.served_at), else_=due.c.oldest_at)
    rows = session.execute(
        select(due.c.channel, due.c.recipient)
        .outerjoin(own, (own.recipient == due.c.recipient) & (own.channel == due.c.channel))
        .outerjoin(common, (common.recipient == EVERYBODY) & (common.channel == due.c.channel))
        .outerjoin(DeliverySuspension, DeliverySuspension.recipient == due.c.recipient)
        .where(
            DeliverySuspension.recipient.is_(None),
            *(or_(one.open_until.is_(None), one.open_until <= now) for one in (own, common)),
        )
        .order_by(waits_since)
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
    organisation_id: UUID | None
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
        select(Delivery, Referral.organisation_id)
        .outerjoin(Referral, Referral.id == Delivery.referral_id)
        .where(or_(failing, needing))
        .order_by(needing.desc(), Delivery.created_at)
        .limit(limit)
    ).all()
    concerned = {row.id: organisation_of(row.recipient) or about for row, about in rows}
    named = dict(
        session.execute(
            select(Organisation.id, Organisation.name).where(
                Organisation.id.in_({one for one in concerned.values() if one})
            )
        ).all()
    )
    return [
        TroubledDelivery(
            row.id,
            row.kind.value,
            row.channel.value,
            concerned[row.id],
            named.get(concerned[row.id]),
            row.state,
            row.attempts,
            row.next_at,
            row.last_error,
            row.created_at,
        )
        for row, _about in rows
    ]
