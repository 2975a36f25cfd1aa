"""What the outbox holds: who is due, what is late, what needs a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hub.models.delivery import Delivery, DeliveryState


@dataclass(frozen=True)
class OutboxFigures:
    """Counts by state, and the age in seconds of the oldest delivery still to leave."""

    by_state: Mapping[str, int]
    oldest_waiting_seconds: float


def due_recipients(session: Session, now: datetime, limit: int) -> list[tuple[str, str]]:
    """Which (channel, recipient) pairs have something due or whose lease ran out, oldest first."""
    due = or_(
        (Delivery.state == DeliveryState.WAITING) & (Delivery.next_at <= now),
        (Delivery.state == DeliveryState.CLAIMED) & (Delivery.lease_until <= now),
    )
    rows = session.execute(
        select(Delivery.channel, Delivery.recipient)
        .where(due)
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
    oldest = session.scalar(
        select(func.min(Delivery.created_at)).where(
            Delivery.state.in_([DeliveryState.WAITING, DeliveryState.CLAIMED])
        )
    )
    return OutboxFigures(by_state, (now - oldest).total_seconds() if oldest else 0.0)
