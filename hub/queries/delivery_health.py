"""How deliveries go at this moment: pace and delay by channel, circuits, what is late or lost."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from hub.domain.delivery_circuits import Circuit, CircuitState
from hub.domain.directory import Channel
from hub.domain.lifecycle import ReferralState, RequestState
from hub.models.columns import first_id_at
from hub.models.delivery import (
    EVERYBODY,
    Delivery,
    DeliveryCircuit,
    DeliveryKind,
    DeliveryState,
)
from hub.models.referral import Referral
from hub.models.rights_request import RightsRequest
from hub.queries.held_back import is_suspended

WINDOW = timedelta(minutes=5)
MOST_READ = 5000
"""Deliveries looked at, newest first: the figures of a rush are those of its last seconds."""
LATE_AFTER = timedelta(seconds=120)
ON_THE_WAY = (DeliveryState.WAITING, DeliveryState.CLAIMED, DeliveryState.NEEDS_PERSON)


@dataclass(frozen=True)
class Pace:
    """What one channel brought in the last minutes: deliveries a second, and their delays."""

    per_s: float
    p50_s: float
    p95_s: float


def paces(session: Session, now: datetime) -> Mapping[Channel, Pace]:
    """The pace of each channel that brought something made in the last five minutes."""
    rows = session.execute(
        select(Delivery.channel, Delivery.created_at, Delivery.delivered_at)
        .where(Delivery.id >= first_id_at(now - WINDOW))
        .order_by(Delivery.id.desc())
        .limit(MOST_READ)
    ).all()
    delays: dict[Channel, list[float]] = defaultdict(list)
    for channel, created_at, delivered_at in rows:
        if delivered_at is not None:
            delays[channel].append((delivered_at - created_at).total_seconds())
    oldest = rows[-1].created_at if len(rows) == MOST_READ else now - WINDOW
    span = max((now - oldest).total_seconds(), 1.0)
    return {channel: _pace(sorted(found), span) for channel, found in delays.items()}


def circuit_counts(session: Session, now: datetime) -> Mapping[tuple[Channel, CircuitState], int]:
    """How many circuits of each channel are open or half open; all others are closed."""
    rows = session.execute(
        select(DeliveryCircuit.channel, DeliveryCircuit.failures, DeliveryCircuit.open_until).where(
            DeliveryCircuit.open_until.is_not(None)
        )
    )
    return Counter((channel, Circuit(count, until).state(now)) for channel, count, until in rows)


def is_late(session: Session, now: datetime) -> bool:
    """Whether something that nothing holds back has been due for two minutes: do workers run?"""
    held = exists().where(
        DeliveryCircuit.channel == Delivery.channel,
        DeliveryCircuit.recipient.in_([Delivery.recipient, EVERYBODY]),
        DeliveryCircuit.open_until.is_not(None),
    )
    late = select(Delivery.id).where(
        Delivery.state == DeliveryState.WAITING,
        Delivery.next_at < now - LATE_AFTER,
        ~held,
        ~is_suspended(),
    )
    return session.scalar(late.limit(1)) is not None


def referral_counts(session: Session) -> Mapping[str, int]:
    """Accepted referrals by state: their sum is all that the hub ever promised to bring."""
    rows = session.execute(select(Referral.state, func.count()).group_by(Referral.state))
    return {state.value: count for state, count in rows}


def unaccounted_referrals(session: Session) -> int:
    """Referrals of running requests that wait to be brought, and that no delivery will bring.

    Anything but zero is a fault of the hub.
    """
    brought = exists().where(
        Delivery.referral_id == Referral.id,
        Delivery.kind == DeliveryKind.REFERRAL,
        Delivery.state.in_(ON_THE_WAY),
    )
    lost = (
        select(func.count())
        .select_from(Referral)
        .join(RightsRequest, RightsRequest.id == Referral.rights_request_id)
        .where(
            Referral.state == ReferralState.QUEUED,
            RightsRequest.state == RequestState.ACTIVE,
            ~brought,
        )
    )
    return session.scalar(lost) or 0


def last_filed_at(session: Session) -> datetime | None:
    """When the last filing was entered."""
    newest = select(RightsRequest.filed_at).order_by(RightsRequest.id.desc()).limit(1)
    return session.scalar(newest)


def is_any_circuit_open(session: Session) -> bool:
    """Whether some way is left in peace now, or tries again."""
    broken = select(DeliveryCircuit.recipient).where(DeliveryCircuit.open_until.is_not(None))
    return session.scalar(broken.limit(1)) is not None


def _pace(delays: list[float], span_s: float) -> Pace:
    def at(share: float) -> float:
        return delays[min(len(delays) - 1, int(share * len(delays)))]

    return Pace(len(delays) / span_s, at(0.5), at(0.95))
